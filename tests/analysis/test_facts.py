"""What the engine says of listeners that people write: unions, idioms, unknowns, regexes under both readings."""

from random import Random

import pytest

from alb_lint.analysis.compile import Compiled
from alb_lint.analysis.crossings import turned
from alb_lint.analysis.evaluate import evaluate, may_match
from alb_lint.analysis.facts import ListenerFacts, Undecided
from alb_lint.checks import bare_path_missing
from alb_lint.checks.check import Context
from alb_lint.config import Config
from alb_lint.model import (
    Condition,
    FixedResponse,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    Listener,
    OpaqueCondition,
    PathPattern,
    Request,
    Rule,
    Unknown,
)
from alb_lint.space.covers import bits_of
from alb_lint.symbols import Symbol
from shorthand import listener, load_balancer

SHADOWED = [
    pytest.param(
        ["10 path=/a/* GET -> a", "20 path=/a/* POST -> b", "30 path=/a/* GET,POST -> c"], "30", {"10", "20"}, id="union of methods"
    ),
    pytest.param(
        ["10 ip=10.0.0.0/9 -> a", "20 ip=10.128.0.0/9 -> b", "30 ip=10.0.0.0/8 -> c"], "30", {"10", "20"}, id="two /9 before their /8"
    ),
    pytest.param(
        ["10 ip=2001:db8::/33 -> a", "20 ip=2001:db8:8000::/33 -> b", "30 ip=2001:db8::/32 -> c"], "30", {"10", "20"}, id="IPv6 halves"
    ),
    pytest.param(["10 path=/* -> a", "20 path=/x -> b"], "20", {"10"}, id="catch-all first"),
    pytest.param(["10 path=* -> a", "20 host=a.b -> b"], "20", {"10"}, id="star is every path"),
    pytest.param(["10 host=*.Example.com -> a", "20 host=API.example.COM path=/x -> b"], "20", {"10"}, id="hosts fold case"),
    pytest.param(["10 path=/a?c -> a", "20 path=/abc -> b"], "20", {"10"}, id="question mark takes one"),
    pytest.param(["10 path=/a,/a?* -> a", "20 path=/a* -> b"], "20", {"10"}, id="none or some"),
    pytest.param(["10 header:X-A=* -> a", "20 header:x-a=b header:X-B=c -> b"], "20", {"10"}, id="header names fold case"),
    pytest.param(["10 query=k:* -> a", "20 query=K:v path=/x -> b"], "20", {"10"}, id="query folds case"),
    pytest.param(["10 path=/a/* -> a", "20 path=/a/b/* -> a", "30 path=/a/b/c -> z"], "30", {"10"}, id="least blockers"),
]
OPEN = [
    pytest.param(["10 path=/x -> a", "20 path=/* -> b"], id="narrow before wide"),
    pytest.param(["10 path=/FOO -> a", "20 path=/foo -> b"], id="paths heed case"),
    pytest.param(["10 GET -> a", "20 POST -> b", "30 path=/* -> c"], id="methods are endless"),
    pytest.param(["10 header:X-A=1 -> a", "20 header:X-A=2 -> b"], id="headers repeat"),
    pytest.param(["10 path=/a/* -> a", "20 path=/a -> b"], id="the bare path is apart"),
    pytest.param(["10 ip=0.0.0.0/0 -> a", "20 path=/x -> b"], id="IPv6 is left"),
    pytest.param(["10 path=/${x} -> a", "20 path=/x -> b"], id="an unknown value hides nothing"),
    pytest.param([r"10 query=k:a\* -> a", "20 query=k:ab -> b"], id="an escaped star is a star"),
]


def facts(*rules: str, ip_address_type: str = "") -> ListenerFacts:
    return ListenerFacts(listener(*rules, load_balancer=load_balancer(ip_address_type=ip_address_type)))


def by_number(told: ListenerFacts, number: str) -> int:
    return next(index for index, rule in enumerate(told.rules) if str(rule.priority) == number)


@pytest.mark.parametrize(("rules", "hidden", "blockers"), SHADOWED)
def test_shadowed(rules: list[str], hidden: str, blockers: set[str]) -> None:
    told = facts(*rules)
    here = told.reach(by_number(told, hidden))
    assert here.state == "shadowed"
    assert {str(told.rules[blocker].priority) for blocker in here.blockers} == blockers
    witness = told.hidden_request(by_number(told, hidden))
    assert witness is not None
    assert evaluate(told.listener, witness) is not told.rules[by_number(told, hidden)]


@pytest.mark.parametrize("rules", OPEN)
def test_reachable(rules: list[str]) -> None:
    told = facts(*rules)
    last = told.count - 1
    assert told.reach(last).state == "reachable" or "${" in rules[0]
    if "${" not in rules[0]:
        witness = told.own_request(last)
        assert witness is not None
        assert evaluate(told.listener, witness) is told.rules[last]
    assert not any(told.reach(index).state == "shadowed" for index in range(told.count))


def test_ipv4_only_load_balancers_have_a_smaller_universe() -> None:
    rules = ("10 ip=0.0.0.0/0 -> a", "20 path=/x -> b")
    assert facts(*rules, ip_address_type="ipv4").reach(1).state == "shadowed"
    assert facts(*rules, ip_address_type="dualstack").reach(1).state == "reachable"


@pytest.mark.parametrize(
    ("regex", "path", "state"),
    [
        ("^/x$", "/x", "shadowed"),  # anchored: both readings agree
        ("/x", "/x/y", "undecided"),  # searched it takes /x/y, matched whole it does not
        ("^/x", "/x", "shadowed"),  # both readings take /x itself
        ("^/x/[0-9]+$", "/x/7", "shadowed"),
        ("^/x/[0-9]+$", "/x/a", "reachable"),
        ("(?=/x)", "/x", "undecided"),  # not in the dialect: unknown
    ],
)
def test_regexes_under_both_readings(regex: str, path: str, state: str) -> None:
    told = facts(f"10 path~{regex} -> a", f"20 path={path} -> b")
    assert told.reach(1).state == state
    if state == "undecided":
        assert told.reach(1).reason


def test_host_regexes_under_both_cases() -> None:
    told = facts(r"10 host~^api\.example\.com$ -> a", "20 host=api.example.com -> b")
    assert {reading.ignore_case for reading in told.readings} == {True, False}
    assert told.reach(1).state == "undecided"
    assert len(facts("10 host~^[0-9.]+$ -> a", "20 host=1.2 -> b").readings) == 1


def test_unknowns_are_undecided_and_block_nothing() -> None:
    told = facts("10 path=/${a} -> a", "${p} path=/* -> b", "20 path=/x -> c", "30 path=/x -> d")
    assert told.reach(by_number(told, "30")).state == "shadowed"
    assert told.reach(by_number(told, "30")).blockers == (by_number(told, "20"),)
    assert told.reach(by_number(told, "20")).state == "undecided"
    assert told.reach(told.count - 1).state == "reachable"  # wherever it stands: /* takes more than all that may precede it


def test_rules_that_exclude_each_other_do_not_hide_each_other() -> None:
    told = facts("10 path=/* if=prod -> a", "20 path=/x unless=prod -> b")
    assert told.reach(1).state == "reachable"
    assert facts("10 path=/* if=prod -> a", "20 path=/x if=prod -> b").reach(1).state == "shadowed"
    assert facts("10 path=/* if=prod -> a", "20 path=/x -> b").reach(1).state == "undecided"


def test_a_budget_ends_work_with_undecided() -> None:
    rules = [f"{number} path=/{'?a' * number}*{'b?' * number}*,/{'?*' * number}c -> t{number}" for number in range(1, 30)]
    told = facts(*rules, "99 path=/?a??b*?c???d*e -> z")
    for index in range(told.count):
        assert told.reach(index).state in ("reachable", "undecided", "shadowed")
        if told.reach(index).state == "reachable":
            assert told.own_request(index) is not None


def test_find_tells_three_answers() -> None:
    told = facts("10 path=/a* -> a", "20 path=/*b -> b", "30 path=/a*b -> c")
    assert isinstance(told.search((0, 1), 0), Request)
    assert told.search((2,), 1) is None
    unsure = facts("10 path~/x -> a", "20 path=/x/y -> b")
    assert isinstance(unsure.search((1,), 1), Undecided)


def test_same_listener_same_facts_whatever_the_order_of_its_rules() -> None:
    rules = ("10 path=/a/* -> a", "20 path=/a/b name=b -> b", "20 path=/c name=c -> c", "30 path=/* -> d")
    one, other = ListenerFacts(listener(*rules)), ListenerFacts(listener(*reversed(rules)))
    assert [one.reach(index) for index in range(4)] == [other.reach(index) for index in range(4)]


@pytest.mark.parametrize("size", [1, 40, 130, 700, 1_100])
def test_a_table_is_turned_alike_in_pieces_and_as_a_whole(size: int) -> None:
    random = Random(size)
    for chance in (0.01, 0.3, 1.0):
        table = [sum(1 << other for other in range(size) if random.random() < chance) for _ in range(size)]
        wanted = [sum(1 << row for row, bits in enumerate(table) if bits >> column & 1) for column in range(size)]
        assert turned(table) == wanted
        assert [list(bits_of(bits)) for bits in table] == [[place for place in range(size) if bits >> place & 1] for bits in table]


def test_near_leaves_out_only_rules_that_no_value_of_a_symbol_lets_match() -> None:
    def symbol(name: str) -> Unknown:
        return Unknown(name, (Symbol(name, name), ".example.com"))

    conditions: list[tuple[Condition, ...]] = [
        (HostHeader((symbol("a"),)), PathPattern(("/a/*",))),
        (HostHeader((symbol("b"),)), PathPattern(("/b/*",))),
        (HostHeader(("x.example.com",)), PathPattern((Unknown("c", ("/", Symbol("c", "c"))),))),
        (HttpHeader("X-A", (symbol("d"),)), PathPattern(("/a/*",))),
        (HttpHeader("X-A", ("1",)), PathPattern(("/a/*",))),
        (OpaqueCondition("", "not read"), PathPattern(("/a/*",))),
        (HttpRequestMethod(("POST",)), HostHeader((symbol("a"),))),
    ]
    told = Listener("L", "L", tuple(Rule(f"r{at}", "", at + 1, held, (FixedResponse("200"),)) for at, held in enumerate(conditions)))
    facts = ListenerFacts(told)
    for request in (
        Request("GET", "x.example.com", "/a/x", (), (), "192.0.2.1"),
        Request("POST", "y.example.com", "/b/x", (), (("X-A", "1"),), "192.0.2.1"),
        Request("GET", "z", "/c", (("k", "v"),), (("X-B", "1"),), "192.0.2.1"),
    ):
        may = {place for place, rule in enumerate(facts.rules) if may_match(rule, request)}
        assert may <= set(bits_of(facts.near(request)))
    first = Request("GET", "x.example.com", "/a/x", (), (), "192.0.2.1")
    assert set(bits_of(facts.near(first))) & {1, 6} == set()


def test_rules_that_answer_nothing_for_certain_are_not_searched_for_a_bare_path(monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = HostHeader((Unknown("a", (Symbol("a", "a"), ".example.com")),))
    path = PathPattern(("/a/*",))
    rules = (Rule("r", "", 1, (hosts, path), (FixedResponse("200"),)), Rule("s", "", Unknown("n"), (path,), (FixedResponse("200"),)))
    monkeypatch.setattr(bare_path_missing, "concrete", lambda *_: pytest.fail("it is searched"))
    assert list(bare_path_missing.run(ListenerFacts(Listener("L", "L", rules)), Context(Config(), "2026-01-01"))) == []


def test_what_means_the_same_under_two_readings_is_known_once() -> None:
    """Random listeners of regexes: each relation, standing and side as when every reading is worked out by itself."""
    random, shared = Random("readings"), 0
    hosts = ["", " host=a.com", " host~^[a-z]+.com$", " host~A[.]com", " host~^a"]
    paths = ["path=/a", "path~^/[ab]$", "path~^/a", "path~/b$", "path=/*/b", "path~^/[ab]/b$", "path=/[ab]"]
    headers = ["", "", " header:X=a", " header:X~^a$", " header:X~A"]
    for _ in range(150):
        rules = [
            f"{number} {random.choice(paths)}{random.choice(hosts)}{random.choice(headers)} -> {random.choice('ab')}"
            for number in range(1, random.randint(3, 7))
        ]
        told, apart = facts(*rules), facts(*rules)
        apart._all[:] = [Compiled(apart.listener, reading) for reading in apart.readings]
        apart.compiled = apart._all[0]
        shared += any(one.paths is told.compiled.paths and one.hosts is not told.compiled.hosts for one in told._all[1:])
        assert (told.meets, told.unsure, told.inside) == (apart.meets, apart.unsure, apart.inside), rules
        for index in range(told.count):
            assert told.reach(index) == apart.reach(index), rules
            for other in range(told.count):
                assert told.relation(index, other) == apart.relation(index, other), rules
                assert told._varies(index, other) == apart._varies(index, other), rules
    assert shared > 20

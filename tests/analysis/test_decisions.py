"""`differences` against brute force over small worlds: which pairs of answers differ, each with a request that both listeners confirm."""

from dataclasses import replace
from random import Random

import pytest

from alb_lint.analysis.actions import action_key
from alb_lint.analysis.decisions import differences, group_name, order_sensitive
from alb_lint.analysis.estates import compare_estates
from alb_lint.analysis.evaluate import evaluate, ordered
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.model import Estate, FixedResponse, Forward, HostHeader, Listener, PathPattern, Rule, Share, Unknown
from alb_lint.model.pieces import known_by_use
from alb_lint.symbols import Symbol
from worlds import World, listener

KINDS = {
    "path": ("path",),
    "host-path": ("host", "path"),
    "source-method": ("source", "method"),
    "path-header": ("path", "header"),
    "header-query": ("header", "query"),
    "all": ("method", "host", "path", "source", "header", "query"),
}


def changed(random: Random, old: Listener, kinds: tuple[str, ...]) -> Listener:
    """The listener after some of: another order, a rule less, a rule more, another action, another default."""
    rules = list(old.rules)
    if random.random() < 0.7:
        for _ in range(random.randint(1, 3)):
            a, b = random.sample(range(len(rules)), 2)
            rules[a], rules[b] = replace(rules[a], priority=rules[b].priority), replace(rules[b], priority=rules[a].priority)
    if random.random() < 0.3 and len(rules) > 1:
        rules.pop(random.randrange(len(rules)))
    if random.random() < 0.3:
        more = random.choice(listener(random, kinds, 3).rules)
        rules.append(replace(more, id="more", priority=random.randint(1, 8)))
    if random.random() < 0.3:
        place = random.randrange(len(rules))
        rules[place] = replace(rules[place], actions=(FixedResponse("200", None, random.choice("xyz")),))
    default = old.default
    if random.random() < 0.2:
        default = replace(default, actions=(FixedResponse("404"),))
    return replace(old, rules=tuple(rules), default=default)


def hold_to_brute_force(old: Listener, new: Listener) -> None:
    first, second = ordered(old), ordered(new)
    every = Rule("every", "", 99)  # so that requests that no rule takes are looked at too
    world = World([*first, *second, every], old.load_balancer is not None and old.load_balancer.ip_address_type == "ipv4")
    expected = set()
    gained = lost = False
    for cover in world.every:
        one = next((rule for place, rule in enumerate(first) if cover >> place & 1), old.default)
        other = next((rule for place, rule in enumerate(second, len(first)) if cover >> place & 1), new.default)
        gained = gained or (one.is_default and not other.is_default)
        lost = lost or (other.is_default and not one.is_default)
        if action_key(one) != action_key(other):
            expected.add((one.id, other.id))
    found = differences(old, new)
    assert {(item.old.id, item.new.id) for item in found.differences} == expected
    assert len(found.differences) == len(expected)
    assert not found.doubts
    for item in found.differences:
        assert evaluate(old, item.request) is item.old
        assert evaluate(new, item.request) is item.new
    assert found.matched == {(True, True): "incomparable", (True, False): "wider", (False, True): "narrower"}.get((gained, lost), "same")
    if gained:
        assert evaluate(old, found.gained).is_default
        assert not evaluate(new, found.gained).is_default
    if lost:
        assert evaluate(new, found.lost).is_default
        assert not evaluate(old, found.lost).is_default
    if not expected:
        assert found.equivalent


@pytest.mark.parametrize("kinds", KINDS.values(), ids=KINDS)
def test_small_worlds(kinds: tuple[str, ...]) -> None:
    random = Random(f"decisions {kinds}")
    for _ in range(4 if len(kinds) > 2 or "query" in kinds else 25):
        old = listener(random, kinds)
        hold_to_brute_force(old, changed(random, old, kinds))


@pytest.mark.long
@pytest.mark.parametrize("kinds", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("seed", range(5))
def test_small_worlds_long(kinds: tuple[str, ...], seed: int) -> None:
    random = Random(f"decisions long {seed} {kinds}")
    for _ in range(30 if len(kinds) > 2 or "query" in kinds else 300):
        old = listener(random, kinds, 8)
        hold_to_brute_force(old, changed(random, old, kinds))


def rule(name: str, number: int | Unknown, path: str, body: str = "a") -> Rule:
    return Rule(name, name, number, (PathPattern((path,)),), (FixedResponse("200", None, body),))


DEFAULT = Rule("default", "", 0, (), (FixedResponse("404"),), is_default=True)


def made(*rules: Rule) -> Listener:
    return Listener("L", "L", rules, DEFAULT)


def test_swap_of_two_that_overlap() -> None:
    found = differences(
        made(rule("w", 20, "/a*", "w"), rule("n", 10, "/a/b", "n")), made(rule("w", 10, "/a*", "w"), rule("n", 20, "/a/b", "n"))
    )
    assert [(item.old.id, item.new.id, item.request.path) for item in found.differences] == [("n", "w", "/a/b")]
    assert found.to_json()["equivalent"] is False
    assert found.confidence == "proved"
    assert found.matched == "same"


def test_target_groups_by_name() -> None:
    groups = [f"arn:aws:elasticloadbalancing:eu-west-1:{account}:targetgroup/web/{account}" for account in (1, 2)]
    old, new = (made(Rule("r", "", 1, (PathPattern(("/x",)),), (Forward((Share(group),)),))) for group in groups)
    assert not differences(old, new).equivalent
    assert differences(old, new, target_groups="name").equivalent
    assert group_name("tg-reference") == "tg-reference"


def test_unknown_number_is_a_doubt_only_where_something_it_meets_changes() -> None:
    floating = rule("f", Unknown("var.n"), "/a*", "f")
    still = made(floating, rule("x", 5, "/a/1", "x"), rule("y", 6, "/b", "y"))
    assert differences(still, still).equivalent is True
    apart = made(floating, rule("x", 5, "/a/1", "x"), rule("y", 3, "/b", "y"))
    assert differences(still, apart).equivalent is True
    near = made(floating, rule("x", 9, "/a/1", "x"), rule("y", 6, "/b", "y"))
    found = differences(still, near)
    assert found.equivalent is None
    assert found.confidence == "undecided"
    assert found.doubts[0].rules == ("f",)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
def test_rules_of_unknown_number_with_the_same_conditions(count: int) -> None:
    """What is matched no more is what none of them matches."""
    old = made(rule("a", 1, "/a", "x"), rule("b", 2, "/b", "x"))
    new = made(*(rule(f"n{number}", Unknown(f"var.n{number}"), "/a", "x") for number in range(count)), rule("c", 3, "/c", "x"))
    found = differences(old, new)
    assert found.lost is not None
    assert found.gained is not None
    assert (found.lost.path, found.gained.path) == ("/b", "/c")


def test_action_that_was_not_read_is_possible() -> None:
    unread = Rule("r", "", 1, (PathPattern(("/x",)),), (FixedResponse("200", None, Unknown("var.body")),))
    assert differences(made(unread), made(unread)).equivalent is True
    other = replace(unread, actions=(FixedResponse("200", None, "b"),))
    found = differences(made(unread), made(other))
    assert found.equivalent is None
    assert found.confidence == "possible"


def test_collision_makes_it_possible_only() -> None:
    old = made(rule("a", 1, "/x*", "a"), rule("b", 1, "/x", "b"))
    new = made(rule("a", 2, "/x*", "a"), rule("b", 1, "/x", "b"))
    assert [item.confidence for item in differences(old, new).differences] == ["possible"]


def test_limit_says_so() -> None:
    many = [rule(f"r{number}", number, f"/{number}", "a") for number in range(1, 30)]
    found = differences(made(*many), made(*(replace(item, actions=(FixedResponse("500"),)) for item in many)), limit=5)
    assert len(found.differences) == 5
    assert found.to_json()["complete"] is False


def test_more_work_than_a_run_may_take_is_undecided() -> None:
    old = made(*(rule(f"r{n}", n, f"/{n}*", f"a{n}") for n in range(1, 40)))
    new = made(*(rule(f"r{n}", 50 - n, f"/{n}*", f"a{n}") for n in range(1, 40)))
    assert not differences(old, old).doubts
    whole = differences(old, new)
    assert whole.differences
    assert not whole.doubts
    found = differences(old, new, effort=0)
    assert found.equivalent is None or found.equivalent is False
    assert [doubt.reason for doubt in found.doubts] == ["more work on pairs of answers than a run may take"]
    assert set(found.differences) < set(whole.differences)


def test_listeners_share_the_work_of_a_run(monkeypatch) -> None:
    old = made(*(rule(f"r{n}", n, f"/{n}*", f"a{n}") for n in range(1, 40)))
    new = made(*(rule(f"r{n}", 50 - n, f"/{n}*", f"a{n}") for n in range(1, 40)))
    before, after = (Estate(tuple(replace(one, id=f"l{n}") for n in range(3))) for one in (old, new))
    whole = differences(old, new)
    monkeypatch.setattr("alb_lint.analysis.estates.EFFORT", whole.spent + 1)
    first, then, last = (found for _, _, found in compare_estates(before, after).pairs)
    assert first.differences == whole.differences
    assert not first.doubts
    for found in (then, last):
        assert [doubt.reason for doubt in found.doubts] == ["more work on pairs of answers than a run may take"]
        assert len(found.differences) < len(whole.differences)


def test_order_sensitive_is_mutual_and_leaves_out_what_acts_alike() -> None:
    told = made(rule("a", 1, "/x*", "a"), rule("b", 2, "/x", "b"), rule("c", 3, "/x?", "a"), rule("d", 4, "/y", "d"))
    assert order_sensitive(ListenerFacts(told)) == [0b0010, 0b0001, 0, 0]


@pytest.mark.parametrize(
    "elsewhere", [HostHeader((Unknown("d", ("api.", Symbol("d", "var.d"))),)), PathPattern((Unknown("d", (Symbol("d", "var.d"),)),))]
)
def test_a_symbol_is_the_same_on_both_sides_whatever_else_uses_it(elsewhere):
    told = Listener("L", "L", (Rule("r", "", 1, (PathPattern((Unknown("d", (Symbol("d", "var.d"), "/x")),)),), (FixedResponse("200"),)),))
    (old,) = known_by_use([told])
    new, _ = known_by_use([told, Listener("M", "M", (Rule("m", "", 1, (elsewhere,)),))])
    assert differences(old, new).equivalent is True

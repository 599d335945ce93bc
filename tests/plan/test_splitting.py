"""`plan --split`: rules within their limits in place of one over them, the same answers, held to the plain evaluator over all requests."""

import json
from dataclasses import replace
from functools import cache
from itertools import combinations, product
from random import Random

import pytest

from alb_lint.analysis.counting import most_of
from alb_lint.analysis.evaluate import first_failure
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.config import Config
from alb_lint.model import (
    FixedResponse,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    Listener,
    PathPattern,
    QueryPair,
    QueryString,
    Rule,
    SourceIp,
)
from alb_lint.model.shape import condition_of, condition_shape
from alb_lint.plan.plan import ListenerPlan
from alb_lint.plan.plan_file import load_plan
from alb_lint.plan.planner import Options, make_plan, plan_listener
from alb_lint.plan.proof.verify import verify_plan
from alb_lint.plan.steps.apply import apply_plan
from shorthand import config, listener, load_balancer
from worlds import World

TODAY = "2026-11-23"
SIX = "/1,/2,/3,/4,/5,/6"
RANGE = '[[range]]\nname = "v"\npriorities = "{band}"\nmatch = {{ paths = ["/v/*"] }}\n'


def split(told: Listener, settings: Config | None = None, **more: bool) -> ListenerPlan:
    made = plan_listener(ListenerFacts(told), settings or Config(), Options(TODAY, split=True, **more))
    assert isinstance(made, ListenerPlan), made
    return made


def left(told: Listener, settings: Config | None = None) -> list[tuple[int, str]]:
    """(number, all values) of the rules after the plan, by number."""
    rules = sorted(apply_plan(split(told, settings), told).rules, key=lambda rule: rule.priority)
    return [(rule.priority, " ".join(str(value) for item in rule.conditions for value in item.values)) for rule in rules]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        # the number of the rule stays; the new one is beside it
        ([f"10 path={SIX} -> x"], [(9, "/6"), (10, "/1 /2 /3 /4 /5")]),
        ([f"1 path={SIX} -> x"], [(1, "/1 /2 /3 /4 /5"), (2, "/6")]),
        # other conditions take a place each
        (["10 host=h path=/1,/2,/3,/4,/5 GET -> x"], [(9, "h /4 /5 GET"), (10, "h /1 /2 /3 GET")]),
        (["10 host=a,b path=/1,/2,/3,/4 -> x"], [(9, "b /1 /2 /3 /4"), (10, "a /1 /2 /3 /4")]),
        (["10 host=h,i,j,k,l,m path=/1 -> x"], [(9, "l m /1"), (10, "h i j k /1")]),
        # wildcards
        (["10 path=/*/*/1/*,/*/*/2/* -> x"], [(10, "/*/*/1/* /*/*/2/*")]),
        (["10 path=/*/*/*/1,/*/*/*/2,/*/3 -> x"], [(9, "/*/3"), (10, "/*/*/*/1 /*/*/*/2")]),
        # what takes nothing away goes first, and may be enough
        (["10 path=/1,/2,/3,/4,/5,/5,/5* -> x"], [(10, "/1 /2 /3 /4 /5*")]),
        (["10 path=/1,/2,/3,/4,/5*,/5/x -> x"], [(10, "/1 /2 /3 /4 /5*")]),
        (["10 path=/* host=1,2,3,4,5 -> x"], [(10, "1 2 3 4 5")]),
        (["10 ip=10.0.0.0/25,10.0.0.128/25,1.1.1.1/32,2.2.2.2/32,3.3.3.3/32,4.4.4.4/32 -> x"], [(10, "1.1.1.1/32 2.2.2.2/32 3.3.3.3/32 4.4.4.4/32 10.0.0.0/24")]),  # noqa: E501
        # the place between neighbours of which the order matters; who must make room moves
        (["9 path=/* GET -> y", f"10 path={SIX} -> x", "11 path=/* -> z"], [(7, "/* GET"), (8, "/6"), (10, "/1 /2 /3 /4 /5"), (11, "/*")]),
        (["1 path=/* GET -> y", f"2 path={SIX} -> x", "3 path=/* -> z"], [(1, "/* GET"), (2, "/1 /2 /3 /4 /5"), (4, "/6"), (5, "/*")]),
        # neighbours that act alike, or take other requests, do not matter
        (["9 path=/a -> y", f"10 path={SIX} -> x", "11 path=/b -> z"], [(8, "/6"), (9, "/a"), (10, "/1 /2 /3 /4 /5"), (11, "/b")]),
        # what is unknown elsewhere does not stand in the way
        ([f"10 path={SIX} -> x", "20 path=${v} -> y"], [(9, "/6"), (10, "/1 /2 /3 /4 /5"), (20, "Unknown(reason='v', pieces=(), number=None)")]),
        # rules that never exist together may share numbers
        ([f"10 path={SIX} if=p -> x", "10 path=/z unless=p -> x"], [(9, "/6"), (10, "/1 /2 /3 /4 /5"), (10, "/z")]),
    ],
)  # fmt: skip
def test_rows(rules, expected):
    assert left(listener(*rules)) == expected


def test_the_pieces_stay_in_the_range():
    assert left(listener("100 path=/v/1,/v/2,/v/3,/v/4,/v/5,/v/6 -> x", "101 path=/v/* -> y"), config(RANGE.format(band="100-109"))) == [
        (100, "/v/1 /v/2 /v/3 /v/4 /v/5"),
        (102, "/v/6"),
        (103, "/v/*"),
    ]


@pytest.mark.parametrize(
    ("rules", "toml", "reason"),
    [
        (["10 path=/*/*/*/*/*/*/* -> x"], "", "cannot be split: one value of each of its conditions is already too much"),
        ([f"10 path={SIX},${{v}} -> x"], "", "cannot be split: a part of it is unknown"),
        ([f"${{n}} path={SIX} -> x"], "", "cannot be split: its number is unknown"),
        ([f"10 path={SIX} -> x", "${n} path=/1 -> y"], "", "it has to keep its order with ? (/1), whose number is unknown"),
        ([f"10 path={SIX} tag:AmazonECSManaged=true -> x"], "", "cannot be split: Amazon ECS Express Mode owns it"),
        (["100 path=/v/1,/v/2,/v/3,/v/4,/v/5,/v/6 -> x"], RANGE.format(band="100"), "v (100) has 1 number for 2 rules: 1 too few"),
    ],
)
def test_refused(rules, toml, reason):
    made = plan_listener(ListenerFacts(listener(*rules)), config(toml) if toml else Config(), Options(TODAY, split=True))
    assert isinstance(made, list)
    assert reason in made[0].reason
    assert all("~" not in name for name in made[0].rules)


def test_calls():
    plan = split(listener(f"2 path={SIX} -> x", "3 path=/* -> y", "1 path=/* GET -> z"))
    assert [call["call"] for call in plan.steps] == ["set-rule-priorities", "create-rule", "modify-rule"]
    assert (plan.steps[1]["priority"], plan.steps[1]["conditions"]) == (
        4,
        [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/6"]}}],
    )
    assert plan.rollback == ()


def test_verified_from_the_file_and_not_when_it_was_changed():
    told = listener(f"10 path={SIX} -> x", "11 path=/* -> y", "5 path=/q -> z")
    document = make_plan([ListenerFacts(told)], Config(), Options(TODAY, split=True)).to_json()
    assert [item.flaws for item in verify_plan(load_plan(json.dumps(document)), [told])] == [()]
    for change in (
        lambda one: one["pieces"].pop(),
        lambda one: one["pieces"][1].update(priority=12),
        lambda one: one["pieces"][1].update(priority=5),
        lambda one: one["pieces"][1].update(priority=0),
        lambda one: one["pieces"][0].update(priority=7),
        lambda one: one["pieces"][1].update(conditions=[]),
        lambda one: one["pieces"][0]["conditions"][0]["PathPatternConfig"]["Values"].append("/6"),
        lambda one: one["pieces"][1]["conditions"][0]["PathPatternConfig"]["Values"].append("/7"),
        lambda one: one.update(rule="r9"),
    ):
        changed = json.loads(json.dumps(document))
        change(changed["listeners"][0]["splits"][0])
        (verdict,) = verify_plan(load_plan(json.dumps(changed)), [told])
        assert verdict.flaws


@pytest.mark.parametrize(
    "condition",
    [
        HostHeader(("a", "b"), ("^c$",)),
        PathPattern((), ("^/x",)),
        HttpRequestMethod(("GET",)),
        HttpHeader("X-A", ("v",)),
        QueryString((QueryPair("k", "v"), QueryPair(None, "w"))),
        SourceIp(("10.0.0.0/8",)),
    ],
)
def test_a_condition_comes_back_from_its_shape(condition):
    assert condition_of(json.loads(json.dumps(condition_shape(condition)))) == condition


@pytest.mark.parametrize(
    "shape", [None, {}, {"Field": "x"}, {"Field": "path-pattern"}, {"Field": "source-ip", "SourceIpConfig": {"Values": [1]}}]
)
def test_what_is_no_condition(shape):
    with pytest.raises(ValueError, match="condition"):
        condition_of(shape)


# -- random listeners ------------------------------------------------------------------------------------------------------------

LIMITS = {"condition-values-per-alb-rule": 3, "condition-wildcards-per-alb-rule": 3}


def random_listener(random: Random) -> Listener:
    paths = ["/a", "/B", "/a*", "/*B", "/aB", "/*", "/*a*", "/?", "/b"]
    rules = []
    numbers = sorted(random.sample(range(1, random.choice((9, 40))), random.randint(2, 5)))
    for place, number in enumerate(numbers):
        conditions = [PathPattern(tuple(random.sample(paths, random.randint(1, 5))))]
        if random.random() < 0.5:
            conditions.append(HostHeader(tuple(random.sample(("a", "b", "*a", "B"), random.randint(1, 2)))))
        if random.random() < 0.2:
            conditions.append(HttpRequestMethod(tuple(random.sample(("GET", "POST"), random.randint(1, 2)))))
        rules.append(Rule(f"r{place}", "", number, tuple(conditions), (FixedResponse("200", None, random.choice("xyz")),)))
    balancer = replace(load_balancer(), ip_address_type="ipv4")
    return replace(listener(), rules=tuple(rules), load_balancer=balancer, limits=tuple(LIMITS.items()))


def answers(told: Listener, world: World) -> list[str]:
    line = sorted(told.rules, key=lambda rule: rule.priority)
    return [
        next(
            (rule.actions[0].body for rule in line if all(first_failure(item, request) is None for item in rule.conditions)),
            "default",
        )
        for request in world.every.values()
    ]


def hold(random: Random) -> bool:
    """Whether something was split."""
    told = random_listener(random)
    made = make_plan([ListenerFacts(told)], Config(), Options(TODAY, split=True))
    (plan,) = made.listeners
    after = apply_plan(plan, told)
    most = most_of(told)
    assert all(most.hold(rule.conditions) for rule in after.rules), [str(rule) for rule in told.rules]
    numbers = [rule.priority for rule in after.rules]
    assert len(set(numbers)) == len(numbers)
    world = World(list(told.rules), ipv4_only=True)
    assert answers(after, world) == answers(told, world), [str(rule) for rule in told.rules]
    (verdict,) = verify_plan(load_plan(json.dumps(made.to_json())), [told])
    assert verdict.flaws == ()
    return any(len(one.pieces) > 1 for one in plan.splits)


def test_random_listeners_keep_their_answers():
    random = Random("split")
    assert sum(hold(random) for _ in range(150)) > 60


@pytest.mark.long
def test_many_random_listeners_keep_their_answers():
    random = Random("split, long")
    assert sum(hold(random) for _ in range(4000)) > 2000


# -- the fewest ------------------------------------------------------------------------------------------------------------------


def fewest(one: int, other: int, limit: int) -> int:
    """The fewest products of value sets, each with at most `limit` values, that make up `one` values times `other` values."""
    cells = frozenset(product(range(one), range(other)))
    boxes = [
        frozenset(product(rows, columns))
        for height in range(1, one + 1)
        for width in range(1, other + 1)
        if height + width <= limit
        for rows in combinations(range(one), height)
        for columns in combinations(range(other), width)
    ]

    @cache
    def least(rest: frozenset) -> int:
        if not rest:
            return 0
        first = min(rest)
        return 1 + min(least(rest - box) for box in boxes if first in box)

    return least(cells)


@pytest.mark.parametrize(("hosts", "paths"), [(1, 5), (1, 9), (2, 4), (2, 5), (3, 3), (3, 4), (4, 4)])
def test_no_fewer_rules_can_do_it(hosts, paths):
    told = listener(f"100 host={','.join('abcd'[:hosts])} path={','.join(f'/{n}' for n in range(paths))} -> x")
    (one,) = split(told).splits
    assert len(one.pieces) == fewest(hosts, paths, 5)


@pytest.mark.parametrize("many", [6, 10, 11, 60, 99])
def test_values_of_one_condition_fill_the_rules(many):
    (one,) = split(listener(f"10 path={','.join(f'/{n}' for n in range(many))} -> x")).splits
    assert len(one.pieces) == -(-many // 5)


def test_two_large_conditions_are_split_in_time():
    told = listener(f"1000 host={','.join(f'h{n}' for n in range(40))} path={','.join(f'/{n}' for n in range(40))} -> x")
    (one,) = split(told).splits
    assert 267 <= len(one.pieces) <= 290

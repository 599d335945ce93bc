"""`plan --compact`: the fewest rules for the same answers, held to an exhaustive search over small listeners."""

import json
from dataclasses import replace
from functools import cache
from random import Random

import pytest

from alb_lint.analysis.evaluate import first_failure
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.config import Config
from alb_lint.model import FixedResponse, HostHeader, HttpRequestMethod, Listener, PathPattern, Request, Rule, SourceIp
from alb_lint.plan.plan import ListenerPlan
from alb_lint.plan.plan_file import load_plan
from alb_lint.plan.planner import Options, make_plan, plan_listener
from alb_lint.plan.proof.verify import verify_plan
from alb_lint.plan.steps.apply import apply_plan
from shorthand import config, listener
from worlds import HOSTS, PATHS, World

TODAY = "2026-11-23"


def compact(told: Listener, settings: Config | None = None) -> ListenerPlan:
    made = plan_listener(ListenerFacts(told), settings or Config(), Options(TODAY, compact=True))
    assert isinstance(made, ListenerPlan), made
    return made


def left(told: Listener, settings: Config | None = None) -> list[tuple[int, str]]:
    """(number, name and conditions) of the rules that are left, by number."""
    after = apply_plan(compact(told, settings), told)
    return [
        (rule.priority, sorted(str(value) for item in rule.conditions for value in item.values))
        for rule in sorted(after.rules, key=lambda rule: rule.priority)
    ]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        # same action, one condition apart
        (["1 path=/a -> x", "2 path=/b -> x"], [(1, ["/a", "/b"])]),
        (["1 path=/a -> x", "2 path=/b -> y"], [(1, ["/a"]), (2, ["/b"])]),
        (["1 path=/a host=h -> x", "2 path=/b host=h -> x"], [(1, ["/a", "/b", "h"])]),
        (["1 path=/a host=h -> x", "2 path=/b host=i -> x"], [(1, ["/a", "h"]), (2, ["/b", "i"])]),
        (
            ["1 path=/a host=h -> x", "2 path=/b host=h -> x", "3 path=/a host=i -> x", "4 path=/b host=i -> x"],
            [(1, ["/a", "/b", "h", "i"])],
        ),
        (["1 GET path=/a -> x", "2 PUT path=/a -> x"], [(1, ["/a", "GET", "PUT"])]),
        (["1 header:X-A=a -> x", "2 header:x-a=b -> x"], [(1, ["a", "b"])]),
        (["1 header:X-A=a -> x", "2 header:X-B=b -> x"], [(1, ["a"]), (2, ["b"])]),
        # a transform is part of what a rule does
        (["1 path=/a -> x rewrite:a=>b", "2 path=/b -> x"], [(1, ["/a"]), (2, ["/b"])]),
        # neighbours, or what commutes: another rule between that crosses only the second
        (["1 path=/a -> x", "2 path=/b* -> y", "3 path=/b* host=h -> x"], [(1, ["/a"]), (2, ["/b*"])]),
        (["1 path=/a/* -> x", "2 path=/*/z -> y", "3 path=/b/* -> x"], [(1, ["/a/*"]), (2, ["/*/z"]), (3, ["/b/*"])]),
        (["1 path=/a/1 -> x", "2 path=/b/* -> y", "3 path=/c -> x"], [(1, ["/a/1", "/c"]), (2, ["/b/*"])]),
        (["1 path=/c -> x", "2 path=/b/* -> y", "3 path=/b/z* host=h -> z", "9 path=/* -> x"], [(2, ["/b/*"]), (9, ["/*"])]),
        # five values, six wildcards
        ([f"{n} path=/{n} -> x" for n in range(1, 7)], [(1, ["/1", "/2", "/3", "/4", "/5"]), (6, ["/6"])]),
        ([f"{n} path=/*/{n}/* -> x" for n in range(1, 5)], [(1, ["/*/1/*", "/*/2/*", "/*/3/*"]), (4, ["/*/4/*"])]),
        # a value inside another goes where rules are joined, and makes room
        (["1 path=/a/1,/b -> x", "2 path=/a/* -> x"], [(1, ["/a/*", "/b"])]),
        (["1 path=/a/1,/a/2,/a/3,/b -> x", "2 path=/a/*,/c,/d -> x"], [(1, ["/a/*", "/b", "/c", "/d"])]),
        (
            ["1 ip=10.0.0.0/25,1.1.1.1/32,2.2.2.2/32 -> x", "2 ip=10.0.0.128/25,3.3.3.3/32,4.4.4.4/32 -> x"],
            [(1, ["1.1.1.1/32", "10.0.0.0/24", "2.2.2.2/32", "3.3.3.3/32", "4.4.4.4/32"])],
        ),
        # a rule over its limits loses values that lie inside others, where that is enough
        (["1 path=/a/*,/a/b,/c,/d,/e,/f -> x"], [(1, ["/a/*", "/c", "/d", "/e", "/f"])]),
        (["1 path=/*/a/*/*,/a/*/a/*/*,/b/* -> x"], [(1, ["/*/a/*/*", "/b/*"])]),
        (["1 path=/a/*,/a/b,/c -> x"], [(1, ["/a/*", "/a/b", "/c"])]),
        (["1 path=/1,/1,/2,/3,/4,/5,/6 -> x"], [(1, ["/1", "/1", "/2", "/3", "/4", "/5", "/6"])]),
        # what must not be touched
        (["1 path=/a tag:AmazonECSManaged=true -> x", "2 path=/b -> x"], [(1, ["/a"]), (2, ["/b"])]),
        (["1 path=/a if=p -> x", "2 path=/b -> x"], [(1, ["/a"]), (2, ["/b"])]),
        (["1 path=/a -> opaque", "2 path=/b -> opaque"], [(1, ["/a"]), (2, ["/b"])]),
        (["1 path=${v} -> x", "2 path=/b -> x"], None),
    ],
)
def test_rows(rules, expected):
    told = listener(*rules)
    if expected is None:
        assert len(left(told)) == len(rules)
    else:
        assert left(told) == expected


def test_rules_of_two_ranges_stay_apart():
    bands = "".join(
        f'[[range]]\nname = "{name}"\npriorities = "{band}"\nmatch = {{ rules = ["{name}*"] }}\n'
        for name, band in (("a", "1-9"), ("b", "10-19"))
    )
    told = listener("1 name=a1 path=/a -> x", "2 name=a2 path=/b -> x", "10 name=b1 path=/c -> x")
    assert len(left(told, config(bands))) == 2


def test_the_quota_of_a_listener():
    """field/37: 104 rules, of which 50 are hosts of one target group."""
    told = listener(
        *(f"{n} host=t{n}.example.org -> tenants" for n in range(1, 51)), *(f"{n} path=/svc{n}/* -> s{n}" for n in range(51, 105))
    )
    fewer = compact(told).compaction
    assert (fewer.before, fewer.after, fewer.at_least, fewer.limit) == (104, 64, 64, 100)


def test_verified_from_the_file_and_not_when_it_was_changed():
    told = listener("1 path=/a -> x", "2 path=/b -> x", "3 path=/c -> y", "4 path=/c/d -> y", "5 path=/* host=h -> x", "6 path=/* -> y")
    made = make_plan([ListenerFacts(told)], Config(), Options(TODAY, compact=True))
    document = made.to_json()
    assert [item.flaws for item in verify_plan(load_plan(json.dumps(document)), [told])] == [()]
    for change in (
        lambda fewer: fewer["joins"][0]["drop"].append("r3"),
        lambda fewer: fewer["removed"].append("r3"),
        lambda fewer: fewer["joins"][0].update(keep="r9"),
        lambda fewer: fewer["joins"][0].update(priority=7),
        lambda fewer: fewer.update(rules_after=1),
        lambda fewer: fewer["joins"].append({"keep": "r3", "drop": [], "priority": 3}),
    ):
        changed = json.loads(json.dumps(document))
        change(changed["listeners"][0]["compaction"])
        (verdict,) = verify_plan(load_plan(json.dumps(changed)), [told])
        assert verdict.flaws


def test_a_rule_that_loses_values_is_changed_and_nothing_takes_that_back():
    told = listener("1 path=/a/*,/a/b,/c,/d,/e,/f -> x")
    made = make_plan([ListenerFacts(told)], Config(), Options(TODAY, compact=True))
    (plan,) = made.listeners
    assert [join.because for join in plan.compaction.joins] == ["1 value is inside another"]
    assert [call["call"] for call in plan.steps] == ["modify-rule"]
    assert plan.rollback == ()
    assert [item.flaws for item in verify_plan(load_plan(json.dumps(made.to_json())), [told])] == [()]


def test_what_stays_over_its_limits_is_told():
    told = listener("1 path=/1,/2,/3,/4,/5,/6 -> x", "2 path=/a/*,/a/b,/c,/d,/e,/f -> y")
    (note,) = compact(told).notes
    assert note.reason == "1 (/1|/2|/3|/4|/5|/6) still has 6 values, 5 are allowed: --split makes several rules of it"
    assert plan_listener(ListenerFacts(told), Config(), Options(TODAY, compact=True, split=True)).notes == ()


@pytest.mark.parametrize(
    ("rules", "groups"),
    [
        (["1 path=/a -> x", "2 path=/b -> y:1,z:0", "3 path=/a/b -> x"], (3, 3)),
        (["1 path=/a/* -> x", "2 path=/a/b -> y"], (2, 1)),
        (["1 path=/a/* -> 404", "2 path=/a/b -> y"], (1, 0)),
    ],
)
def test_target_groups(rules, groups):
    fewer = compact(replace(listener(*rules), default=None)).compaction
    assert (fewer.groups_before, fewer.groups_after, fewer.groups_limit) == (*groups, 100)


def test_a_count_of_target_groups_that_is_wrong_does_not_verify():
    told = listener("1 path=/a/* -> x", "2 path=/a/b -> y")
    document = make_plan([ListenerFacts(told)], Config(), Options(TODAY, compact=True)).to_json()
    document["listeners"][0]["compaction"]["target_groups_after"] -= 1
    (verdict,) = verify_plan(load_plan(json.dumps(document)), [told])
    assert verdict.flaws


def test_the_way_back_makes_the_rules_again():
    told = listener("1 path=/a -> x", "2 path=/b -> x")
    plan = compact(told)
    assert [call["call"] for call in plan.steps] == ["modify-rule", "delete-rule"]
    assert plan.steps[0]["conditions"] == [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a", "/b"]}}]
    assert [call["call"] for call in plan.rollback] == ["create-rule", "modify-rule"]
    assert plan.rollback[1]["conditions"] == [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a"]}}]


# -- the exhaustive search -------------------------------------------------------------------------------------------------------


KINDS = (HostHeader, PathPattern, HttpRequestMethod, SourceIp)


def answers(rules: list[Rule], world: World, default: str) -> list[str]:
    """What each request gets, by the plain evaluator alone; the world's covers tell which of the original conditions a request meets."""
    line = sorted(rules, key=lambda rule: rule.priority)
    return [
        next((rule.actions[0].body for rule in line if any(cover >> part & 1 for part in rule.parts)), default) for cover in world.every
    ]


class Made:
    """A rule of the search: the positions of its parts in the world, its conditions as sets by kind, number and action."""

    def __init__(self, parts, sets, priority, actions):
        self.parts, self.sets, self.priority, self.actions = parts, sets, priority, actions

    @property
    def key(self):
        return self.parts, self.priority


def fewest(told: Listener, most: int = 5) -> int:
    world = World(list(told.rules), told.load_balancer.ip_address_type == "ipv4")
    default = told.default.actions[0].body
    start = [
        Made(frozenset([place]), {type(item): frozenset(item.values) for item in rule.conditions}, rule.priority, rule.actions)
        for place, rule in enumerate(told.rules)
    ]
    wanted = answers(start, world, default)
    seen = set()
    best = len(start)
    front = [start]
    while front:
        state = front.pop()
        best = min(best, len(state))
        for one, first in enumerate(state):
            rest = state[:one] + state[one + 1 :]
            following = [rest]
            for second in rest:
                sets = united(first, second, most)
                if sets is not None:
                    others = [item for item in rest if item is not second]
                    following += [
                        [*others, Made(first.parts | second.parts, sets, number, first.actions)] for number in numbers(told, first, second)
                    ]
            for state_after in following:
                key = frozenset(item.key for item in state_after)
                if key not in seen:
                    seen.add(key)
                    if answers(state_after, world, default) == wanted:
                        front.append(state_after)
    return best


def numbers(told: Listener, first: Made, second: Made) -> list[int]:
    return [told.rules[part].priority for part in first.parts | second.parts]


TEXTS = {HostHeader: ("host", HOSTS), PathPattern: ("path", PATHS)}


@cache
def region_of(kind: type, value: str) -> frozenset[str]:
    """The texts that the value matches."""
    name, texts = TEXTS[kind]
    return frozenset(text for text in texts if first_failure(kind((value,)), Request(**{name: text})) is None)


def without_needless(kind: type, values: frozenset[str]) -> frozenset[str]:
    """The values but for those that match nothing which another does not match, by trying all texts."""
    if kind not in TEXTS:
        return values
    region = {value: region_of(kind, value) for value in values}
    return frozenset(
        value
        for value in values
        if not any(region[value] < region[other] or (region[value] == region[other] and other < value) for other in values - {value})
    )


def united(first: Made, second: Made, most: int) -> dict | None:
    if first.actions != second.actions or set(first.sets) != set(second.sets):
        return None
    one, other = ({kind: without_needless(kind, values) for kind, values in made.sets.items()} for made in (first, second))
    different = [kind for kind in one if one[kind] != other[kind]]
    if len(different) > 1:
        return None
    sets = {kind: without_needless(kind, values | other[kind]) for kind, values in one.items()}
    marks = sum(
        value.count("*") + value.count("?") for kind, values in sets.items() if kind in (HostHeader, PathPattern) for value in values
    )
    return sets if sum(map(len, sets.values())) <= most and marks <= 6 else None


def random_listener(random: Random, most: int) -> Listener:
    paths = ["/a", "/B", "/a*", "/*B", "/aB", "/*", "/a*a", "/?"]
    rules = []
    for place in range(random.randint(3, most)):
        conditions = [PathPattern(tuple(random.sample(paths, random.choice((1, 1, 1, 2)))))]
        if random.random() < 0.4:
            conditions.append(HostHeader((random.choice(("a", "b", "*a")),)))
        if random.random() < 0.2:
            conditions.append(HttpRequestMethod((random.choice(("GET", "POST")),)))
        rules.append(Rule(f"r{place}", "", place + 1, tuple(conditions), (FixedResponse("200", None, random.choice("xxy")),)))
    default = Rule("default", "", 0, (), (FixedResponse("200", None, random.choice("xyz")),), is_default=True)
    return replace(listener(), rules=tuple(rules), default=default, load_balancer=replace(listener_lb(), ip_address_type="ipv4"))


def listener_lb():
    from shorthand import load_balancer

    return load_balancer()


def hold(random: Random, most: int, values: int = 5) -> tuple[int, int]:
    told = replace(random_listener(random, most), limits=(("condition-values-per-alb-rule", values),))
    made = make_plan([ListenerFacts(told)], Config(), Options(TODAY, compact=True))
    fewer = made.listeners[0].compaction
    best = fewest(told, values)
    assert fewer.after == best, [str(rule) for rule in told.rules]
    assert fewer.at_least <= best
    (verdict,) = verify_plan(load_plan(json.dumps(made.to_json())), [told])
    assert verdict.flaws == ()
    return fewer.before, fewer.after


def test_small_listeners_get_the_fewest():
    random = Random("compact")
    sizes = [hold(random, 5) for _ in range(30)]
    assert sum(after < before for before, after in sizes) > 10
    assert sum(after == before for before, after in sizes) >= 1


def test_small_listeners_of_few_values_get_the_fewest():
    """Where values inside others have to go before two rules fit into one."""
    random = Random("compact, two values")
    sizes = [hold(random, 4, 2) for _ in range(30)]
    assert sum(after < before for before, after in sizes) > 10


@pytest.mark.long
def test_many_small_listeners_get_the_fewest():
    random = Random("compact, long")
    assert len([hold(random, 6, random.choice((2, 3, 5))) for _ in range(400)]) == 400

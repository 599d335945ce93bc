"""A number for a new rule, held to brute force: who loses what, and that no free number disturbs less."""

from dataclasses import replace
from random import Random

import pytest

from alb_lint.analysis.actions import action_key
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.config import Before, Config, Match, Range, Retired
from alb_lint.errors import UsageError
from alb_lint.model import FixedResponse, Forward, HttpRequestMethod, Listener, PathPattern, Rule, Share, Unknown
from alb_lint.plan.numbering.allocate import Allocation, allocate
from alb_lint.plan.plan import Refusal
from alb_lint.plan.steps.apply import renumbered
from worlds import World, condition, listener

TODAY = "2026-11-23"


def rule(name: str, number: int | Unknown, path: str, *methods: str) -> Rule:
    conditions = (PathPattern((path,)), *((HttpRequestMethod(methods),) if methods else ()))
    return Rule(name, name, number, conditions, (Forward((Share(f"tg-{name}"),)),))


def made(*rules: Rule) -> Listener:
    return Listener("L", "L", rules, Rule("default", "", 0, (), (FixedResponse("404"),), is_default=True))


def config(first: int, last: int, **more) -> Config:
    return Config(ranges=(Range("v2", ((first, last),), match=Match(paths=("/v2/*",))),), **more)


def give(told: Listener, new: Rule, settings: Config) -> Allocation | Refusal:
    return allocate(ListenerFacts(told), settings, new, "v2", TODAY)


def test_between_the_narrower_and_the_wider() -> None:
    told = made(rule("narrow", 2110, "/v2/a/b"), rule("wide", 2115, "/v2/*"))
    found = give(told, rule("new", 0, "/v2/a/*"), config(2100, 2199))
    assert found.priority == 2111
    assert found.interval == (2111, 2114)
    assert found.alternatives == (2112, 2113, 2114)
    shown = found.to_json()
    assert [item["id"] for item in shown["order"]["after"]] == ["narrow"]
    assert [item["id"] for item in shown["order"]["before"]] == ["wide"]
    assert shown["order"]["after"][0]["witness"]["path"] == "/v2/a/b"
    assert [item["id"] for item in shown["takes"]] == ["wide"]
    assert shown["loses"] == shown["shadows"] == shown["moves"] == shown["steps"] == []


def test_behind_what_it_only_crosses() -> None:
    told = made(rule("get", 2101, "/v2/*", "GET"))
    found = give(told, rule("new", 0, "/v2/a/*"), config(2100, 2199))
    assert found.priority == 2102
    assert [item.id for item in found.loses] == ["get"]
    assert found.takes == ()
    # with nothing free behind it, the only number left takes requests from it
    tight = give(told, rule("new", 0, "/v2/a/*"), config(2100, 2101))
    assert tight.priority == 2100
    assert [item.id for item in tight.takes] == ["get"]


def test_retired_numbers_and_those_of_others_are_left_alone() -> None:
    told = made(rule("a", 2100, "/v2/a"), rule("far", 2101, "/else"))
    found = give(told, rule("new", 0, "/v2/b"), config(2100, 2104, retired=(Retired(((2102, 2102),)),)))
    assert found.priority == 2103
    assert found.alternatives == (2104,)


def test_makes_room_with_the_fewest_moves() -> None:
    told = made(rule("narrow", 2100, "/v2/a/b"), rule("wide", 2101, "/v2/*"))
    found = give(told, rule("new", 0, "/v2/a/*"), config(2100, 2105))
    assert found.priority == 2102
    assert [(move.rule, move.old, move.new) for move in found.moves] == [("wide", 2101, 2103)]
    assert found.to_json()["steps"][0]["rule_priorities"] == [{"RuleArn": "wide", "Priority": 2103}]


def test_no_room_at_all() -> None:
    told = made(rule("narrow", 2100, "/v2/a/b"), rule("wide", 2101, "/v2/*"))
    found = give(told, rule("new", 0, "/v2/a/*"), config(2100, 2101))
    assert isinstance(found, Refusal)
    assert found.missing == 1
    assert "no free number after 2100 narrow (/v2/a/b) and before 2101 wide (/v2/*)" in found.reason


def test_same_requests_are_refused() -> None:
    found = give(made(rule("old", 2100, "/v2/a")), rule("new", 0, "/v2/a"), config(2100, 2110))
    assert isinstance(found, Refusal)
    assert found.rules == ("old",)
    assert found.witnesses[0][1].path == "/v2/a"


def test_a_dead_rule_has_nothing_to_lose() -> None:
    told = made(rule("wide", 2100, "/v2/*"), rule("dead", 2105, "/v2/a/b"))
    found = give(told, rule("new", 0, "/v2/a/*"), config(2090, 2110))
    assert found.after == ()
    assert found.priority == 2090


def test_before_decides() -> None:
    told = made(rule("x", 2100, "/x"))
    settings = config(2090, 2110, before=(Before("new", "x"),))
    assert give(told, rule("new", 0, "/v2/a"), settings).interval == (1, 2099)
    contradicting = config(2090, 2110, before=(Before("new", "x"), Before("y", "new")))
    found = give(made(rule("x", 2100, "/x"), rule("y", 2105, "/y")), rule("new", 0, "/v2/a"), contradicting)
    assert isinstance(found, Refusal)
    assert set(found.rules) == {"x", "y"}


def test_notes_on_what_does_not_fit() -> None:
    told = made(rule("x", 2100, "/x"), rule("f", Unknown("var.n"), "/f"))
    found = give(told, rule("new", 0, "/elsewhere"), config(2090, 2110))
    assert any("does not belong to v2" in note.reason for note in found.notes)
    assert any(note.rules == ("f",) for note in found.notes)


def test_unknown_range() -> None:
    with pytest.raises(UsageError, match="no range called"):
        allocate(ListenerFacts(made()), config(1, 2), rule("new", 0, "/v2/a"), "v3", TODAY)


def test_a_rule_without_actions_differs_from_all() -> None:
    told = made(rule("wide", 2105, "/v2/*"))
    found = give(told, replace(rule("", 0, "/v2/a"), id="", actions=()), config(2100, 2110))
    assert [item.id for item in found.before] == ["wide"]


# -- brute force ---------------------------------------------------------------------------------------------------------------


def owners(told: Listener, world: World) -> dict[int, str]:
    """Per cover the rule that answers; "" for none."""
    place = {item.id: index for index, item in enumerate(world.rules)}
    line = sorted(told.rules, key=lambda item: item.priority)
    return {cover: next((item.id for item in line if cover >> place[item.id] & 1), "") for cover in world.every}


def hold(told: Listener, new: Rule, settings: Config) -> str:
    found = allocate(ListenerFacts(told), settings, new, "r", TODAY)
    world = World([*told.rules, new, Rule("every", "", 99)], told.load_balancer.ip_address_type == "ipv4")
    region = {item.id: {cover for cover in world.every if cover >> place & 1} for place, item in enumerate(world.rules)}
    acts = {item.id: action_key(item) for item in (*told.rules, new)}
    before = owners(told, world)
    mine = region["new"]
    if not mine and isinstance(found, Allocation):
        assert any("empty" in note.reason for note in found.notes)
        return "empty"
    others = [item.id for item in told.rules if acts[item.id] != acts["new"]]
    if isinstance(found, Refusal):
        if "exactly the same" in found.reason:
            assert region[found.rules[0]] == mine
        return "refused"
    moved = renumbered(told, {move.rule: move.new for move in found.moves})
    assert all(acts.get(one) == acts.get(owner) for (cover, one), owner in zip(owners(moved, world).items(), before.values(), strict=True))
    result = replace(moved, rules=(*moved.rules, replace(new, priority=found.priority)))
    numbers = {item.id: item.priority for item in result.rules}
    assert len(set(numbers.values())) == len(numbers)
    assert found.priority in settings.ranges[0]
    after = owners(result, world)
    for other in others:
        alive = any(owner == other for owner in before.values())
        if region[other] < mine and alive:
            assert numbers[other] < found.priority
        if region[other] > mine:
            assert numbers[other] > found.priority
    if not found.moves:
        taken = {before[cover] for cover in world.every if after[cover] == "new" and before[cover] in others}
        assert {item.id for item in found.takes} == taken
        assert {item.id for item in found.loses} == {
            after[cover] for cover in mine if after[cover] in others and not region[after[cover]] < mine
        }
        assert set(found.shadows) == {other for other in others if other in before.values() and other not in after.values()}
        # no other free number of the interval takes requests from fewer rules that it only crosses
        crossed = [other for other in others if not region[other] >= mine and not region[other] <= mine]
        for number in range(settings.ranges[0].priorities[0][0], settings.ranges[0].priorities[0][1] + 1):
            if found.interval[0] <= number <= found.interval[1] and number not in numbers.values():
                there = owners(replace(told, rules=(*told.rules, replace(new, priority=number))), world)
                taken_there = {before[cover] for cover in world.every if there[cover] == "new" and before[cover] in crossed}
                assert len(taken & set(crossed)) <= len(taken_there)
        return "free"
    return "moved"


@pytest.mark.parametrize("kinds", [("path",), ("host", "path"), ("method", "source")], ids="-".join)
def test_small_worlds(kinds: tuple[str, ...]) -> None:
    random = Random(f"allocate {kinds}")
    ends = []
    for _ in range(60):
        told = listener(random, kinds, 6)
        apart = random.choice((1, 1, 2))
        told = replace(told, rules=tuple(replace(item, priority=place * apart + 3) for place, item in enumerate(told.rules)))
        new = Rule("new", "new", 0, tuple(condition(random, kind) for kind in kinds), (FixedResponse("200", None, random.choice("xyz")),))
        first = random.randint(1, 6)
        settings = Config(ranges=(Range("r", ((first, first + random.randint(0, 6)),), match=Match(rules=("new",))),))
        ends.append(hold(told, new, settings))
    assert {"free", "moved", "refused"} <= set(ends)

"""A number for a new rule, held to brute force: who loses what, and that no free number disturbs less."""

from dataclasses import dataclass, replace
from random import Random

import pytest

from alb_lint.analysis.actions import action_key
from alb_lint.config import Before, Config, Match, Range, Retired
from alb_lint.errors import UsageError
from alb_lint.model import FixedResponse, Forward, HttpRequestMethod, Listener, PathPattern, Rule, Share, Unknown
from alb_lint.plan.allocation.allocate import allocate
from alb_lint.plan.allocation.answer import Allocations, NoNumber, Place, Wish
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


@dataclass
class Given:
    """The one allocation and what goes with it, or the refusal: all fields in one place."""

    found: Allocations | NoNumber

    def __getattr__(self, name: str):
        if isinstance(self.found, NoNumber):
            return getattr(self.found.refusal, name)
        if name == "notes":
            return (*self.found.items[0].notes, *self.found.notes)
        return getattr(self.found if name in ("moves", "to_json") else self.found.items[0], name)


def give(told: Listener, new: Rule, settings: Config, wanted: str = "v2") -> Given:
    return Given(allocate(told, settings, [Wish(new, wanted)], TODAY))


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
    # with nothing free behind it, it makes room; what the number left would take is told
    tight = give(told, rule("new", 0, "/v2/a/*"), config(2100, 2101))
    assert (tight.priority, [(move.rule, move.new) for move in tight.moves]) == (2101, [("get", 2100)])
    assert tight.takes == ()
    assert "2100 is free now, but there it takes requests from 2101 get" in tight.notes[-1].reason


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
    assert isinstance(found.found, NoNumber)
    assert found.missing == 1
    assert "no free number after 2100 narrow (/v2/a/b) and before 2101 wide (/v2/*)" in found.reason


def test_same_requests_are_refused() -> None:
    found = give(made(rule("old", 2100, "/v2/a")), rule("new", 0, "/v2/a"), config(2100, 2110))
    assert isinstance(found.found, NoNumber)
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
    assert [(move.rule, move.new) for move in found.moves] == [("y", 2090)]
    crossing = made(rule("x", 2100, "/x*"), rule("y", 2105, "/x/y"))
    found = give(crossing, rule("new", 0, "/v2/a"), contradicting)
    assert isinstance(found.found, NoNumber)
    assert set(found.rules) == {"x", "y"}


def test_notes_on_what_does_not_fit() -> None:
    told = made(rule("x", 2100, "/x"), rule("f", Unknown("var.n"), "/f"))
    found = give(told, rule("new", 0, "/elsewhere"), config(2090, 2110))
    assert any("does not belong to v2" in note.reason for note in found.notes)
    assert any(note.rules == ("f",) for note in found.notes)


def test_unknown_range() -> None:
    with pytest.raises(UsageError, match="no range called"):
        give(made(), rule("new", 0, "/v2/a"), config(1, 2), "v3")


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


def differing(told: Listener, new: Rule) -> list[str]:
    return [item.id for item in told.rules if action_key(item) != action_key(new)]


def granted(told: Listener, new: Rule, world: World, place: Place) -> dict[int, bool | None]:
    """Per cover in the new rule whether it is to answer, by the wish; None: whoever does acts the same."""
    at = {item.id: index for index, item in enumerate(world.rules)}
    region = {item.id: {cover for cover in world.every if cover >> at[item.id] & 1} for item in world.rules}
    mine = region["new"]
    others = differing(told, new)
    wanted: dict[int, bool | None] = {}
    for cover, owner in owners(told, world).items():
        if cover not in mine:
            continue
        if owner and owner not in others:
            wanted[cover] = None
        elif place.rule and owner == place.rule:
            wanted[cover] = place.where == "before"
        elif not owner:
            wanted[cover] = True
        elif place.where in ("first", "last"):
            wanted[cover] = place.where == "first"
        else:
            wanted[cover] = region[owner] > mine
    return wanted


def fulfils(told: Listener, new: Rule, number: int, world: World, wanted: dict[int, bool | None], place: Place) -> bool:
    """Whether at that number the new rule answers all that it is to, and nothing else changes hands; and stands where it was asked to."""
    numbers = {item.id: item.priority for item in told.rules}
    if place.rule and (number < numbers[place.rule]) != (place.where == "before"):
        return False
    before = owners(told, world)
    after = owners(replace(told, rules=(*told.rules, replace(new, priority=number))), world)
    others = {*differing(told, new), ""}
    for cover in world.every:
        same = after[cover] == before[cover]
        if cover not in wanted:
            wrong = not same
        elif wanted[cover] is not None and (after[cover] == "new") != wanted[cover]:
            wrong = True
        else:
            wrong = not same and after[cover] != "new" and after[cover] in others
        if wrong:
            return False
    return True


def hold(told: Listener, new: Rule, settings: Config, place: Place, wanted_range: str) -> str:
    """The answer against all requests there are."""
    found = allocate(told, settings, [Wish(new, wanted_range, place)], TODAY)
    world = World([*told.rules, new, Rule("every", "", 99)], told.load_balancer.ip_address_type == "ipv4")
    at = {item.id: index for index, item in enumerate(world.rules)}
    region = {item.id: {cover for cover in world.every if cover >> at[item.id] & 1} for item in world.rules}
    before, mine = owners(told, world), region["new"]
    others = differing(told, new)
    wanted = granted(told, new, world, place)
    taken = {item.priority for item in told.rules}
    span = range(1, max(taken, default=0) + 4)
    good = [number for number in span if number not in taken and fulfils(told, new, number, world, wanted, place)]
    usable = [number for number in good if (number in settings.ranges[0]) == bool(wanted_range)]
    if isinstance(found, NoNumber):
        refusal = found.refusal
        if "exactly the same" in refusal.reason:
            assert region[refusal.rules[0]] == mine
            return "twin"
        if "answer nothing" in refusal.reason:
            assert not any(wanted.values()) or (place.where == "after" and not usable and region[place.rule] >= mine)
            return "dead"
        assert not usable
        if found.instead is not None:
            _check_moves(told, new, found.instead, world, wanted, place)
            return "instead"
        return "refused"
    (one,) = found.items
    if not mine:
        assert any("empty" in note.reason for note in one.notes)
        return "empty"
    if found.moves:
        assert not usable
        _check_moves(told, new, found, world, wanted, place)
        return "moved"
    # the interval is exactly the numbers that grant the wish
    assert [number for number in span if number not in taken and one.interval[0] <= number <= one.interval[1]] == good
    assert one.priority in good or one.priority >= span.stop
    assert (one.priority in settings.ranges[0]) == bool(wanted_range)
    assert one.priority not in one.alternatives
    assert not set(one.alternatives) & taken
    assert all(one.interval[0] <= number <= one.interval[1] for number in one.alternatives)
    after = owners(replace(told, rules=(*told.rules, replace(new, priority=one.priority))), world)
    assert {item.id for item in one.takes} == {before[cover] for cover in world.every if after[cover] == "new" and before[cover] in others}
    assert {item.id for item in one.loses} == {after[cover] for cover in mine if after[cover] in others and not region[after[cover]] < mine}
    assert set(one.shadows) == {other for other in others if other in before.values() and other not in after.values()}
    assert (one.default is not None) == any(not before[cover] for cover in mine)
    return "free"


def _check_moves(told: Listener, new: Rule, found: Allocations, world: World, wanted: dict[int, bool | None], place: Place) -> None:
    """The moves change no answer, and once they are done the number grants the wish; no fewer do within the same numbers."""
    moved = renumbered(told, {move.rule: move.new for move in found.moves})
    acts = {item.id: action_key(item) for item in told.rules} | {"": None}
    assert all(acts[one] == acts[owner] for one, owner in zip(owners(moved, world).values(), owners(told, world).values(), strict=True))
    (one,) = found.items
    numbers = [item.priority for item in moved.rules] + [one.priority]
    assert len(set(numbers)) == len(numbers)
    assert all(1 <= number <= 50_000 for number in numbers)
    after = owners(replace(moved, rules=(*moved.rules, replace(new, priority=one.priority))), world)
    mine = action_key(new)
    for cover, owner in after.items():
        if wanted.get(cover) is True:
            assert owner == "new" or acts[owner] == mine
        elif wanted.get(cover) is False:
            assert owner != "new"


KINDS = (("path",), ("host", "path"), ("method", "source"), ("header", "path"))
PLACES = ("fit", "fit", "fit", "first", "last", "before", "after")


def random_wish(random: Random, kinds: tuple[str, ...]) -> tuple[Listener, Rule, Place]:
    told = listener(random, kinds, 6)
    apart = random.choice((1, 1, 2))
    told = replace(
        told, rules=tuple(replace(item, priority=place * apart + random.choice((1, 3))) for place, item in enumerate(told.rules))
    )
    numbers = [item.priority for item in told.rules]
    if len(set(numbers)) < len(numbers):
        told = replace(told, rules=tuple(replace(item, priority=place * 2 + 1) for place, item in enumerate(told.rules)))
    new = Rule("new", "new", 0, tuple(condition(random, kind) for kind in kinds), (FixedResponse("200", None, random.choice("xyz")),))
    where = random.choice(PLACES)
    return told, new, Place(where, random.choice(told.rules).id if where in ("before", "after") else "")


def many(kinds: tuple[str, ...], times: int, seed: str) -> set[str]:
    random = Random(f"{seed} {kinds}")
    ends = set()
    for _ in range(times):
        told, new, place = random_wish(random, kinds)
        first = random.randint(1, 6)
        settings = Config(ranges=(Range("r", ((first, first + random.randint(0, 6)),), match=Match(rules=("nobody",))),))
        ends.add(hold(told, new, settings, place, random.choice(("", "r")) if random.random() < 0.5 else ""))
    return ends


@pytest.mark.parametrize("kinds", KINDS, ids="-".join)
def test_small_worlds(kinds: tuple[str, ...]) -> None:
    assert {"free", "moved"} <= many(kinds, 40, "allocate")


@pytest.mark.long
@pytest.mark.parametrize("kinds", KINDS, ids="-".join)
def test_many_small_worlds(kinds: tuple[str, ...]) -> None:
    assert {"free", "moved", "dead"} <= many(kinds, 1_000, "long")

"""Sets of items that decide what conditions on headers share, against requests made at random."""

from random import Random

import pytest

from alb_lint.space import repeats
from alb_lint.space.covers import bits_of
from alb_lint.space.glob import SEPARATOR, matches
from alb_lint.space.repeats import RepeatIndex, single_parameter

WORDS = [a + b for a in "abc" for b in ("", *"abc")]


def made(random: Random) -> tuple[list[tuple[str, tuple[str, ...]]], dict[int, int], RepeatIndex]:
    """Conditions, what each of a few owners needs, and the index of them."""
    names = [f"h{number}" for number in range(random.randint(1, 4))]
    patterns = ["a", "b", "c", "ab", "a*", "*b", "*", "?c", "ba", "c*"]
    conditions = list(
        dict.fromkeys((random.choice(names), tuple(random.sample(patterns, random.randint(1, 3)))) for _ in range(random.randint(1, 9)))
    )
    wanted: dict[int, int] = {}
    for owner in range(random.randint(1, 8)):
        needs = sum({1 << random.randrange(len(conditions)) for _ in range(random.randint(0, 3))})
        wanted[needs] = wanted.get(needs, 0) | 1 << owner
    return conditions, wanted, RepeatIndex(conditions, wanted, False)


def met(conditions: list[tuple[str, tuple[str, ...]]], lines: list[tuple[str, str]]) -> int:
    """The conditions that the lines of a request meet."""
    return sum(
        1 << number
        for number, (name, patterns) in enumerate(conditions)
        if any(line == name and any(matches(pattern, word) for pattern in patterns) for line, word in lines)
    )


def owning(wanted: dict[int, int], satisfied: int) -> int:
    return sum(owners for needs, owners in wanted.items() if needs & ~satisfied == 0)


@pytest.mark.parametrize("channels", [0, 16])
@pytest.mark.parametrize("seed", range(60))
def test_every_request_is_answered_for_by_one_of_the_points(seed: int, channels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever takes all of a point takes no less of the requests that it stands for; whether headers are told apart or not."""
    monkeypatch.setattr(repeats, "_CHANNELS", channels)
    random = Random(f"repeats {seed}")
    conditions, wanted, index = made(random)
    for needs in wanted:
        numbers = list(bits_of(needs))
        points, cut = index.points(numbers)
        assert not cut
        for items, cover in points:
            assert met(conditions, list(items)) & needs == needs
            assert cover == owning(wanted, met(conditions, list(items)))
        for _ in range(60):
            lines = [(random.choice([name for name, _ in conditions]), random.choice(WORDS)) for _ in range(random.randint(0, 4))]
            satisfied = met(conditions, lines)
            if satisfied & needs == needs:
                theirs = owning(wanted, satisfied)
                assert any(cover & ~theirs == 0 for _, cover in points), (lines, points)
            assert index.cover(satisfied) == owning(wanted, satisfied)


@pytest.mark.parametrize("channels", [0, 16])
@pytest.mark.parametrize("seed", range(60))
def test_what_the_items_of_two_points_satisfy_together(seed: int, channels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "_CHANNELS", channels)
    random = Random(f"together {seed}")
    conditions, wanted, index = made(random)
    sides = [index.points(list(bits_of(needs)))[0] for needs in wanted]
    everyone = (1 << 8) - 1
    for mine in sides:
        for theirs in sides:
            avoid = random.randint(0, everyone)
            told = index.together(mine, theirs, avoid)
            possible = [owning(wanted, met(conditions, [*one, *other])) & avoid for one, _ in mine for other, _ in theirs]
            assert told in possible


def test_too_many_ways_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "WAYS_TO_REPEAT", 5)
    conditions = [("h", ("a", "b", "c")), ("h", ("d", "e"))]
    points, cut = RepeatIndex(conditions, {3: 1}, False).points([0, 1])
    assert "more than 5 ways" in cut
    assert len(points) <= 5
    assert not RepeatIndex(conditions, {3: 1}, False).points([1])[1]


def test_a_value_of_many_rules_and_one_of_each_take_no_more_than_their_own() -> None:
    """Rules on three headers, each with a value that many have and one of its own: one way for each header decides a rule."""
    conditions = [(f"h{h}", (f"v{n % 3}", f"w{n}")) for n in range(50) for h in range(3)]
    index = RepeatIndex(conditions, {7 << 3 * n: 1 << n for n in range(50)}, False)
    points, cut = index.points([0, 1, 2])
    assert [cover for _, cover in points] == [1]
    assert not cut
    both, cut = index.points([0, 1, 2, 9, 10, 11])
    assert not cut
    assert len(both) == 8
    assert min(cover for _, cover in both) == 0b1001


PAIRS = [SEPARATOR.join((key, value)) for key in ("k", "l", "*") for value in ("a", "b", "a*")]


@pytest.mark.parametrize("parameters", [False, True])
def test_whom_one_request_without_a_repeat_meets(parameters: bool) -> None:
    """Of the owners that `told` names, `clashing` names those with whom every request that both match repeats something, and no others."""
    said = [0, 0]
    for seed in range(100):
        random = Random(f"clashing {seed}")
        channels = ["" if parameters else f"h{number}" for number in range(3)]
        values = PAIRS if parameters else ["a", "b", "c", "a*", "*b", "*"]
        conditions = list(dict.fromkeys((random.choice(channels), tuple(random.sample(values, random.randint(1, 2)))) for _ in range(8)))
        needed = [sum({1 << random.randrange(len(conditions)) for _ in range(random.randint(0, 3))}) for _ in range(10)]
        index = RepeatIndex(conditions, {needs: 1 << owner for owner, needs in enumerate(dict.fromkeys(needed))}, False)
        for mine in needed:
            told, clashing = index.told(list(bits_of(mine))), index.clashing(list(bits_of(mine)))
            for owner, theirs in enumerate(dict.fromkeys(needed)):
                numbers = list(bits_of(mine | theirs))
                groups = [[tuple(pattern.split(SEPARATOR)) for pattern in conditions[number][1]] for number in numbers]
                once = single_parameter(groups) if parameters else index.single_header(numbers, False)  # type: ignore[arg-type]  # two parts each
                if clashing >> owner & 1:
                    assert not once
                if told >> owner & 1:
                    said[once] += 1
                    assert once or clashing >> owner & 1, (seed, conditions, mine, theirs)
    assert min(said) > 20

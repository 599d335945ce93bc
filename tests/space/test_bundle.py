"""Regexes and globs side by side, against every word over a tiny alphabet."""

from functools import reduce
from itertools import product
from operator import or_
from random import Random

import pytest

from alb_lint.space.budget import OutOfBudget
from alb_lint.space.bundle import Bundle
from alb_lint.space.covers import Unions, bits_of
from alb_lint.space.glob import canonical, matches
from alb_lint.space.hunt import Purse, deciding, leaving, only_in, share_a_text
from alb_lint.space.mixed import Mixed
from alb_lint.space.regex import Reading, Regex, Unreadable, compiled
from alb_lint.space.strands import Pattern
from regexes import a_regex

WORDS = ["".join(word) for length in range(5) for word in product("aB1/", repeat=length)]
STEPS = 200_000


def a_pattern(random: Random) -> Pattern:
    while random.random() < 0.7:
        try:
            return Regex(a_regex(random), Reading(random.random() < 0.5, random.random() < 0.3))
        except Unreadable:
            continue
    return canonical("".join(random.choice("aB*?1/") for _ in range(4)))


def takes(pattern: Pattern, word: str, folded: bool) -> bool:
    if isinstance(pattern, Regex):
        return pattern.matches(word)
    return matches(pattern.lower(), word.lower()) if folded else matches(pattern, word)


@pytest.mark.parametrize("seed", range(20))
def test_what_a_regex_needs_stands_in_all_that_it_takes(seed: int) -> None:
    random = Random(seed)
    seen = 0
    while seen < 15:
        pattern = a_pattern(random)
        if isinstance(pattern, Regex):
            seen += 1
            needed = {chr(code) for code in bits_of(pattern.needed())}
            assert all(needed <= set(word) for word in WORDS if pattern.matches(word)), pattern


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("/v[0-9]+/thing", "/ghintv"),
        ("^/(api|v1)/x$", "/x"),
        ("a*b", "b"),
        ("a+|ab", "a"),
        ("(a|b)c{2}", "c"),
        ("a{0,3}", ""),
        (".*", ""),
        ("[a]", "a"),
        ("a(?:^b)", "ab"),  # takes nothing
    ],
)
def test_what_a_regex_needs(pattern: str, needed: str) -> None:
    assert "".join(chr(code) for code in bits_of(Regex(pattern, Reading()).needed())) == needed


def world(random: Random) -> tuple[list[Pattern], bool, str, dict[str, int]]:
    """Patterns, whether globs heed no case, how each text begins, and who takes each word."""
    patterns = list(dict.fromkeys(a_pattern(random) for _ in range(6)))
    folded, first = random.random() < 0.4, random.choice(["", "/"])
    covers = {
        word: sum(1 << place for place, pattern in enumerate(patterns) if takes(pattern, word, folded))
        for word in WORDS
        if word.startswith(first)
    }
    return patterns, folded, first, covers


@pytest.mark.parametrize("seed", range(4))
def test_a_bundle_says_what_its_patterns_say(seed: int) -> None:
    random = Random(seed)
    for _ in range(40):
        patterns, folded, first, covers = world(random)
        bundle = Bundle(patterns, folded, first)
        assert {word: bundle.takers(word) for word in covers} == covers
        for one in range(len(patterns)):
            met = bundle.meeting(one, sum(bundle.whole))
            assert all(not cover >> one & 1 or not cover & ~met for cover in covers.values())
            for other in range(len(patterns)):
                shared = leaving(bundle, (patterns[one], patterns[other]), 0, Purse(STEPS))
                assert (shared is not None) == bool(met >> other & 1)
                if not first:
                    assert share_a_text((patterns[one], patterns[other]), folded) == (shared is not None)


def test_many_that_take_a_text() -> None:
    random = Random(9)
    patterns = list(dict.fromkeys(a_pattern(random) for _ in range(600)))
    bundle = Bundle(patterns, False)
    counts = []
    for word in WORDS:
        takers = [place for place, pattern in enumerate(patterns) if takes(pattern, word, False)]
        assert bundle.takers(word) == sum([1 << place for place in takers])
        counts.append(len(takers))
    assert min(counts) < 64  # both ways of picking them are taken
    assert max(counts) > 100


def test_unions() -> None:
    random = Random(3)
    covers = [random.getrandbits(40) & random.getrandbits(40) for _ in range(100)]
    unions = Unions(covers)
    for _ in range(300):
        chosen = random.getrandbits(100) & random.choice((-1, random.getrandbits(100) & random.getrandbits(100)))
        assert unions.of(chosen) == reduce(or_, [covers[place] for place in range(100) if chosen >> place & 1], 0)


@pytest.mark.parametrize("seed", range(4))
def test_texts_are_found_exactly_where_there_are_any(seed: int) -> None:
    random = Random(seed + 100)
    for _ in range(40):
        patterns, folded, first, covers = world(random)
        bundle = Bundle(patterns, folded, first)
        for one, other in product(range(len(patterns)), repeat=2):
            both = 1 << one | 1 << other
            avoid = random.getrandbits(len(patterns)) & random.getrandbits(len(patterns))
            strands = bundle.positions_of(place for place in range(len(patterns)) if avoid >> place & 1)
            found = leaving(bundle, (patterns[one], patterns[other]), strands, Purse(STEPS))
            there = [word for word, cover in covers.items() if cover & both == both and not cover & avoid]
            assert found is not None or not there, (patterns, one, other, avoid)
            if found is not None:
                cover = bundle.takers(found)
                assert cover & both == both
                assert not cover & avoid
                assert found.startswith(first)
            told = [bundle.takers(text) for text in deciding(bundle, (patterns[one], patterns[other]), sum(bundle.whole), Purse(STEPS))]
            assert all(cover & both == both for cover in told)
            assert all(any(known & cover == known for known in told) for cover in covers.values() if cover & both == both)


@pytest.mark.parametrize("seed", range(4))
def test_points_decide_every_question(seed: int) -> None:
    random = Random(seed + 200)
    for _ in range(60):
        patterns, folded, first, covers = world(random)
        owners = {pattern: 1 << random.randrange(4) | 1 << random.randrange(4) for pattern in patterns}
        mixed = Mixed(owners, "/*" if first else "*", folded)
        owned = {
            word: sum(
                1 << bit
                for bit in range(4)
                if any(owners[patterns[place]] >> bit & cover >> place & 1 for place in range(6) if place < len(patterns))
            )
            for word, cover in covers.items()
        }
        for one, other in product(patterns, repeat=2):
            both = 1 << patterns.index(one) | 1 << patterns.index(other)
            points, cut = mixed.points(one, other)
            assert not cut
            there = {owned[word] for word, cover in covers.items() if cover & both == both}
            assert all(any(bits & cover == bits for _, bits in points) for cover in there), (patterns, one, other)
            for avoid in random.sample(range(16), 16):  # what is known of one question answers others
                there_is = any(not bits & avoid for _, bits in points)
                assert there_is <= (mixed.left_with((one,), avoid) & owners[other] == owners[other]), (patterns, one, other, avoid)
                found = mixed.seek(one, other, avoid)
                assert (found is not None) == there_is, (patterns, one, other, avoid)
                assert found is None or not found[1] & avoid
                assert found is None or mixed.least((one,), (other,), avoid) == 0
                assert there_is or not avoid or mixed.least((one,), (other,), avoid)
                assert mixed.shown((one,), (other,), avoid) is not None or not there_is


def test_what_lies_in_one_and_not_in_the_other() -> None:
    searched, whole = compiled("/x", Reading(True, False)), compiled("/x", Reading(False, False))
    told = only_in(searched, whole, "/")
    assert told is not None
    assert searched.matches(told)
    assert not whole.matches(told)
    assert only_in(whole, searched) is None


def test_the_budget_ends_the_work() -> None:
    # each of 2 ** 14 words is taken by 14 of 28 patterns, and by others than every other word
    patterns = [compiled(f"(a|b)*{letter}(a|b){{{count}}}", Reading(False, False)) for count in range(14) for letter in "ab"]
    word = compiled("(a|b){14}", Reading(False, False))
    bundle = Bundle([word, *patterns], False)
    with pytest.raises(OutOfBudget):
        deciding(bundle, (word,), sum(bundle.whole[1:]), Purse(STEPS))
    mixed = Mixed({pattern: 1 << place for place, pattern in enumerate((word, *patterns))}, "*", False)
    points, cut = mixed.points(word, word)
    assert "more than" in cut
    assert points
    assert all(word.matches(text) for text, _ in points)
    assert mixed.seek(word, word, (1 << 29) - 2 - sum(1 << place for place in range(1, 29, 2))) is not None


def test_a_text_that_all_others_leave_is_found_among_many() -> None:
    patterns = [compiled(f"(a|b)*a(a|b){{{count}}}", Reading(False, False)) for count in range(1, 40)]
    mixed = Mixed({pattern: 1 << place for place, pattern in enumerate(patterns)}, "*", False)
    for place, pattern in enumerate(patterns):
        assert [bits for _, bits in mixed.points(pattern, pattern)[0]] == [1 << place]

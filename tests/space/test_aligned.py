"""What the index tells by places and by one word, against globs looked at pair by pair."""

from random import Random

import pytest

from alb_lint.space.aligned import Aligned
from alb_lint.space.covers import bits_of
from alb_lint.space.glob import canonical, common_at_hand, matches, overlaps
from alb_lint.space.text import TextIndex


def globs(random: Random, letters: str = "ab/?**") -> list[str]:
    return sorted(
        {canonical("/" + "".join(random.choice(letters) for _ in range(random.randint(0, 7)))) for _ in range(random.randint(2, 24))}
    )


def owned(random: Random, patterns: list[str]) -> dict[str, int]:
    """Each pattern with one to three owners, so that an owner may have several."""
    return {pattern: sum({1 << random.randrange(9) for _ in range(random.randint(1, 3))}) for pattern in patterns}


def of(owners: dict[str, int], chosen: list[str]) -> set[int]:
    return {owner for pattern in chosen for owner in bits_of(owners[pattern])}


@pytest.mark.parametrize(
    ("one", "other"),
    [("/a?*", "/?b*x"), ("/a*b", "/*?"), ("/?", "/a*"), ("/v?/x*", "/v1*/y"), ("/*a*b", "/*b*a"), ("/ab*", "/a?c*")],
)
def test_rows(one: str, other: str) -> None:
    index = TextIndex({one: 1, other: 2})
    assert (index.meets(one)[0] == 3) == overlaps(one, other)


@pytest.mark.parametrize("seed", range(150))
def test_agreeing_ends_are_a_shared_word(seed: int) -> None:
    random = Random(f"ends {seed}")
    patterns = globs(random)
    owners = owned(random, patterns)
    starred = [pattern for pattern in patterns if "*" in pattern]
    table = Aligned((pattern, owners[pattern]) for pattern in starred)
    for pattern in starred:
        assert set(bits_of(table.touching(pattern))) == of(owners, [other for other in starred if overlaps(pattern, other)])
    index = TextIndex(owners)
    for pattern in patterns:
        assert set(bits_of(index.meets(pattern)[0])) == of(owners, [other for other in patterns if overlaps(pattern, other)])
        word = pattern.replace("*", "ab").replace("?", "a")
        assert set(bits_of(index.cover(word))) == of(owners, [other for other in patterns if matches(other, word)])


@pytest.mark.parametrize("seed", range(150))
def test_one_word_says_no_more_than_all_of_them(seed: int) -> None:
    random = Random(f"left {seed}")
    patterns = globs(random)
    owners = owned(random, patterns)
    index, everyone = TextIndex(owners), 0b111111111
    for one in patterns:
        for other in patterns:
            words, cut = index.points(one, other) if one != other else index.points(one)
            left = index.left((one,), (other,), everyone)
            assert cut or left == everyone or any(not cover & ~left for _, cover in words)
            for word in common_at_hand(one, other):
                assert matches(one, word)
                assert matches(other, word)
                assert words or cut

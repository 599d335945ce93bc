"""Globs, regexes and addresses against the obvious: Python's re, and every word over a tiny alphabet."""

import re
from itertools import product
from random import Random

import pytest

from alb_lint.space import addresses
from alb_lint.space.addresses import AddressIndex, block
from alb_lint.space.budget import OutOfBudget
from alb_lint.space.covers import minimal
from alb_lint.space.glob import canonical, common_words, matches, overlaps, shape, share_a_word
from alb_lint.space.regex import Reading, Regex, Unreadable
from regexes import a_regex

WORDS = ["".join(word) for length in range(8) for word in product("abz", repeat=length)]


def language(glob: str, known: dict[str, frozenset[str]]) -> frozenset[str]:
    if glob not in known:
        pattern = re.compile("".join({"*": ".*", "?": "."}.get(token, re.escape(token)) for token in glob))
        known[glob] = frozenset(word for word in WORDS if pattern.fullmatch(word))
    return known[glob]


def a_glob(random: Random) -> str:
    return canonical("".join(random.choice("ab**??") for _ in range(random.randint(0, 5))))


def covered(word: str, globs: list[str]) -> frozenset[str]:
    return frozenset(glob for glob in globs if matches(glob, word))


@pytest.mark.parametrize("seed", range(4))
def test_common_words_decide_every_question(seed: int) -> None:
    random, known = Random(seed), {}
    for _ in range(250):
        a, b = a_glob(random), a_glob(random)
        shared = language(a, known) & language(b, known)
        assert overlaps(a, b) == bool(shared)
        others = [a_glob(random) for _ in range(3)]
        words = common_words(a, b, tuple(glob for glob in others if "?" in glob))
        assert bool(words) == bool(shared)
        assert all(matches(a, word) and matches(b, word) for word in words)
        mine = {covered(word, others) for word in words}
        theirs = {frozenset(glob for glob in others if word in language(glob, known)) for word in shared}
        assert all(any(small <= cover for small in mine) for cover in theirs)
        together = shared & language(others[0], known) & language(others[1], known)
        assert share_a_word((a, b, others[0], others[1])) == bool(together)


@pytest.mark.parametrize("seed", range(4))
def test_a_word_lies_in_a_glob_where_re_says_so(seed: int) -> None:
    random, known = Random(seed), {}
    for _ in range(150):
        glob = canonical("".join(random.choice("aab***???") for _ in range(random.randint(0, 8))))
        assert {word for word in WORDS if matches(glob, word)} == language(glob, known), glob


def test_canonical_forms_are_one() -> None:
    assert canonical("a**?*b?*?") == "a?*b??*"
    assert canonical("/plain") == "/plain"
    assert shape("/a*").prefix == "/a"


def test_runs_of_question_marks_stay_within_the_budget() -> None:
    nested = tuple("?" * count for count in range(1, 41))
    assert len(common_words("*", "*", nested)) < 100
    with pytest.raises(OutOfBudget):
        common_words("*a" * 20, "*b" * 20, (), cap=1_000)


def test_regexes_are_what_re_says() -> None:
    random = Random(7)
    words = ["".join(word) for length in range(5) for word in product("aB1/", repeat=length)]
    read = 0
    for _ in range(700):
        pattern = a_regex(random)
        for reading in (Reading(True), Reading(False), Reading(True, True), Reading(False, True)):
            try:
                mine = Regex(pattern, reading)
            except Unreadable:
                continue
            read += 1
            theirs = re.compile(pattern, re.IGNORECASE if reading.ignore_case else 0)
            for word in random.sample(words, 20):
                found = (theirs.search if reading.anywhere else theirs.fullmatch)(word)
                assert mine.matches(word) == bool(found), (pattern, reading, word)
    assert read > 2_000


@pytest.mark.parametrize(
    "pattern",
    [
        "(?=a)",
        "(?!a)",
        "(?<=a)b",
        r"(a)\1",
        "a*+",
        "(?>a)",
        r"\p{L}",
        "(?i)a",
        "a{2,1}",
        "(",
        "[a",
        "a{1000}{1000}",
        "(" * 60 + ")" * 60,
        "é",
        "*a",
        "[[:alpha:]]",
    ],
)
def test_what_the_dialect_lacks_is_unreadable(pattern: str) -> None:
    with pytest.raises(Unreadable):
        Regex(pattern, Reading())


def test_addresses_against_every_address_of_a_small_block() -> None:
    random = Random(3)
    for _ in range(200):
        texts = [
            f"10.0.0.{random.randrange(0, 256) & ~((1 << (32 - length)) - 1)}/{length}"
            for length in (random.randint(24, 31) for _ in range(5))
        ]
        blocks = {item: 1 << place for place, item in enumerate(dict.fromkeys(block(text) for text in texts)) if item is not None}
        index = AddressIndex(blocks)
        every = [(4, 0x0A000000 + low) for low in range(256)]
        for item in blocks:
            mine = [address for address in every if addresses.contains(item, (4, address[1], 32))]
            expected = {cover for _, cover in minimal([(address, index.cover(address)) for address in mine])}
            assert {cover for _, cover in index.points(item)} == expected
            assert index.meets(item) == sum(
                bit for other, bit in blocks.items() if any(addresses.contains(other, (4, at, 32)) for _, at in mine)
            )


@pytest.mark.parametrize(
    ("text", "expected"), [("10.0.0.5/8", (4, 0x0A000000, 8)), ("::/0", (6, 0, 0)), ("10.0.0.0/33", None), ("x", None), ("", None)]
)
def test_blocks(text: str, expected: object) -> None:
    assert block(text) == expected

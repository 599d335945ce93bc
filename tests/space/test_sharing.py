"""Whether two texts with symbols may share a word, against all short texts that the symbols may be."""

from itertools import product
from random import Random

import pytest

from alb_lint.space.beginnings import Beginnings
from alb_lint.space.glob import FRESH, overlaps
from alb_lint.space.letters import TAIL, is_letter, letter_of, may_hold
from alb_lint.space.sharing import may_share
from alb_lint.symbols import Symbol

D, E = (letter_of(Symbol(f"sharing:{name}", name, plain=True)) for name in "de")
HOST = letter_of(Symbol("sharing:h", "h", plain=True, host=True))
TEXTS = ["".join(chosen) for size in range(5) for chosen in product("ab.", repeat=size)]
SHORT = ["".join(chosen) for size in range(3) for chosen in product("ab/", repeat=size)]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (D, f"x.{D}", False),
        (D, f"*.{D}", False),
        (D, f"*{D}", True),
        (D, f"{D}?", False),
        (f"a.{D}.b", f"a{D}", False),
        (f"a{D}", f"{D}a", True),  # d may be a
        (f"a{D}", f"{D}b", False),  # as many a on both sides
        (f"ab{D}", f"{D}ba", True),  # d may be a
        (f"ab{D}", f"{D}ab", True),
        (f"*.{D}", f"b.{D}a", False),
        (f"*.{D}", f"b..{D}", True),
        (f"a?{D}", f"{D}ba", True),
        (f"a{D}{E}", f"{E}{D}", False),
        (f"{D}{E}", f"{E}{D}", True),
        (D, f"x.{E}", True),
        (f"x.{D}", f"*.{D}.{E}", False),  # as long only where the star and e are empty
        (f"x.{D}", f"*{D}{E}", True),
        (D, f"{D}{E}.", False),
        (f"/a{HOST}", "/a/*", False),
        (f"/a{D}", "/a/*", True),
        (f"/{HOST}*", "/a/*", True),
        (f"/{HOST}", "/a/b", False),
        (f"{FRESH}{D}", f"{D}{FRESH}", True),  # d may be empty
        (f"{FRESH}a{D}", f"{D}a{FRESH}", False),
    ],
)
def test_what_may_be_shared(one: str, other: str, expected: bool) -> None:
    assert (may_share(one, other), may_share(other, one), may_share(one[::-1], other[::-1])) == (expected,) * 3


def told(glob: str, values: dict[str, str]) -> str:
    return "".join(values.get(character, character) for character in glob)


def shared(one: str, other: str, texts: list[str]) -> bool:
    letters = sorted(set(filter(is_letter, one + other)))
    fitting = [[text for text in texts if all(may_hold(letter, character) for character in text)] for letter in letters]
    valuations = (dict(zip(letters, chosen, strict=True)) for chosen in product(*fitting))
    return any(overlaps(told(one, values), told(other, values)) for values in valuations)


@pytest.mark.parametrize("seed", range(3))
def test_one_symbol_of_one_length_is_decided_exactly(seed: int) -> None:
    """Where the symbol stands once in each and no star is left, both answers are right."""
    random = Random(seed)
    for _ in range(60):
        size = random.randrange(1, 4)
        one, other = ("".join(random.choices("ab.?", k=size)) for _ in range(2))
        one, other = (text[:at] + D + text[at:] for text, at in ((one, random.randint(0, size)), (other, random.randint(0, size))))
        assert may_share(one, other) == shared(one, other, TEXTS), (one, other)


@pytest.mark.parametrize("seed", range(3))
def test_no_is_never_wrong(seed: int) -> None:
    random = Random(seed)
    for _ in range(80):
        one, other = ("".join(random.choices(["a", "b", "/", "*", "?", D, D, E, HOST], k=random.randint(1, 5))) for _ in range(2))
        if shared(one, other, SHORT):
            assert may_share(one, other), (one, other)


def test_what_follows_the_slash_of_a_path_is_a_letter_of_its_own() -> None:
    symbol = Symbol("sharing:p", "p", plain=True)
    assert letter_of(symbol, TAIL) != letter_of(symbol)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_where_they_begin_leaves_out_none_that_may_share(seed: int, turned: bool) -> None:
    random = Random(seed)
    tokens = ["a", "a", "b", "/", "*", "?", D, D, E, HOST]
    texts = ["".join(random.choices(tokens, k=random.randint(0, 5))) for _ in range(120)]
    told = [text[::-1] for text in texts] if turned else texts
    beginnings = Beginnings((text, number) for number, text in enumerate(told))
    left_out = 0
    for text, asked in zip(texts, told, strict=True):
        agreeing = beginnings.agreeing(asked)
        for number, other in enumerate(texts):
            assert agreeing >> number & 1 or not may_share(text, other), (text, other)
            left_out += not agreeing >> number & 1
    assert left_out > 500

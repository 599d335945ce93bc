"""Texts that may share a word with another one for how they begin, against `may_share` of each pair."""

from random import Random

import pytest

from alb_lint.space.below import Below
from alb_lint.space.glob import FRESH, canonical
from alb_lint.space.letters import has_letter, letter_of
from alb_lint.space.sharing import may_share
from alb_lint.space.text import TextIndex
from alb_lint.symbols import Symbol

D, E = (letter_of(Symbol(f"below:{name}", name, plain=True)) for name in "de")
WHOLE = letter_of(Symbol("below:w", "w"))
HOST = letter_of(Symbol("below:h", "h", plain=True, host=True))


def texts_of(random: Random, count: int) -> list[str]:
    tokens = ["a", "a", "b", "/", "*", "?", FRESH, D, D, E, WHOLE, HOST]
    found = ["".join(random.choices(tokens, k=random.randint(0, 5))) + random.choice(["", "", "*"]) for _ in range(count)]
    return list(dict.fromkeys(map(canonical, found)))


@pytest.mark.parametrize(
    ("glob", "text", "expected"),
    [
        ("/a/*", f"/{D}/b", True),
        ("/a/*", f"/a/b/{D}", True),
        ("/a/*", f"/b/{D}", False),
        ("/a/*", f"/{HOST}/b", False),
        ("/a*", f"/{HOST}/b", True),
        ("*", f"/{HOST}/b", True),
        ("/a/b", f"/{D}", False),
        (f"/{E}*", f"/{D}", False),
        ("/a/*", "/a/b", False),
        ("/a/*", f"/?{D}", False),
    ],
)
def test_one_text_begins_as_the_other_does(glob: str, text: str, expected: bool) -> None:
    found = ((0, 0), (0b1, 0b100))[expected]
    assert Below([(text, 0, 0b100)]).of(glob) == found
    assert Below([(glob, 0, 0b100)]).of(text) == found


@pytest.mark.parametrize("seed", range(3))
def test_all_that_are_found_may_share_a_word(seed: int) -> None:
    random = Random(seed)
    texts = texts_of(random, 200)
    below = Below((text, number, 1 << number // 2) for number, text in enumerate(texts))
    found = 0
    for text in texts:
        numbers, owners = below.of(text)
        assert owners == sum({1 << number // 2 for number in range(len(texts)) if numbers >> number & 1})
        for number, other in enumerate(texts):
            if numbers >> number & 1:
                found += 1
                assert may_share(text, other), (text, other)
    assert found > 500


@pytest.mark.parametrize("count", [8, 60, 400])
@pytest.mark.parametrize("seed", range(3))
def test_the_index_names_those_that_may_share_a_word(seed: int, count: int) -> None:
    """However many they are, and whatever is looked up rather than compared."""
    random = Random(seed)
    texts = texts_of(random, count)
    owners = {text: 1 << random.randrange(count) | 1 << random.randrange(count) for text in texts}
    index = TextIndex(owners)
    for text in texts:
        found, unsure = index.meets(text)
        expected = 0
        for other, bits in owners.items():
            if (has_letter(text) or has_letter(other)) and may_share(text, other):
                expected |= bits
        assert unsure == expected & ~found, text

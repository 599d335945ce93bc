"""Patterns with symbols that may share a word: the same however many patterns there are, and never fewer."""

from random import Random

import pytest

from alb_lint.space import text
from alb_lint.space.letters import has_letter, letter_of, loosened
from alb_lint.space.sharing import may_share
from alb_lint.space.text import TextIndex
from alb_lint.symbols import Symbol

LETTERS = [letter_of(Symbol(f"letters:{name}", name)) for name in "abc"]


def glob(random: Random) -> str:
    return "".join(random.choice(["a", "b", ".", "*", *LETTERS]) for _ in range(random.randint(1, 4)))


@pytest.mark.parametrize(
    ("given", "found"),
    [("a", "a"), (f"a{LETTERS[0]}b", "a*b"), (f"{LETTERS[0]}{LETTERS[1]}", "*"), (f"*{LETTERS[0]}*", "*"), (f"?{LETTERS[0]}", "?*")],
)
def test_a_symbol_is_any_text(given: str, found: str) -> None:
    assert loosened(given) == found


@pytest.mark.parametrize("seed", range(40))
def test_who_may_meet_is_found_by_ends_as_one_by_one(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    random = Random(seed)
    globs = sorted({glob(random) for _ in range(30)})
    owners = {one: 1 << place for place, one in enumerate(globs)}
    asked = [glob(random) for _ in range(20)]
    slow = [sum(owners[one] for one in globs if may_share(one, word) and (has_letter(one) or has_letter(word))) for word in asked]
    monkeypatch.setattr(text, "_FEW_SYMBOLIC", 5)
    few = [TextIndex(owners)._perhaps(word, 0) for word in asked]
    assert few == slow
    monkeypatch.setattr(text, "_MANY_SYMBOLIC", 5)
    many = [TextIndex(owners)._perhaps(word, 0) for word in asked]
    assert all(told & ~found == 0 for told, found in zip(slow, many, strict=True))

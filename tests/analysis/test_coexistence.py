"""Which rules exist together, all at once, against each two of them."""

from random import Random

import pytest

from alb_lint.analysis.coexistence import Coexistence
from alb_lint.presence import All, Apart, Presence, Some, exclusive, facts_of, implies, never, spelled_out


def a_presence(random: Random) -> Presence:
    def literal() -> tuple[str, bool]:
        return random.choice(("a", "b", "c", 'd == "x"', 'd == "y"', 'd == "z"')), random.random() < 0.6

    parts = [literal() for _ in range(random.randint(1, 3))]
    if random.random() < 0.3:
        parts.append(Some((literal(), literal())))
    return facts_of(All(tuple(parts))) or ()


@pytest.mark.parametrize("seed", range(10))
def test_all_at_once_as_one_by_one(seed: int) -> None:
    random = Random(seed)
    odd = 0
    for _ in range(20):
        told = spelled_out((a_presence(random) for _ in range(14)), lambda text: "d" if text.startswith("d ") else None)
        presences = {place: presence for place, presence in enumerate(told.values()) if presence}
        odd += sum(any(isinstance(fact, Apart) for fact in presence) for presence in presences.values())
        together = Coexistence(presences)
        for mine in (*presences.values(), ()):
            assert not never(mine)
            if mine:
                assert together.excluded(mine) == sum(1 << place for place, other in presences.items() if exclusive(mine, other))
            assert together.implied(mine) == sum(1 << place for place, other in presences.items() if implies(mine, other))
    assert odd >= 5


def test_what_never_holds_and_what_always_does() -> None:
    never_there: Presence = facts_of(All((("a", True), ("a", False)))) or ()
    always: Presence = (Apart(('d == "x"', 'd == "y"')),)
    together = Coexistence({0: never_there, 1: always, 2: (("b", True),)})
    assert together.excluded((("b", True),)) == 0b001
    assert together.excluded(never_there) == 0b111
    assert together.implied((("c", True),)) == 0b010
    assert together.implied(never_there) == 0b111

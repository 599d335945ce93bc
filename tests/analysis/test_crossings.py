"""How many pairs of rules that cross are listed."""

import pytest

from alb_lint.analysis.crossings import PAIRS, crossings, pairs_each
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.model import Listener
from shorthand import listener


def meeting(rules: int) -> Listener:
    """Rules that all meet."""
    return listener(*[f"{number} path=*x{number}y* -> t{number}" for number in range(1, rules + 1)])


@pytest.mark.parametrize(
    ("counts", "each"),
    [
        ([], PAIRS),
        ([20_000], PAIRS),
        ([2_000] * 3, PAIRS),
        ([2_000] * 4, 750_000),
        ([100] * 1_000, PAIRS),
        ([500] * 60, 50_000),
        ([500] * 60 + [100] * 100, 41_750),
    ],
)
def test_pairs_that_each_listener_of_a_run_may_list(counts: list[int], each: int) -> None:
    one = meeting(1).rules[0]
    assert pairs_each([Listener(f"L{at}", "", (one,) * count) for at, count in enumerate(counts)]) == each


def test_of_more_pairs_some_are_listed_and_the_rest_is_said() -> None:
    facts = ListenerFacts(meeting(10))
    assert sum(bits.bit_count() for bits in crossings(facts).plain.values()) == 90
    assert not crossings(facts).left
    some = crossings(facts, 10)
    assert 20 <= sum(bits.bit_count() for bits in some.plain.values()) < 90
    assert some.left
    assert all(some.plain[first] & bits == some.plain[first] for first, bits in crossings(facts).plain.items() if first in some.plain)

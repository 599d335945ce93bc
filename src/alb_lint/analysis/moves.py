"""What becomes of a listener where one rule has another number; exact, or not told."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from itertools import accumulate
from operator import or_
from typing import Final
from weakref import WeakKeyDictionary

from alb_lint.analysis.facts import ListenerFacts, Undecided
from alb_lint.model.limits import PRIORITY_MAX
from alb_lint.record import record
from alb_lint.space.covers import bits_of

_MOST: Final = 60
"""Rules that a move passes, up to which it is tried: the help of one finding must not cost more than the check."""
_WORK: Final = 400_000
"""Rules that share requests with the one that moves, times all rules, up to which a move is tried: of thousands that all meet, none is."""
_FAR: Final = 200
"""Numbers beside a rule that are looked at for a free one."""


def _any(_number: int) -> bool:
    return True


@record
class Move:
    """`works`: the rule is reached there, and every rule that is reached today still is. `hides`: the position of one that no request would
    reach. `free`: a number that nobody holds, at which it stands just so: before the blocker, and behind all that it would take from otherwise.
    """

    works: bool
    hides: int | None = None
    free: int | None = None


def move_before(facts: ListenerFacts, index: int, blocker: int, allowed: Callable[[int], bool] = _any) -> Move | None:
    """What putting rule `index`, which no request reaches, right before `blocker` does; None where that is not told. `allowed`: for `free`."""
    first = facts.rules[blocker].priority
    if not isinstance(first, int):
        return None
    free = _free(facts, index, range(first - 1, max(0, first - _FAR), -1), allowed)
    moved = _moved(facts, index, 2 * first - 1 if free is None else 2 * free)
    if moved is None:
        return None
    hidden, reached = moved
    works = hidden is None and reached
    return Move(works, hidden, free if works else None)


def free_beside(facts: ListenerFacts, index: int, other: int, allowed: Callable[[int], bool] = _any) -> int | None:
    """A free and allowed number for rule `index`, which claims that of `other`, at which no request is lost to either, nor any to a third; proved."""
    number = facts.rules[other].priority
    both = facts.may_meet[index] & facts.may_meet[other]
    if not isinstance(number, int) or _redundant(facts, both & ~facts.acting_alike(other)):
        return None
    for numbers in (range(number + 1, min(PRIORITY_MAX, number + _FAR) + 1), range(number - 1, max(0, number - _FAR), -1)):
        free = _free(facts, index, numbers, allowed)
        moved = _moved(facts, index, 2 * free) if free is not None else None
        if moved == (None, True):
            return free
    return None


def _moved(facts: ListenerFacts, index: int, place: int) -> tuple[int | None, bool] | None:
    """(the position of a rule that would lose its requests, whether rule `index` is reached) with that at `place`, in twice the numbers, so that
    there is one between any two; None where numbers are not known, it is undecided for a rule, or there is too much to look at.
    """
    near = facts.may_meet[index] & ~(1 << index)
    numbers = _numbers(facts)
    if facts.may_meet[index].bit_count() * facts.count > _WORK or (near | 1 << index) & numbers.none:
        return None
    before, later = near & numbers.below(place), near & numbers.above(place)
    if _redundant(facts, later & ~facts.acting_alike(index)):
        return None  # it would be answered otherwise, and no rule would be found redundant for it any more
    passed = [other for other in bits_of(later & ~facts.compiled.later[index]) if not _stays_reached(facts, other, index)]
    if len(passed) > _MOST:
        return None
    doubt = False
    for other in passed:
        left = facts.exists((other,), (facts.compiled.may_precede(other) | 1 << index) & ~facts.excluded(other))
        if left is False and facts.reach(other).state != "empty":
            return other, False
        doubt = doubt or isinstance(left, Undecided)
    reached = facts.exists((index,), before & ~facts.excluded(index))
    return None if doubt or isinstance(reached, Undecided) else (None, reached)


@record
class _Numbers:
    """The numbers that rules hold, ascending, for each the rules that hold it or a lower one, and the rules without a known number."""

    held: tuple[int, ...]
    up_to: tuple[int, ...]
    none: int

    def below(self, place: int) -> int:
        """Rules whose number, doubled, is below the place."""
        at = bisect_left(self.held, place, key=_twice)
        return self.up_to[at - 1] if at else 0

    def above(self, place: int) -> int:
        at = bisect_right(self.held, place, key=_twice)
        return self.up_to[-1] & ~(self.up_to[at - 1] if at else 0) if self.up_to else 0


def _twice(number: int) -> int:
    return 2 * number


_HELD: "WeakKeyDictionary[ListenerFacts, _Numbers]" = WeakKeyDictionary()


def _numbers(facts: ListenerFacts) -> _Numbers:
    known = _HELD.get(facts)
    if known is None:
        held = sorted(facts.holders)
        up_to = tuple(accumulate([facts.holders[number] for number in held], or_))
        known = _HELD[facts] = _Numbers(tuple(held), up_to, facts.compiled.everything & ~(up_to[-1] if up_to else 0))
    return known


_ASKED: "WeakKeyDictionary[ListenerFacts, tuple[int, int]]" = WeakKeyDictionary()
"""The rules that were asked for so far, and those of them that are redundant."""


def _redundant(facts: ListenerFacts, others: int) -> bool:
    """Whether one of the others is not reached, and answers as those do that take its requests."""
    asked, found = _ASKED.get(facts, (0, 0))
    for other in bits_of(others & ~asked):
        if others & found:
            break
        here = facts.reach(other)
        asked |= 1 << other
        if here.state == "shadowed" and here.differs is False:
            found |= 1 << other
    _ASKED[facts] = asked, found
    return bool(others & found)


def _stays_reached(facts: ListenerFacts, other: int, index: int) -> bool:
    """Whether a request is known that `other` answers and that rule `index` does not match, or no request reaches `other` today."""
    here = facts.reach(other)
    return here.state == "shadowed" or (here.state == "reachable" and not here.cover >> index & 1)


def _free(facts: ListenerFacts, index: int, numbers: range, allowed: Callable[[int], bool]) -> int | None:
    """The first of the numbers that is free and allowed, with no rule before it that shares requests with rule `index` and acts differently."""
    held = facts.holders
    near = facts.may_meet[index]
    for number in numbers:
        if number not in held and allowed(number):
            return number
        if any(not facts.acts_alike(index, place) for place in bits_of(held.get(number, 0) & near)):
            return None
    return None

"""What becomes of a listener where one rule has another number; exact, or not told."""

from collections.abc import Callable
from typing import Final

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
    if not isinstance(number, int) or any(_is_redundant(facts, later) and not facts.acts_alike(other, later) for later in bits_of(both)):
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
    rules = facts.rules
    near = facts.may_meet[index]
    if near.bit_count() * facts.count > _WORK or not isinstance(rules[index].priority, int):
        return None
    before = 0
    later: list[int] = []
    for other in bits_of(near & ~(1 << index)):
        number = rules[other].priority
        if not isinstance(number, int):
            return None
        if 2 * number < place:
            before |= 1 << other
        elif 2 * number > place:
            later.append(other)
    if any(_is_redundant(facts, other) and not facts.acts_alike(index, other) for other in later):
        return None  # it would be answered otherwise, and no rule would be found redundant for it any more
    passed = [other for other in later if not facts.compiled.later[index] >> other & 1 and not _stays_reached(facts, other, index)]
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


def _is_redundant(facts: ListenerFacts, other: int) -> bool:
    here = facts.reach(other)
    return here.state == "shadowed" and here.differs is False


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

"""Numbers for several new rules at once: each the best that leaves numbers for the others."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from alb_lint.plan.numbering.numbers import Numbers, singles
from alb_lint.record import record
from alb_lint.space.covers import bits_of

TRIED = 2_000
"""Numbers that are tried for one rule."""


@record
class Slot:
    """`free`: the numbers that a new rule may have. `after`: bitset of the new rules, by position, that come after it."""

    free: Numbers
    after: int = 0


Best = Callable[[int, Numbers, Sequence[int]], Iterator[tuple[int, str]]]
"""The free numbers of the rule of that position, best first, each with the reason; last the numbers that other new rules got."""


def assign(slots: Sequence[Slot], best: Best) -> list[tuple[int, str]] | None:
    """A number for each, with the reason; None where one number at least is missing, or none was found."""
    order = _line(slots)
    if order is None or not _fits(slots, order, {}):
        return None
    given: dict[int, int] = {}
    found: dict[int, tuple[int, str]] = {}
    for mine in order:
        free = _within(slots, mine, given)
        choice = next(
            (one for one in islice(best(mine, free, list(given.values())), TRIED) if _fits(slots, order, given | {mine: one[0]})), None
        )
        if choice is None:
            return None
        given[mine], found[mine] = choice[0], choice
    return [found[index] for index in range(len(slots))]


def _line(slots: Sequence[Slot]) -> list[int] | None:
    """The positions so that what comes after stands after; None for a circle."""
    missing = [0] * len(slots)
    for slot in slots:
        for other in bits_of(slot.after):
            missing[other] += 1
    ready = [index for index, many in enumerate(missing) if not many]
    line = []
    while ready:
        index = ready.pop(0)
        line.append(index)
        for other in bits_of(slots[index].after):
            missing[other] -= 1
            if not missing[other]:
                ready.append(other)
    return line if len(line) == len(slots) else None


def _within(slots: Sequence[Slot], mine: int, given: dict[int, int]) -> Numbers:
    """What is free for the rule once the others have theirs."""
    low = max((number + 1 for other, number in given.items() if slots[other].after >> mine & 1), default=1)
    high = min((number - 1 for other, number in given.items() if slots[mine].after >> other & 1), default=1 << 30)
    free = slots[mine].free - singles(given.values())
    return free - Numbers([(0, low - 1), (high + 1, 1 << 30)])


def _fits(slots: Sequence[Slot], order: Sequence[int], given: dict[int, int]) -> bool:
    """Whether the rest finds numbers too: earliest deadline first, with deadlines tightened along the order."""
    rest = [index for index in order if index not in given]
    deadline: dict[int, int] = {}
    free = {index: _within(slots, index, given) for index in rest}
    for index in reversed(rest):
        if not free[index].size:
            return False
        last = free[index].intervals[-1][1]
        deadline[index] = min([last, *(deadline[other] - 1 for other in bits_of(slots[index].after) if other in deadline)])
    before = {index: sum(1 for other in rest if slots[other].after >> index & 1) for index in rest}
    release = dict.fromkeys(rest, 0)
    ready = {index for index in rest if not before[index]}
    at = 0
    while ready:
        starts = {index: _next(free[index], max(at, release[index])) for index in ready}
        at = min(starts.values())
        index = min((index for index in ready if starts[index] == at), key=lambda index: (deadline[index], index))
        if at > deadline[index]:
            return False
        ready.discard(index)
        at += 1
        for other in bits_of(slots[index].after):
            if other in before:
                before[other] -= 1
                release[other] = max(release[other], at)
                if not before[other]:
                    ready.add(other)
    return True


def _next(free: Numbers, number: int) -> int:
    """The lowest free number from there on; one far beyond all where there is none."""
    rank = free.rank(number)
    return free.at(rank) if rank < free.size else 1 << 30

"""How a listener is numbered: its steps and its bands; and which of the free numbers goes with that and leaves most room."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from alb_lint.plan.numbering.numbers import Numbers
from alb_lint.record import record

STEPS: Final = (1000, 500, 100, 50, 25, 20, 10, 5)
FEWEST: Final = 3
"""Numbers from which a step can be seen."""
MOST: Final = 0.8
"""The part of the numbers that has to keep a step."""
USUAL: Final = 10
"""The step where none is seen: what people leave between two rules."""
BEGIN: Final = 100
"""The first number of a listener that has none."""


@record
class Habit:
    """Numbers that leave the rest `offset` when divided by `step`; `seen`: whether the listener shows it."""

    step: int
    offset: int = 0
    seen: bool = True

    @property
    def told(self) -> str:
        if not self.seen:
            return ""
        return f"steps of {self.step}" if self.step > 1 else "numbers one after the other"


def habit_of(numbers: Sequence[int]) -> Habit:
    """The widest step that nearly all numbers keep; else that most neighbours have."""
    if len(numbers) >= FEWEST:
        for step in STEPS:
            offset, times = Counter(number % step for number in numbers).most_common(1)[0]
            if times >= MOST * len(numbers):
                return Habit(step, offset)
        gaps = [after - before for before, after in pairwise(sorted(set(numbers)))]
        if gaps and median(gaps) <= 2:
            return Habit(1)
    return Habit(USUAL, seen=False)


@record
class _Stretch:
    """Numbers between two that are held (or the ends of the interval): from `first` to `last`. `behind`: the held one before; 0: none."""

    first: int
    last: int
    behind: int


def candidates(free: Numbers, held: Sequence[int], kin: Sequence[int], habit: Habit) -> Iterator[tuple[int, str]]:
    """The free numbers, best first, each with the reason. `held`: all numbers in use, ascending; `kin`: those of rules of the same family.

    First behind the family's last rule, or before its first, then at the end of the largest band, then in the widest stretch.
    """
    seen: set[int] = set()
    for stretch, why in _ranked(_stretches(free, held), held, set(kin), habit):
        for number in _inside(stretch, habit):
            if number in free and number not in seen:
                seen.add(number)
                yield number, why
    for first, last in free.intervals:
        for number in range(first, last + 1):
            if number not in seen:
                yield number, "what is left"


def lowest(free: Numbers, habit: Habit) -> Iterator[tuple[int, str]]:
    """The free numbers of a reserved range, in which numbers are dear: those that keep its step, then all others, ascending."""
    if habit.seen and habit.step > 1:
        for first, last in free.intervals:
            for number in _grid(first, last, habit.step, habit.offset):
                yield number, habit.told
    for first, last in free.intervals:
        for number in range(first, last + 1):
            if not habit.seen or habit.step == 1 or number % habit.step != habit.offset:
                yield number, "the lowest that is free"


def _stretches(free: Numbers, held: Sequence[int]) -> list[_Stretch]:
    if not free.size:
        return []
    low, high = free.intervals[0][0], free.intervals[-1][1]
    ends = [number for number in held if low <= number <= high]
    before = max((number for number in held if number < low), default=0)
    found = []
    at, behind = low, before
    for number in [*ends, high + 1]:
        if number > at:
            found.append(_Stretch(at, number - 1, behind))
        at, behind = number + 1, number
    return found


def _ranked(stretches: Sequence[_Stretch], held: Sequence[int], kin: set[int], habit: Habit) -> list[tuple[_Stretch, str]]:
    bands = _bands(held, habit)
    size = {band[-1]: len(band) for band in bands}
    told = f", {habit.told}" if habit.told else ""
    family = [item for item in reversed(stretches) if item.behind in kin]
    ends = sorted((item for item in stretches if item.behind in size), key=lambda item: (-size[item.behind], -item.behind))
    leading = [item for item in reversed(stretches) if item.last + 1 in kin]
    rest = sorted(stretches, key=lambda item: (item.first - item.last, -item.first))
    found = [(item, f"after {item.behind}, which serves the same host, path or backend{told}") for item in family]
    found += [(item, f"before {item.last + 1}, which serves the same host, path or backend{told}") for item in leading]
    found += [(item, f"next after the group of numbers that ends at {item.behind}{told}") for item in ends]
    found += [
        (item, f"room between {item.behind} and {item.last + 1}{told}" if item.behind else f"room for more on either side{told}")
        for item in rest
    ]
    kept: dict[_Stretch, str] = {}
    for item, why in found:
        kept.setdefault(item, why)
    return list(kept.items())


def _bands(held: Sequence[int], habit: Habit) -> list[list[int]]:
    """Numbers in use, parted where a gap is much wider than the step."""
    bands: list[list[int]] = []
    for number in held:
        if not bands or number - bands[-1][-1] > 10 * habit.step:
            bands.append([])
        bands[-1].append(number)
    return bands


def _inside(stretch: _Stretch, habit: Habit) -> Iterator[int]:
    """The numbers of a stretch that go with the habit: from its beginning, or around its middle where no rule stands before it.

    Where none goes with it, the middle.
    """
    step, offset = habit.step, habit.offset if habit.seen else 0
    middle = (stretch.first + stretch.last) // 2
    if not stretch.behind and stretch.last < BEGIN:
        yield from sorted(_grid(stretch.first, stretch.last, step, offset), key=lambda number: (abs(number - middle), number))
    else:
        # not right behind a rule that does not keep the step
        start = max(stretch.first, stretch.behind + -(-step // 2)) if stretch.behind else max(stretch.first, BEGIN)
        yield from _grid(start, stretch.last, step, offset)
    for round_to in (10, 5):
        near = round(middle / round_to) * round_to
        if stretch.last - stretch.first >= 2 * round_to and stretch.first <= near <= stretch.last:
            yield near
    yield middle


def _grid(first: int, last: int, step: int, offset: int) -> range:
    return range(first + (offset - first) % step, last + 1, step)


__all__ = ["Habit", "candidates", "habit_of", "lowest"]

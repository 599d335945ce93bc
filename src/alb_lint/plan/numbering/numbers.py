"""Sets of priorities: disjoint intervals, with the rank of a number among those of the set and back."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from alb_lint.config import Interval


class Numbers:
    """A set of priorities. `intervals`: disjoint, ascending, never adjacent. Ranks count from 0; O(log intervals) per question."""

    __slots__ = ("_before", "_firsts", "_lasts", "intervals", "size")

    def __init__(self, intervals: Iterable[Interval]) -> None:
        joined: list[Interval] = []
        for first, last in sorted(intervals):
            if first > last:
                continue
            if joined and first <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(joined[-1][1], last))
            else:
                joined.append((first, last))
        self.intervals = tuple(joined)
        self._firsts = [first for first, _ in joined]
        self._lasts = [last for _, last in joined]
        self._before: list[int] = []
        total = 0
        for first, last in joined:
            self._before.append(total)
            total += last - first + 1
        self.size = total

    def __contains__(self, number: int) -> bool:
        place = bisect_left(self._lasts, number)
        return place < len(self._firsts) and self._firsts[place] <= number

    def __sub__(self, other: "Numbers") -> "Numbers":
        if not other.intervals:
            return self
        left: list[Interval] = []
        for first, last in self.intervals:
            at = first
            for low, high in other.intervals[bisect_left(other._lasts, first) :]:
                if low > last:
                    break
                left.append((at, low - 1))
                at = high + 1
            left.append((at, last))
        return Numbers(left)

    def rank(self, number: int) -> int:
        """How many numbers of the set are smaller: for a member its rank, else the rank of the next member."""
        place = bisect_left(self._lasts, number)
        if place == len(self._firsts):
            return self.size
        return self._before[place] + max(0, number - self._firsts[place])

    def at(self, rank: int) -> int:
        """The number of the rank."""
        place = bisect_right(self._before, rank) - 1
        return self._firsts[place] + rank - self._before[place]

    def segment(self, number: int) -> Interval:
        """The interval that holds the member `number`."""
        place = bisect_left(self._lasts, number)
        return self._firsts[place], self._lasts[place]


def singles(numbers: Iterable[int]) -> Numbers:
    return Numbers((number, number) for number in numbers)

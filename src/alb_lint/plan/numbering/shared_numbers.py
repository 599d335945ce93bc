"""Rules that share one set of numbers: whether those that shall stay can do so, and if not, which of them stand in the way.

This is unit-time scheduling on one machine: ranks of numbers are slots, a window bounds each rule, an order runs between rules. With windows
tightened through the order, earliest-deadline-first decides exactly, and the rules it places also keep the order (Brucker, "Scheduling
Algorithms", 1 | prec; p = 1; r | Lmax). A failure names an interval with more rules than numbers; from the rules that were held to their
place and so pushed others into it follows an inequality that every numbering obeys: a cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from alb_lint.record import record


@record
class Cut:
    """Of the staying rules in `weights` so many must move that their weights reach `need`; no weights: nothing fits, whoever moves.

    `jobs`: rules that must lie in the ranks `first` to `last`, `need` more than there are; or, where `last` < `first`, one rule that must
    come after itself.
    """

    weights: dict[int, int]
    need: int
    jobs: tuple[int, ...]
    first: int
    last: int


@dataclass(slots=True)
class _Windows:
    """Per rule the first and last rank, and the staying rule that sets each (-1: none, it holds whoever moves).

    The `own` ones leave out that the rule itself stays.
    """

    low: list[int]
    by: list[int]
    own_low: list[int]
    own_by: list[int]


class Band:
    """`low`, `high`: the window of each rule in ranks; `wants`: the rank where it stands, -1 where it cannot stay.

    `before[j]`: rules that must come before j, all with smaller positions than j: positions are a linear order of the constraints.
    """

    def __init__(self, size: int, low: Sequence[int], high: Sequence[int], wants: Sequence[int], before: Sequence[Sequence[int]]) -> None:
        self.count = len(low)
        self.size = size
        self.before = before
        self.after: list[list[int]] = [[] for _ in range(self.count)]
        for job, others in enumerate(before):
            for other in others:
                self.after[other].append(job)
        self.weight = self.count + sum(map(len, before)) // 16
        """What one look at all rules counts as."""
        self.low = list(low)
        self.high = list(high)
        for job in range(self.count):
            for other in before[job]:
                self.low[job] = max(self.low[job], self.low[other] + 1)
        for job in reversed(range(self.count)):
            for other in self.after[job]:
                self.high[job] = min(self.high[job], self.high[other] - 1)
        self.wants = [rank if low <= rank <= high else -1 for rank, low, high in zip(wants, self.low, self.high, strict=True)]
        self.steps = 0

    @property
    def candidates(self) -> int:
        """Bitset of the rules that could stay, were it for their own window alone."""
        return sum(1 << job for job, rank in enumerate(self.wants) if rank >= 0)

    def fit(self, kept: int) -> list[int] | Cut:
        """A rank for every rule, those of the bitset `kept` (candidates all) where they stand; else a cut."""
        self.steps += self.count
        ups, crossed = self._upward(kept)
        if crossed is not None:
            return crossed
        downs, crossed = self._downward(kept)
        if crossed is not None:
            return crossed
        for job in range(self.count):
            if ups.low[job] > downs.low[job]:
                held = {by: 1 for by in (ups.by[job], downs.by[job]) if by >= 0}
                return Cut(held, 1, (job,), ups.low[job], downs.low[job])
        return self._earliest_deadline_first(kept, ups, downs)

    def windows(self, kept: int) -> tuple[list[int], list[int]]:
        """First and last rank of every rule, given those that stay; only where `fit` finds ranks."""
        return self._upward(kept)[0].low, self._downward(kept)[0].low

    def _upward(self, kept: int) -> tuple[_Windows, Cut | None]:
        low, by = [0] * self.count, [-1] * self.count
        own_low, own_by = [0] * self.count, [-1] * self.count
        for job in range(self.count):
            here, reason = self.low[job], -1
            for other in self.before[job]:
                if low[other] >= here:
                    here, reason = low[other] + 1, by[other]
            own_low[job], own_by[job] = here, reason
            if kept >> job & 1:
                if here > self.wants[job]:
                    return _Windows(low, by, own_low, own_by), Cut({reason: 1, job: 1}, 1, (job,), here, self.wants[job])
                here, reason = self.wants[job], job
            low[job], by[job] = here, reason
        return _Windows(low, by, own_low, own_by), None

    def _downward(self, kept: int) -> tuple[_Windows, Cut | None]:
        high, by = [0] * self.count, [-1] * self.count
        own_high, own_by = [0] * self.count, [-1] * self.count
        for job in reversed(range(self.count)):
            here, reason = self.high[job], -1
            for other in self.after[job]:
                if high[other] <= here:
                    here, reason = high[other] - 1, by[other]
            own_high[job], own_by[job] = here, reason
            if kept >> job & 1:
                if here < self.wants[job]:
                    return _Windows(high, by, own_high, own_by), Cut({reason: 1, job: 1}, 1, (job,), self.wants[job], here)
                here, reason = self.wants[job], job
            high[job], by[job] = here, reason
        return _Windows(high, by, own_high, own_by), None

    def _earliest_deadline_first(self, kept: int, ups: _Windows, downs: _Windows) -> list[int] | Cut:
        low, high = ups.low, downs.low
        waiting = sorted(range(self.count), key=lambda job: low[job])
        ready: list[tuple[int, int]] = []
        placed: list[int] = [-1] * self.count
        asked: list[tuple[int, int]] = []  # (rank, rule) in the order placed
        at, rank = 0, 0
        while at < self.count or ready:
            if not ready:
                rank = max(rank, low[waiting[at]])
            while at < self.count and low[waiting[at]] <= rank:
                heappush(ready, (high[waiting[at]], waiting[at]))
                at += 1
            last, job = heappop(ready)
            if last < rank:
                crowd = [job, *(other for end, other in ready if end <= last)]
                return self._overload(kept, ups, downs, asked, crowd, last)
            placed[job] = rank
            asked.append((rank, job))
            rank += 1
        return placed

    def _overload(self, kept: int, ups: _Windows, downs: _Windows, asked: list[tuple[int, int]], crowd: list[int], last: int) -> Cut:
        """The cut of a failure at rank `last`: back from there, ranks filled without a break by rules that must not come later."""
        jobs = list(crowd)
        first = last + 1
        for rank, job in reversed(asked):
            if rank != first - 1 or downs.low[job] > last:
                break
            jobs.append(job)
            first = rank
        need = len(jobs) - (last - first + 1)
        weights: dict[int, int] = {}
        stay: list[int] = []
        for job in jobs:
            if kept >> job & 1:
                stay.append(job)
                continue
            for by in self._holders(job, first, last, ups.by[job], downs.by[job]):
                weights[by] = weights.get(by, 0) + 1
        for job in stay:
            # who lies between others that hold it here anyway is better blamed on them: it could not leave by moving
            if ups.own_low[job] >= first and downs.own_low[job] <= last:
                holders = self._holders(job, first, last, ups.own_by[job], downs.own_by[job])
                if all(by in weights for by in holders):
                    for by in holders:
                        weights[by] += 1
                    continue
            weights[job] = weights.get(job, 0) + 1
        return Cut({job: min(weight, need) for job, weight in sorted(weights.items())}, need, tuple(sorted(jobs)), first, last)

    def _holders(self, job: int, first: int, last: int, by_low: int, by_high: int) -> set[int]:
        """The staying rules without which the rule could leave the ranks `first` to `last`."""
        holders = set()
        if self.low[job] < first:
            holders.add(by_low)
        if self.high[job] > last:
            holders.add(by_high)
        return holders


__all__ = ["Band", "Cut"]

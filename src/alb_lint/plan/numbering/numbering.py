"""Numbers for rules: each in the numbers of its home, in order, all different, with as few moved as can be.

Knows nothing of listeners: a job has a number today and a home (a set of numbers), and some jobs come before others. Homes never share a number.
Where each home is one interval, homes do not touch each other but through windows, and every one is solved alone (`fewest`). Where a home has
several, jobs of two homes may pass each other; then the interval is decided by branch and bound over the splits that the order asks for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Final

from alb_lint.plan.numbering.fewest_moves import Fewest, fewest_moves
from alb_lint.plan.numbering.numbers import Numbers
from alb_lint.plan.numbering.placing import Wanted, place
from alb_lint.plan.numbering.shared_numbers import Band, Cut
from alb_lint.plan.work import Effort
from alb_lint.record import record
from alb_lint.space.budget import OutOfBudget

LINKS: Final = 400_000
"""Pairs of jobs, one right after the other, that a problem may have: all of 1,200. The certificate lists each, which takes a kilobyte."""
LEAST_LINKS: Final = 5_000
"""Those that it may have whatever others had."""
SPLITS: Final = 400
"""Ways to divide jobs among the intervals of their homes that are tried before the bound is told instead."""
PINNED: Final = -1


@record
class Job:
    """`number`: where it stands, any integer; `home`: position in `Problem.homes`, or PINNED: it stays, whatever the number."""

    number: int
    home: int


@record
class Problem:
    """`after[i]`: bitset of jobs that must come after job i, all of higher position than i (not necessarily closed).

    The positions also say which of two unordered jobs comes first where nothing else decides. `spread`: homes where gaps are wanted; `near`:
    homes where a moved job stays close to where it was (elsewhere it gets the lowest number).
    """

    homes: tuple[Numbers, ...]
    jobs: tuple[Job, ...]
    after: Sequence[int]
    spread: frozenset[int] = frozenset()
    near: frozenset[int] = frozenset()


@record
class Numbering:
    """`numbers`: one per job. `moved`: how many differ from today; no numbering moves fewer than `at_least`."""

    numbers: tuple[int, ...]
    moved: int
    at_least: int

    @property
    def proved(self) -> bool:
        return self.moved == self.at_least


@record
class Stuck:
    """Why there is no numbering.

    Crowded: the `jobs` must lie in `first` to `last`, where `missing` numbers too few are free. Squeezed (`missing` 0): `jobs` is a chain,
    each before the next, that leaves no number for `squeezed`. `several`: all divisions among intervals were tried, in vain; `undecided`: as many
    as are allowed were.
    """

    jobs: tuple[int, ...]
    first: int = 0
    last: int = -1
    missing: int = 0
    squeezed: int = -1
    several: bool = False
    undecided: bool = False
    tangled: bool = False


@dataclass(order=True, slots=True)
class _Node:
    """One way to divide the jobs: `limits` are the first and last number of some. It moves `bound` jobs at least."""

    bound: int
    serial: int
    limits: dict[int, tuple[int, int]] = field(compare=False)
    bands: "list[_Solved]" = field(compare=False)


@record
class _Solved:
    members: tuple[int, ...]
    band: Band
    fewest: Fewest


def number(problem: Problem, effort: Effort | None = None) -> Numbering | Stuck:
    """The numbering that moves the fewest jobs. Deterministic; ends by its effort, then with a bound instead of a proof."""
    try:
        return _Numberer(problem, effort if effort is not None else Effort()).run()
    except OutOfBudget:
        return Stuck((), undecided=True, tangled=True)


class _Numberer:
    def __init__(self, problem: Problem, effort: Effort) -> None:
        self.problem = problem
        self.effort = effort
        self.count = len(problem.jobs)
        self.below = self._closure(problem.after)
        self.next = [self._covering(job, -1) for job in range(self.count)]
        self.groups = [tuple(job for job in range(self.count) if problem.jobs[job].home == home) for home in range(len(problem.homes))]
        self.before = [self._inner(group) for group in self.groups]
        self.known: dict[tuple[int, tuple[int, ...], tuple[int, ...]], _Solved | Stuck] = {}
        self.crossed: tuple[int, ...] = ()  # the pair of the last split

    def _closure(self, after: Sequence[int]) -> list[int]:
        below = [0] * self.count
        links, most = 0, min(LINKS, max(self.effort.links, LEAST_LINKS))
        for job in reversed(range(self.count)):
            left = reached = after[job]
            if links > most:
                raise OutOfBudget(f"more than {most:,} pairs have to keep their order")
            while left:
                links += 1
                low = left & -left
                under = below[low.bit_length() - 1]
                reached |= under
                left &= ~(under | low)
            below[job] = reached
        self.effort.links -= links
        return below

    def _covering(self, job: int, among: int) -> list[int]:
        """The jobs of the bitset that come right after, with none of it between."""
        found = []
        left = self.below[job] & among
        while left:
            low = left & -left
            other = low.bit_length() - 1
            found.append(other)
            left &= ~self.below[other] & ~low
        return found

    def _inner(self, group: Sequence[int]) -> list[list[int]]:
        """Per member of a home the members right before it, by position in the home."""
        mask = sum(1 << job for job in group)
        place = {job: index for index, job in enumerate(group)}
        before: list[list[int]] = [[] for _ in group]
        for job in group:
            for other in self._covering(job, mask):
                before[place[other]].append(place[job])
        return before

    def run(self) -> Numbering | Stuck:
        first = self._node({}, 0)
        if isinstance(first, Stuck):
            return first
        queue = [first]
        serial, tried = 0, 0
        found: Numbering | None = None
        bounds: list[int] = []  # of nodes that gave a numbering; below what it moves where the search ran out of effort
        while queue and (found is None or found.moved > queue[0].bound):
            if tried > (10 * SPLITS if found is None else SPLITS) or (found is not None and self.effort.spent):
                break
            node = heappop(queue)
            tried += 1
            numbers = self._place(node)
            crossing = self._crossing(numbers)
            if crossing is None:
                moved = sum(job.number != given for job, given in zip(self.problem.jobs, numbers, strict=True))
                bounds.append(node.bound)
                if found is None or moved < found.moved:
                    found = Numbering(numbers, moved, 0)
                continue
            for limits in self._splits(node, numbers, crossing):
                serial += 1
                child = self._node(limits, serial, node.bound)
                if isinstance(child, _Node):
                    heappush(queue, child)
        if found is None:
            return Stuck(self.crossed, several=True, undecided=bool(queue))
        return Numbering(found.numbers, found.moved, min(found.moved, *bounds, *(node.bound for node in queue[:1])))

    def _node(self, limits: dict[int, tuple[int, int]], serial: int, floor: int = 0) -> _Node | Stuck:
        windows = self._windows(limits)
        if isinstance(windows, Stuck):
            return windows
        low, high = windows
        bands = []
        for home, members in enumerate(self.groups):
            solved = self._solve(home, members, tuple(low[job] for job in members), tuple(high[job] for job in members))
            if isinstance(solved, Stuck):
                return solved
            bands.append(solved)
        bound = sum(solved.fewest.at_least for solved in bands)
        return _Node(max(bound, floor), serial, limits, bands)

    def _solve(self, home: int, members: tuple[int, ...], low: tuple[int, ...], high: tuple[int, ...]) -> _Solved | Stuck:
        key = (home, low, high)
        known = self.known.get(key)
        if known is not None:
            return known
        numbers = self.problem.homes[home]
        today = [self.problem.jobs[job].number for job in members]
        wants = [numbers.rank(here) if here in numbers else -1 for here in today]
        band = Band(numbers.size, low, high, wants, self.before[home])
        fewest = fewest_moves(band, self.effort)
        solved: _Solved | Stuck
        if isinstance(fewest, Cut):
            jobs = tuple(members[job] for job in fewest.jobs)
            if fewest.first > fewest.last:
                solved = Stuck(jobs, squeezed=jobs[0])
            else:
                solved = Stuck(jobs, numbers.at(fewest.first), numbers.at(fewest.last), fewest.need)
        else:
            solved = _Solved(members, band, fewest)
        self.known[key] = solved
        return solved

    def _windows(self, limits: dict[int, tuple[int, int]]) -> tuple[list[int], list[int]] | Stuck:
        """First and last rank of every job in its home, tightened through the order; the number itself for pinned jobs."""
        homes, jobs = self.problem.homes, self.problem.jobs
        low = [0 if job.home != PINNED else job.number for job in jobs]
        high = [homes[job.home].size - 1 if job.home != PINNED else job.number for job in jobs]
        for job, (first, last) in limits.items():
            numbers = homes[jobs[job].home]
            low[job] = max(low[job], numbers.rank(first))
            high[job] = min(high[job], numbers.rank(last + 1) - 1)
        came: list[int] = [-1] * self.count
        goes: list[int] = [-1] * self.count
        for job in range(self.count):
            if low[job] > high[job]:
                return self._squeezed(job, came, goes)
            here = self._number(job, low[job])
            for other in self.next[job]:
                least = here + 1 if jobs[other].home == PINNED else homes[jobs[other].home].rank(here + 1)
                if least > low[other]:
                    low[other], came[other] = least, job
        for job in reversed(range(self.count)):
            for other in self.next[job]:
                there = self._number(other, high[other])
                most = there - 1 if jobs[job].home == PINNED else homes[jobs[job].home].rank(there) - 1
                if most < high[job]:
                    high[job], goes[job] = most, other
            if low[job] > high[job]:
                return self._squeezed(job, came, goes)
        return low, high

    def _number(self, job: int, rank: int) -> int:
        home = self.problem.jobs[job].home
        return rank if home == PINNED else self.problem.homes[home].at(rank)

    def _squeezed(self, job: int, came: list[int], goes: list[int]) -> Stuck:
        chain = [job]
        while came[chain[0]] >= 0:
            chain.insert(0, came[chain[0]])
        while goes[chain[-1]] >= 0:
            chain.append(goes[chain[-1]])
        return Stuck(tuple(chain), squeezed=job)

    def _place(self, node: _Node) -> tuple[int, ...]:
        numbers = [job.number for job in self.problem.jobs]
        held = {job.number for job in self.problem.jobs}
        windows = self._segments(node)
        for home, solved in enumerate(node.bands):
            wanted = Wanted(held, home in self.problem.spread, home in self.problem.near)
            today = [self.problem.jobs[job].number for job in solved.members]
            given = place(self.problem.homes[home], solved.band, solved.fewest.kept, today, wanted, windows[home])
            for job, value in zip(solved.members, given, strict=True):
                numbers[job] = value
        return tuple(numbers)

    def _segments(self, node: _Node) -> list[dict[int, tuple[int, int]]]:
        """Per home and member the ranks of the one interval where it must stay, for jobs that could pass one of another home."""
        loose: set[int] = set()
        low, high, spot = [0] * self.count, [0] * self.count, [job.number for job in self.problem.jobs]
        for index, pinned in enumerate(self.problem.jobs):
            if pinned.home == PINNED:
                low[index] = high[index] = pinned.number
        for home, solved in enumerate(node.bands):
            lows, highs = solved.band.windows(solved.fewest.kept)
            ranks = solved.band.fit(solved.fewest.kept)
            assert isinstance(ranks, list)
            numbers = self.problem.homes[home]
            for job, first, last, rank in zip(solved.members, lows, highs, ranks, strict=True):
                low[job], high[job], spot[job] = numbers.at(first), numbers.at(last), numbers.at(rank)
        for job in range(self.count):
            for other in self.next[job]:
                if self.problem.jobs[job].home != self.problem.jobs[other].home and high[job] >= low[other]:
                    loose |= {job, other}
        found: list[dict[int, tuple[int, int]]] = []
        for home, solved in enumerate(node.bands):
            numbers = self.problem.homes[home]
            limits: dict[int, tuple[int, int]] = {}
            for index, job in enumerate(solved.members):
                if job in loose:
                    first, last = numbers.segment(spot[job])
                    limits[index] = numbers.rank(first), numbers.rank(last)
            found.append(limits)
        return found

    def _crossing(self, numbers: tuple[int, ...]) -> tuple[int, int] | None:
        """An ordered pair of two homes that the numbers put the wrong way round."""
        for job in range(self.count):
            for other in self.next[job]:
                if numbers[job] >= numbers[other]:
                    return job, other
        return None

    def _splits(self, node: _Node, numbers: tuple[int, ...], crossing: tuple[int, int]) -> list[dict[int, tuple[int, int]]]:
        """Two ways that leave no numbering out: the later job beyond the interval where it lies, or the earlier one in front of it."""
        earlier, later = crossing
        self.crossed = crossing
        jobs = self.problem.jobs
        ways = []
        home = jobs[later].home
        start, end = (numbers[later], numbers[later]) if home == PINNED else self.problem.homes[home].segment(numbers[later])
        for job, first, last in ((later, end + 1, 50_000_000), (earlier, -1, start - 1)):
            if jobs[job].home == PINNED:
                continue
            limits = dict(node.limits)
            low, high = limits.get(job, (-1, 50_000_000))
            limits[job] = max(low, first), min(high, last)
            ways.append(limits)
        return ways

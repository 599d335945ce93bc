"""Which of the free numbers the moved rules of a home get, once it is decided which stay.

Any choice moves as many; so: in the order of today where that can be, on numbers that no rule holds today (then no rule waits for another),
at the low end of a range or evenly over it, and for rules without a range close to where they were.
"""

from collections.abc import Mapping, Sequence

from alb_lint.plan.numbering.numbers import Numbers, singles
from alb_lint.plan.numbering.shared_numbers import Band
from alb_lint.record import record


@record
class Wanted:
    """`held`: numbers that some rule has today. `spread`: even gaps. `near`: close to today's number, else the lowest."""

    held: set[int]
    spread: bool = False
    near: bool = False


def place(home: Numbers, band: Band, kept: int, today: Sequence[int], wanted: Wanted, limits: Mapping[int, tuple[int, int]]) -> list[int]:
    """A number per rule of the band. `today`: where each stands; `limits`: first and last rank of some, beyond the windows of the band."""
    ranks = band.fit(kept)
    assert isinstance(ranks, list)
    numbers = [home.at(rank) for rank in ranks]
    moved = [job for job in range(band.count) if not kept >> job & 1]
    if not moved:
        return numbers
    low, high = band.windows(kept)
    for job, (first, last) in limits.items():
        low[job], high[job] = max(low[job], first), min(high[job], last)
    stay = singles(rank for job, rank in enumerate(ranks) if kept >> job & 1)
    every = Numbers([(0, home.size - 1)]) - stay
    held = singles(home.rank(number) for number in wanted.held if number in home)
    by_rank = sorted(moved, key=lambda job: ranks[job])
    for free in (every - held, every):
        for line in (moved, by_rank):
            chain = _Chain.of(home, free, line, low, high)
            if chain is None:
                continue
            chosen = chain.spread({numbers[job] for job in range(band.count) if kept >> job & 1}) if wanted.spread else None
            if chosen is None:
                chosen = chain.near([today[job] for job in line], held) if wanted.near else chain.lowest(held)
            for job, value in zip(line, chosen, strict=True):
                numbers[job] = value
            return numbers
    return numbers


@record
class _Chain:
    """Rules in a line, each with the first and last place among the `free` ranks that leave room for those before and after it."""

    home: Numbers
    free: Numbers
    first: list[int]
    last: list[int]

    @classmethod
    def of(cls, home: Numbers, free: Numbers, line: Sequence[int], low: Sequence[int], high: Sequence[int]) -> "_Chain | None":
        """None where the line does not fit."""
        first = [free.rank(low[job]) for job in line]
        last = [free.rank(high[job] + 1) - 1 for job in line]
        for place in range(1, len(line)):
            first[place] = max(first[place], first[place - 1] + 1)
        for place in reversed(range(len(line) - 1)):
            last[place] = min(last[place], last[place + 1] - 1)
        if any(one > other for one, other in zip(first, last, strict=True)):
            return None
        return cls(home, free, first, last)

    def number(self, place: int) -> int:
        return self.home.at(self.free.at(place))

    def lowest(self, held: Numbers) -> list[int]:
        """The lowest numbers, those that no rule holds first."""
        found: list[int] = []
        at = -1
        for first, last in zip(self.first, self.last, strict=True):
            least = max(first, at + 1)
            at = next((place for place in range(least, min(last, least + held.size) + 1) if self.free.at(place) not in held), least)
            found.append(self.number(at))
        return found

    def near(self, today: Sequence[int], held: Numbers) -> list[int]:
        """The numbers closest to those of today, one after the other; those that no rule holds first."""
        found: list[int] = []
        at = -1
        for first, last, number in zip(self.first, self.last, today, strict=True):
            least = max(first, at + 1)
            centre = min(max(self.free.rank(self.home.rank(number)), least), last)
            at = self._closest(number, centre, (least, last), held)
            found.append(self.number(at))
        return found

    def _closest(self, number: int, centre: int, ends: tuple[int, int], held: Numbers) -> int:
        """The place between the ends whose number is closest, of those that no rule holds where there are such; `centre` is about it."""
        down, up = centre - 1, centre
        nearest = -1
        for _ in range(2 * held.size + 2):
            left = number - self.number(down) if down >= ends[0] else None
            right = self.number(up) - number if up <= ends[1] else None
            if left is None and right is None:
                break
            if right is None or (left is not None and left <= right):
                place, down = down, down - 1
            else:
                place, up = up, up + 1
            if self.free.at(place) not in held:
                return place
            nearest = place if nearest < 0 else nearest
        return nearest

    def spread(self, taken: set[int]) -> list[int] | None:
        """Numbers at least so far from each other, from those taken and from the ends as can be; None where that is not even two."""
        ends = [self.home.intervals[0][0] - 1, *sorted(taken), self.home.intervals[-1][1] + 1]
        best: list[int] | None = None
        least, most = 2, self.home.intervals[-1][1]
        while least <= most:
            gap = (least + most) // 2
            found = self._apart(gap, ends)
            if found is None:
                most = gap - 1
            else:
                best, least = found, gap + 1
        return best

    def _apart(self, gap: int, ends: Sequence[int]) -> list[int] | None:
        found: list[int] = []
        wanted = 0
        fence = 0
        for first, last in zip(self.first, self.last, strict=True):
            place = max(first, self.free.rank(self.home.rank(wanted)))
            while place <= last:
                number = self.number(place)
                while fence < len(ends) and ends[fence] < number:
                    fence += 1
                near = ends[fence - 1] + gap if fence and number - ends[fence - 1] < gap else 0
                if not near and fence < len(ends) and ends[fence] - number < gap:
                    near = ends[fence] + gap
                if not near:
                    break
                place = max(place + 1, self.free.rank(self.home.rank(near)))
            if place > last:
                return None
            found.append(self.number(place))
            wanted = found[-1] + gap
        return found

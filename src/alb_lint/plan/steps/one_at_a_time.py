"""From today's numbers to new ones, one rule at a time: no number taken twice, no pair that matters passed too early, few detours.

A move waits until its number is free and until the rules that it must not pass yet are out of its way. Waiting for order alone never goes
round in a circle (of two rules that move the same way the one ahead goes first); a circle holds a rule that sits on another's number. Parking
that rule on a free number beside it opens the circle. As few rules are parked as the circles need, each group of circles searched exactly.
All of it has a budget of steps, which a listener as AWS has them does not spend.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from alb_lint.model.limits import PRIORITY_MAX, PRIORITY_MIN
from alb_lint.record import record
from alb_lint.space.covers import bits_of, lowest
from alb_lint.space.standing import Standing

EFFORT: Final = 60_000
"""Looks at what a rule waits for or where it can step aside; ten thousand rules that go round in one circle take 50,000."""
WAITS: Final = 200
"""Rules that a rule waits for that count as one more look."""
KNOT: Final = 500
"""Rules of a group of circles that count as one choice."""
SEARCH: Final = 2_000
"""Choices of rules to park that are tried for one group of circles; past that all that sit on another's number are parked."""
DEPTH: Final = 100
"""Rules of one group of circles that are parked at most while the fewest are searched."""


@record
class Hop:
    """Rule `index` goes to `number`; `parking` where that is not its new number yet."""

    index: int
    number: int
    parking: bool = False


@record
class Blocked:
    """No way was found: rule `index` waits for `other` in a circle, and cannot step aside without passing `wall` (-1: or for want of a number)."""

    index: int
    other: int
    wall: int = -1


@record
class Spent:
    """The looks were spent before a way was found; `left`: rules that had not moved by then."""

    left: int


@record
class Trip:
    """`now`, `goal`: numbers today and in the end, None for rules that take no part. `sensitive[i]`: rules whose order to i matters.

    `apart[i]`: rules that never exist together with i and so may share its number. `touch[i]`: rules that may share a request with i.
    `reversals`: pairs that matter and change their order, the one that comes first in the end first.
    """

    now: Sequence[int | None]
    goal: Sequence[int | None]
    sensitive: Sequence[int]
    apart: Sequence[int]
    touch: Sequence[int]
    reversals: frozenset[tuple[int, int]] = frozenset()


def _numbers(numbers: Iterable[int]) -> int:
    """Those that a rule can have, as a bitset."""
    found = 0
    for number in numbers:
        if PRIORITY_MIN <= number <= PRIORITY_MAX:
            found |= 1 << number
    return found


def hops(trip: Trip, effort: int = EFFORT) -> list[Hop] | Blocked | Spent:
    """The moves in order. Deterministic."""
    return _Walker(trip, effort).run()


class _Walker:
    def __init__(self, trip: Trip, effort: int) -> None:
        self.trip = trip
        self.left = effort
        self.now: dict[int, int] = {index: number for index, number in enumerate(trip.now) if number is not None}
        self.goal: dict[int, int] = {index: number for index, number in enumerate(trip.goal) if number is not None}
        self.mine = sum([1 << index for index in self.now])
        self.standing = Standing(self.now)
        self.today = Standing(self.now)
        self.ends = Standing({index: self.goal[index] for index in self.now})
        self.turning: dict[int, int] = {}
        for one, other in trip.reversals:
            self.turning[one] = self.turning.get(one, 0) | 1 << other
            self.turning[other] = self.turning.get(other, 0) | 1 << one
        self.pending = {index for index, number in self.now.items() if self.goal[index] != number}
        self.occupied = _numbers(self.now.values())
        self.awaited = _numbers(self.goal[index] for index in self.pending)
        self.done: list[Hop] = []
        self.parked: set[int] = set()

    def run(self) -> list[Hop] | Blocked | Spent:
        while self.pending:
            self._advance()
            if not self.pending:
                break
            blocked = self._park() if self.left > 0 else None
            if self.left <= 0:
                return Spent(len(self.pending))
            if blocked is not None:
                return blocked
        return self.done

    def _advance(self) -> None:
        """Every move to a goal that needs no parking: those ahead first, who waits is looked at again once what it waits for has moved."""
        up = sorted((index for index in self.pending if self.goal[index] > self.now[index]), key=lambda index: -self.goal[index])
        down = sorted((index for index in self.pending if self.goal[index] < self.now[index]), key=lambda index: self.goal[index])
        # a number that two rules claim is dissolved first
        queue = sorted((*up, *down), key=lambda index: self.standing.at(self.now[index]).bit_count() < 2)
        waiting: dict[int, list[int]] = {}
        for index in queue:
            if index not in self.pending:
                continue
            if self.left <= 0:
                return
            other = next(iter(self._blockers(index, self.goal[index])), None)
            if other is not None:
                waiting.setdefault(other, []).append(index)
                continue
            self._move(index, self.goal[index])
            queue.extend(waiting.pop(index, ()))

    def _move(self, index: int, number: int) -> None:
        old = self.now[index]
        self.standing.move(index, old, number)
        if not self.standing.at(old):
            self.occupied &= ~_numbers((old,))
        self.occupied |= _numbers((number,))
        self.now[index] = number
        parking = number != self.goal[index]
        self.done.append(Hop(index, number, parking))
        if not parking:
            self.pending.discard(index)

    def _blockers(self, index: int, number: int) -> list[int]:
        """The rules that must move before the rule can go to the number: who holds it, then whom it must not pass yet."""
        self.left -= 1
        apart, turning = self.trip.apart[index], self.turning.get(index, 0)
        found = list(bits_of(self.standing.at(number) & ~(1 << index) & ~apart))
        sensitive = self.trip.sensitive[index] & self.mine
        passed = sensitive & self._passed(index, number)
        for other in bits_of(passed | (sensitive & turning)):
            if passed >> other & 1:
                found.append(other)
            else:
                found += self._too_early(index, number, other)
        return list(dict.fromkeys(found)) if turning else found

    def _too_early(self, index: int, number: int, other: int) -> list[int]:
        """Whom a reversal must wait for: b may pass a only once every c that is to pass b has, else b would answer for a what c will."""
        first, then = (index, other) if self.goal[index] < self.goal[other] else (other, index)
        if (first, then) not in self.trip.reversals:
            return []
        at = {index: number}
        if not at.get(first, self.now[first]) < at.get(then, self.now[then]):
            return []
        late = (
            third
            for third in bits_of(self.trip.sensitive[first] & self.trip.touch[then])
            if (third, first) in self.trip.reversals and at.get(third, self.now[third]) >= at.get(first, self.now[first])
        )
        found = (third if third in self.pending and third != index else first for third in late)
        return [one for one in found if one != index]

    def _passed(self, index: int, number: int) -> int:
        """The rules to which the rule, at the number, has neither the order of today nor that of the end."""
        behind = self.standing.beyond(number)
        mine = self.trip.now[index]
        assert mine is not None
        unlike_today = (behind ^ self.today.beyond(mine)) | self.today.at(mine)
        return (behind ^ self.ends.beyond(self.goal[index])) & unlike_today

    # -- circles -----------------------------------------------------------------------------------------------------------------

    def _park(self) -> Blocked | None:
        """Opens the circles by parking, then leaves the rest to `_advance`."""
        waits: dict[int, list[int]] = {}
        for index in sorted(self.pending):
            waits[index] = self._blockers(index, self.goal[index])
            self.left -= len(waits[index]) // WAITS
            if self.left <= 0:
                return None
        parked = False
        blocked: Blocked | None = None
        for group in _knots(waits):
            for index in self._fewest(group, waits):
                slot = None if index in self.parked else self._slot(index)
                if slot is None:
                    blocked = blocked or Blocked(index, waits[index][0], self._wall(index))
                    continue
                self._move(index, slot)
                self.parked.add(index)
                parked = True
        return None if parked else blocked

    def _wall(self, index: int) -> int:
        """The closest rule that it must not pass; -1 where there is none."""
        near = bits_of(self.trip.sensitive[index] & self.mine)
        return min(near, key=lambda other: (abs(self.now[other] - self.now[index]), other), default=-1)

    def _fewest(self, group: Sequence[int], waits: dict[int, list[int]]) -> list[int]:
        """The fewest rules of the knot to park: without waiting for the numbers that they leave, no circle is left."""
        members = set(group)
        # who waits for a rule's number, and who waits for a rule to pass
        seats = {index: {other for other in waits[index] if other in members and self._sits(other, index)} for index in group}
        passes = {index: {other for other in waits[index] if other in members} - seats[index] for index in group}
        sat = {other for others in seats.values() for other in others}
        can = {index for index in group if index in sat and index not in self.parked and self._slot(index) is not None}
        budget = [SEARCH // (1 + len(group) // KNOT)]
        for size in range(1, min(len(can), DEPTH) + 1):
            found = _open(group, seats, passes, can, size, frozenset(), budget)
            if found is not None:
                return sorted(found)
        return sorted(can) or list(group[:1])

    def _sits(self, other: int, index: int) -> bool:
        return self.now[other] == self.goal[index]

    def _slot(self, index: int) -> int | None:
        """A free number for the rule to wait on: as close as can be, no goal of another, and no pair passed that must not be."""
        here = self.now[index]
        low, high = PRIORITY_MIN, PRIORITY_MAX
        self.left -= 1
        for other in bits_of(self.trip.sensitive[index] & self.mine):
            there = self.now[other]
            # off a number that two claim, only to the side where it ends up
            stays_behind = self.goal[other] < self.goal[index] if there == here else there < here
            low, high = (max(low, there + 1), high) if stays_behind else (low, min(high, there - 1))
        room = (1 << high + 1) - (1 << low) if low <= high else 0
        for free in (room & ~self.occupied & ~self.awaited, room & ~self.occupied):
            found = _closest(free, here)
            if found is not None:
                return found
        return None


def _closest(free: int, here: int) -> int | None:
    """The number of the bitset that is closest to `here`, of two the higher one; None for the empty set."""
    if not free:
        return None
    middle = min(max(here, 0), free.bit_length())
    up = lowest(free >> middle) + middle if free >> middle else None
    down = (free & (1 << middle) - 1).bit_length() - 1
    if up is None or (down >= 0 and here - down < up - here):
        return down
    return up


def _knots(waits: dict[int, list[int]]) -> list[list[int]]:
    """The groups of rules that wait for each other in circles (strongly connected components of two at least), by lowest member."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    held: set[int] = set()
    found = []
    for root, first in waits.items():
        if root in order:
            continue
        trail = [(root, iter(first))]
        order[root] = low[root] = len(order)
        stack.append(root)
        held.add(root)
        while trail:
            index, others = trail[-1]
            other = next((item for item in others if item in waits and (item not in order or item in held)), None)
            if other is None:
                trail.pop()
                if trail:
                    low[trail[-1][0]] = min(low[trail[-1][0]], low[index])
                if low[index] == order[index]:
                    group: list[int] = []
                    while not group or group[-1] != index:
                        group.append(stack.pop())
                        held.discard(group[-1])
                    if len(group) > 1:
                        found.append(sorted(group))
            elif other in order:
                low[index] = min(low[index], order[other])
            else:
                order[other] = low[other] = len(order)
                stack.append(other)
                held.add(other)
                trail.append((other, iter(waits[other])))
    return sorted(found)


def _open(
    group: Sequence[int],
    seats: dict[int, set[int]],
    passes: dict[int, set[int]],
    can: set[int],
    size: int,
    parked: frozenset[int],
    budget: list[int],
) -> frozenset[int] | None:
    """At most `size` more rules to park so that no circle is left: one on each circle that is found; None where so few will not do."""
    budget[0] -= 1
    if budget[0] < 0:
        return None
    circle = _circle(group, {index: passes[index] | (seats[index] - parked) for index in group})
    if not circle:
        return parked
    if size == 0:
        return None
    for place, index in enumerate(circle):
        before = circle[place - 1]
        if index in can and index in seats[before]:
            found = _open(group, seats, passes, can, size - 1, parked | {index}, budget)
            if found is not None:
                return found
    return None


def _circle(group: Sequence[int], waits: dict[int, set[int]]) -> list[int]:
    """A circle of rules, each waiting for the next; [] where there is none."""
    left = {index: set(others) for index, others in waits.items()}
    free = [index for index in group if not left[index]]
    back: dict[int, list[int]] = {index: [] for index in group}
    for index, others in waits.items():
        for other in others:
            back[other].append(index)
    for index in free:
        for other in back[index]:
            left[other].discard(index)
            if not left[other]:
                free.append(other)
    start = next((index for index in group if left[index]), None)
    if start is None:
        return []
    path = {start: 0}
    last = start
    while True:
        last = min(left[last])
        if last in path:
            return list(path)[path[last] :]
        path[last] = len(path)

"""The smallest set that meets a list of cuts: weighted hitting set, exact by branch and bound, under a budget of steps.

A cut says: of its elements so many must be chosen that their weights reach `need`.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from alb_lint.plan.work import Effort
from alb_lint.record import record
from alb_lint.space.covers import bits_of

NODE: Final = 5
"""What a cut costs at one node of the search, in steps of `Band.fit`."""


@record
class Smallest:
    """`chosen`: bitset that meets every cut; `at_least`: no smaller set does; equal to its size where `proved`."""

    chosen: int
    at_least: int

    @property
    def proved(self) -> bool:
        return self.chosen.bit_count() == self.at_least


class _Need:
    """One cut: `mask` its elements, `weights` None where all are 1."""

    __slots__ = ("mask", "need", "weights")

    def __init__(self, weights: Mapping[int, int], need: int) -> None:
        self.mask = sum(1 << element for element in weights)
        self.need = need
        self.weights = None if all(weight == 1 for weight in weights.values()) else dict(weights)

    def missing(self, chosen: int) -> int:
        met = chosen & self.mask
        if self.weights is None:
            return self.need - met.bit_count()
        return self.need - sum(self.weights[element] for element in bits_of(met))

    def fewest(self, free: int, missing: int) -> int:
        """How many of the elements `free` it takes at least; more than there are where they do not reach."""
        if self.weights is None:
            return missing
        taken = 0
        for weight in sorted((self.weights[element] for element in bits_of(free)), reverse=True):
            taken += 1
            missing -= weight
            if missing <= 0:
                return taken
        return taken + 1

    def forced(self, free: int, missing: int) -> int:
        """Those of `free` without which the rest does not reach; -1 where even all do not."""
        if self.weights is None:
            count = free.bit_count()
            return -1 if count < missing else free if count == missing else 0
        total = sum(self.weights[element] for element in bits_of(free))
        if total < missing:
            return -1
        return sum(1 << element for element in bits_of(free) if total - self.weights[element] < missing)


class Cover:
    """Collects cuts; `smallest` solves them."""

    def __init__(self) -> None:
        self._needs: list[_Need] = []
        self._known: set[tuple[int, int]] = set()

    def add(self, weights: Mapping[int, int], need: int) -> None:
        item = _Need(weights, need)
        if item.weights is None:
            if (item.mask, item.need) in self._known:
                return
            self._known.add((item.mask, item.need))
            # a cut inside a wider one that asks for no more makes that one idle
            self._needs = [other for other in self._needs if other.weights is not None or item.mask & ~other.mask or other.need > item.need]
        self._needs.append(item)

    def smallest(self, effort: Effort) -> Smallest:
        chosen, at_least = 0, 0
        for group in self._components():
            part = _branch_and_bound(group, effort)
            chosen |= part.chosen
            at_least += part.at_least
        return Smallest(chosen, at_least)

    def _components(self) -> list[list[_Need]]:
        """Cuts that share elements, together; in the order of their first cut."""
        groups: list[tuple[int, list[int]]] = []
        for place, item in enumerate(self._needs):
            mask, members = item.mask, [place]
            apart = []
            for other, places in groups:
                if other & mask:
                    mask |= other
                    members = places + members
                else:
                    apart.append((other, places))
            groups = [*apart, (mask, members)]
        return [[self._needs[place] for place in sorted(members)] for _, members in sorted(groups, key=lambda group: min(group[1]))]


def _branch_and_bound(needs: list[_Need], effort: Effort) -> Smallest:
    best = _greedy(needs)
    size = best.bit_count()
    floor = _bound(needs, 0, 0)[0]
    if floor == size:
        return Smallest(best, size)
    # (bound known at the parent, chosen, left out); the last is looked at first
    stack = [(floor, 0, 0)]
    while stack:
        known, chosen, out = stack.pop()
        if known >= size:
            continue
        effort.left -= NODE * len(needs)
        if effort.spent:
            stack.append((known, chosen, out))
            return Smallest(best, max(floor, min(size, *(item[0] for item in stack))))
        settled = _propagate(needs, chosen, out)
        if settled is None:
            continue
        chosen, open_ = settled
        if chosen.bit_count() >= size:
            continue
        if not open_:
            best, size = chosen, chosen.bit_count()
            if size == floor:
                break
            continue
        more, pick = _bound(open_, chosen, out)
        bound = chosen.bit_count() + more
        if bound >= size:
            continue
        stack.append((bound, chosen, out | 1 << pick))
        stack.append((bound, chosen | 1 << pick, out))
    return Smallest(best, size)


def _propagate(needs: Sequence[_Need], chosen: int, out: int) -> tuple[int, list[_Need]] | None:
    """What must be chosen is; (chosen, the cuts still open), or None where some cut cannot be met."""
    open_ = list(needs)
    while True:
        added = 0
        left = []
        for item in open_:
            missing = item.missing(chosen)
            if missing <= 0:
                continue
            forced = item.forced(item.mask & ~chosen & ~out, missing)
            if forced == -1:
                return None
            if forced:
                added |= forced
            left.append(item)
        open_ = left
        if not added:
            return chosen, open_
        chosen |= added


def _bound(needs: Sequence[_Need], chosen: int, out: int) -> tuple[int, int]:
    """(how many more it takes at least, the element to decide next): cuts that share no element add up, tight ones first."""
    sized = []
    counts: dict[int, int] = {}
    for place, item in enumerate(needs):
        missing = item.missing(chosen)
        if missing <= 0:
            continue
        free = item.mask & ~chosen & ~out
        fewest = item.fewest(free, missing)
        sized.append((free.bit_count() - fewest, place, free, fewest))
        for element in bits_of(free):
            counts[element] = counts.get(element, 0) + 1
    sized.sort()
    used, total = 0, 0
    for _, _, free, fewest in sized:
        if not free & used:
            used |= free
            total += fewest
    pick = -1
    if sized:
        tightest = sized[0][2]
        pick = max(bits_of(tightest), key=lambda element: (counts[element], -element))
    return total, pick


def _greedy(needs: Sequence[_Need]) -> int:
    """A set that meets the cuts: again and again the element that helps most, then without what is not needed."""
    chosen = 0
    order: list[int] = []
    while True:
        gains: dict[int, int] = {}
        for item in needs:
            missing = item.missing(chosen)
            if missing <= 0:
                continue
            for element in bits_of(item.mask & ~chosen):
                gains[element] = gains.get(element, 0) + (1 if item.weights is None else min(missing, item.weights[element]))
        if not gains:
            break
        pick = max(gains, key=lambda element: (gains[element], -element))
        chosen |= 1 << pick
        order.append(pick)
    for element in order:
        without = chosen & ~(1 << element)
        if all(item.missing(without) <= 0 for item in needs):
            chosen = without
    return chosen

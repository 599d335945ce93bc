"""The most rules of a band that can stay where they stand: exact by implicit hitting sets, or with a bound.

Cuts (from `Band.fit`) are gathered until the smallest set of movers that meets them all leaves a numbering: then no smaller set can.
Two rules in an order that is reversed today, or too close for those between them, cannot both stay; that relation is transitive, so its chains
give the first cuts (of a chain all but one move), and a largest set of rules without a conflict is where the search starts. Of more rules than
AWS ever has on a listener nothing is searched: what stays is found block by block, and the chains say how few moves there must be at least.
"""

from heapq import heappop, heappush
from typing import Final

from alb_lint.plan.numbering.chains import conflicts
from alb_lint.plan.numbering.hitting_set import Cover
from alb_lint.plan.numbering.shared_numbers import Band, Cut
from alb_lint.plan.work import Effort
from alb_lint.record import record
from alb_lint.space.covers import bits_of

TIGHTEN: Final = 60_000
"""Steps that may be spent on one cut to make it smaller."""
SEARCHED: Final = 2_000
"""Rules of a band up to which the fewest moves are searched."""
LEAST_BLOCKS: Final = 32
"""Blocks that are tried however few steps are left."""


@record
class Fewest:
    """`kept`: bitset of rules that stay; `moved`: how many do not; `at_least`: no numbering moves fewer."""

    kept: int
    moved: int
    at_least: int

    @property
    def proved(self) -> bool:
        return self.moved == self.at_least


def fewest_moves(band: Band, effort: Effort) -> Fewest | Cut:
    """The largest set of rules that can stay; a cut without weights where there is no numbering at all."""
    every = band.candidates
    must = band.count - every.bit_count()
    effort.left -= band.weight
    if isinstance(band.fit(every), list):
        return Fewest(every, must, must)
    nothing = band.fit(0)
    if isinstance(nothing, Cut):
        return nothing
    if band.count <= SEARCHED and not effort.spent:
        search = _Search(band, every, effort)
        if search.best or not effort.spent:
            return Fewest(search.best, band.count - search.best.bit_count(), must + search.at_least)
    return _by_blocks(band, every, effort)


def _by_blocks(band: Band, every: int, effort: Effort) -> Fewest:
    """Most of what can stay: first rules without a conflict, then the others; of a block that cannot stay, each half. Large blocks come first."""
    found = conflicts(band, every, effort)
    at_least = band.count - every.bit_count() + sum(len(chain) - 1 for chain in found.chains)
    tried, most = 0, max(LEAST_BLOCKS, effort.blocks // band.weight)
    kept = 0
    for part in (found.apart, every & ~found.apart):
        whole = list(bits_of(part))
        waiting = [(-len(whole), 0)]
        while waiting and tried < most and band.count - kept.bit_count() > at_least:
            size, start = heappop(waiting)
            block = sum([1 << job for job in whole[start : start - size]])
            tried += 1
            if isinstance(band.fit(kept | block), list):
                kept |= block
            elif size < -1:
                half = -size // 2
                heappush(waiting, (-half, start))
                heappush(waiting, (size + half, start + half))
    effort.blocks -= tried * band.weight
    return Fewest(kept, band.count - kept.bit_count(), at_least)


class _Search:
    def __init__(self, band: Band, every: int, effort: Effort) -> None:
        self.band = band
        self.every = every
        self.effort = effort
        self.cover = Cover()
        self.best = 0
        found = conflicts(band, every, effort)
        for chain in found.chains:
            self.cover.add(dict.fromkeys(chain, 1), len(chain) - 1)
        self.at_least = sum(len(chain) - 1 for chain in found.chains)
        self._run(found.apart)

    def _run(self, first: int) -> None:
        self._descend(first)
        while not self.effort.spent and not self._settled():
            found = self.cover.smallest(self.effort)
            self.at_least = max(self.at_least, found.at_least)
            if not self._descend(self.every & ~found.chosen) and found.proved:
                return

    def _settled(self) -> bool:
        return self.every.bit_count() - self.best.bit_count() <= self.at_least

    def _descend(self, kept: int) -> bool:
        """Moves rules until the rest can stay, then lets those stay after all that can; False where nothing had to be moved."""
        moved: list[int] = []
        while isinstance(cut := self._try(kept), Cut):
            # the one that counts most; of equals the last, so that what is asked first stays
            pick = max(cut.weights, key=lambda job: (cut.weights[job], job))
            kept &= ~(1 << pick)
            moved.append(pick)
            if self.effort.spent:
                return False
        if moved or kept.bit_count() > self.best.bit_count():
            for job in bits_of(self.every & ~kept):
                if self.effort.spent:
                    break
                if isinstance(self._try(kept | 1 << job), list):
                    kept |= 1 << job
        if kept.bit_count() > self.best.bit_count():
            self.best = kept
        return bool(moved)

    def _try(self, kept: int) -> list[int] | Cut:
        self.effort.left -= self.band.weight
        found = self.band.fit(kept)
        if isinstance(found, Cut):
            found = self._tightened(found)
            self.cover.add(found.weights, found.need)
        return found

    def _tightened(self, cut: Cut) -> Cut:
        """A cut as small as can be: without a rule whose staying is not needed for the failure."""
        if cut.need > 1 or len(cut.weights) < 3 or len(cut.weights) * self.band.weight > TIGHTEN:
            return cut
        kept = sum(1 << job for job in cut.weights)
        for job in sorted(cut.weights, reverse=True):
            if not kept >> job & 1:
                continue
            self.effort.left -= self.band.weight
            found = self.band.fit(kept & ~(1 << job))
            if isinstance(found, Cut):
                kept = sum(1 << one for one in found.weights)
                if found.need > 1:
                    return found
                cut = found
        return cut

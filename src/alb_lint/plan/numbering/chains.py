"""Rules of a band of which two and two cannot both stay: as few chains of them as can be, and as many rules as have no conflict (Dilworth).

a conflicts with b where a must come before b and fewer numbers lie between them than rules must. Were b to conflict with c, then so would a:
the rules between a and c are those between a and b, b, and those between b and c.
"""

from typing import Final

from alb_lint.plan.numbering.shared_numbers import Band
from alb_lint.plan.work import Effort
from alb_lint.record import record
from alb_lint.space.covers import bits_of

MATCHED: Final = 3_000_000
"""Conflicts that are looked at for the fewest chains; past that there are more chains than need be, each still one."""


@record
class Conflicts:
    """`chains`: disjoint, of two rules at least; of each all but one must move. `apart`: bitset, a largest set of rules without a conflict."""

    chains: tuple[tuple[int, ...], ...]
    apart: int


def conflicts(band: Band, kept: int, effort: Effort) -> Conflicts:
    """The conflicts among the rules of the bitset `kept`. Where the effort ends early, some are missed: `apart` may hold a few then."""
    later = _conflicts(band, kept, effort)
    successor, predecessor = _matching(later)
    chains = []
    for first in sorted(successor):
        if first not in predecessor:
            chain = [first]
            while chain[-1] in successor:
                chain.append(successor[chain[-1]])
            chains.append(tuple(chain))
    return Conflicts(tuple(chains), _apart(later, successor, predecessor, kept))


def _conflicts(band: Band, kept: int, effort: Effort) -> dict[int, list[int]]:
    """Per rule those after it that cannot stay if it does."""
    below = [0] * band.count
    above = [0] * band.count
    for job in reversed(range(band.count)):
        for other in band.after[job]:
            below[job] |= below[other] | 1 << other
    for job in range(band.count):
        for other in band.before[job]:
            above[job] |= above[other] | 1 << other
    found: dict[int, list[int]] = {}
    for job in bits_of(kept):
        here = below[job]
        reach = band.wants[job] + here.bit_count()
        for other in bits_of(here & kept):
            effort.left -= 1
            if effort.spent:
                return found
            gap = band.wants[other] - band.wants[job]
            if band.wants[other] <= reach and gap < 1 + (here & above[other]).bit_count():
                found.setdefault(job, []).append(other)
    return found


def _matching(later: dict[int, list[int]]) -> tuple[dict[int, int], dict[int, int]]:
    """A largest matching of rules to rules that follow them in a chain (Kuhn, breadth first): (successor, predecessor)."""
    successor: dict[int, int] = {}
    predecessor: dict[int, int] = {}
    left = MATCHED
    for start in later:
        if left <= 0:
            break
        # alternating paths: `via[b]` is the rule from which b was reached
        via: dict[int, int] = {}
        queue = [start]
        end = -1
        for job in queue:
            left -= len(later.get(job, ()))
            for other in later.get(job, ()):
                if other in via:
                    continue
                via[other] = job
                if other not in predecessor:
                    end = other
                    break
                queue.append(predecessor[other])
            if end >= 0:
                break
        while end >= 0:
            job = via[end]
            following = successor.get(job, -1)
            successor[job] = end
            predecessor[end] = job
            end = following
    return successor, predecessor


def _apart(later: dict[int, list[int]], successor: dict[int, int], predecessor: dict[int, int], kept: int) -> int:
    """The rules outside a smallest cover of all conflicts (König): as many as there are chains, single rules counted."""
    queue = [job for job in bits_of(kept) if job not in successor]
    firsts, seconds = set(queue), set()
    for job in queue:
        for other in later.get(job, ()):
            if other not in seconds:
                seconds.add(other)
                before = predecessor.get(other, -1)
                if before >= 0 and before not in firsts:
                    firsts.add(before)
                    queue.append(before)
    return sum([1 << job for job in firsts if job not in seconds])

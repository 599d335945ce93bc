"""Rules of a band of which two and two cannot both stay, as few chains as possible (Dilworth, by matching).

a conflicts with b where a must come before b and fewer numbers lie between them than rules must. Were b to conflict with c, then so would a:
the rules between a and c are those between a and b, b, and those between b and c.
"""

from alb_lint.plan.band import Band
from alb_lint.plan.cover import Effort
from alb_lint.space.covers import bits_of


def conflict_chains(band: Band, kept: int, effort: Effort) -> list[list[int]]:
    """Disjoint chains of at least two rules of the bitset `kept`: of each all but one must move. Ends early where the effort is spent."""
    later = _conflicts(band, kept, effort)
    return _chains(later)


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


def _chains(later: dict[int, list[int]]) -> list[list[int]]:
    """A smallest cover by chains: a largest matching of rules to successors (Kuhn, breadth first, no recursion)."""
    successor: dict[int, int] = {}
    predecessor: dict[int, int] = {}
    for start in later:
        # breadth first over alternating paths: `via[b]` is the rule from which b was reached
        via: dict[int, int] = {}
        queue = [start]
        end = -1
        for job in queue:
            for other in later[job]:
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
    chains = []
    for first in sorted(successor):
        if first in predecessor:
            continue
        chain = [first]
        while chain[-1] in successor:
            chain.append(successor[chain[-1]])
        chains.append(chain)
    return chains

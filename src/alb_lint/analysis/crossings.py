"""Pairs of rules that cross: they share requests that the earlier one answers, act differently for certain, and neither is wider."""

from heapq import heapify, heappop, heappush
from typing import Final
from weakref import WeakKeyDictionary

from alb_lint.analysis.compile import HEADERS, QUERY
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.record import record
from alb_lint.space.covers import bits_of

Pairs = dict[int, set[int]]
"""Rule → the rules it crosses; every pair stands under both."""


@record
class Crossings:
    """`plain`: on requests that repeat nothing. `repeated`: only on requests that repeat a header or parameter.

    `complete`: False where there were more than PAIRS pairs to look at, and the rest was left.
    """

    plain: Pairs
    repeated: Pairs
    complete: bool = True


PAIRS: Final = 150_000
"""Pairs looked at in one listener, about two seconds; a listener of 1,000 rules has some 30,000, and AWS allows 100 rules unless asked."""
_KNOWN: "WeakKeyDictionary[ListenerFacts, Crossings]" = WeakKeyDictionary()


def crossings(facts: ListenerFacts) -> Crossings:
    """All crossing pairs of a listener; a pair for which it is undecided whether an earlier rule takes all it shares is left out."""
    known = _KNOWN.get(facts)
    if known is None:
        known = _KNOWN[facts] = _find(facts)
    return known


def _find(facts: ListenerFacts) -> Crossings:
    plain: Pairs = {}
    repeated: Pairs = {}
    alike: dict[object, int] = {}
    for index, action in enumerate(facts.actions):
        alike[action] = alike.get(action, 0) | 1 << index
    reading = facts.settled & facts.known_actions
    meets, inside, earlier = facts.meets, facts.inside, facts.earlier
    symbolic, may = facts.compiled.symbolic, facts.may_lie_inside
    looked = 0
    may_repeat = [bool(values[HEADERS] or values[QUERY]) for values in facts.compiled.values]
    for first in bits_of(reading):
        if facts.cut(first):
            continue
        later = meets[first] & reading & ~inside[first] & ~alike[facts.actions[first]] & ~((2 << first) - 1)
        mask = 1 << first
        before = earlier[first]
        looked += later.bit_count()
        if looked > PAIRS:
            return Crossings(plain, repeated, complete=False)
        for second in bits_of(later):
            if (
                inside[second] & mask
                or (symbolic and (may[second] & mask or may[first] >> second & 1))
                or not earlier[second] & mask
                or facts.cut(second)
            ):
                continue
            if meets[first] & meets[second] & before:
                if (inside[first] | inside[second]) & before:
                    continue
                if not _open(facts, first, second, before):
                    continue
            table = repeated if may_repeat[first] and may_repeat[second] and facts.needs_repeat(first, second) else plain
            table.setdefault(first, set()).add(second)
            table.setdefault(second, set()).add(first)
    return Crossings(plain, repeated)


def _open(facts: ListenerFacts, first: int, second: int, before: int) -> bool:
    """Whether some request of both is certainly left by all of `before`."""
    cover = facts.plain_cover(first, second)
    if cover is None:
        return facts.exists((first, second), before) is True
    return not cover & before


def hubs(pairs: Pairs) -> list[tuple[int, list[int]]]:
    """Every pair once, under the rule that crosses most: (rule, its partners ascending), most partners first.

    So a rule that crosses twelve others is one line. Deterministic: of equals the lower rule.
    """
    left = {rule: set(partners) for rule, partners in pairs.items()}
    queue = [(-len(partners), rule) for rule, partners in left.items() if partners]
    heapify(queue)
    found: list[tuple[int, list[int]]] = []
    while queue:
        size, hub = heappop(queue)
        partners = left[hub]
        if len(partners) != -size:
            if partners:
                heappush(queue, (-len(partners), hub))
            continue
        found.append((hub, sorted(partners)))
        left[hub] = set()
        for partner in partners:
            left[partner].discard(hub)
    return found

"""Pairs of rules that cross: they share requests that the earlier one answers, act differently for certain, and neither is wider."""

from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush
from typing import Final
from weakref import WeakKeyDictionary

from alb_lint.analysis.compile import HEADERS, QUERY
from alb_lint.analysis.facts import ListenerFacts, Undecided
from alb_lint.model import Listener
from alb_lint.model.dear import level
from alb_lint.record import record
from alb_lint.space.covers import bits_of

Pairs = dict[int, int]
"""Rule → the rules it crosses, as a bitset; every pair stands under both."""


@record
class Crossings:
    """`plain`: on requests that repeat nothing. `repeated`: only on requests that repeat a header or parameter.

    `left`: rules some of whose later partners were left, because the pairs or the work on them were more than the caps below, or that of a pair.
    """

    plain: Pairs
    repeated: Pairs
    left: int = 0


PAIRS: Final = 1_000_000
"""Pairs listed for one listener. 1,000 rules make half of it at most, and AWS allows 100 rules unless asked."""
PAIRS_IN_A_RUN: Final = 1_500_000
"""Pairs that the rules of all listeners of a run may make, however few rules they have: those of 12 listeners of 500 rules."""
PAIRS_PER_RULE: Final = 50
"""Pairs for each rule that they may make, where that is more: as many as listeners of 100 rules have."""
PAIRS_OF_A_VERSION: Final = PAIRS // 2
"""Pairs listed for one listener of each of two versions in a run: those of all 1,000 rules."""
STEPS_PER_PAIR: Final = 3
"""Work on one listener for each pair that it may list: 1 for each that needs a look, SEARCH for each whose shared requests must be searched."""
SEARCH: Final = 100
_DENSE: Final = 100
"""Bits of a row, on average, from which a table is turned as a whole."""
_COLUMNS: Final = 512
_KNOWN: "WeakKeyDictionary[ListenerFacts, tuple[int, Crossings]]" = WeakKeyDictionary()


def crossings(facts: ListenerFacts, most: int = PAIRS) -> Crossings:
    """The crossing pairs of a listener, of more than `most` some; a pair for which it is undecided whether an earlier rule takes all it shares is
    left out.
    """
    known = _KNOWN.get(facts)
    if known is None or known[0] != most:
        known = _KNOWN[facts] = most, _find(facts, most)
    return known[1]


def pairs_in(listeners: Iterable[Listener]) -> list[int]:
    """Per listener the pairs that its rules make; no listener lists more than PAIRS."""
    return [min(PAIRS, len(listener.rules) * (len(listener.rules) - 1) // 2) for listener in listeners]


def pairs_in_a_run(rules: int, shares: int = 1) -> int:
    """Pairs that listeners of so many rules may list together, one of so many shares of a run."""
    return max(PAIRS_IN_A_RUN // shares, PAIRS_PER_RULE * rules)


def pairs_each(listeners: Sequence[Listener]) -> int:
    """Pairs that each of the listeners may list in one run: as many as it has, up to a bound that is the same for all."""
    most = pairs_in_a_run(sum([len(listener.rules) for listener in listeners]))
    pairs = pairs_in(listeners)
    return PAIRS if sum(pairs) <= most else level(pairs, most)


def pairs_of_versions(before: Sequence[Listener], after: Sequence[Listener]) -> int:
    """As `pairs_each`, for two versions in one run; a listener that is the same object in both counts once."""
    known = set(map(id, before))
    return min(PAIRS_OF_A_VERSION, pairs_each((*before, *(item for item in after if id(item) not in known))))


def _find(facts: ListenerFacts, most: int) -> Crossings:
    plain, repeated = [0] * facts.count, [0] * facts.count
    alike: dict[object, int] = {}
    for index, action in enumerate(facts.actions):
        alike[action] = alike.get(action, 0) | 1 << index
    reading = facts.settled & facts.known_actions & ~facts.cut_off
    inside, later = facts.inside, facts.compiled.later
    holding = turned(inside)
    may = turned(facts.may_lie_inside) if facts.compiled.symbolic else None
    may_repeat = sum([1 << index for index, values in enumerate(facts.compiled.values) if values[HEADERS] or values[QUERY]])
    pairs = steps = left = 0
    for first in bits_of(reading):
        mine = facts.meets[first] & reading & later[first] & ~inside[first] & ~holding[first] & ~alike[facts.actions[first]]
        if may is not None:
            mine &= ~(may[first] | facts.may_lie_inside[first])
        if not mine:
            continue
        if pairs > most or steps > STEPS_PER_PAIR * most:
            left |= reading & ~((1 << first) - 1)
            break
        found, work, doubt = _open(facts, first, mine)
        steps += work
        left |= doubt << first
        pairs += found.bit_count()
        again = 0
        if may_repeat >> first & 1:
            again = found & may_repeat
            sure = facts.clashing(first) & again
            asked = again & ~sure & ~facts.clashing_told(first)
            again = sure | sum([1 << second for second in bits_of(asked) if facts.needs_repeat(first, second)])
        mine = 1 << first
        for table, bits in ((plain, found & ~again), (repeated, again)):
            table[first] |= bits
            for second in bits_of(bits):
                table[second] |= mine
    return Crossings(_pairs(plain), _pairs(repeated), left)


def _pairs(table: list[int]) -> Pairs:
    return {rule: partners for rule, partners in enumerate(table) if partners}


def _open(facts: ListenerFacts, first: int, others: int) -> tuple[int, int, bool]:
    """Those of `others` with which some request of `first` is certainly left by all rules before it; the work that it took; and whether a budget
    left it open for one of them.
    """
    before = facts.earlier[first]
    if before & (facts.inside[first] | facts.limitless) or facts.answers_nothing(first):
        return 0, 0, False
    may_meet, inside = facts.may_meet, facts.inside
    rivals = may_meet[first] & before
    near, found, work, doubt = others, others, 0, False
    if rivals.bit_count() < others.bit_count():  # else it is as quick to look at each of the others
        near = 0
        for rival in bits_of(rivals):
            near |= may_meet[rival]
            if not others & ~near:
                break
    asked = 0
    for second in bits_of(others & near):
        if rivals & may_meet[second]:
            work += 1
            if inside[second] & before:
                found ^= 1 << second
            else:
                asked |= 1 << second
    asked &= ~facts.glanced(first, asked, rivals)
    if asked:
        taken = asked & ~facts.may_escape_with(first, before)
        found ^= taken
        asked ^= taken
    for second in bits_of(asked):
        spent = facts.worked
        told = facts.exists((first, second), before, glanced=True)
        if told is not True:
            found ^= 1 << second
            doubt = doubt or (isinstance(told, Undecided) and "more than" in told.reason)
        work += SEARCH + facts.worked - spent
    return found, work, doubt


def turned(table: list[int]) -> list[int]:
    """Per rule those in whose bitset it stands."""
    if sum([bits.bit_count() for bits in table]) > _DENSE * len(table):
        return _turned_whole(table)
    found = [0] * len(table)
    for index, bits in enumerate(table):
        mine = 1 << index
        for other in bits_of(bits):
            found[other] |= mine
    return found


def _turned_whole(table: list[int]) -> list[int]:
    """As `turned`, by rows and columns of digits."""
    size, found = len(table), []
    for start in range(0, size, _COLUMNS):
        rows = [format(bits >> start & (1 << _COLUMNS) - 1, f"0{_COLUMNS}b") for bits in reversed(table)]
        found += [int("".join(column), 2) for column in zip(*rows, strict=True)][::-1]
    return found[:size]


def hubs(pairs: Pairs) -> list[tuple[int, list[int]]]:
    """Every pair once, under the rule that crosses most: (rule, its partners ascending), most partners first.

    So a rule that crosses twelve others is one line. Deterministic: of equals the lower rule.
    """
    queue = [(-partners.bit_count(), rule) for rule, partners in pairs.items() if partners]
    heapify(queue)
    found: list[tuple[int, list[int]]] = []
    gone = 0
    while queue:
        size, hub = heappop(queue)
        partners = pairs[hub] & ~gone
        if partners.bit_count() != -size:
            if partners:
                heappush(queue, (-partners.bit_count(), hub))
            continue
        found.append((hub, list(bits_of(partners))))
        gone |= 1 << hub
    return found

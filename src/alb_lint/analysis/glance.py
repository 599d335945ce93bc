"""What two rules share, as far as one glance tells: one word for each dimension, none searched for.

Nearly every question about two rules is whether they share some request that others leave, and nearly always the first word that comes to mind
shows it. Where it does not, nothing is said, and the search for all the words that decide is left to `facts`. For pairs that share a request
on listeners without anything unknown, symbolic or read in several ways.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from alb_lint.analysis.compile import HEADERS, HOST, PATH, Compiled, Values
from alb_lint.space.covers import bits_of
from alb_lint.space.glob import common_at_hand

_TEXTS = 1 << HOST | 1 << PATH
_EVERY = 63


class Glance:
    """Glances at pairs of one listener's rules."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self._asks = [sum([1 << side for side, value in enumerate(values) if value]) for values in compiled.values]
        """Per rule the dimensions in which it asks for something, as a bitset."""
        self._covers: list[dict[int, int | None]] = [{} for _ in compiled.values]
        self._unasked: dict[int, int] = {}

    def shows(self, first: int, second: int, avoid: int) -> bool:
        """True only if some request of both rules is in none of `avoid`."""
        mine, theirs = self._asks[first], self._asks[second]
        both = mine & theirs
        avoid &= self._free(_EVERY & ~(mine | theirs))
        if avoid and mine != both:
            avoid = self._alone(first, mine ^ both, avoid)
        if avoid and theirs != both:
            avoid = self._alone(second, theirs ^ both, avoid)
        if not avoid or not both:
            return not avoid
        compiled = self.compiled
        ours, others = compiled.values[first], compiled.values[second]
        rest = both & ~_TEXTS
        for side in bits_of(rest) if rest else ():
            a, b = ours[side], others[side]
            if a == b or side < HEADERS:
                avoid &= _thinnest(compiled.shared(side, a, b).points, avoid)
            else:
                one, other = (_thinnest(compiled.sides(rule)[side].points, avoid) for rule in (first, second))
                avoid &= one | other | compiled.repeats[side - HEADERS].several
        for side in (HOST, PATH):
            if avoid and both >> side & 1:
                a, b = ours[side], others[side]
                avoid &= _thinnest(compiled.sides(first)[side].points, avoid) if a == b else self._text(side, a, b, avoid)
        return not avoid

    def _free(self, sides: int) -> int:
        """Who takes a request on which nothing is asked in these dimensions."""
        known = self._unasked.get(sides)
        if known is None:
            found = [self.compiled.side(side, () if side >= HEADERS else None).points for side in bits_of(sides)]
            known = self._unasked[sides] = _together(points[0][1] for points in found if len(points) == 1)
        return known

    def _alone(self, rule: int, sides: int, avoid: int) -> int:
        """What of `avoid` may take the rule's own words in these dimensions."""
        covers = self._covers[rule]
        if sides not in covers:
            found = [self.compiled.sides(rule)[side].points for side in bits_of(sides)]
            covers[sides] = _together(points[0][1] for points in found) if all(len(points) == 1 for points in found) else None
        known = covers[sides]
        if known is not None:
            return avoid & known
        for side in bits_of(sides):
            avoid &= _thinnest(self.compiled.sides(rule)[side].points, avoid)
        return avoid

    def _text(self, side: int, mine: Values, theirs: Values, avoid: int) -> int:
        """What of `avoid` may take a word of both: of the words looked at the one with the least."""
        index = self.compiled.hosts if side == HOST else self.compiled.paths
        if index.regexes:
            return avoid
        free = self.compiled.free[side] & avoid
        turned = side == HOST and self.compiled.turned
        best = avoid
        for a in mine or ():
            for b in theirs or ():
                left = index.left(a[::-1], b[::-1], avoid) if turned else index.left(a, b, avoid)
                if left is not None:
                    left |= free
                    if not left:
                        return 0
                    if left.bit_count() < best.bit_count():
                        best = left
        return best

    def parts(self, first: int, second: int, avoid: int) -> list[Any] | None:
        """A generic request of both rules in none of `avoid`, a part for each dimension; None says nothing."""
        compiled = self.compiled
        parts: list[Any] = [None] * 6
        texts = []
        for side, (a, b) in enumerate(zip(compiled.values[first], compiled.values[second], strict=True)):
            if side in (HOST, PATH) and a and b and a != b:
                texts.append((side, a, b))
                continue
            points = compiled.shared(side, a, b).points
            if not points:
                return None
            parts[side], bits = min(points, key=lambda point: (point[1] & avoid).bit_count())
            avoid &= bits
        for side, a, b in texts:
            found = self._word(side, a, b, avoid)
            if found is None:
                return None
            parts[side], bits = found
            avoid &= bits
        return None if avoid else parts

    def _word(self, side: int, mine: Values, theirs: Values, avoid: int) -> tuple[str, int] | None:
        """A word of both with its cover, a short one that leaves all of `avoid`; without one, the one that leaves most."""
        compiled = self.compiled
        index = compiled.hosts if side == HOST else compiled.paths
        if index.regexes:
            return None
        free, turned = compiled.free[side], side == HOST and compiled.turned
        pairs = [(a, b) for a in mine or () for b in theirs or ()]
        if len(pairs) > 1:
            pairs.sort(key=_length)
        best: tuple[str, int] | None = None
        least = 0
        for a, b in pairs:
            words = common_at_hand(a[::-1], b[::-1]) if turned else common_at_hand(a, b)
            for word in sorted(words, key=len) if len(words) > 1 else words:
                bits = index.cover(word) | free
                count = (bits & avoid).bit_count()
                if best is None or count < least:
                    best, least = (word, bits), count
                    if not count:
                        return best
        return best


def _length(pair: tuple[Any, Any]) -> int:
    return len(pair[0]) + len(pair[1])


def _together(covers: Iterable[int]) -> int:
    found = -1
    for bits in covers:
        found &= bits
    return found


def _thinnest(points: Sequence[tuple[Any, int]], avoid: int) -> int:
    """Of the covers the one with the least of `avoid`."""
    if len(points) == 1:
        return points[0][1]
    return min((bits for _, bits in points), key=lambda bits: (bits & avoid).bit_count(), default=-1)

"""What two rules share, as far as one glance tells: one word for each dimension, none searched for.

Nearly every question about two rules is whether they share some request that others leave, and nearly always the first word that comes to mind
shows it. Where it does not, nothing is said, and the search for all the words that decide is left to `facts`. For pairs that share a request
on listeners without symbols, under one reading of their regexes; rules that may take more than is known of them are for who asks.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from alb_lint.analysis.compile import HEADERS, HOST, PATH, Compiled, Values
from alb_lint.space.covers import bits_of
from alb_lint.space.glob import FRESH, common_at_hand, overlaps

_TEXTS = 1 << HOST | 1 << PATH
_EVERY = 63
_REAL = "x"


class Glance:
    """Glances at pairs of one listener's rules."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self._asks = [sum([1 << side for side, value in enumerate(values) if value]) for values in compiled.values]
        """Per rule the dimensions in which it asks for something, as a bitset."""
        self._covers: list[dict[int, int | None]] = [{} for _ in compiled.values]
        self._unasked: dict[int, int] = {}
        self._nothing_asked: dict[int, tuple[list[Any], int]] = {}
        self._points_of: dict[int, dict[Values, Sequence[Any]]] = {}
        """What decides on values of headers or parameters, by side: asked for with every pair."""

    def shows(self, first: int, second: int, avoid: int) -> bool:
        """True only if some request of both rules is in none of `avoid`."""
        return bool(self.shown(first, 1 << second, avoid))

    def shown(self, first: int, others: int, avoid: int) -> int:
        """Those of `others` that share a request with `first` that is in none of `avoid`, as far as a glance at each tells."""
        compiled, asks, values = self.compiled, self._asks, self.compiled.values
        mine, ours = asks[first], values[first]
        found = 0
        beside: dict[int, int] = {}  # by what another one asks for: what of `avoid` may take what it does not ask for
        quick: dict[int, tuple[int, Callable[[Any], int]] | None] = {}  # likewise
        for second in bits_of(others):
            theirs = asks[second]
            both = mine & theirs
            known = beside.get(theirs)
            if known is None:
                known = avoid & self._free(_EVERY & ~(mine | theirs))
                if known and mine != both:
                    known = self._alone(first, mine ^ both, known)
                beside[theirs] = known
                quick[theirs] = self._one_beside(ours, theirs, known) if theirs == both else None
            alone = quick[theirs]
            if alone is not None:
                side, told = alone
                wanted = values[second][side]
                if wanted != ours[side]:
                    if not told(wanted):
                        found |= 1 << second
                    continue
            left = known
            if left and theirs != both:
                left = self._alone(second, theirs ^ both, left)
            if left and both:
                partner = values[second]
                for side in bits_of(both & ~_TEXTS) if both & ~_TEXTS else ():
                    a, b = ours[side], partner[side]
                    if a == b or side < HEADERS:
                        left &= _thinnest(compiled.shared(side, a, b).points, left)
                    else:
                        one, other = (compiled.sides(rule)[side].points for rule in (first, second))
                        left &= compiled.repeats[side - HEADERS].together(one, other, left)
                for side in (HOST, PATH):
                    if left and both >> side & 1:
                        a, b = ours[side], partner[side]
                        left &= _thinnest(compiled.sides(first)[side].points, left) if a == b else self._text(side, a, b, left)
                if left:
                    continue
            elif left:
                continue
            found |= 1 << second
        return found

    def taken(self, first: int, second: int, avoid: int) -> bool:
        """True only if every request of both rules is in one of `avoid`: for each two of their values that meet, one rule lies around both."""
        compiled = self.compiled
        sides = list(zip(compiled.sides(first), compiled.sides(second), strict=True))
        for side in (HOST, PATH):
            a, b = compiled.values[first][side], compiled.values[second][side]
            if a and b and a != b and (len(a) > 1 or len(b) > 1):
                wide = avoid
                for number, (one, other) in enumerate(sides):
                    if number != side:
                        wide &= one.inside | other.inside
                return bool(wide) and self._around(side, a, b, wide)
        for one, other in sides:
            avoid &= one.inside | other.inside
        return bool(avoid)

    def _around(self, side: int, mine: Values, theirs: Values, wide: int) -> bool:
        """Whether for each of my values and each of theirs that meet one of `wide` lies around one of the two."""
        compiled = self.compiled
        index = compiled.hosts if side == HOST else compiled.paths
        if index.regexes and not all(isinstance(value, str) for value in (*(mine or ()), *(theirs or ()))):
            return False
        turned = side == HOST and compiled.turned
        free = compiled.free[side] & wide
        inside = {value: bool(free or wide & index.inside(value[::-1] if turned else value)) for value in {*(mine or ()), *(theirs or ())}}
        return all(inside[a] or inside[b] or not overlaps(a, b) for a in mine or () for b in theirs or ())

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

    def _one_beside(self, mine: Sequence[Values], sides: int, avoid: int) -> tuple[int, Callable[[Any], int]] | None:
        """What of `avoid` may take what one rule and others, which ask for nothing but one thing, ask of it, and its side; None where another way
        tells more.
        """
        if not avoid or sides & (sides - 1):
            return None
        side, compiled = sides.bit_length() - 1, self.compiled
        if side >= HEADERS:
            beside = compiled.repeats[side - HEADERS].beside(compiled.side(side, mine[side]).points, avoid)
            known = self._points_of.setdefault(side, {})

            def told(values: Values) -> int:
                points = known.get(values)
                if points is None:
                    points = known[values] = compiled.side(side, values).points
                return beside(points)

            return side, told
        index = compiled.hosts if side == HOST else compiled.paths
        if side not in (HOST, PATH) or index.regexes or compiled.free[side] & avoid:
            return None
        if side == HOST and compiled.turned:
            left = index.leaving(_turned(mine[side]) or (), avoid)
            return side, lambda values: left(_turned(values) or ())
        return side, index.leaving(mine[side] or (), avoid)

    def _text(self, side: int, mine: Values, theirs: Values, avoid: int) -> int:
        """What of `avoid` may take a word of both: of the words looked at the one with the least."""
        index = self.compiled.hosts if side == HOST else self.compiled.paths
        free = self.compiled.free[side] & avoid
        if index.regexes and index.by_regex(mine or (), theirs or (), avoid):
            return free | index.mixed.least(mine or (), theirs or (), avoid & ~free)
        if side == HOST and self.compiled.turned:
            mine, theirs = _turned(mine), _turned(theirs)
        return free | index.left(mine or (), theirs or (), avoid & ~free) if free != avoid else avoid

    def parts(self, first: int, second: int, avoid: int) -> list[Any] | None:
        """A generic request of both rules in none of `avoid`, a part for each dimension; None says nothing."""
        compiled = self.compiled
        asked = self._asks[first] | self._asks[second]
        free, bits = self._nothing_asked.get(asked) or self._as_nobody_asks(asked)
        parts, texts = free.copy(), []
        avoid &= bits
        mine, theirs = compiled.values[first], compiled.values[second]
        for side in range(6):
            if parts[side] is not None:
                continue
            a, b = mine[side], theirs[side]
            if side in (HOST, PATH) and a and b and a != b:
                texts.append((side, a, b))
                continue
            points = compiled.shared(side, a, b).points
            if not points:
                return None
            parts[side], bits = points[0] if len(points) == 1 else _best(points, avoid)
            avoid &= bits
        for side, a, b in texts:
            found = self._word(side, a, b, avoid)
            if found is None:
                return None
            parts[side], bits = found
            avoid &= bits
        return None if avoid else parts

    def _as_nobody_asks(self, asked: int) -> tuple[list[Any], int]:
        """The parts of a request in the dimensions of which nothing is asked, where one part is enough, and who takes these; None in the others."""
        parts: list[Any] = [None] * 6
        cover = -1
        for side in bits_of(_EVERY & ~asked):
            points = self.compiled.side(side, () if side >= HEADERS else None).points
            if len(points) == 1:
                parts[side], bits = points[0]
                cover &= bits
        self._nothing_asked[asked] = parts, cover
        return parts, cover

    def _word(self, side: int, mine: Values, theirs: Values, avoid: int) -> tuple[str, int] | None:
        """A word of both with its cover, a short one that leaves all of `avoid`; without one, the one that leaves most."""
        compiled = self.compiled
        index = compiled.hosts if side == HOST else compiled.paths
        # beside regexes only a word of real characters says who takes it
        real = bool(index.regexes) and index.by_regex(mine or (), theirs or (), avoid)
        if real and not all(isinstance(value, str) for value in (*(mine or ()), *(theirs or ()))):
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
                if real:
                    word = word.replace(FRESH, _REAL)
                bits = index.cover(word) | free
                count = (bits & avoid).bit_count()
                if best is None or count < least:
                    best, least = (word, bits), count
                    if not count:
                        return best
        return best


def _turned(globs: Values) -> Values:
    return tuple([glob[::-1] for glob in globs or ()])


def _length(pair: tuple[Any, Any]) -> int:
    return len(pair[0]) + len(pair[1])


def _together(covers: Iterable[int]) -> int:
    found = -1
    for bits in covers:
        found &= bits
    return found


def _best(points: Sequence[tuple[Any, int]], avoid: int) -> tuple[Any, int]:
    """The point that leaves most of `avoid`."""
    return min(points, key=lambda point: (point[1] & avoid).bit_count())


def _thinnest(points: Sequence[tuple[Any, int]], avoid: int) -> int:
    """Of the covers the one with the least of `avoid`."""
    if len(points) == 1:
        return points[0][1]
    return min((bits for _, bits in points), key=lambda bits: (bits & avoid).bit_count(), default=-1)

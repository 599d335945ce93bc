"""One pattern as a row of positions: each takes one character of a class, and tells which positions may come next.

This is the automaton of the pattern with one state for each of its characters and one more, the end; so regexes and globs become one kind of thing
that `bundle` lays side by side.
"""

from collections.abc import Iterable
from functools import lru_cache

from alb_lint.record import record
from alb_lint.space.covers import bits_of
from alb_lint.space.glob import LITERAL_MARK, LITERAL_STAR
from alb_lint.space.regex import PRINTABLE, Regex

Pattern = str | Regex


@record
class Strand:
    """`masks`: per position the visible characters that it takes, as a bitset of codes. `after`: per position those that may come next.
    `start`: those that may come first. In `after` and `start` bit i is position i, and bit `len(masks)` the end: here the text may end.
    """

    masks: tuple[int, ...]
    after: tuple[int, ...]
    start: int


Ahead = tuple[tuple[int, int], ...]
"""Positions from which the end is reached, each with how many characters that takes at least."""


@record
class Track:
    """A strand as a search goes along it. `moves`: per position, the end among them, the characters that it takes and what may come next.
    `start`: what may come first.
    """

    moves: tuple[tuple[int, Ahead], ...]
    start: Ahead


@lru_cache(maxsize=8_192)
def track_of(pattern: Pattern, folded: bool) -> Track:
    """The track of a pattern; `folded` as in `strand_of`."""
    strand = strand_of(pattern, folded)
    end = len(strand.masks)
    onward = [list(bits_of(bits)) if mask else [] for mask, bits in zip(strand.masks, strand.after, strict=True)]
    before: list[list[int]] = [[] for _ in range(end + 1)]
    for place, targets in enumerate(onward):
        for target in targets:
            before[target].append(place)
    left = [-1] * end + [0]
    layer, steps = [end], 0
    while layer:
        steps += 1
        layer = [place for target in layer for place in before[target]]
        layer = [place for place in dict.fromkeys(layer) if left[place] < 0]
        for place in layer:
            left[place] = steps

    ahead = list(enumerate(left))

    def leading(places: Iterable[int]) -> Ahead:
        return tuple([ahead[place] for place in places if left[place] >= 0])

    moves = [(mask, leading(targets)) for mask, targets in zip(strand.masks, onward, strict=True)]
    return Track((*moves, (0, ())), leading(bits_of(strand.start)))


@lru_cache(maxsize=8_192)
def strand_of(pattern: Pattern, folded: bool) -> Strand:
    """The strand of a pattern; `folded`: a glob takes either case of a letter. What is not visible ASCII in a glob is never taken."""
    return _of_regex(pattern) if isinstance(pattern, Regex) else _of_glob(pattern, folded)


def _of_glob(glob: str, folded: bool) -> Strand:
    size = len(glob)
    from_here = [0] * size + [1 << size]
    for place in range(size - 1, -1, -1):
        from_here[place] = 1 << place | (from_here[place + 1] if glob[place] == "*" else 0)
    after = tuple([from_here[place] if token == "*" else from_here[place + 1] for place, token in enumerate(glob)])
    return Strand(tuple([_taken(token, folded) for token in glob]), after, from_here[0])


def _taken(token: str, folded: bool) -> int:
    if token in "*?":
        return PRINTABLE
    if token == LITERAL_STAR:
        return 1 << ord("*")
    if token == LITERAL_MARK:
        return 1 << ord("?")
    if not token.isascii():
        return 0
    mask = 1 << ord(token)
    if folded:
        mask |= 1 << ord(token.upper()) | 1 << ord(token.lower())
    return mask & PRINTABLE


def _of_regex(regex: Regex) -> Strand:
    states = regex.moves()
    place = {state: number for number, (state, _, _) in enumerate(states)}
    end = 1 << len(states)

    def placed(reached: int, accepting: bool) -> int:
        found = end if accepting else 0
        for state in bits_of(reached):
            if state in place:
                found |= 1 << place[state]
        return found

    return Strand(
        tuple([mask for _, mask, _ in states]),
        tuple([placed(reached, regex.accepts(reached)) for _, _, reached in states]),
        placed(regex.first, regex.accepts(regex.start)),
    )

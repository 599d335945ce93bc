"""One pattern as a row of positions: each takes one character of a class, and tells which positions may come next.

This is the automaton of the pattern with one state for each of its characters and one more, the end; so regexes and globs become one kind of thing
that `bundle` lays side by side.
"""

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

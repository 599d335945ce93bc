"""Joint automata: the words of some patterns, told apart by which others take them. Needed only where a regex is involved.

Letters: of the characters that no regex at hand can tell apart, one that no glob mentions stands for all (a glob could only take it with a
wildcard), and besides it those that the wanted globs write out; where every one of a class is mentioned, all are tried.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from alb_lint.space.budget import PRODUCT_STATES, OutOfBudget
from alb_lint.space.glob import FRESH, LITERAL_MARK, LITERAL_STAR, Machine
from alb_lint.space.regex import Regex, letters

Pattern = str | Regex


class _Runner:
    """A pattern as an automaton with int states; `folded` globs take either case of a letter."""

    __slots__ = ("accepts", "start", "step")

    def __init__(self, pattern: Pattern, folded: bool) -> None:
        if isinstance(pattern, Regex):
            self.start, self.step, self.accepts = pattern.start, pattern.step, pattern.accepts
            return
        machine = Machine((pattern,))
        self.start = machine.start
        self.step = (lambda state, letter: machine.step(state, _low(letter))) if folded else machine.step
        self.accepts = lambda state: bool(state >> machine.ends[0] & 1)


def _low(letter: str) -> str:
    return letter.lower()


def alphabet(wanted: Iterable[Pattern], others: Iterable[Pattern], folded: bool) -> list[str]:
    """The letters to try, in order; see the module's docstring."""
    wanted, others = list(wanted), list(others)
    sets = frozenset(mask for pattern in (*wanted, *others) if isinstance(pattern, Regex) for mask in pattern.sets)
    mentioned = _written((*wanted, *others), folded)
    required = _written(wanted, folded)
    chosen: list[str] = []
    for group in letters(sets):
        free = [letter for letter in group if letter not in mentioned and letter not in "*?#"]
        keep = [letter for letter in group if letter in required] if free else list(group)
        chosen.extend([*sorted(free, key=_friendliness)[:1], *keep])
    return chosen


def _friendliness(letter: str) -> tuple[bool, bool, str]:
    return not letter.isalnum(), not letter.islower(), letter


def _written(patterns: Iterable[Pattern], folded: bool) -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, str):
            found.update(pattern)
    found -= {"*", "?"}
    if folded:
        found |= {letter.upper() for letter in found}
    return found


def common_words(wanted: Sequence[Pattern], others: Sequence[Pattern], folded: bool, universe: str = "*") -> list[str]:
    """Words in all of `wanted` that together decide every question against `others`; empty exactly if there is none.

    Concrete words, but for FRESH never in them; shortest first. `universe`: a glob that every word must lie in. Raises OutOfBudget.
    """
    needed: list[Pattern] = [*wanted, *([universe] if universe != "*" else [])]
    runners = [_Runner(pattern, folded) for pattern in needed]
    rivals = [_Runner(pattern, folded) for pattern in others]
    tried = alphabet(needed, others, folded)
    start = (tuple(runner.start for runner in runners), tuple(runner.start for runner in rivals))
    queue: list[tuple[tuple[int, ...], tuple[int, ...], str]] = [(*start, "")]
    seen = {start}
    found: dict[tuple[bool, ...], str] = {}
    for states, against, word in queue:  # grows while it is walked: breadth first
        if all(runner.accepts(state) for runner, state in zip(runners, states, strict=True)):
            found.setdefault(tuple(runner.accepts(state) for runner, state in zip(rivals, against, strict=True)), word)
        for letter in tried:
            after = tuple([runner.step(state, letter) for runner, state in zip(runners, states, strict=True)])
            if not all(after):
                continue
            rest = tuple([runner.step(state, letter) if state else 0 for runner, state in zip(rivals, against, strict=True)])
            if (after, rest) not in seen:
                if len(seen) >= PRODUCT_STATES:
                    raise OutOfBudget(f"the joint automaton of {len(needed) + len(others)} patterns has more than {PRODUCT_STATES} states")
                seen.add((after, rest))
                queue.append((after, rest, word + letter))
    return list(found.values())


def _begin(pattern: Pattern) -> str:
    """What every word of the pattern begins with, as far as that is plain, in lower case."""
    if isinstance(pattern, Regex):
        return pattern.begin
    for place, character in enumerate(pattern):
        if character in "*?" or not character.isascii():
            return pattern[:place].lower()
    return pattern.lower()


@lru_cache(maxsize=65_536)
def share_a_word(patterns: tuple[Pattern, ...], folded: bool, universe: str = "*") -> str | None:
    """A shortest word in all the patterns, or None. Raises OutOfBudget."""
    begun = ""
    for begin in map(_begin, patterns):
        if not (begin.startswith(begun) or begun.startswith(begin)):
            return None
        begun = max(begun, begin, key=len)
    needed = [*patterns, *([universe] if universe != "*" else [])]
    runners = [_Runner(pattern, folded) for pattern in needed]
    tried = alphabet(needed, (), folded)
    start = tuple(runner.start for runner in runners)
    queue, seen = [(start, "")], {start}
    for states, word in queue:
        if all(runner.accepts(state) for runner, state in zip(runners, states, strict=True)):
            return word
        for letter in tried:
            after = tuple([runner.step(state, letter) for runner, state in zip(runners, states, strict=True)])
            if all(after) and after not in seen:
                if len(seen) >= PRODUCT_STATES:
                    raise OutOfBudget(f"the joint automaton of {len(needed)} patterns has more than {PRODUCT_STATES} states")
                seen.add(after)
                queue.append((after, word + letter))
    return None


__all__ = ["FRESH", "LITERAL_MARK", "LITERAL_STAR", "Pattern", "alphabet", "common_words", "share_a_word"]

"""What two rules share in one text dimension with regexes: no list of words that decide it, but an answer to each question by a search of its own.

Two rules of three regexes each share nine sets of texts, and each of them may need many words to be told apart from all other rules. A question
names the rules that must not take the word, and for one word of those sets that is quickly looked for.
"""

from collections.abc import Sequence
from functools import cached_property

from alb_lint.space.budget import OutOfBudget
from alb_lint.space.covers import minimal
from alb_lint.space.strands import Pattern
from alb_lint.space.text import TextIndex


class Sought:
    """The texts in one of `mine` and one of `theirs`, patterns of the index. `free`: rules that ask nothing here."""

    def __init__(self, index: TextIndex, mine: Sequence[Pattern], theirs: Sequence[Pattern], free: int) -> None:
        self._index = index
        self._mine, self._theirs = mine, theirs
        self._free = free

    @cached_property
    def _pairs(self) -> list[tuple[Pattern, Pattern]]:
        """The patterns that share a text with each other. Raises OutOfBudget."""
        mixed = self._index.mixed
        return [(a, b) for a in self._mine for b in self._theirs if mixed.meet(a, b)]

    @property
    def nothing(self) -> bool:
        """Whether there are no such texts for certain."""
        try:
            return not self._pairs
        except OutOfBudget:
            return False

    def seek(self, avoid: int) -> tuple[str, int] | None:
        """A word that none of the rules `avoid` takes, with all rules that take it; None: there is none. Raises OutOfBudget."""
        if avoid & self._free:
            return None
        mixed, stopped = self._index.mixed, None
        found = mixed.shown(self._mine, self._theirs, avoid)
        for a, b in self._pairs if found is None else ():
            try:
                found = mixed.seek(a, b, avoid)
            except OutOfBudget as stop:
                stopped = stop
            if found is not None:
                break
        if found is not None:
            return found[0], found[1] | self._free
        if stopped is not None:
            raise stopped
        return None

    @cached_property
    def _all(self) -> tuple[list[tuple[str, int]], str]:
        found: list[tuple[str, int]] = []
        cut = ""
        for a, b in self._pairs:
            words, reason = self._index.points(a, b) if a != b else self._index.points(a)
            found += words
            cut = cut or reason
        return [(word, bits | self._free) for word, bits in minimal(found)], cut

    @property
    def points(self) -> list[tuple[str, int]]:
        """The words that decide it, as far as they were found."""
        return self._all[0]

    @property
    def cut(self) -> str:
        """Why `points` may lack some."""
        return self._all[1]

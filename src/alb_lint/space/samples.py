"""Texts that searches have come upon, and who takes each: most questions are answered by one of them, and no search is made.

A text that lies in two patterns and in none of some others shows so for every two that take it, whoever asked for it first.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from alb_lint.space.covers import bits_of

Point = tuple[str, int]
"""A word, and the owners of the patterns that take it."""
MOST: Final = 10_000
"""Texts that are kept: some megabytes of bits on a thousand rules."""


class Samples:
    """Texts by number. `patterns`: how many patterns there are, which are told by their places."""

    def __init__(self, patterns: int) -> None:
        self.points: list[Point] = []
        self._takers: list[int] = []
        self._known: set[str] = set()
        self._holding = [0] * patterns
        self._common = [-1] * patterns

    def add(self, word: str, takers: int, owners: int) -> None:
        """Puts in a text: `takers`, all the patterns that take it, and their owners."""
        if word in self._known or len(self.points) >= MOST:
            return
        self._known.add(word)
        mine = 1 << len(self.points)
        self.points.append((word, owners))
        self._takers.append(takers)
        for place in bits_of(takers):
            self._holding[place] |= mine
            self._common[place] &= takers

    def of(self, places: Iterable[int]) -> int:
        """The numbers of the texts that one of the patterns takes."""
        found = 0
        for place in places:
            found |= self._holding[place]
        return found

    def leaving(self, texts: int, avoid: int) -> Point | None:
        """The first of the texts that nobody of `avoid` takes."""
        points = self.points
        for number in bits_of(texts):
            if not points[number][1] & avoid:
                return points[number]
        return None

    def least(self, texts: int, avoid: int) -> int:
        """Those of `avoid` that take one of the texts, the one that the fewest take; all where there is none."""
        points, best, fewest = self.points, avoid, avoid.bit_count() + 1
        for number in bits_of(texts):
            left = points[number][1] & avoid
            if not left:
                return 0
            count = left.bit_count()
            if count < fewest:
                best, fewest = left, count
        return best

    def common(self, places: Sequence[int]) -> int:
        """The patterns that take every known text of all the patterns; -1 where none is known."""
        if len(places) == 1:
            return self._common[places[0]]
        texts = found = -1
        for place in places:
            texts &= self._holding[place]
        for number in bits_of(texts):
            found &= self._takers[number]
        return found

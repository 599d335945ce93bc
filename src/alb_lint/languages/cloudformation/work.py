"""Bounds on the work that foreign templates can cause."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

DEPTH: Final = 100
"""Values inside values, through parameters and outputs too; each level takes up to six Python frames of the 1,000 there are."""

VISITS: Final = 2_000_000
"""Values resolved in one run, besides those that the length of its templates allows: seconds of a template that multiplies its aliases."""

CHARACTERS_PER_VISIT: Final = 4
"""A template as people write it has ten characters and more for each value."""

VISITS_OF_ONE: Final = 100_000
"""Values resolved for one resource, or for the conditions of one template; a rule of the largest kind has some hundred."""


class Work:
    def __init__(self) -> None:
        self.depth = 0
        self._left = VISITS
        self._left_of_one = VISITS_OF_ONE

    def allow(self, characters: int) -> None:
        """A template of this length joins the run."""
        self._left += characters // CHARACTERS_PER_VISIT

    @contextmanager
    def share(self) -> Iterator[None]:
        """One resource or one template: what is done inside can spend its own share only."""
        before, self._left_of_one = self._left_of_one, VISITS_OF_ONE
        try:
            yield
        finally:
            self._left_of_one = before

    def spend(self) -> bool:
        """Whether one more value may be visited."""
        self._left -= 1
        self._left_of_one -= 1
        return self._left >= 0 and self._left_of_one >= 0

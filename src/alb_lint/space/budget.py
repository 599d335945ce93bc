"""Caps on work whose worst case is exponential. Reaching one is an answer of its own: undecided."""

from typing import Final

WORDS_PER_VALUE: Final = 4_096
"""States of the search for the generic words of one value. Real patterns need 1 to 10; 40 nested runs of `?` need about 1,000."""

PRODUCT_STATES: Final = 20_000
"""States of one joint automaton (regexes). A regex against a hundred globs stays below 2,000; about 0.5 s at the cap."""

POINTS_PER_RULE: Final = 20_000
"""Generic requests of one rule, the product over its dimensions. AWS allows five values in a rule, so at most a few dozen."""


WAYS_TO_REPEAT: Final = 4_000
"""Sets of items that decide the header or query conditions of one rule, the product over its conditions."""


class OutOfBudget(Exception):  # noqa: N818 - an answer, not an error
    """The work was cut off; `reason` is for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

"""Caps on work whose worst case is exponential. Reaching one is an answer of its own: undecided.

Steps are counted, never seconds, so that the answer is the same on every machine; and every question has its own, so that it does not depend on
what was asked before.
"""

from typing import Final

WORDS_PER_VALUE: Final = 4_096
"""States of the search for the generic words of one value. Real patterns need 1 to 10; 40 nested runs of `?` need about 1,000."""

WORDS_OF_VALUES: Final = 2_000_000
"""States of the searches for the words of all values with wildcards of one dimension; each has its share of them, but LEAST_WORDS."""

LEAST_WORDS: Final = 200

STEPS_PER_PATTERN: Final = 20_000
"""Places looked at to decide one pattern where regexes are involved; about 0.1 s. Three regexes of classes and counts in each of 100 rules
need up to 500, in each of 1,000 rules up to 2,000."""

STEPS_OF_PATTERNS: Final = 2_000_000
"""Places looked at for all patterns of one dimension; each has its share of them, but LEAST_STEPS."""

STEPS_PER_SEARCH: Final = 2_000
"""Places looked at for one request of two rules that others leave, where regexes are involved; about 0.02 s."""

STEPS_OF_SEARCHES: Final = 40_000_000
"""Places looked at for all pairs of rules; each has its share of them, but LEAST_STEPS."""

LEAST_STEPS: Final = 200

REGEX_POSITIONS: Final = 200_000
"""Characters of all regexes of one dimension, counted repeats written out. 1,000 rules of three regexes have about 60,000."""

POINTS_PER_RULE: Final = 20_000
"""Generic requests of one rule, the product over its dimensions. AWS allows five values in a rule, so at most a few dozen."""


WAYS_TO_REPEAT: Final = 4_000
"""Sets of items that decide the header or query conditions of one rule, the product over its conditions."""

LOOKS_OF_REPEATS: Final = 1_000_000
"""Conditions on headers or parameters looked at for whom sets of items satisfy; each set of conditions that rules ask for has its share of them, but
LEAST_LOOKS. What satisfies one condition mostly satisfies few others."""

LEAST_LOOKS: Final = 200


class OutOfBudget(Exception):  # noqa: N818 - an answer, not an error
    """The work was cut off; `reason` is for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

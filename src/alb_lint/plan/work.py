"""The steps of a run: what one listener takes of them is gone for the next, so that many listeners take no longer than one."""

from dataclasses import dataclass, field
from typing import Final

EFFORT: Final = 3_000_000
"""Steps of searches for the fewest moves, about four seconds; a hundred rules mostly take some thousands."""
BLOCKS: Final = 2_000_000
"""Steps in which blocks of rules are tried, about four seconds."""
LINKS: Final = 800_000
"""Pairs of rules, one right after the other, that have to keep their order."""
SHOWING: Final = 10_000_000
"""Work, as `ListenerFacts.effort` counts it, on requests that show the pairs of the certificates: some 70,000 of rules of a host and a path."""
JOINING: Final = 10_000_000
"""Work, counted alike, on fewer rules for the same answers."""
TURNING: Final = 2_000_000
"""Looks at rules while shadowed ones are put before those that hide them, some seconds."""


@dataclass(slots=True)
class Effort:
    """What numbering may take, so that the same input always ends at the same place; all may go below 0.

    `left`: steps of searches. `blocks`: those in which blocks of rules are tried where no fewest are searched. `links`: pairs that keep their order.
    """

    left: int = EFFORT
    blocks: int = BLOCKS
    links: int = LINKS

    @property
    def spent(self) -> bool:
        return self.left <= 0


@dataclass(slots=True)
class Work:
    """What is left, for all listeners together."""

    numbering: Effort = field(default_factory=Effort)
    showing: int = SHOWING
    joining: int = JOINING
    turning: int = TURNING

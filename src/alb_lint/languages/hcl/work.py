"""What is spent in one root module: input may ask for any amount of work, and gets so much."""

from typing import Final

from alb_lint.languages.hcl.taint import taint
from alb_lint.languages.hcl.values import Value

MAX_STEPS: Final = 1_500_000
"""Expressions evaluated, elements walked, and characters put together (50 to a step): some seconds. Real modules take some thousands."""

_CHARACTERS: Final = 50

_DEEP: Final = 20_000
"""Elements counted inside one value."""


class Work:
    """`depth`: expressions open at the moment. `tainted`: literals that are used for more than being passed on."""

    __slots__ = ("depth", "steps", "tainted")

    def __init__(self, tainted: set[tuple[str, int]] | None = None) -> None:
        self.steps = MAX_STEPS
        self.depth = 0
        self.tainted = set() if tainted is None else tainted

    def taint(self, value: Value) -> None:
        taint(value, self.tainted)

    def spend(self, value: Value, *, deep: bool = False) -> None:
        """Takes off what it costs to walk or to make the value."""
        if isinstance(value, str):
            self.steps -= len(value) // _CHARACTERS
        elif isinstance(value, tuple | dict):
            self.steps -= _count(value) if deep else len(value)


def _count(value: Value) -> int:
    """The elements of a value and of all inside it, up to a limit."""
    found = 0
    stack = [value]
    while stack and found < _DEEP:
        item = stack.pop()
        if isinstance(item, tuple):
            found += len(item)
            stack.extend(item[:_DEEP])
        elif isinstance(item, dict):
            found += len(item)
            stack.extend(item.values())
        elif isinstance(item, str):
            found += len(item) // _CHARACTERS
    return found

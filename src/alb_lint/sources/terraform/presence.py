"""Which rules can exist together: what follows from one condition for the others that are in use."""

import re
from collections.abc import Iterable
from typing import Final

from alb_lint.languages.hcl.values import Literals

_EQUALS: Final = re.compile(r'(.+) == ("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?)', re.DOTALL)
_RIVALS: Final = 200
"""Constants that one expression is compared with; more are not told apart."""


class Exclusions:
    """`x == "a"` denies `x == "b"`: a text for every constant that any rule compares `x` with."""

    def __init__(self, presences: Iterable[Literals]) -> None:
        self._rivals: dict[str, set[str]] = {}
        for text in {text for presence in presences for text, _ in presence}:
            match = _EQUALS.fullmatch(text)
            if match:
                self._rivals.setdefault(match[1], set()).add(text)

    def spelled_out(self, presence: Literals) -> Literals | None:
        """The literals, sorted, with those that they deny; None where they contradict each other, so that the rule never exists."""
        found = dict(presence)
        if any(found[text] is not holds for text, holds in presence):
            return None
        for text, holds in presence:
            match = _EQUALS.fullmatch(text) if holds else None
            rivals = self._rivals.get(match[1], set()) if match else set()
            for rival in rivals if len(rivals) <= _RIVALS else ():
                if rival != text:
                    if found.get(rival):
                        return None
                    found[rival] = False
        return tuple(sorted(found.items()))

"""Listeners that are read from a parameter store, put to the code that writes them there."""

from collections.abc import Mapping
from typing import Final

from alb_lint.model.listener import Listener
from alb_lint.places import Gap

SSM: Final = "ssm:"
"""What the name of a parameter of Systems Manager begins with, as a key."""


def through_parameters(parts: Mapping[str, list[Listener]], gaps: list[Gap]) -> dict[str, list[Listener]]:
    """The parts by id, those that one parameter names under one id: of the listener that is written to it, else of the first that reads it."""
    homes: dict[str, list[str]] = {}
    for identifier, listeners in parts.items():
        for key in dict.fromkeys(key for listener in listeners for key in listener.published):
            homes.setdefault(key, []).append(identifier)
    readers = {identifier: listeners[0].looked_up for identifier, listeners in parts.items() if listeners[0].looked_up}
    for identifier, key in sorted(readers.items()):
        known = homes.setdefault(key, [identifier])
        if len(known) > 1:
            where = parts[identifier][0].location
            written = " and ".join(sorted(known)[:2])
            gaps.append(Gap(where, f"listener {identifier}: {written} are written to that parameter; its rules were compared with neither"))
    found: dict[str, list[Listener]] = {}
    for identifier, listeners in parts.items():
        home = homes.get(readers.get(identifier, ""), [])
        found.setdefault(home[0] if len(home) == 1 else identifier, []).extend(listeners)
    return found

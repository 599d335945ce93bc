"""What a config calls listeners, and which of them are one in several environments, regions or on several ports: a family."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from alb_lint.model import Listener
from alb_lint.plan.naming import Names
from alb_lint.record import record

_PARTS: Final = re.compile(r"[/:]")
_SPOKEN: Final = re.compile(r"(?![0-9a-f]{16}$)[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
"""What may be part of a name: no hash of an ARN, and not long."""


@record
class Family:
    """`glob`: what means just these listeners in a config that calls them by their `names`. `words`: what tells each from the others, "" of a
    listener by itself and where nothing that can be said does.
    """

    listeners: tuple[Listener, ...]
    names: tuple[str, ...]
    words: tuple[str, ...]
    glob: str


def families(listeners: Sequence[Listener]) -> list[Family]:
    """Each listener in one family, in their order: `web-dev` and `web-prod` of `env/dev/app:aws_lb_listener.web` and its like."""
    alike: dict[str, list[Listener]] = {}
    for listener in listeners:
        alike.setdefault(listener.word or _PARTS.split(listener.id)[-1] or "listener", []).append(listener)
    names = Names()
    parts: list[tuple[str, list[Listener], list[str], list[str]]] = []
    for base, same in alike.items():
        words = _apart(same)
        parts.append((base, same, words, [names.new(f"{base}-{word}" if word else base) for word in words]))
    everything = sorted(name for *_, called in parts for name in called)
    found = []
    for base, same, words, called in parts:
        first = bisect_left(everything, f"{base}-")
        last = bisect_left(everything, f"{base}.")  # "." comes after "-"
        if words[0] and last - first == len(same) and not any(mark in base for mark in "*?["):
            found.append(Family(tuple(same), tuple(called), tuple(words), f"{base}-*"))
        else:
            # a glob would mean others too
            found += [Family((one,), (name,), (word,), name) for one, name, word in zip(same, called, words, strict=True)]
    return found


def _apart(same: Sequence[Listener]) -> list[str]:
    """What tells each from the others that would be called the same: the parts of their ids that differ, or the port; "" for each where only a
    hash or nothing of this kind does.
    """
    rows = [[*_PARTS.split(one.id), str(one.port or "")] for one in same]
    if len(same) > 1 and len({len(row) for row in rows}) == 1:
        columns = [column for column in zip(*rows, strict=True) if len(set(column)) > 1 and all(map(_SPOKEN.fullmatch, column))]
        words = ["-".join(row) for row in zip(*columns, strict=True)]
        if len(set(words)) == len(same):
            return words
    return ["" for _ in same]

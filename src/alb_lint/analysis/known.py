"""Facts that several checks of a run ask for, worked out once."""

from collections import OrderedDict
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.model import Listener

RULES: Final = 10_000
"""Rules of the listeners whose facts are kept, the latest ones; facts on so many take some tens of megabytes."""


class _Kept:
    """Facts by the identity of their listener, the latest last. `size`: rules of all, default rules too."""

    def __init__(self) -> None:
        self.known: OrderedDict[int, ListenerFacts] = OrderedDict()
        self.size = 0

    def of(self, listener: Listener) -> ListenerFacts:
        found = self.known.get(id(listener))
        if found is not None:  # which holds its listener, so that no other can have this identity
            self.known.move_to_end(id(listener))
            return found
        found = self.known[id(listener)] = ListenerFacts(listener)
        self.size += found.count + 1
        while self.size > RULES and len(self.known) > 1:
            self.size -= self.known.popitem(last=False)[1].count + 1
        return found


_KEPT = _Kept()


def facts_of(listener: Listener) -> ListenerFacts:
    """The facts on the listener, kept from when they were last asked for as long as there is room."""
    return _KEPT.of(listener)

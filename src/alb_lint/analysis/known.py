"""Facts that several checks of a run ask for, worked out once."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
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
        self.lent: dict[int, ListenerFacts] = {}

    def of(self, listener: Listener) -> ListenerFacts:
        found = self.lent.get(id(listener))
        if found is not None:
            return found
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


@contextmanager
def lent(facts: Iterable[ListenerFacts]) -> Iterator[None]:
    """Facts that the caller holds anyway are those that are asked for meanwhile, where nothing was searched for in them.

    What was takes of the work that a listener has, so that others might be left undecided.
    """
    _KEPT.lent = {id(item.listener): item for item in facts if not item.effort}
    try:
        yield
    finally:
        _KEPT.lent = {}

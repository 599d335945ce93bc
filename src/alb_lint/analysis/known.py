"""Facts that several checks of a run ask for, worked out once."""

from collections import OrderedDict
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.model import Listener

RULES: Final = 2_000
"""Rules of the listeners whose facts are kept, the latest ones; facts on so many take some tens of megabytes."""
_KNOWN: "OrderedDict[int, ListenerFacts]" = OrderedDict()


def facts_of(listener: Listener) -> ListenerFacts:
    """The facts on the listener, kept from when they were last asked for as long as there is room."""
    known = _KNOWN.get(id(listener))
    if known is None or known.listener is not listener:
        known = _KNOWN[id(listener)] = ListenerFacts(listener)
        room = RULES - sum([facts.count for facts in _KNOWN.values()])
        while room < 0 and len(_KNOWN) > 1:
            room += _KNOWN.popitem(last=False)[1].count
    else:
        _KNOWN.move_to_end(id(listener))
    return known

"""What claims about a listener take for granted of values that only a deployment tells.

A symbol that is a piece of a longer text somewhere is taken for one text without wildcards (`docs/symbols.md`). That decides where a rule is
reached only because of it: with `*` for the symbol an earlier rule would take its requests, or might. That a rule is shadowed never hangs on it.
"""

from collections.abc import Sequence
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.model.environment import environments
from alb_lint.model.valuation import symbols_in, valued
from alb_lint.symbols import Symbol

_NO_WILDCARDS: Final = "no value that is part of a longer text holds a wildcard"
WORK: Final = 3_000
"""Symbols times rules of a listener up to which each symbol is tried."""
WORK_IN_A_RUN: Final = 20_000
"""The same of all listeners of a run that have no more, up to which any is tried: each takes a fifth of a thousandth of a second."""


class Assumptions:
    """Of the listeners of one run."""

    def __init__(self, listeners: Sequence[ListenerFacts]) -> None:
        self._symbols = {id(facts): _assumed(facts) for facts in listeners}
        tried = sum([len(self._symbols[id(facts)]) * facts.count for facts in listeners if not self._is_large(facts)])
        self._are_many = tried > WORK_IN_A_RUN

    def _is_large(self, facts: ListenerFacts) -> bool:
        return len(self._symbols[id(facts)]) * facts.count > WORK

    def of(self, facts: ListenerFacts) -> tuple[tuple[str, ...], dict[int, tuple[str, ...]]]:
        """What all claims about one of them assume, and what decides that a rule is reached: position → assumptions."""
        whole, symbols = environments(facts.listener.id, facts.rules), self._symbols[id(facts)]
        if symbols and (self._are_many or self._is_large(facts)):
            return (*whole, _NO_WILDCARDS), {}
        found: dict[int, list[str]] = {}
        for symbol in symbols:
            wild = ListenerFacts(valued(facts.listener, {symbol.key: "*"}))
            states = {rule.id: wild.reach(place).state for place, rule in enumerate(wild.rules)}
            for place, rule in enumerate(facts.rules):
                if facts.reach(place).state == "reachable" and states[rule.id] != "reachable":
                    found.setdefault(place, []).append(f"{symbol.shown} holds no wildcard")
        return whole, {place: tuple(told) for place, told in found.items()}


def _assumed(facts: ListenerFacts) -> list[Symbol]:
    return [symbol for symbol in symbols_in(facts.rules).values() if symbol.assumed and not symbol.secret]

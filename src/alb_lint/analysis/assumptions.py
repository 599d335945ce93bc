"""What claims about a listener take for granted of values that only a deployment tells.

A symbol that is a piece of a longer text somewhere is taken for one text without wildcards (`docs/symbols.md`). That decides where a rule is
reached only because of it: with `*` for the symbol an earlier rule would take its requests, or might. That a rule is shadowed never hangs on it.
"""

from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.model.environment import environments
from alb_lint.model.valuation import symbols_in, valued

_NO_WILDCARDS: Final = "no value that is part of a longer text holds a wildcard"
_WORK: Final = 3_000
"""Symbols times rules up to which each symbol is tried."""


def assumed(facts: ListenerFacts) -> tuple[tuple[str, ...], dict[int, tuple[str, ...]]]:
    """What all claims about the listener assume, and what decides that a rule is reached: position → assumptions."""
    whole = environments(facts.listener.id, facts.rules)
    symbols = [symbol for symbol in symbols_in(facts.rules).values() if symbol.assumed and not symbol.secret]
    if len(symbols) * facts.count > _WORK:
        return (*whole, _NO_WILDCARDS), {}
    found: dict[int, list[str]] = {}
    for symbol in symbols:
        wild = ListenerFacts(valued(facts.listener, {symbol.key: "*"}))
        states = {rule.id: wild.reach(place).state for place, rule in enumerate(wild.rules)}
        for place, rule in enumerate(facts.rules):
            if facts.reach(place).state == "reachable" and states[rule.id] != "reachable":
                found.setdefault(place, []).append(f"{symbol.shown} holds no wildcard")
    return whole, {place: tuple(told) for place, told in found.items()}

"""Reservations: which number is taken, so that others who reserve at the same time mostly get another, and what the lock file then holds."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from alb_lint.config import Config, listener_fits
from alb_lint.findings.wording import conditions_text
from alb_lint.model import Listener, Rule
from alb_lint.plan.numbering.numbers import Numbers
from alb_lint.reservations import Reservation

SPREAD: Final = 16
"""Good numbers among which the token of a run chooses."""


def own_of(listener: Listener, rules: Sequence[Rule], config: Config, by: str) -> tuple[Reservation | None, ...]:
    """Per rule what the same person reserved for it before."""
    mine = [item for item in config.reservations if item.by == by and listener_fits(item.listener, listener, config)]
    return tuple(next((item for item in mine if item.what == conditions_text(rule)), None) for rule in rules)


def without(config: Config, own: Sequence[Reservation | None]) -> Config:
    """The config as if these were not reserved."""
    return replace(config, reservations=tuple(item for item in config.reservations if item not in own))


def taste(own: Sequence[Reservation | None], token: str) -> Callable[[int, Numbers, Iterator[tuple[int, str]]], Iterator[tuple[int, str]]]:
    """Of the good numbers first the one that was reserved before, then, from the one that the token (hex) names on, the others."""

    def ordered(place: int, free: Numbers, best: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        before = own[place]
        if before is not None and before.priority in free:
            yield before.priority, "reserved for it before"
        first = list(islice(best, SPREAD))
        start = (int(token, 16) + place) % len(first) if first else 0
        for number, why in (*first[start:], *first[:start]):
            yield (
                number,
                f"{why}; drawn from {len(first)} good numbers, so that others who reserve at the same time get another"
                if len(first) > 1
                else why,
            )
        yield from best

    return ordered


def reserved(
    config: Config, listener: Listener, rules: Sequence[Rule], numbers: Sequence[int], by: str, until: str, token: str
) -> tuple[Reservation, ...]:
    """What the lock file holds once these numbers are reserved for the rules; `config` holds the others."""
    name = next((named.name for named in config.listeners if listener_fits(named.name, listener, config)), listener.id)
    made = [
        Reservation(number, name, conditions_text(rule), by, until, f"{token}{place}")
        for place, (rule, number) in enumerate(zip(rules, numbers, strict=True))
    ]
    return (*config.reservations, *made)

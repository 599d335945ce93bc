"""The book of the reserved ranges: per listener and range who stands in it, what is free, who is foreign, who is missing."""

from collections.abc import Sequence
from typing import Final

from alb_lint.config import Config, Range, Retired
from alb_lint.errors import SourceError
from alb_lint.model import Estate, Listener, Rule, Unknown
from alb_lint.plan.numbering.numbers import Numbers, singles
from alb_lint.plan.wanted.ranges import Membership, membership, ranges_of, reserved_on, retired_of
from alb_lint.record import record

ROWS: Final = 100_000
"""Ranges of all listeners together that are told in one run."""


@record
class Entry:
    """One range on one listener. `members` stand in it and belong; `foreign` stand in it and do not; `outside` belong and stand elsewhere.

    All three by priority. `free`: numbers that nobody holds, that are not retired and not reserved. `retired`: numbers of the range not to
    be used. `reserved`: of those that nobody holds the ones that are reserved for rules to come.
    `unsure`: rules for which an unknown condition decides whether they belong, and those that belong and whose number is unknown, last.
    """

    listener: Listener
    range: Range
    members: tuple[Rule, ...]
    foreign: tuple[Rule, ...]
    outside: tuple[Rule, ...]
    unsure: tuple[Rule, ...]
    free: Numbers
    retired: Numbers
    reserved: Numbers


def ledger(estate: Estate, config: Config, today: str) -> tuple[Entry, ...]:
    """Every range of every listener that it applies to, by listener, then in the order of the config. `today` is ISO.

    Raises SourceError where they are too many.
    """
    found: list[Entry] = []
    for listener in estate.listeners:
        applying = ranges_of(listener, config)
        if len(found) + len(applying) > ROWS:
            raise SourceError(
                f"the ranges on all {len(estate.listeners):,} listeners are more than the {ROWS:,} that one book holds",
                where=config.path or "the config",
                hint="--listener takes one listener, or those of a glob",
            )
        gone = retired_of(listener, config, today)
        coming = frozenset(item.priority for item in reserved_on(listener, config, today))
        placed = [(rule, membership(rule, applying)) for rule in sorted(listener.rules, key=_by_number)] if applying else []
        found.extend(_entry(listener, item, placed, gone, coming) for item in applying)
    return tuple(found)


def _entry(
    listener: Listener, item: Range, placed: Sequence[tuple[Rule, Membership]], gone: Sequence[Retired], coming: frozenset[int]
) -> Entry:
    members: list[Rule] = []
    foreign: list[Rule] = []
    outside: list[Rule] = []
    unsure: list[Rule] = []
    held = set()
    for rule, where in placed:
        number = rule.priority
        mine = where.range is item or item in where.several
        if isinstance(number, Unknown):
            if mine or item in where.unsure:
                unsure.append(rule)
            continue
        held.add(number)
        if item in where.unsure:
            unsure.append(rule)
        elif mine:
            (members if number in item else outside).append(rule)
        elif number in item:
            foreign.append(rule)
    numbers = Numbers(item.priorities)
    usable = numbers - Numbers(interval for one in gone for interval in one.priorities)
    open_ = usable - singles(held)
    free = open_ - singles(coming)
    return Entry(listener, item, tuple(members), tuple(foreign), tuple(outside), tuple(unsure), free, numbers - usable, open_ - free)


def _by_number(rule: Rule) -> tuple[bool, int, str]:
    number = rule.priority
    return (True, 0, rule.id) if isinstance(number, Unknown) else (False, number, rule.id)

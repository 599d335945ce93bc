"""Numbers that other places use on the same listener: checkouts of other services, branches that are not merged yet."""

from collections.abc import Iterable

from alb_lint.config import Config, listener_fits
from alb_lint.findings.wording import rule_text
from alb_lint.model import Estate, Listener
from alb_lint.plan.naming import listed
from alb_lint.record import record


@record
class Taken:
    """`numbers`: number → by whom, in words. `notes`: what is not certain of them."""

    numbers: dict[int, str]
    notes: tuple[str, ...] = ()


def taken_elsewhere(listener: Listener, others: Iterable[tuple[str, Estate]], config: Config) -> Taken:
    """The numbers of the rules that the other places have on the listener, or on one that may be it."""
    numbers: dict[int, str] = {}
    notes: list[str] = []
    for place, estate in others:
        vague: list[str] = []
        unknown = 0
        for there in estate.listeners:
            same = is_same(there, listener, config)
            if same is False or not there.rules:
                continue
            if same is None:
                vague.append(there.name or there.id)
            unknown += sum(not isinstance(rule.priority, int) for rule in there.rules)
            for rule in there.rules:
                if isinstance(rule.priority, int):
                    numbers.setdefault(rule.priority, f"{rule_text(rule)} in {place}")
        if vague:
            notes.append(f"it is not known whether {listed(vague[:3])} in {place} is this listener, so its numbers are not used")
        if unknown:
            notes.append(f"{place} has {unknown} rule{'s' * (unknown > 1)} of unknown number")
        if estate.gaps:
            notes.append(f"not all of {place} could be read: {estate.gaps[0].reason}")
    return Taken(numbers, tuple(notes))


def is_same(one: Listener, other: Listener, config: Config) -> bool | None:
    """Whether the two are one listener; None where that is not told."""
    if one.id == other.id:
        return True
    mine, theirs = ({named.name for named in config.listeners if listener_fits(named.name, item, config)} for item in (one, other))
    if mine & theirs:
        return True
    if (one.id.startswith("arn:") and other.id.startswith("arn:")) or (mine and theirs):
        return False
    return None

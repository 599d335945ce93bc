"""ALB006: a reserved range with little or no room left."""

from collections.abc import Iterator
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._wording import quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.config import Range, Retired, spell
from alb_lint.findings.wording import counted
from alb_lint.plan.wanted.ranges import belongs, ranges_of, reserved_on, retired_of

_NEARLY: Final = 0.8
"""Part of a range in use above which it is worth a word."""


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    ranges = ranges_of(facts.listener, context.config)
    retired = retired_of(facts.listener, context.config, context.today)
    reserved = [item.priority for item in reserved_on(facts.listener, context.config, context.today)]
    for band in ranges:
        members = sum(1 for rule in facts.rules if belongs(rule, band.match))
        closed = _closed(band, retired)
        taken = {rule.priority for rule in facts.rules if isinstance(rule.priority, int) and rule.priority in band}
        coming = {number for number in reserved if number in band} - taken - closed
        room = band.size - len(closed)
        used = len(closed | taken | coming)
        about = f"the range {quoted(band.name)} ({spell(band.priorities)})"
        less = f", {len(closed)} of them retired" if closed else ""
        later = f", {len(coming)} of them reserved for rules to come" if coming else ""
        if members > room:
            message = f"{about} cannot hold the {counted(members, 'rule')} that belong to it: it has {counted(band.size, 'number')}{less}"
        elif used > _NEARLY * band.size:
            message = f"{about} is {100 * used // band.size} % full: {used} of {counted(band.size, 'number')} in use{less}{later}"
        else:
            continue
        yield CHECK.finding(
            facts.listener.id,
            None,
            message,
            "reserve more numbers for it before the next rule needs one",
            location=band.location,
            facets=(band.name,),
        )


def _closed(band: Range, retired: tuple[Retired, ...]) -> set[int]:
    """The numbers of the range that are retired."""
    return {
        number
        for one in retired
        for low, high in one.priorities
        for first, last in band.priorities
        for number in range(max(low, first), min(high, last) + 1)
    }


CHECK = Check(
    CheckInfo("ALB006", "range-nearly-full", Severity.INFO, "A range is over 80 % used, or cannot hold the rules that belong to it."),
    run=run,
)

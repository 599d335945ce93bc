"""ALB003: a rule that belongs to a reserved range and has a number outside of it."""

from collections.abc import Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._wording import listed, owned, quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.config import Range, spell
from alb_lint.plan.wanted.ranges import membership, ranges_of


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    ranges = ranges_of(facts.listener, context.config)
    for rule in facts.rules if ranges else ():
        number = rule.priority
        if not isinstance(number, int):
            continue
        found = membership(rule, ranges)
        homes = (found.range,) if found.range is not None else found.several
        if not homes or any(number in home for home in (*homes, *found.unsure)):
            continue
        names = listed([f"{quoted(home.name)} ({spell(home.priorities)})" for home in homes])
        yield CHECK.finding(
            facts.listener.id,
            rule,
            f"it belongs in the range {names} and has priority {number}{_past(homes, number)}",
            owned(rule) or "renumber it with `alb-lint plan`, which proves that no request is answered differently",
            facets=tuple(home.name for home in homes),
        )


def _past(homes: tuple[Range, ...], number: int) -> str:
    return ", where the range was" if any(first <= number <= last for home in homes for first, last in home.was) else ""


CHECK = Check(
    CheckInfo(
        "ALB003", "outside-reserved-range", Severity.WARNING, "The rule belongs to a reserved range by its match and sits outside of it."
    ),
    run=run,
)

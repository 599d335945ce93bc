"""ALB004: a rule whose number lies in a reserved range that it does not belong to."""

from collections.abc import Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._wording import owned, quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.config import Match, Range, spell
from alb_lint.plan.wanted.ranges import belongs, ranges_of


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    ranges = ranges_of(facts.listener, context.config)
    for rule in facts.rules if ranges else ():
        for band in ranges:
            if isinstance(rule.priority, int) and rule.priority in band and belongs(rule, band.match) is False:
                owner = f" of {quoted(band.owner)}" if band.owner else ""
                yield CHECK.finding(
                    facts.listener.id,
                    rule,
                    f"priority {rule.priority} lies in the range {quoted(band.name)}{owner} ({spell(band.priorities)}), "
                    "which the rule does not belong to",
                    owned(rule) or _way_out(band),
                    facets=(band.name,),
                )


def _way_out(band: Range) -> str:
    if band.match == Match():
        return "give the range a `match` that tells which rules belong to it, or move the rule out with `alb-lint plan`"
    return "move the rule out with `alb-lint plan`, or widen the `match` of the range if the rule is meant to be in it"


CHECK = Check(
    CheckInfo("ALB004", "foreign-in-reserved-range", Severity.WARNING, "The rule sits in a reserved range that it does not belong to."),
    run=run,
)

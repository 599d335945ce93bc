"""ALB005: a number that the config retires, before the date."""

from collections.abc import Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.config import spell
from alb_lint.plan.wanted.ranges import retired_of


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    retired = retired_of(facts.listener, context.config, context.today)
    for rule in facts.rules if retired else ():
        number = rule.priority
        entry = next((one for one in retired if number in one), None) if isinstance(number, int) else None
        if entry is None:
            continue
        until = f" until {entry.until}" if entry.until else ""
        reason = f": {entry.reason}" if entry.reason else ""
        yield CHECK.finding(
            facts.listener.id,
            rule,
            f"priority {number} is retired{until} ({spell(entry.priorities)}){reason}",
            "take another number; `alb-lint plan` moves the rule and proves that no request is answered differently",
        )


CHECK = Check(CheckInfo("ALB005", "retired-priority", Severity.ERROR, "The rule uses a retired number before its date."), run=run)

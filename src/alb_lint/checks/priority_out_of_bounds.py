"""ALB002: a priority that the API does not take. Source: API type RulePriority, 1 to 50000."""

from collections.abc import Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.model.limits import PRIORITY_MAX, PRIORITY_MIN


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    for rule in facts.rules:
        if isinstance(rule.priority, int) and not PRIORITY_MIN <= rule.priority <= PRIORITY_MAX:
            yield CHECK.finding(
                facts.listener.id,
                rule,
                f"priority {rule.priority} is outside {PRIORITY_MIN} to {PRIORITY_MAX}",
                f"give the rule a free number from {PRIORITY_MIN} to {PRIORITY_MAX}; `alb-lint allocate` finds one that keeps the order",
            )


CHECK = Check(CheckInfo("ALB002", "priority-out-of-bounds", Severity.ERROR, "The priority is outside 1 to 50000."), run=run)

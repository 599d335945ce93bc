"""ALB002: a priority that the API does not take. Source: API type RulePriority, 1 to 50000."""

from collections.abc import Iterator

from alb_lint.analysis.compile import is_behind
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity
from alb_lint.findings.wording import rules_list
from alb_lint.model.limits import PRIORITY_MAX, PRIORITY_MIN


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    for rule in facts.rules:
        if isinstance(rule.priority, int) and not PRIORITY_MIN <= rule.priority <= PRIORITY_MAX:
            by = rule.number_by_default
            yield CHECK.finding(
                facts.listener.id,
                rule,
                f"priority {rule.priority}{f' by the default of {by[1]}' if by else ''} is outside {PRIORITY_MIN} to {PRIORITY_MAX}",
                "nothing to do where each deployment gives a number; with the default, AWS refuses the rule"
                if by
                else f"give the rule a free number from {PRIORITY_MIN} to {PRIORITY_MAX}; `alb-lint allocate` finds one that keeps the order",
                confidence="possible" if by else "proved",
                severity=Severity.WARNING if by else None,
            )
    yield from _behind_the_last(facts)


def _behind_the_last(facts: ListenerFacts) -> Iterator[Finding]:
    """Rules that the AWS provider of Terraform and Pulumi numbers by the highest on the listener + 1, where that is the last number there is.

    Source: terraform-provider-aws, `aws_lb_listener_rule`: an unset priority is the highest of the listener's rules + 1.
    """
    last = [rule for rule in facts.rules if rule.priority == PRIORITY_MAX and not rule.presence]
    unset = [rule for rule in facts.rules if is_behind(rule.priority) and not rule.presence]
    if last and unset:
        yield CHECK.finding(
            facts.listener.id,
            unset[0],
            f"no number is left for {rules_list(unset)}: where none is set, the AWS provider takes the highest on the listener + 1, and"
            f" {rules_list(last[:1])} holds {PRIORITY_MAX}",
            f"set a number from {PRIORITY_MIN} to {PRIORITY_MAX} on {'it' if len(unset) == 1 else 'each of them'}",
            related=tuple(Related("partner", rule) for rule in (*unset[1:], *last[:1])),
        )


CHECK = Check(CheckInfo("ALB002", "priority-out-of-bounds", Severity.ERROR, "The priority is outside 1 to 50000."), run=run)

"""ALB301: a forward whose every target group has weight 0, so that nothing is meant to answer."""

from collections.abc import Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._groups import forwards
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.model.listener import rules_and_default


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    for rule in rules_and_default(facts.listener):
        for forward in forwards(rule):
            if forward.shares and forward.shares[0].weight == 0 and all(share.weight == 0 for share in forward.shares):
                number = len(forward.shares)
                whose = "both" if number == 2 else f"all {number}"
                yield CHECK.finding(
                    facts.listener.id,
                    rule,
                    f"{whose} target groups of its forward have weight 0"
                    if number > 1
                    else "the only target group of its forward has weight 0",
                    "give at least one target group a weight above 0; to refuse requests, use a fixed response",
                )


CHECK = Check(CheckInfo("ALB301", "weights-all-zero", Severity.ERROR, "Every target group of a forward has weight 0."), run=run)

"""ALB406: a deployment gives a number from one rule to another, in an order that AWS never refuses. Worth a look: runbooks name numbers."""

from collections.abc import Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.handovers import handovers
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity
from alb_lint.findings.wording import rule_text


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    del context
    for deployment in facts.listener.deployments:
        for passed in handovers(deployment):
            before, after = passed.giver.before, passed.taker.after
            if passed.outcome != "safe" or before is None or after is None:
                continue
            yield CHECK.finding(
                facts.listener.id,
                after,
                f"it takes over priority {passed.number} from {rule_text(before)}; {deployment.tool} frees the number first",
                "AWS refuses nothing; check that dashboards, alarms and runbooks that name the number mean the new rule",
                confidence="proved" if deployment.certain else "possible",
                related=(Related("holder", before),),
            )


CHECK = Check(
    CheckInfo("ALB406", "handed-over-priority", Severity.INFO, "A deployment gives a number from one rule to another, in a safe order."),
    run=run,
)

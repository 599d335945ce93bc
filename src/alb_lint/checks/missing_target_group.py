"""ALB303: a forward to a target group that the input, which lists them all, does not have.

Only ARNs are judged, and only where the list has groups of the same account and region: a list says nothing about another one.
"""

from collections.abc import Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._groups import group_ids, rules_and_default
from alb_lint.checks._wording import quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.findings.wording import group_name


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    known = context.target_groups
    if not known:
        return
    scopes = {_scope(group) for group in known} - {""}
    for rule in rules_and_default(facts.listener):
        for group in group_ids(rule):
            if group not in known and _scope(group) in scopes:
                yield CHECK.finding(
                    facts.listener.id,
                    rule,
                    f"it forwards to the target group {quoted(group_name(group))}, and none in the input has that ARN",
                    "correct the ARN, or create the target group before the rule",
                    facets=(group,),
                )


def _scope(group: str) -> str:
    """Partition, region and account of the ARN of a target group; "" for anything else."""
    head, mark, _ = group.partition(":targetgroup/")
    return head if mark and head.startswith("arn:") and head.count(":") == 4 else ""


CHECK = Check(
    CheckInfo("ALB303", "missing-target-group", Severity.ERROR, "The rule forwards to a target group that the input shows does not exist."),
    run=run,
)

"""ALB303: a forward to a target group that the input, which lists them all, does not have.

Only ARNs are judged, and only where the list has groups of the same account and region: a list says nothing about another one. A list that lacks the
group of a rule that exists is not whole, whatever it looks like: "You can delete a target group if it is not referenced by any actions"
(DeleteTargetGroup), so it is one of a load balancer, a page, or of another day, and nothing in it is missing for certain.
"""

from collections.abc import Iterator

from alb_lint.checks._groups import group_ids
from alb_lint.checks._wording import quoted
from alb_lint.checks.check import Check, CheckInfo, Finding, Severity
from alb_lint.config import Config
from alb_lint.findings.wording import group_name
from alb_lint.model import Estate, Rule
from alb_lint.model.listener import rules_and_default


def run(estate: Estate, _config: Config) -> Iterator[Finding]:
    known = {group.id for group in estate.target_groups or ()}
    whole = {_scope(group) for group in known} - {""}
    found: list[tuple[str, Rule, str]] = []
    for listener in estate.listeners if whole else ():
        for rule in rules_and_default(listener):
            for group in group_ids(rule):
                if group in known or _scope(group) not in whole:
                    continue
                if rule.id.startswith("arn:"):
                    whole.discard(_scope(group))
                found.append((listener.id, rule, group))
    for listener_id, rule, group in found:
        if _scope(group) in whole:
            yield CHECK.finding(
                listener_id,
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
    run_estate=run,
)

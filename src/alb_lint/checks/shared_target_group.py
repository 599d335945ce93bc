"""ALB305: one target group under two load balancers. Source: ELB quotas, "Load balancers per target group": 1, not adjustable."""

from collections.abc import Iterator
from typing import Final

from alb_lint.checks._groups import group_ids
from alb_lint.checks._wording import listed, quoted
from alb_lint.checks.check import Check, CheckInfo, Finding, Related, Severity
from alb_lint.config import Config
from alb_lint.findings.wording import group_name
from alb_lint.model import Estate, Listener, Rule
from alb_lint.model.listener import rules_and_default
from alb_lint.patterns import pattern

_MADE: Final = pattern(r"(?:^|:|\.)(?<!data\.)aws_a?lb\.[\w-]+(?:\[[^\]]*\])?$")
"""The address of a load balancer that Terraform code makes."""
_NAMED_APART: Final = frozenset({"terraform", "cloudformation"})
"""Sources of which a reference names one target group in all of the input: roots and templates tell theirs apart."""
_PARTS: Final = 2
"""Slashes after `listener/app/` in the ARN of a listener: its load balancer has two parts, itself one."""


def run(estate: Estate, _config: Config) -> Iterator[Finding]:
    first: dict[str, str] = {}
    shared = {group for group, balancer, _, _ in _uses(estate) if first.setdefault(group, balancer) != balancer}
    users: dict[str, dict[str, tuple[Listener, Rule]]] = {}
    for group, balancer, listener, rule in _uses(estate) if shared else ():
        if group in shared:
            users.setdefault(group, {}).setdefault(balancer, (listener, rule))
    for group, balancers in sorted(users.items()):
        (listener, rule), *others = (balancers[key] for key in sorted(balancers))
        names = listed([quoted(key.split(":loadbalancer/")[-1]) for key in sorted(balancers)], 5)
        yield CHECK.finding(
            listener.id,
            rule,
            f"the target group {quoted(group_name(group))} is used under {len(balancers)} load balancers: {names}",
            "create a target group for each load balancer and register the targets in all of them",
            related=tuple(Related("partner", other) for _, other in others),
            facets=(group,),
        )


def _uses(estate: Estate) -> Iterator[tuple[str, str, Listener, Rule]]:
    """(target group, load balancer, listener, rule), where the two are known: two references may stand for one load balancer."""
    for listener in estate.listeners:
        balancer = _balancer(listener)
        for rule in rules_and_default(listener) if balancer else ():
            for group in () if rule.presence else group_ids(rule):
                if group.startswith("arn:") or listener.source_kind in _NAMED_APART:
                    yield group, balancer, listener, rule


def _balancer(listener: Listener) -> str:
    """The load balancer by its ARN, or by the resource of the code that makes it; "" where it is known by neither.

    A resource of the code may be the load balancer of any ARN, so that the two kinds are never held against each other.
    """
    told = listener.load_balancer.id if listener.load_balancer is not None else ""
    if told.startswith("arn:") or _MADE.search(told):
        return told
    head, mark, tail = listener.id.partition(":listener/app/")
    return f"{head}:loadbalancer/app/{tail.rpartition('/')[0]}" if head.startswith("arn:") and mark and tail.count("/") == _PARTS else ""


CHECK = Check(
    CheckInfo("ALB305", "shared-target-group", Severity.ERROR, "One target group is used under two load balancers."), run_estate=run
)

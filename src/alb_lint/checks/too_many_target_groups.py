"""ALB302: more target groups than an action or a load balancer may have. Source: ELB quotas, L-057ECE54 and target groups per load balancer."""

from collections.abc import Iterator

from alb_lint.checks._balancers import together
from alb_lint.checks._groups import forwards, group_ids
from alb_lint.checks.check import Check, CheckInfo, Finding, Severity
from alb_lint.config import Config
from alb_lint.model import Estate, Listener
from alb_lint.model.limits import TARGET_GROUPS_PER_ACTION, TARGET_GROUPS_PER_LOAD_BALANCER
from alb_lint.model.listener import rules_and_default

_PER_ACTION = "target-groups-per-action-on-application-load-balancer"
_PER_LOAD_BALANCER = "target-groups-per-application-load-balancer"


def run(estate: Estate, _config: Config) -> Iterator[Finding]:
    for listener in estate.listeners:
        yield from _actions(listener)
    for balancer, listeners in together(estate):
        groups = {group for listener in listeners for rule in rules_and_default(listener) for group in group_ids(rule)}
        limit = _limit(listeners, _PER_LOAD_BALANCER, TARGET_GROUPS_PER_LOAD_BALANCER)
        if len(groups) > limit:
            yield CHECK.finding(
                listeners[0].id,
                None,
                f"the rules of {balancer} name {len(groups)} target groups, the limit of a load balancer is {limit}",
                "move some hosts to another load balancer, or let services share target groups",
                location=listeners[0].location,
                facets=("load balancer",),
            )


def _actions(listener: Listener) -> Iterator[Finding]:
    limit = _limit((listener,), _PER_ACTION, TARGET_GROUPS_PER_ACTION)
    for rule in rules_and_default(listener):
        for forward in forwards(rule):
            number = len(forward.shares)
            if number > limit:
                number = len({share.target_group for share in forward.shares if isinstance(share.target_group, str)})
            if number > limit:
                yield CHECK.finding(
                    listener.id,
                    rule,
                    f"its forward names {number} target groups, the limit of an action is {limit}",
                    "split the rule by host, path or header, so that each part forwards to fewer groups",
                )


def _limit(listeners: tuple[Listener, ...], name: str, default: int) -> int:
    return max((number for listener in listeners for told, number in listener.limits if told == name), default=default)


CHECK = Check(
    CheckInfo("ALB302", "too-many-target-groups", Severity.ERROR, "More target groups than an action or a load balancer may have."),
    run_estate=run,
)

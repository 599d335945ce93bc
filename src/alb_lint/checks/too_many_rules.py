"""ALB309: a load balancer near or over its limit of rules.

Source: ELB quotas, "Rules per Application Load Balancer" (L-7EED9B64); default rules do not count.
"""

from collections.abc import Iterator
from typing import Final

from alb_lint.checks._balancers import together
from alb_lint.checks.check import Check, CheckInfo, Finding, Severity
from alb_lint.config import Config
from alb_lint.model import Estate, Listener
from alb_lint.model.limits import RULES_PER_LOAD_BALANCER

_NEAR: Final = 0.9
_NAME: Final = "rules-per-application-load-balancer"
_DEPLOYED: Final = ("aws-json", "live")
"""Sources that show what exists: more rules than the default limit there means that the account's own is higher."""


def run(estate: Estate, _config: Config) -> Iterator[Finding]:
    for balancer, listeners in together(estate):
        number = sum(1 for listener in listeners for rule in listener.rules if not rule.presence)
        told = [most for listener in listeners for name, most in listener.limits if name == _NAME]
        limit = max(told) if told else RULES_PER_LOAD_BALANCER
        if number <= _NEAR * limit or (number > limit and not told and _all_deployed(listeners)):
            continue
        # whoever has more rules in code than the default limit has most likely had it raised
        severity = Severity.INFO if number > limit and not told else None
        whose = f"this account's limit of {limit}" if told else f"the default limit of {limit}"
        yield CHECK.finding(
            listeners[0].id,
            None,
            f"{balancer} has {number} rules, {'over' if number > limit else 'near'} {whose}",
            "join rules that act alike, or ask AWS for a higher quota L-7EED9B64 before the next deployment",
            confidence="proved" if told else "possible",
            severity=severity,
            location=listeners[0].location,
        )


def _all_deployed(listeners: tuple[Listener, ...]) -> bool:
    return all(kind in _DEPLOYED for listener in listeners for kind in listener.source_kind.split(", "))


CHECK = Check(
    CheckInfo("ALB309", "too-many-rules", Severity.WARNING, "The load balancer is near or over its limit of rules."), run_estate=run
)

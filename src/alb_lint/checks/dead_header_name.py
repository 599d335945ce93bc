"""ALB210: a condition on a header whose name a load balancer may remove.

Source: ELB user guide, "HTTP header conditions" and load balancer attribute `routing.http.drop_invalid_header_fields.enabled`: names other than
`[-A-Za-z0-9]+` are removed where that attribute is on, and over HTTP/2 no others are valid. Whether they are removed before the rules are asked is
not documented, so the claim is no more than possible.
"""

from collections.abc import Iterator
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._conditions import having
from alb_lint.checks._wording import quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.model import Condition, HttpHeader
from alb_lint.patterns import pattern

_VALID: Final = pattern(r"[-A-Za-z0-9]+")


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    balancer = facts.listener.load_balancer
    dropped = balancer is not None and balancer.drops_invalid_headers is True
    why = (
        "which this load balancer removes (routing.http.drop_invalid_header_fields.enabled)"
        if dropped
        else "which is not valid over HTTP/2 and is removed where invalid header fields are dropped"
    )
    for rule, condition in having(facts, lambda condition: bool(_invalid_name(condition))):
        name = _invalid_name(condition)
        yield CHECK.finding(
            facts.listener.id,
            rule,
            f"it needs the header {quoted(name)}, {why}, so the condition may never be met",
            "use a header name of letters, digits and hyphens only",
            confidence="possible",
            facets=(name.lower(),),
        )


def _invalid_name(condition: Condition) -> str:
    name = condition.name if isinstance(condition, HttpHeader) else ""
    return name if isinstance(name, str) and not _VALID.fullmatch(name) else ""


CHECK = Check(CheckInfo("ALB210", "dead-header-name", Severity.WARNING, "A header name that load balancers drop."), run=run)

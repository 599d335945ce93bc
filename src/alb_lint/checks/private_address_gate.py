"""ALB607: a source-ip value that no client of an internet-facing load balancer has.

Source: ELB user guide, "Source IP address conditions": the address of the connection. Clients of an internet-facing load balancer reach its
public addresses, those inside the VPC through a NAT gateway with a public one. Blocks: RFC 1918, RFC 4193, RFC 3927, RFC 4291.
"""

from collections.abc import Iterator
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._wording import listed, named, quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.model import SourceIp
from alb_lint.space.addresses import Block, block, contains

_PRIVATE: Final[tuple[Block, ...]] = tuple(
    found
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "fc00::/7", "fe80::/10", "::1/128")
    if (found := block(text)) is not None
)


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    balancer = facts.listener.load_balancer
    if balancer is None or balancer.scheme != "internet-facing":
        return
    for rule in facts.listener.rules:
        for condition in rule.conditions:
            if not isinstance(condition, SourceIp):
                continue
            private = [value for value in condition.values if isinstance(value, str) and _is_private(value)]
            if not private:
                continue
            never = len(private) == len(condition.values)
            yield CHECK.finding(
                facts.listener.id,
                rule,
                f"{named(rule)} asks for {listed([quoted(value) for value in private])}, and no client reaches an internet-facing load"
                f" balancer from there{': it never matches' if never else ''}",
                "write the public addresses that these clients come from, or put the rule on an internal load balancer",
                facets=tuple(private),
            )


def _is_private(value: str) -> bool:
    found = block(value)
    return found is not None and any(contains(outer, found) for outer in _PRIVATE)


CHECK = Check(
    CheckInfo("ALB607", "private-address-gate", Severity.WARNING, "A private source address on an internet-facing load balancer."),
    run=run,
)

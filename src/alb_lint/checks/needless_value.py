"""ALB221: a condition that takes no request away, or address blocks that are one: each costs a value of the few that a rule may have.

Source: ELB quotas, "Condition values per rule": 5, counted over all conditions of the rule.
"""

import ipaddress
from collections.abc import Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._wording import listed, named, quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.model import Condition, HostHeader, PathPattern, SourceIp


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    families = _families(facts)
    for rule in facts.listener.rules:
        for condition in rule.conditions:
            if len(rule.conditions) > 1 and (everything := _everything(condition, families)):
                yield CHECK.finding(
                    facts.listener.id,
                    rule,
                    f"{named(rule)} asks for {listed([quoted(value) for value in everything])}, which every request meets",
                    "drop the condition: the rule matches the same requests, and has room for another value",
                    facets=everything,
                )
            elif isinstance(condition, SourceIp) and (blocks := _joined(condition)) is not None:
                before, after = blocks
                yield CHECK.finding(
                    facts.listener.id,
                    rule,
                    f"{named(rule)} lists {listed([quoted(value) for value in before], 5)}, which {listed([quoted(value) for value in after], 5)}"
                    f" {'covers' if len(after) == 1 else 'cover'} exactly",
                    f"write {listed([quoted(value) for value in after], 5)}: the rule matches the same requests, and has room for another value",
                    facets=tuple(before),
                )


def _families(facts: ListenerFacts) -> int:
    """How many address families clients may have: with both, 0.0.0.0/0 alone leaves those of IPv6 out."""
    balancer = facts.listener.load_balancer
    return 1 if balancer is not None and balancer.ip_address_type == "ipv4" else 2


def _everything(condition: Condition, families: int) -> tuple[str, ...]:
    """The values that let every request through, where there are such."""
    if isinstance(condition, PathPattern):
        return tuple(value for value in condition.values if value in ("*", "/*"))[:1]
    if isinstance(condition, HostHeader):
        return tuple(value for value in condition.values if value == "*")[:1]
    if isinstance(condition, SourceIp):
        wide = tuple(value for value in condition.values if value in ("0.0.0.0/0", "::/0") and isinstance(value, str))
        return wide if "0.0.0.0/0" in wide and (families == 1 or "::/0" in wide) else ()
    return ()


def _joined(condition: SourceIp) -> tuple[list[str], list[str]] | None:
    """(blocks that can be written as fewer, those fewer); nested ones are left to ALB204."""
    networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
    for value in condition.values:
        if not isinstance(value, str):
            return None
        try:
            networks.append(ipaddress.ip_network(value, strict=False))
        except ValueError:
            return None
    before: list[str] = []
    after: list[str] = []
    for version in (4, 6):
        mine = [network for network in networks if network.version == version]
        for joined in ipaddress.collapse_addresses(mine):  # type: ignore[type-var]
            parts = [network for network in mine if network.subnet_of(joined)]  # type: ignore[arg-type]
            if len(parts) > 1 and joined not in parts:
                before.extend(str(network) for network in parts)
                after.append(str(joined))
    return (before, after) if after else None


CHECK = Check(
    CheckInfo("ALB221", "needless-value", Severity.INFO, "A condition that every request meets, or address blocks that are one."), run=run
)

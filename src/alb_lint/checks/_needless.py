"""Values that cost a place and take no request away: conditions that every request meets, address blocks that are one."""

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.model import Condition, HostHeader, PathPattern, SourceIp


def families_of(facts: ListenerFacts) -> int:
    """How many address families clients may have: with both, 0.0.0.0/0 alone leaves those of IPv6 out."""
    balancer = facts.listener.load_balancer
    return 1 if balancer is not None and balancer.ip_address_type == "ipv4" else 2


def meets_all(condition: Condition, families: int) -> tuple[str, ...]:
    """The values that let every request through, where there are such."""
    if isinstance(condition, PathPattern):
        return tuple(value for value in condition.values if value in ("*", "/*"))[:1]
    if isinstance(condition, HostHeader):
        return tuple(value for value in condition.values if value == "*")[:1]
    if isinstance(condition, SourceIp):
        wide = tuple(value for value in condition.values if value in ("0.0.0.0/0", "::/0") and isinstance(value, str))
        return wide if "0.0.0.0/0" in wide and (families == 1 or "::/0" in wide) else ()
    return ()


def joined_blocks(condition: SourceIp) -> tuple[list[str], list[str]] | None:
    """(blocks that can be written as fewer, those fewer); nested ones are left to ALB204."""
    import ipaddress

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

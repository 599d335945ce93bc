"""The answer of DescribeTargetHealth → which targets a group has. Source: API types TargetHealthDescription, TargetDescription."""

from collections.abc import Sequence


def registered(descriptions: Sequence[object], network: str) -> tuple[str, ...]:
    """The targets of the answer of DescribeTargetHealth that are not draining, with their port, by what is theirs alone, sorted.

    An address is one target only within its `network` (a VPC), and is left out where that is not known.
    """
    found: set[str] = set()
    for description in descriptions:
        target = description.get("Target") if isinstance(description, dict) else None
        health = description.get("TargetHealth") if isinstance(description, dict) else None
        name = target.get("Id") if isinstance(target, dict) else None
        if not isinstance(target, dict) or not isinstance(name, str) or (isinstance(health, dict) and health.get("State") == "draining"):
            continue
        if not name.startswith(("i-", "arn:")):
            if not network:
                continue
            name = f"{network} {name}"
        port = target.get("Port")
        found.add(f"{name}:{port}" if isinstance(port, int) else name)
    return tuple(sorted(found))

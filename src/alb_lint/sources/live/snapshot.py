"""The answers of one account and region as one document: the same estate, the same document."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from alb_lint import __version__

Snapshot = Mapping[str, Any]
"""The contract's snapshot: the API's shapes, keys sorted, `alb_lint` (what the snapshot says about itself) before them."""

LISTS: Final = ("AccountLimits", "Listeners", "LoadBalancers", "Rules", "Tags", "TargetGroups", "TargetHealth")

_DEPTH: Final = 32
"""Of an answer; the API's deepest is seven."""


def assemble(
    lists: Mapping[str, Sequence[Mapping[str, Any]]],
    gaps: Sequence[Mapping[str, Any]],
    *,
    account: str,
    region: str,
    taken_at: str,
    partial: Sequence[str] = (),
) -> dict[str, Any]:
    """A snapshot of lists that are `plain`. One that is not in `lists` could not be read at all; one named in `partial` is not whole."""
    about: dict[str, Any] = {"account": account, "gaps": list(gaps)}
    if partial:
        about["partial"] = sorted(set(partial))
    about |= {"region": region, "taken_at": taken_at, "version": __version__}
    return in_order({"alb_lint": about} | {key: lists[key] for key in LISTS if key in lists})


def in_order(document: Snapshot) -> dict[str, Any]:
    """The document with each list sorted: rules as their listener asks them, all else by ARN or name."""
    return {key: sorted(value, key=_ORDER[key]) if key in _ORDER else value for key, value in document.items()}


def plain(value: Any, depth: int = 0) -> Any:
    """The value as JSON has it, keys sorted, times in UTC. Secrets of identity providers are left out, wherever they stand.

    AWS never returns ClientSecret; emulators do.
    """
    if isinstance(value, str | int | float) or value is None:
        return value
    if depth > _DEPTH:
        return None
    if isinstance(value, Mapping):
        return {str(key): plain(value[key], depth + 1) for key in sorted(value, key=str) if "secret" not in str(key).lower()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)


def _by(key: str) -> Any:
    return lambda one: str(one.get(key, ""))


def _rule_order(rule: Mapping[str, Any]) -> tuple[str, bool, int, str]:
    """By listener, then as the listener asks its rules, the default rule last."""
    arn, priority = str(rule.get("RuleArn", "")), str(rule.get("Priority", ""))
    digits = priority.isdecimal() and len(priority) < 10
    return arn.rpartition("/")[0], not digits, int(priority) if digits else 0, arn


_ORDER: Final[dict[str, Any]] = {
    "AccountLimits": _by("Name"),
    "Listeners": _by("ListenerArn"),
    "LoadBalancers": _by("LoadBalancerArn"),
    "Rules": _rule_order,
    "Tags": _by("ResourceArn"),
    "TargetGroups": _by("TargetGroupArn"),
    "TargetHealth": _by("TargetGroupArn"),
}

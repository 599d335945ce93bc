"""Snapshots to show to strangers. What rules match stays, so that graph, trace and every check say the same of the redacted snapshot.

`accounts`: each account number becomes 000000000001 and so on, wherever it stands. `names`: also names, ids and tag values, by hashes that
are made from the whole ARN: its random part keeps them from being guessed, and one resource has one name in every export. Of load
balancers, listeners and target groups only the fields listed here are kept, so that a field that AWS adds tomorrow is not told either.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from alb_lint.sources.live.snapshot import LISTS, Snapshot, in_order

_ARN: Final = re.compile(r"arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:(\d*):[^\s\"'(),;]*")
_ACCOUNT: Final = re.compile(r"(?<![0-9A-Za-z])\d{12}(?![0-9A-Za-z])")
_PROFILE: Final = re.compile(r"(profile )\S+")
_BALANCED: Final = frozenset({"loadbalancer", "listener", "listener-rule"})

_KEPT: Final[dict[str, frozenset[str]]] = {
    "LoadBalancers": frozenset({"Attributes", "IpAddressType", "LoadBalancerArn", "LoadBalancerName", "Scheme", "State", "Type"}),
    "Listeners": frozenset({"DefaultActions", "ListenerArn", "LoadBalancerArn", "Port", "Protocol"}),
    "TargetGroups": frozenset(
        {"LoadBalancerArns", "Port", "Protocol", "ProtocolVersion", "TargetGroupArn", "TargetGroupName", "TargetType"}
    ),
}

_SIGN_IN: Final = frozenset({"AuthenticateOidcConfig", "AuthenticateCognitoConfig", "JwtValidationConfig"})
_PUBLIC: Final = frozenset({"OnUnauthenticatedRequest", "Scope", "SessionTimeout", "Format"})
"""Settings of a sign-in that name nobody."""


def redacted(snapshots: Sequence[Snapshot], *, names: bool) -> list[Snapshot]:
    """The snapshots with account numbers replaced, and names too if asked. One number has one replacement in all of them."""
    known = {str(snapshot["alb_lint"]["account"]) for snapshot in snapshots}
    known |= {found[1] for snapshot in snapshots for text in _texts(snapshot) for found in _ARN.finditer(text)}
    numbers = {account: f"{index:012d}" for index, account in enumerate(sorted(known - {""}), 1)}
    if names:
        mask = _Names(_literal_headers(snapshots))
        snapshots = [mask.snapshot(snapshot) for snapshot in snapshots]

    def renumber(text: str) -> str:
        return _ACCOUNT.sub(lambda found: numbers.get(found[0], found[0]), text)

    return [in_order(_mapped(snapshot, renumber)) for snapshot in snapshots]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _mapped(item, change) for key, item in value.items()}
    return [_mapped(item, change) for item in value] if isinstance(value, list) else value


def _hash(text: str, length: int = 16) -> str:
    return sha256(text.encode()).hexdigest()[:length]


def _owner(arn: str) -> str:
    """Region, account, name and id of the load balancer that an ARN belongs to: what all ARNs below it share."""
    parts = arn.split(":", 5)
    return "/".join([*parts[3:5], *parts[-1].split("/")[1:4]])


def _header_configs(value: Any) -> Iterator[Mapping[str, Any]]:
    for condition in value.get("Conditions") or ():
        if isinstance(config := condition.get("HttpHeaderConfig"), Mapping):
            yield config


def _literal_headers(snapshots: Sequence[Snapshot]) -> frozenset[str]:
    """Header names whose values are compared as they are in every rule: a hash in place of such a value meets the same values.

    A secret that a CDN sends to prove itself is such a value.
    """
    literal: set[str] = set()
    matched: set[str] = set()
    for snapshot in snapshots:
        for rule in snapshot.get("Rules", ()):
            for config in _header_configs(rule):
                plain = not config.get("RegexValues") and not any("*" in value or "?" in value for value in config.get("Values") or ())
                (literal if plain else matched).add(str(config.get("HttpHeaderName", "")).lower())
    return frozenset(literal - matched)


class _Names:
    """Replaces names in one run; `headers` are those whose values are replaced."""

    def __init__(self, headers: frozenset[str]) -> None:
        self._headers = headers
        self._arns: dict[str, str] = {}

    def snapshot(self, snapshot: Snapshot) -> Snapshot:
        about = dict(snapshot["alb_lint"])
        about["gaps"] = [_mapped(one, lambda text: _PROFILE.sub(r"\1…", self.text(text))) for one in about["gaps"]]
        kept = {key: [self._item(key, one) for one in snapshot[key]] for key in LISTS if key in snapshot}
        return {"alb_lint": about} | kept

    def text(self, text: str) -> str:
        """The text with every ARN in it replaced."""
        return _ARN.sub(lambda found: self.arn(found[0]), text)

    def arn(self, arn: str) -> str:
        made = self._arns.get(arn)
        if made is None:
            made = self._arns[arn] = self._made(arn)
        return made

    def _made(self, arn: str) -> str:
        if not _ARN.fullmatch(arn):
            return _hash(arn)
        head, resource = ":".join(arn.split(":", 5)[:5]), arn.split(":", 5)[5]
        kind, *parts = resource.split("/")
        if ":elasticloadbalancing:" not in arn or len(parts) < 2:
            prefix = re.match(r"[a-z-]+[/:]", resource)
            return f"{head}:{prefix[0] if prefix else ''}{_hash(arn)}"
        if kind not in _BALANCED:
            return f"{head}:{kind}/tg-{_hash(arn, 8)}/{_hash(arn)}"
        owner = _owner(arn)
        ids = [_hash("/".join([owner, *parts[3:end]])) for end in range(4, len(parts) + 1)]
        return f"{head}:" + "/".join([kind, parts[0], f"lb-{_hash(owner, 8)}", _hash(f"{owner}/"), *ids])

    def _item(self, key: str, item: Mapping[str, Any]) -> dict[str, Any]:
        if key == "TargetHealth":
            return self._health(item)
        if key == "Tags":
            return self._tags(item)
        kept = _KEPT.get(key, item.keys())
        owner = _owner(str(item.get("RuleArn") or item.get("ListenerArn") or ""))
        return {name: self._field(name, value, item, owner) for name, value in item.items() if name in kept}

    def _field(self, name: str, value: Any, item: Mapping[str, Any], owner: str) -> Any:
        if name in {"LoadBalancerName", "TargetGroupName"}:
            return "/".join(self.arn(str(item.get(name.replace("Name", "Arn"), ""))).split("/")[-2:-1])
        if name in {"Actions", "DefaultActions"} and isinstance(value, list):
            return [self._action(action, owner) for action in value]
        if name == "Conditions" and isinstance(value, list):
            return [self._condition(condition) for condition in value]
        return _mapped(value, self.text)

    def _action(self, action: Any, owner: str) -> Any:
        """An action that equals another still does."""
        if not isinstance(action, Mapping):
            return None
        changed = {key: value if key in _SIGN_IN else _mapped(value, self.text) for key, value in action.items()}
        for key in _SIGN_IN & action.keys():
            config = action[key]
            changed[key] = {
                name: value if name in _PUBLIC else _mapped(value, lambda text: _hash(f"{owner} {text}"))
                for name, value in (config.items() if isinstance(config, Mapping) else ())
            }
        fixed = changed.get("FixedResponseConfig")
        if isinstance(fixed, dict) and fixed.get("MessageBody"):
            fixed["MessageBody"] = _hash(f"{owner} {action['FixedResponseConfig']['MessageBody']}")
        return changed

    def _condition(self, condition: Any) -> Any:
        config = condition.get("HttpHeaderConfig") if isinstance(condition, Mapping) else None
        if not isinstance(config, Mapping) or str(config.get("HttpHeaderName", "")).lower() not in self._headers:
            return condition
        name = str(config["HttpHeaderName"]).lower()
        values = [f"h-{_hash(f'{name}: {str(value).lower()}')}" for value in config.get("Values") or ()]
        return dict(condition) | {"HttpHeaderConfig": dict(config) | {"Values": values}}

    def _tags(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """Keys stay; values are the same where they were the same on one load balancer."""
        arn = str(item.get("ResourceArn", ""))
        owner = _owner(arn)
        tags = [{"Key": tag.get("Key"), "Value": _hash(f"{owner} {tag.get('Value')}", 8)} for tag in item.get("Tags") or ()]
        return {"ResourceArn": self.arn(arn), "Tags": tags}

    def _health(self, item: Mapping[str, Any]) -> dict[str, Any]:
        arn = str(item.get("TargetGroupArn", ""))
        told = [
            {
                "Target": {"Id": _hash(f"{arn} {(one.get('Target') or {}).get('Id')}"), "Port": (one.get("Target") or {}).get("Port")},
                "TargetHealth": {"State": (one.get("TargetHealth") or {}).get("State")},
            }
            for one in item.get("TargetHealthDescriptions") or ()
        ]
        return {"TargetGroupArn": self.arn(arn), "TargetHealthDescriptions": told}

"""The properties of Pulumi's `aws.lb.ListenerRule` and `aws.lb.Listener` → the shapes of the elbv2 API, for `elbv2_shape` to read.

Pulumi's AWS provider is Terraform's under other names: one condition is an object with one of `pathPattern`, `hostHeader`, …; a state lists
all of them and leaves the unused ones null or empty. Source: Pulumi registry, aws.lb.ListenerRule; terraform-provider-aws listener_rule.go.
"""

from typing import Any, Final

from alb_lint.languages.typescript.names import LOAD_BALANCING
from alb_lint.model import Unknown
from alb_lint.record import record
from alb_lint.symbols import Symbol, SymbolicNumber, Unset

_DEPTH: Final = 40
"""No property of a rule nests deeper than six; foreign objects may."""

_CONDITIONS: Final = {
    "pathPattern": ("path-pattern", "PathPatternConfig"),
    "hostHeader": ("host-header", "HostHeaderConfig"),
    "httpHeader": ("http-header", "HttpHeaderConfig"),
    "httpRequestMethod": ("http-request-method", "HttpRequestMethodConfig"),
    "queryStrings": ("query-string", "QueryStringConfig"),
    "sourceIp": ("source-ip", "SourceIpConfig"),
}
NO_PRIORITY: Final = Unknown("not set: Pulumi takes the highest on the listener + 1", number=Unset(behind=True))
"""Its provider is Terraform's: terraform-provider-aws `listener_rule.go`, `highestListenerRulePriority`."""

_LEGACY: Final = {"field", "values"}

_CONFIGS: Final = {
    "redirect": "RedirectConfig",
    "fixedResponse": "FixedResponseConfig",
    "authenticateOidc": "AuthenticateOidcConfig",
    "authenticateCognito": "AuthenticateCognitoConfig",
    "jwtValidation": "JwtValidationConfig",
}


@record
class Reference:
    """A value that is told elsewhere: `text` names it, `why` says what it is. As a target group it stands for itself, else it is unknown.

    `pieces`, `number`: what is known of it as a text and as a number, see `Unknown`.
    """

    text: str
    why: str
    pieces: tuple[str | Symbol, ...] = ()
    number: SymbolicNumber | None = None

    @property
    def unknown(self) -> Unknown:
        return Unknown(f"{self.text} ({self.why})", self.pieces, self.number)


def is_rule_type(token: str) -> bool:
    """Whether `aws:lb/listenerRule:ListenerRule`, `aws:lb:ListenerRule` or an alias of them."""
    return _is_type(token, "ListenerRule")


def is_listener_type(token: str) -> bool:
    """Whether `aws:lb/listener:Listener`, `aws:lb:Listener` or an alias of them."""
    return _is_type(token, "Listener")


def is_target_group_type(token: str) -> bool:
    """Whether `aws:lb/targetGroup:TargetGroup` or an alias of it."""
    return _is_type(token, "TargetGroup")


def _is_type(token: str, name: str) -> bool:
    package, _, rest = token.partition(":")
    module, _, type_name = rest.partition(":")
    return package == "aws" and type_name == name and module.partition("/")[0] in LOAD_BALANCING


def rule_shape(properties: dict[str, Any], problems: list[str]) -> dict[str, Any]:
    """One element of DescribeRules' `Rules`, with an Unknown wherever a value is not told."""
    priority = properties.get("priority")
    return {
        "Priority": NO_PRIORITY if priority is None else _leaf(priority),
        "Conditions": _each(properties.get("conditions"), lambda item: _condition(item, problems)),
        "Actions": actions_shape(properties.get("actions")),
        "Transforms": _each(properties.get("transforms"), _transform),
    }


def native_shape(properties: dict[str, Any]) -> dict[str, Any]:
    """The same of an `aws-native` rule: the properties of CloudFormation in camelCase."""
    priority = properties.get("priority")
    return {
        "Priority": Unknown("no priority is given") if priority is None else _leaf(priority),
        **{_upper(name): _in_capitals(properties.get(name)) for name in ("conditions", "actions", "transforms")},
    }


def _in_capitals(value: Any, key: str = "", depth: int = 0) -> Any:
    if isinstance(value, Reference) and key in {"targetGroupArn", "userPoolArn", "userPoolClientId"}:
        return value.text
    if depth > _DEPTH or not isinstance(value, dict | list):
        return _leaf(value)
    if isinstance(value, list):
        return [_in_capitals(item, key, depth + 1) for item in value]
    return {_upper(name): _in_capitals(item, name, depth + 1) for name, item in value.items() if item is not None}


def actions_shape(raw: object) -> Any:
    """The list `Actions` of the API."""
    return _each(raw, _action)


def tags_of(raw: object) -> tuple[tuple[str, str], ...]:
    """The tags whose keys and values are told, sorted."""
    if not isinstance(raw, dict):
        return ()
    return tuple(sorted((key, value) for key, value in raw.items() if isinstance(key, str) and isinstance(value, str)))


def _leaf(value: Any, depth: int = 0) -> Any:
    """The value with every reference in it unknown."""
    if isinstance(value, Reference):
        return value.unknown
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if depth > _DEPTH and isinstance(value, dict | list):
        return Unknown("an object nested too deeply")
    if isinstance(value, dict):
        return {key: _leaf(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_leaf(inner, depth + 1) for inner in value]
    return value


def _each(raw: Any, read: Any) -> Any:
    if isinstance(raw, list):
        return [read(item) for item in raw]
    return _leaf(raw)


_EMPTY: Final = frozenset({str, list, dict})


def _set(value: object) -> bool:
    """Whether a property says anything: states fill unused ones with null, "" and empty lists."""
    return value is not None and (bool(value) or value.__class__ not in _EMPTY)


def _condition(item: Any, problems: list[str]) -> Any:
    if not isinstance(item, dict):
        return _leaf(item)
    used = sorted(key for key, value in item.items() if _set(value))
    kinds = [key for key in used if key in _CONDITIONS]
    strange = [key for key in used if key not in _CONDITIONS and key not in _LEGACY]
    if strange:
        return _unread(f"condition: {', '.join(strange)[:80]} is not known", problems)
    if len(kinds) > 1:
        return _unread(f"condition: {' and '.join(kinds)} stand in one condition, which the provider refuses", problems)
    if not kinds:
        if "field" not in used:
            return _unread("condition: it names no field", problems)
        return {"Field": _leaf(item["field"]), "Values": _as_list(item.get("values"))}
    field, config = _CONDITIONS[kinds[0]]
    value = item[kinds[0]]
    if kinds[0] == "queryStrings":
        return {"Field": field, config: {"Values": _each(value, _query)}}
    if not isinstance(value, dict):
        return {"Field": field, config: _leaf(value)}
    read = {_upper(key): _leaf(inner) for key, inner in value.items() if _set(inner)}
    return {"Field": field, config: read}


def _unread(reason: str, problems: list[str]) -> Unknown:
    problems.append(reason)
    return Unknown(reason)


def _query(pair: Any) -> Any:
    """The provider leaves out an empty key: any key matches."""
    if not isinstance(pair, dict):
        return _leaf(pair)
    return {_upper(key): _leaf(inner) for key, inner in pair.items() if _set(inner)}


def _as_list(value: Any) -> Any:
    """Provider versions before 2 took one value as a text."""
    return [value] if isinstance(value, str) else _leaf(value)


def _upper(key: str) -> str:
    return key[:1].upper() + key[1:]


def _action(item: Any) -> Any:
    if not isinstance(item, dict):
        return _leaf(item)
    shape: dict[str, Any] = {"Type": _leaf(item.get("type"))}
    if _set(item.get("order")):
        shape["Order"] = _leaf(item["order"])
    if _set(item.get("targetGroupArn")):
        shape["TargetGroupArn"] = _group(item["targetGroupArn"])
    if _set(item.get("forward")):
        shape["ForwardConfig"] = _forward(item["forward"])
    for key, config in _CONFIGS.items():
        value = item.get(key)
        if isinstance(value, dict):
            shape[config] = {_upper(name): _config(name, inner) for name, inner in value.items() if _set(inner)}
        elif _set(value):
            shape[config] = _leaf(value)
    return shape


def _config(name: str, value: Any) -> Any:
    if name == "additionalClaims":
        return _each(value, lambda claim: {_upper(k): _leaf(v) for k, v in claim.items()} if isinstance(claim, dict) else _leaf(claim))
    return _leaf(value)


def _group(value: Any) -> Any:
    return value.text if isinstance(value, Reference) else _leaf(value)


def _forward(value: Any) -> Any:
    if not isinstance(value, dict):
        return _leaf(value)
    shape: dict[str, Any] = {"TargetGroups": _each(value.get("targetGroups"), _share)}
    stickiness = value.get("stickiness")
    if isinstance(stickiness, dict):
        shape["TargetGroupStickinessConfig"] = {
            "Enabled": _leaf(stickiness.get("enabled")),
            "DurationSeconds": _leaf(stickiness.get("duration")),
        }
    elif _set(stickiness):
        shape["TargetGroupStickinessConfig"] = _leaf(stickiness)
    return shape


def _share(value: Any) -> Any:
    if not isinstance(value, dict):
        return _leaf(value)
    return {"TargetGroupArn": _group(value.get("arn")), "Weight": _leaf(value.get("weight"))}


def _transform(item: Any) -> Any:
    if not isinstance(item, dict):
        return _leaf(item)
    shape: dict[str, Any] = {"Type": _leaf(item.get("type"))}
    for key in ("hostHeaderRewriteConfig", "urlRewriteConfig"):
        config = item.get(key)
        if isinstance(config, dict):
            rewrite = config.get("rewrite")
            rewrites = [rewrite] if isinstance(rewrite, dict | Reference) else rewrite
            shape[_upper(key)] = {"Rewrites": _each(rewrites, _rewrite)}
        elif _set(config):
            shape[_upper(key)] = _leaf(config)
    return shape


def _rewrite(value: Any) -> Any:
    if not isinstance(value, dict):
        return _leaf(value)
    return {"Regex": _leaf(value.get("regex")), "Replace": _leaf(value.get("replace"))}

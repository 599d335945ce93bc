"""Conditions, actions and transforms in the API's own JSON shape. Source: API types RuleCondition, Action and RuleTransform."""

from collections.abc import Callable
from typing import Any, TypeVar

from alb_lint.model.action import Action, Authenticate, FixedResponse, Forward, JwtValidation, OpaqueAction, Redirect, Transform
from alb_lint.model.condition import (
    Condition,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    OpaqueCondition,
    PathPattern,
    QueryPair,
    QueryString,
    SourceIp,
)
from alb_lint.model.rule import Rule
from alb_lint.symbols import Text, Unknown

_T = TypeVar("_T")

SENT_ALONG = "AuthenticationRequestExtraParams"
"""What is sent along with a request to sign in: it may hold a secret of the client, and nothing marks it."""


def actions_shape(rule: Rule) -> list[dict[str, Any]]:
    """The rule's actions in running order; `Order` only where there are several. What is Unknown is {"unknown": reason}."""
    shapes = [action_shape(action) for action in rule.actions]
    return [{**shape, "Order": place} for place, shape in enumerate(shapes, 1)] if len(shapes) > 1 else shapes


def routing_shape(rule: Rule) -> dict[str, Any]:
    """The action that answers, the last one; {} for a rule without actions."""
    return action_shape(rule.actions[-1]) if rule.actions else {}


def shown(shape: dict[str, Any]) -> dict[str, Any]:
    """The shape of an action for reports: what may be a secret is hidden. What carries a plan out needs it whole."""
    return {
        key: {**value, SENT_ALONG: "(sensitive)"} if isinstance(value, dict) and SENT_ALONG in value else value
        for key, value in shape.items()
    }


def action_shape(action: Action) -> dict[str, Any]:
    match action:
        case Forward():
            return _forward(action)
        case Redirect():
            return {
                "Type": "redirect",
                "RedirectConfig": {
                    "Protocol": _told(action.protocol),
                    "Port": _told(action.port),
                    "Host": _told(action.host),
                    "Path": _told(action.path),
                    "Query": _told(action.query),
                    "StatusCode": _told(action.status),
                },
            }
        case FixedResponse():
            config = {"StatusCode": _told(action.status), "MessageBody": _told(action.body)}
            if action.content_type is not None:
                config["ContentType"] = _told(action.content_type)
            return {"Type": "fixed-response", "FixedResponseConfig": config}
        case Authenticate():
            kind = f"authenticate-{action.kind}"
            name = "AuthenticateOidcConfig" if action.kind == "oidc" else "AuthenticateCognitoConfig"
            return {"Type": kind, name: {field: _told(value) for field, value in action.settings}}
        case JwtValidation():
            return {"Type": "jwt-validation", "JwtValidationConfig": {field: _told(value) for field, value in action.settings}}
        case OpaqueAction():
            return {"Type": action.type, "unknown": action.reason}


def condition_shape(condition: Condition) -> dict[str, Any]:
    match condition:
        case HostHeader():
            return {"Field": "host-header", "HostHeaderConfig": _texts(condition.values, condition.regexes)}
        case PathPattern():
            return {"Field": "path-pattern", "PathPatternConfig": _texts(condition.values, condition.regexes)}
        case HttpRequestMethod():
            return {"Field": "http-request-method", "HttpRequestMethodConfig": _texts(condition.values, ())}
        case HttpHeader():
            config = {"HttpHeaderName": _told(condition.name), **_texts(condition.values, condition.regexes)}
            return {"Field": "http-header", "HttpHeaderConfig": config}
        case QueryString():
            return {"Field": "query-string", "QueryStringConfig": {"Values": [_pair(value) for value in condition.values]}}
        case SourceIp():
            return {"Field": "source-ip", "SourceIpConfig": _texts(condition.values, ())}
        case OpaqueCondition():
            return {"Field": condition.field, "unknown": condition.reason}


def condition_of(shape: Any) -> Condition:
    """The condition that has this shape. Raises ValueError for what is none, or has something unknown in it."""
    field = _field(shape, "Field", str)
    simple: dict[str, tuple[str, Callable[[tuple[str, ...], tuple[str, ...]], Condition]]] = {
        "host-header": ("HostHeaderConfig", HostHeader),
        "path-pattern": ("PathPatternConfig", PathPattern),
        "http-request-method": ("HttpRequestMethodConfig", lambda values, _: HttpRequestMethod(values)),
        "source-ip": ("SourceIpConfig", lambda values, _: SourceIp(values)),
    }
    if field in simple:
        key, make = simple[field]
        config = _field(shape, key, dict)
        return make(_strings(config, "Values"), _strings(config, "RegexValues"))
    if field == "http-header":
        config = _field(shape, "HttpHeaderConfig", dict)
        return HttpHeader(_field(config, "HttpHeaderName", str), _strings(config, "Values"), _strings(config, "RegexValues"))
    if field == "query-string":
        pairs = _field(_field(shape, "QueryStringConfig", dict), "Values", list)
        return QueryString(
            tuple(QueryPair(_field(pair, "Key", str) if "Key" in pair else None, _field(pair, "Value", str)) for pair in pairs)
        )
    raise ValueError(f"there is no condition {field!r}")


def _field(shape: Any, key: str, kind: type[_T]) -> _T:
    value = shape.get(key) if isinstance(shape, dict) else None
    if not isinstance(value, kind):
        raise ValueError(f"{key!r} of a condition is missing or of a wrong kind")  # noqa: TRY004 - a reader of files, to which all is a value
    return value


def _strings(config: dict[str, Any], key: str) -> tuple[str, ...]:
    values = _field(config, key, list) if key in config else []
    if not all(isinstance(value, str) for value in values):
        raise ValueError(f"{key!r} of a condition must be a list of texts")
    return tuple(values)


def _texts(values: tuple[Text, ...], regexes: tuple[Text, ...]) -> dict[str, Any]:
    shown = {"Values": [_told(value) for value in values], "RegexValues": [_told(value) for value in regexes]}
    return {key: texts for key, texts in shown.items() if texts}


def _pair(value: QueryPair | Unknown) -> Any:
    if isinstance(value, Unknown):
        return _told(value)
    return {"Value": _told(value.value)} if value.key is None else {"Key": _told(value.key), "Value": _told(value.value)}


def transforms_shape(transforms: tuple[Transform, ...]) -> list[dict[str, Any]]:
    names = {"host-header-rewrite": "HostHeaderRewriteConfig", "url-rewrite": "UrlRewriteConfig"}
    return [
        {
            "Type": item.type,
            names.get(item.type, "Config"): {"Rewrites": [{"Regex": _told(a), "Replace": _told(b)} for a, b in item.rewrites]},
        }
        for item in transforms
    ]


def _forward(action: Forward) -> dict[str, Any]:
    config: dict[str, Any] = {
        "TargetGroups": [{"TargetGroupArn": _told(share.target_group), "Weight": _told(share.weight)} for share in action.shares]
    }
    if action.sticky_seconds is not None:
        config["TargetGroupStickinessConfig"] = {"Enabled": True, "DurationSeconds": _told(action.sticky_seconds)}
    return {"Type": "forward", "ForwardConfig": config}


def _told(value: object) -> Any:
    return {"unknown": value.reason} if isinstance(value, Unknown) else value

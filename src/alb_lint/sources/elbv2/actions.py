"""Actions and transforms of the elbv2 shapes → model. The contract with callers is that of `elbv2_shape`."""

import json
from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

from alb_lint.model import (
    Action,
    Authenticate,
    FixedResponse,
    Forward,
    JwtValidation,
    Number,
    OpaqueAction,
    Redirect,
    Share,
    Text,
    Transform,
    Unknown,
)
from alb_lint.sources.elbv2.leaf import number, shown, switch, text

SHARED: Final = 1 << 16
"""Forwards kept for reuse: an account has at most some thousands of target groups."""

_AUTHENTICATION_DEFAULTS: Final = {
    "OnUnauthenticatedRequest": "authenticate",
    "Scope": "openid",
    "SessionCookieName": "AWSELBAuthSessionCookie",
    "SessionTimeout": "604800",
}
"""API types AuthenticateOidcActionConfig and AuthenticateCognitoActionConfig; DescribeRules fills them in, templates leave them out."""


class _Unreadable(Exception):  # noqa: N818 - never leaves this module
    """Why an action is opaque."""


def actions(raw: Any, problems: list[str]) -> tuple[Action, ...]:
    """The actions in running order (by `Order`, where all tell it), never empty: none at all is one opaque action."""
    try:
        (item,) = raw
        group = item["TargetGroupArn"]
        if item["Type"] == "forward" and group.__class__ is str:
            config = item["ForwardConfig"]
            (share,) = config["TargetGroups"]
            weight = share["Weight"]
            alike = weight == 1 and weight.__class__ is int and share["TargetGroupArn"] == group
            if alike and config["TargetGroupStickinessConfig"]["Enabled"] is False:
                return _single(group)
    except (LookupError, TypeError, ValueError):
        pass
    if isinstance(raw, Unknown):
        return (OpaqueAction("", raw.reason),)
    if not isinstance(raw, list) or not raw:
        problems.append(f"Actions is {shown(raw)}, not a list" if raw is not None and raw != [] else "the rule has no actions")
        return (OpaqueAction("", problems[-1]),)
    return tuple(_action(item, problems) for item in _in_order(raw, problems))


@lru_cache(SHARED)
def _single(group: str) -> tuple[Action, ...]:
    return (Forward((Share(group),)),)


def _in_order(raw: list[Any], problems: list[str]) -> list[Any]:
    """As they stand where no order is told, and where one of them is any number of actions, so that positions mean nothing."""
    if any(isinstance(item, Unknown) for item in raw):
        return raw
    orders = [item.get("Order") if isinstance(item, dict) else None for item in raw]
    if all(order is None or isinstance(order, Unknown) for order in orders):
        return raw
    numbers = [found for order in orders if isinstance(found := number(order, "Order", problems), int)]
    if len(numbers) < len(raw):
        return raw
    return [raw[index] for index in sorted(range(len(raw)), key=numbers.__getitem__)]


def _action(item: object, problems: list[str]) -> Action:
    if isinstance(item, Unknown):
        return OpaqueAction("", item.reason)
    if not isinstance(item, dict):
        problems.append(f"an action is {shown(item)}, not an object")
        return OpaqueAction("", problems[-1])
    kind = item.get("Type")
    if isinstance(kind, Unknown):
        return OpaqueAction("", kind.reason)
    if not isinstance(kind, str):
        problems.append(f"an action: Type is {shown(kind)}")
        return OpaqueAction("", problems[-1])
    if kind not in _READERS:
        return _opaque(kind, "no such action is known", problems)
    name, read = _READERS[kind]
    config = item.get(name)
    if isinstance(config, Unknown):
        return OpaqueAction(kind, config.reason)
    if config is not None and not isinstance(config, dict):
        return _opaque(kind, f"{name} is {shown(config)}, not an object", problems)
    try:
        return read(item, config, problems)
    except _Unreadable as error:
        return _opaque(kind, str(error), problems)


def _opaque(kind: str, reason: str, problems: list[str]) -> OpaqueAction:
    problems.append(f"action {shown(kind)}: {reason}")
    return OpaqueAction(kind, reason)


def _forward(item: dict[str, Any], config: dict[str, Any] | None, problems: list[str]) -> Action:
    single = item.get("TargetGroupArn")
    groups = (config or {}).get("TargetGroups")
    if isinstance(groups, Unknown):
        return OpaqueAction("forward", groups.reason)
    if groups is not None and not isinstance(groups, list):
        raise _Unreadable(f"TargetGroups is {shown(groups)}, not a list")
    shares = tuple(_share(group, problems) for group in groups or ())
    if single is not None:
        only = text(single, "TargetGroupArn", problems)
        if not shares:
            shares = (Share(only),)
        elif len(shares) > 1 or not _may_be_same(shares[0].target_group, only):
            raise _Unreadable("TargetGroupArn names one target group and ForwardConfig others")
    if not shares:
        raise _Unreadable("it names no target group")
    return Forward(shares, _stickiness((config or {}).get("TargetGroupStickinessConfig"), problems))


def _may_be_same(one: Text, other: Text) -> bool:
    return one == other or isinstance(one, Unknown) or isinstance(other, Unknown)


def _share(raw: object, problems: list[str]) -> Share:
    if isinstance(raw, Unknown):
        return Share(raw, raw)
    if not isinstance(raw, dict):
        problems.append(f"a target group of a forward is {shown(raw)}, not an object")
        return Share(Unknown(problems[-1]), Unknown(problems[-1]))
    weight = raw.get("Weight")
    return Share(text(raw.get("TargetGroupArn"), "TargetGroupArn", problems), 1 if weight is None else number(weight, "Weight", problems))


def _stickiness(raw: object, problems: list[str]) -> Number | None:
    if raw is None or isinstance(raw, Unknown):
        return raw
    if not isinstance(raw, dict):
        problems.append(f"TargetGroupStickinessConfig is {shown(raw)}, not an object")
        return Unknown(problems[-1])
    enabled = switch(raw.get("Enabled"), "Enabled", problems)
    if isinstance(enabled, Unknown):
        return enabled
    return number(raw.get("DurationSeconds"), "DurationSeconds", problems) if enabled else None


def _redirect(_item: dict[str, Any], config: dict[str, Any] | None, problems: list[str]) -> Action:
    if config is None:
        raise _Unreadable("RedirectConfig is missing")
    given: dict[str, Text] = {
        field: text(config[key], key, problems)
        for key, field in (("Protocol", "protocol"), ("Host", "host"), ("Port", "port"), ("Path", "path"), ("Query", "query"))
        if config.get(key) is not None
    }
    return Redirect(text(config.get("StatusCode"), "StatusCode", problems), **given)


def _fixed_response(_item: dict[str, Any], config: dict[str, Any] | None, problems: list[str]) -> Action:
    if config is None:
        raise _Unreadable("FixedResponseConfig is missing")
    content, body = config.get("ContentType"), config.get("MessageBody")
    return FixedResponse(
        text(config.get("StatusCode"), "StatusCode", problems),
        None if content is None else text(content, "ContentType", problems),
        "" if body is None else text(body, "MessageBody", problems),
    )


def _authenticate(kind: str) -> Callable[[dict[str, Any], dict[str, Any] | None, list[str]], Action]:
    def read(_item: dict[str, Any], config: dict[str, Any] | None, problems: list[str]) -> Action:
        if config is None:
            raise _Unreadable("its config is missing")
        return Authenticate(kind, _settings(_AUTHENTICATION_DEFAULTS | {k: v for k, v in config.items() if v is not None}, problems))

    return read


def _jwt_validation(_item: dict[str, Any], config: dict[str, Any] | None, problems: list[str]) -> Action:
    if config is None:
        raise _Unreadable("JwtValidationConfig is missing")
    settings = {key: value for key, value in config.items() if value is not None}
    claims = settings.get("AdditionalClaims")
    if isinstance(claims, list) and all(isinstance(claim, dict) for claim in claims):
        settings["AdditionalClaims"] = sorted((_claim(claim) for claim in claims), key=lambda claim: str(claim.get("Name")))
    return JwtValidation(_settings(settings, problems))


def _claim(raw: dict[str, Any]) -> dict[str, Any]:
    """A claim with its values sorted: their order means nothing."""
    values = raw.get("Values")
    if isinstance(values, list) and all(isinstance(value, str) for value in values):
        return raw | {"Values": sorted(values)}
    return raw


def _settings(config: dict[str, Any], problems: list[str]) -> tuple[tuple[str, Text], ...]:
    """Sorted (field, text). A secret is never kept, nor whether one is kept by the API."""
    fields = sorted(((str(key), value) for key, value in config.items()), key=itemgetter(0))
    return tuple((key, _setting(key, value, problems)) for key, value in fields if "secret" not in key.lower())


def _setting(key: str, value: object, problems: list[str]) -> Text:
    if isinstance(value, str | Unknown):
        return value
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_refuse)
    except _Within as unknown:
        return Unknown(str(unknown))
    except (TypeError, ValueError, RecursionError):
        problems.append(f"{key} is {shown(value)} that cannot be read")
        return Unknown(problems[-1])


class _Within(Exception):  # noqa: N818 - never leaves this module
    """An Unknown somewhere inside a setting makes the whole setting unknown."""


def _refuse(value: object) -> object:
    if isinstance(value, Unknown):
        raise _Within(value.reason)
    raise TypeError


_Read = Callable[[dict[str, Any], dict[str, Any] | None, list[str]], Action]

_READERS: Final[dict[str, tuple[str, _Read]]] = {
    "forward": ("ForwardConfig", _forward),
    "redirect": ("RedirectConfig", _redirect),
    "fixed-response": ("FixedResponseConfig", _fixed_response),
    "authenticate-oidc": ("AuthenticateOidcConfig", _authenticate("oidc")),
    "authenticate-cognito": ("AuthenticateCognitoConfig", _authenticate("cognito")),
    "jwt-validation": ("JwtValidationConfig", _jwt_validation),
}
"""Type → the field that holds its settings, and its reader."""

_REWRITES: Final = {"host-header-rewrite": "HostHeaderRewriteConfig", "url-rewrite": "UrlRewriteConfig"}


def transforms(raw: object, problems: list[str]) -> tuple[Transform, ...]:
    """The transforms of a rule in input order; one that cannot be read keeps its type and has one unknown rewrite."""
    if raw is None:
        return ()
    if isinstance(raw, Unknown):
        return (_unread("", raw),)
    if not isinstance(raw, list):
        problems.append(f"Transforms is {shown(raw)}, not a list")
        return (_unread("", Unknown(problems[-1])),)
    return tuple(_transform(item, problems) for item in raw)


def _unread(kind: str, reason: Unknown) -> Transform:
    return Transform(kind, ((reason, reason),))


def _transform(item: object, problems: list[str]) -> Transform:
    if isinstance(item, Unknown):
        return _unread("", item)
    if not isinstance(item, dict):
        problems.append(f"a transform is {shown(item)}, not an object")
        return _unread("", Unknown(problems[-1]))
    kind = item.get("Type")
    if isinstance(kind, Unknown):
        return _unread("", kind)
    if not isinstance(kind, str) or kind not in _REWRITES:
        problems.append(f"a transform: Type is {shown(kind)}, which is not known")
        return _unread(kind if isinstance(kind, str) else "", Unknown(problems[-1]))
    config = item.get(_REWRITES[kind])
    rewrites = config.get("Rewrites") if isinstance(config, dict) else config
    if isinstance(rewrites, Unknown):
        return _unread(kind, rewrites)
    if not isinstance(rewrites, list):
        problems.append(f"transform {kind}: Rewrites is {shown(rewrites)}, not a list")
        return _unread(kind, Unknown(problems[-1]))
    return Transform(kind, tuple(_rewrite(pair, problems) for pair in rewrites))


def _rewrite(raw: object, problems: list[str]) -> tuple[Text, Text]:
    if isinstance(raw, Unknown):
        return raw, raw
    if not isinstance(raw, dict):
        problems.append(f"a rewrite is {shown(raw)}, not an object")
        return Unknown(problems[-1]), Unknown(problems[-1])
    return text(raw.get("Regex"), "Regex", problems), text(raw.get("Replace"), "Replace", problems)

"""An action as plain data for reports: what the model holds, under names of its own."""

from typing import Any

from alb_lint.model import (
    Action,
    Authenticate,
    FixedResponse,
    Forward,
    JwtValidation,
    OpaqueAction,
    Redirect,
    Rule,
    Unknown,
)
from alb_lint.model.shape import SENT_ALONG


def action_json(rule: Rule) -> dict[str, Any]:
    """The rule's routing action, with what runs before it under `before`, and transforms where there are any."""
    if not rule.actions:
        return {"type": "none"}
    said = _one(rule.actions[-1])
    if len(rule.actions) > 1:
        said["before"] = [_one(action) for action in rule.actions[:-1]]
    if rule.transforms:
        said["transforms"] = [
            {"type": item.type, "rewrites": [{"regex": _value(regex), "replace": _value(to)} for regex, to in item.rewrites]}
            for item in rule.transforms
        ]
    return said


def _one(action: Action) -> dict[str, Any]:
    match action:
        case Forward():
            groups = [{"target_group": _value(share.target_group), "weight": _value(share.weight)} for share in action.shares]
            sticky = {} if action.sticky_seconds is None else {"sticky_seconds": _value(action.sticky_seconds)}
            return {"type": "forward", "target_groups": groups, **sticky}
        case Redirect():
            fields = {name: _value(getattr(action, name)) for name in ("status", "protocol", "host", "port", "path", "query")}
            return {"type": "redirect", **fields}
        case FixedResponse():
            told = {"type": "fixed-response", "status": _value(action.status), "body": _value(action.body)}
            return told if action.content_type is None else {**told, "content_type": _value(action.content_type)}
        case Authenticate():
            return {"type": f"authenticate-{action.kind}", **{key: _setting(key, value) for key, value in action.settings}}
        case JwtValidation():
            return {"type": "jwt-validation", **{key: _value(value) for key, value in action.settings}}
        case OpaqueAction():
            return {"type": action.type, "unreadable": action.reason}


def _setting(name: str, value: object) -> object:
    return "(sensitive)" if name == SENT_ALONG else _value(value)


def _value(value: object) -> object:
    return {"unknown": value.reason} if isinstance(value, Unknown) else value

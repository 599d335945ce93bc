"""API calls as `aws elbv2 …` command lines. Source: AWS CLI reference, `elbv2`, and its `--cli-input-json`."""

import json
import re
from collections.abc import Mapping, Sequence
from shlex import quote
from typing import Any, Final

from alb_lint.inert import inert_json
from alb_lint.plan.plan import Call

_ARN: Final = re.compile(r"arn:aws[a-z-]{0,20}:elasticloadbalancing:[a-z0-9-]{1,40}:\d{12}:[A-Za-z0-9/._-]{1,400}")
_REGION: Final = re.compile(r"[a-z0-9-]{1,40}")
_FIELDS: Final = {
    "rule_arn": "RuleArn",
    "listener_arn": "ListenerArn",
    "rule_priorities": "RulePriorities",
    "priority": "Priority",
    "conditions": "Conditions",
    "actions": "Actions",
    "transforms": "Transforms",
    "tags": "Tags",
}
_CALLS: Final = ("modify-rule", "delete-rule", "set-rule-priorities", "create-rule")
_CONTENT: Final = ("actions", "conditions", "transforms")


def command(call: Call, region: str = "") -> str:
    """One line of shell. All input is one quoted JSON argument: the AWS CLI looks for files and URLs in plain arguments, not in there."""
    name = str(call["call"])
    assert name in _CALLS
    content = {_FIELDS[key]: _with_secret(value) if name == "modify-rule" else value for key, value in call.items() if key in _FIELDS}
    where = f" --region {quote(region)}" if region else ""
    return f"aws elbv2 {name}{where} --cli-input-json {quote(inert_json(json.dumps(content, separators=(', ', ': '))))}"


def _with_secret(value: Any) -> Any:
    """Actions whose OIDC step keeps the client secret that the rule has; exports never tell it."""
    if not isinstance(value, list):
        return value
    actions = []
    for action in value:
        config = action.get("AuthenticateOidcConfig") if isinstance(action, dict) else None
        if isinstance(config, dict) and "ClientSecret" not in config:
            action = {**action, "AuthenticateOidcConfig": {**config, "UseExistingClientSecret": True}}
        actions.append(action)
    return actions


def region(arn: str) -> str:
    """The region in an ARN; "" where it is none, or none that AWS can have."""
    parts = arn.split(":")
    return parts[3] if len(parts) > 5 and parts[0] == "arn" and _REGION.fullmatch(parts[3]) else ""


def runnable(calls: Sequence[Call]) -> str:
    """Why the calls cannot be run, "" where they can."""
    for call in calls:
        if call.get("priority", 1) is None:
            return "a number is not known"
        names = [call.get("rule_arn"), call.get("listener_arn"), *(item.get("RuleArn") for item in call.get("rule_priorities", ()))]
        told = [str(name) for name in names if name is not None]
        if any(not name.startswith("arn:") for name in told):
            return "it has no ARNs"
        if any(_ARN.fullmatch(name) is None for name in told):
            return "one of its ARNs is not one that AWS gives"
        if any(_unread(call[key]) for key in _CONTENT if key in call):
            return "a part of a rule could not be read"
    return ""


def _unread(value: Any) -> bool:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Mapping):
            if "unknown" in item:
                return True
            waiting.extend(item.values())
        elif isinstance(item, list | tuple):
            waiting.extend(item)
    return False

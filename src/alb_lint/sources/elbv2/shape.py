"""The JSON shapes of DescribeRules, as the AWS CLI, boto3 and CloudFormation write them, → model.

Any leaf may be an `Unknown` (CloudFormation intrinsics) and any field may have any wrong type: nothing here raises. What cannot be read
becomes an `OpaqueCondition`, an `OpaqueAction` or an `Unknown`, and one sentence in `problems`, which the caller turns into gaps; an
`Unknown` that the caller put in is no problem. Functions start with the form AWS writes and leave every other form to a slower twin.

Source: botocore 1.44 elbv2 types Rule, RuleCondition, Action, RuleTransform. DescribeRules repeats the values of host and path conditions,
and the target group of a single forward, in the older fields beside the `*Config`.
"""

from functools import lru_cache
from typing import Any, Final

from alb_lint.model import (
    NO_CONDITIONS,
    NO_VALUES,
    Condition,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    Location,
    Number,
    OpaqueCondition,
    PathPattern,
    QueryPair,
    QueryString,
    Rule,
    SourceIp,
    Text,
    Unknown,
)
from alb_lint.sources.elbv2.actions import actions, transforms
from alb_lint.sources.elbv2.leaf import number, shown, text

__all__ = ["actions", "conditions", "is_rule", "listener_arn_of", "load_balancer_arn_of", "priority", "rule", "transforms"]

_KEPT: Final = 1 << 14
"""Conditions of one kind that are kept for reuse: rules of a listener name the same few hosts and paths, and what is asked of a condition is asked
once of each object."""

_ARN_PARTS: Final = 6
_RULE_PARTS: Final = 5
"""Segments after `listener-rule/`: type, load balancer, its id, listener id, rule id."""


def listener_arn_of(rule_arn: str) -> str:
    """The ARN of the listener that the rule is on; "" where the text is no rule ARN. DescribeRules does not tell the listener otherwise."""
    head, mark, tail = rule_arn.partition(":listener-rule/")
    if not mark or tail.count("/") != _RULE_PARTS - 1:
        return ""
    return f"{head}:listener/{tail.rpartition('/')[0]}"


def load_balancer_arn_of(listener_arn: str) -> str:
    """The ARN of the load balancer of a listener; "" where the text is no listener ARN."""
    head, mark, tail = listener_arn.partition(":listener/")
    if not mark or tail.count("/") != _RULE_PARTS - 2:
        return ""
    return f"{head}:loadbalancer/{tail.rpartition('/')[0]}"


def is_rule(value: object) -> bool:
    """Whether an object has the look of an element of `Rules`."""
    if not isinstance(value, dict):
        return False
    if "RuleArn" in value:
        return not _is_of_another_service(value["RuleArn"])
    return "Conditions" in value and ("Actions" in value or "Priority" in value)


def _is_of_another_service(arn: object) -> bool:
    """Whether the ARN is whole and names another one: `aws events put-rule` answers with a RuleArn, too."""
    parts = arn.split(":") if isinstance(arn, str) else []
    return len(parts) >= _ARN_PARTS and parts[0] == "arn" and parts[2].isalnum() and parts[2] != "elasticloadbalancing"


def rule(
    raw: dict[str, Any],
    location: Location,
    problems: list[str],
    *,
    rule_id: str = "",
    name: str = "",
    tags: tuple[tuple[str, str], ...] = (),
) -> Rule:
    """One element of `Rules`. The id is `rule_id`, else the ARN of `location`, else its text."""
    is_default, number_ = _standing(raw, problems)
    if is_default:
        held: tuple[Condition, ...] = ()
        if raw.get("Conditions"):
            problems.append("the default rule has conditions, which no default rule can have; they are left out")
    else:
        held = conditions(raw.get("Conditions"), problems)
    rewritten = raw.get("Transforms")
    return Rule(
        rule_id or location.arn or str(location),
        name,
        number_,
        held,
        actions(raw.get("Actions"), problems),
        transforms(rewritten, problems) if rewritten else (),
        is_default,
        location,
        tags,
    )


def _standing(raw: dict[str, Any], problems: list[str]) -> tuple[bool, Number]:
    """(is the default rule, priority)."""
    value = raw.get("Priority")
    marked = raw.get("IsDefault")
    if value.__class__ is str and 0 < len(value) < 9 and value.isdecimal() and value.isascii() and not marked:
        return False, int(value)
    if value == "default":
        return True, 0
    if marked is True:
        if value is None:
            return True, 0
        problems.append(f"IsDefault is true, yet Priority is {shown(value)}")
        return False, Unknown(f"priority {shown(value)} on a rule marked as default")
    return False, priority(value, problems)


def priority(value: object, problems: list[str]) -> Number:
    """A priority as an integer, whatever its size; "10" and 10 alike. Bounds are for the checks."""
    return number(value, "Priority", problems)


def conditions(raw: Any, problems: list[str]) -> tuple[Condition, ...]:
    """The conditions of a rule that is not the default rule, in input order, never empty.

    A rule with no conditions at all has one opaque condition: the API demands
    one, so that nothing is known about what such a rule takes.
    """
    if raw.__class__ is not list or not raw:
        return (_no_conditions(raw, problems),)
    found: list[Condition] = []
    for item in raw:
        try:
            plain = _PLAIN.get(item["Field"])
            if plain is not None:
                name, make = plain
                config = item[name]
                values = config["Values"]
                "".join(values)  # refuses all but texts, which makes the comparison below shallow
                size = len(item)
                if values and values.__class__ is list and len(config) == 1 and (size == 2 or (size == 3 and item["Values"] == values)):
                    found.append(make(tuple(values)))
                    continue
        except (LookupError, TypeError):
            pass
        found.append(_condition(item, problems))
    return tuple(found)


_PLAIN: Final[dict[str, Any]] = {
    "path-pattern": ("PathPatternConfig", lru_cache(_KEPT)(PathPattern)),
    "host-header": ("HostHeaderConfig", lru_cache(_KEPT)(HostHeader)),
    "http-request-method": ("HttpRequestMethodConfig", lru_cache(_KEPT)(HttpRequestMethod)),
    "source-ip": ("SourceIpConfig", lru_cache(_KEPT)(SourceIp)),
}
"""Field → its config and the condition of plain values, equal ones as one object."""
_header = lru_cache(_KEPT)(HttpHeader)
_query = lru_cache(_KEPT)(QueryString)

_CONFIG: Final = {
    "path-pattern": ("PathPatternConfig", frozenset({"Values", "RegexValues"})),
    "host-header": ("HostHeaderConfig", frozenset({"Values", "RegexValues"})),
    "http-request-method": ("HttpRequestMethodConfig", frozenset({"Values"})),
    "http-header": ("HttpHeaderConfig", frozenset({"HttpHeaderName", "Values", "RegexValues"})),
    "query-string": ("QueryStringConfig", frozenset({"Values"})),
    "source-ip": ("SourceIpConfig", frozenset({"Values"})),
}
"""Field → its config and all that is known to stand in it."""


class _Unreadable(Exception):  # noqa: N818 - never leaves this module
    """Why a condition is opaque. `known`: the caller has said so itself, by an Unknown."""

    def __init__(self, reason: str, *, known: bool = False, key: str = "") -> None:
        super().__init__(reason)
        self.known = known
        self.key = key


def _key(value: Unknown) -> str:
    """The identity of a whole condition that is not known."""
    only = value.pieces[0] if len(value.pieces) == 1 else ""
    return "" if isinstance(only, str) else only.key


def _no_conditions(raw: object, problems: list[str]) -> OpaqueCondition:
    if isinstance(raw, Unknown):
        return OpaqueCondition("", raw.reason)
    reason = NO_CONDITIONS if raw is None or raw == [] else f"Conditions is {shown(raw)}, not a list"
    problems.append(reason)
    return OpaqueCondition("", reason)


def _condition(item: object, problems: list[str]) -> Condition:
    """Every form but the plainest."""
    if isinstance(item, Unknown):
        return OpaqueCondition("", item.reason, _key(item))
    if not isinstance(item, dict):
        problems.append(f"a condition is {shown(item)}, not an object")
        return OpaqueCondition("", problems[-1])
    kind = item.get("Field")
    try:
        return _read_condition(kind, item, problems)
    except _Unreadable as error:
        field = kind if isinstance(kind, str) else ""
        if not error.known:
            problems.append(f"condition {field}: {error}" if field else f"a condition: {error}")
        return OpaqueCondition(field, str(error), error.key)


def _read_condition(kind: object, item: dict[str, Any], problems: list[str]) -> Condition:
    if isinstance(kind, Unknown):
        raise _Unreadable(kind.reason, known=True)
    if not isinstance(kind, str):
        raise _Unreadable(f"Field is {shown(kind)}")
    if kind not in _CONFIG:
        raise _Unreadable("no such condition is known")
    name, known = _CONFIG[kind]
    for key, value in item.items():
        if key not in {"Field", "Values", "RegexValues", name} and value is not None and value != []:
            raise _Unreadable(f"{shown(key)} has no place in it")
    config = item.get(name)
    if isinstance(config, Unknown):
        raise _Unreadable(config.reason, known=True, key=_key(config) and f"{kind} {_key(config)}")
    if config is None:
        config = {}
    elif not isinstance(config, dict):
        raise _Unreadable(f"{name} is {shown(config)}, not an object")
    for key, value in config.items():
        if key not in known and value is not None:
            raise _Unreadable(f"{shown(key)} in {name} is not known")
    if kind == "query-string":
        return _query(_pairs(_either(item, config, "Values"), problems))
    values = _texts(_either(item, config, "Values"), "value", problems)
    regexes = _texts(_either(item, config, "RegexValues"), "regex", problems) if "RegexValues" in known else ()
    if not values and not regexes:
        raise _Unreadable(NO_VALUES)
    if kind == "path-pattern":
        return PathPattern(values, regexes)
    if kind == "host-header":
        return HostHeader(values, regexes)
    if kind == "http-header":
        return _header(_header_name(config), values, regexes)
    return HttpRequestMethod(values) if kind == "http-request-method" else SourceIp(values)


def _header_name(config: dict[str, Any]) -> Text:
    name = config.get("HttpHeaderName")
    if isinstance(name, Unknown) or (isinstance(name, str) and name):
        return name
    raise _Unreadable(f"HttpHeaderName is {shown(name)}")


def _either(item: dict[str, Any], config: dict[str, Any], key: str) -> list[Any] | Unknown:
    """The list under `key` in the config, else beside it; the two say the same thing where both stand."""
    inner, outer = config.get(key), item.get(key)
    for value in (inner, outer):
        if value is not None and not isinstance(value, list | Unknown):
            raise _Unreadable(f"{key} is {shown(value)}, not a list")
    if inner and outer and not _same(inner, outer):
        raise _Unreadable(f"{key} says one thing in the config and another beside it")
    return inner or outer or []


def _same(one: list[Any] | Unknown, other: list[Any] | Unknown) -> bool:
    """Equal, or not known to differ."""
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return True
    return len(one) == len(other) and all(map(_same_leaf, one, other))


def _same_leaf(one: object, other: object) -> bool:
    """Never looks into a list or an object, however deep: those differ."""
    return isinstance(one, Unknown) or isinstance(other, Unknown) or (isinstance(one, str | int) and one == other)


def _texts(raw: list[Any] | Unknown, what: str, problems: list[str]) -> tuple[Text, ...]:
    """One Unknown stands for a list that is not known: any number of any values."""
    if isinstance(raw, Unknown):
        return (raw,)
    return tuple(text(value, what, problems) for value in raw)


def _pairs(raw: list[Any] | Unknown, problems: list[str]) -> tuple[QueryPair | Unknown, ...]:
    if isinstance(raw, Unknown):
        return (raw,)
    if not raw:
        raise _Unreadable(NO_VALUES)
    return tuple(_pair(value, problems) for value in raw)


def _pair(raw: object, problems: list[str]) -> QueryPair | Unknown:
    if isinstance(raw, Unknown):
        return raw
    if not isinstance(raw, dict) or raw.get("Value") is None or not raw.keys() <= {"Key", "Value"}:
        problems.append(f"a query-string value is {shown(raw)}, not a Value with or without a Key")
        return Unknown(problems[-1])
    key = raw.get("Key")
    return QueryPair(None if key is None else text(key, "query key", problems), text(raw["Value"], "query value", problems))

"""Attributes of the resource `aws_lb_listener_rule` → the shapes of the API, which `elbv2_shape` reads.

In: dicts as in a state, with a list of dicts for each nested block and `Unknown` for what is not known. States hold every nested block,
empty where it is not used. Source: terraform-provider-aws, internal/service/elbv2/listener_rule.go and listener.go.
"""

from collections.abc import Mapping
from typing import Any, Final

from alb_lint.model import Unknown
from alb_lint.symbols import Unset

NO_PRIORITY: Final = Unknown("not set: Terraform takes the highest on the listener + 1", number=Unset(behind=True))

DEFAULT_PRIORITY: Final = 99_999
"""What the provider keeps for the default rule of a listener."""

BLOCKS: Final = frozenset(
    {
        *("action", "condition", "default_action", "transform"),
        *("host_header", "http_header", "http_request_method", "path_pattern", "query_string", "source_ip"),
        *("authenticate_cognito", "authenticate_oidc", "fixed_response", "forward", "jwt_validation", "redirect"),
        *("additional_claim", "stickiness", "target_group"),
        *("host_header_rewrite_config", "rewrite", "url_rewrite_config", "host_header_rewrite", "url_rewrite"),
    }
)
"""Nested block types, at any depth."""

CONDITIONS: Final = {
    "host_header": ("host-header", "HostHeaderConfig"),
    "http_header": ("http-header", "HttpHeaderConfig"),
    "http_request_method": ("http-request-method", "HttpRequestMethodConfig"),
    "path_pattern": ("path-pattern", "PathPatternConfig"),
    "query_string": ("query-string", "QueryStringConfig"),
    "source_ip": ("source-ip", "SourceIpConfig"),
}

_ACTIONS: Final = {
    "authenticate-cognito": ("authenticate_cognito", "AuthenticateCognitoConfig"),
    "authenticate-oidc": ("authenticate_oidc", "AuthenticateOidcConfig"),
    "fixed-response": ("fixed_response", "FixedResponseConfig"),
    "forward": ("forward", "ForwardConfig"),
    "jwt-validation": ("jwt_validation", "JwtValidationConfig"),
    "redirect": ("redirect", "RedirectConfig"),
}

_REWRITES: Final = {
    "host-header-rewrite": ("host_header_rewrite", "HostHeaderRewriteConfig"),
    "url-rewrite": ("url_rewrite", "UrlRewriteConfig"),
}

Json = Any


def listener_name(arn: str) -> str:
    """What people call a listener of which only the ARN is known: its load balancer, and its own id."""
    parts = arn.partition(":listener/")[2].split("/")
    return f"{parts[1]}/{parts[3]}" if len(parts) == 4 else arn


def rule_shape(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """One element of `Rules` as DescribeRules has it."""
    number = attributes.get("priority")
    default = number == DEFAULT_PRIORITY and not isinstance(number, bool)
    return {
        "Priority": "default" if default else NO_PRIORITY if number is None else number,
        "Conditions": [] if default else conditions_shape(attributes.get("condition")),
        "Actions": actions_shape(attributes.get("action")),
        "Transforms": _transforms(attributes.get("transform")),
    }


def _blocks(raw: Json) -> list[Json]:
    """The nested blocks of one type; one that is not known stands for any number of them."""
    if raw is None:
        return []
    return list(raw) if isinstance(raw, list | tuple) else [raw]


def conditions_shape(raw: Json) -> Json:
    if isinstance(raw, Unknown):
        return raw
    return [shaped for item in _blocks(raw) for shaped in _condition(item)]


def _condition(item: Json) -> list[Json]:
    """One condition; more where a block holds several, which the provider refuses but means all of them."""
    if not isinstance(item, dict):
        return [item]
    found: list[dict[str, Any]] = []
    for name, (field, config) in CONDITIONS.items():
        blocks = _blocks(item[name]) if name in item else ()
        if not blocks:
            continue
        if name == "query_string":
            found.append({"Field": field, config: {"Values": _query(blocks)}})
        else:
            found += [{"Field": field, config: _config(block)} for block in blocks]
    legacy = item.get("field")
    if legacy in (None, "") or any(shaped["Field"] == legacy for shaped in found):
        return found or [{"Field": None}]
    return [{"Field": legacy, "Values": _listed(item.get("values"))}, *found]


def _config(block: Json) -> Json:
    if not isinstance(block, dict):
        return block
    names = {"values": "Values", "regex_values": "RegexValues", "http_header_name": "HttpHeaderName"}
    return {names.get(key, key): _listed(value) for key, value in block.items() if value is not None and value != []}


def _listed(value: Json) -> Json:
    return list(value) if isinstance(value, tuple) else value


def _query(blocks: list[Json]) -> list[Json]:
    """Pairs; an empty key is none, as the provider writes states."""
    return [
        {name: block[key] for key, name in (("key", "Key"), ("value", "Value")) if block.get(key) not in (None, "")}
        if isinstance(block, dict)
        else block
        for block in blocks
    ]


def actions_shape(raw: Json) -> Json:
    if isinstance(raw, Unknown):
        return raw
    blocks = _blocks(raw)
    return [_action(item, position, len(blocks)) for position, item in enumerate(blocks, 1)]


def _action(item: Json, position: int, among: int) -> Json:
    """Only the block of the action's own type counts; without an order the position is it."""
    if not isinstance(item, dict):
        return item
    kind = item.get("type")
    kind = kind.lower() if isinstance(kind, str) else kind
    shaped: dict[str, Any] = {"Type": kind}
    order = item.get("order")
    if among > 1 or order:
        shaped["Order"] = order or position
    block, config = _ACTIONS.get(kind, ("", "")) if isinstance(kind, str) else ("", "")
    inner = _blocks(item.get(block)) if block else []
    if kind == "forward" and item.get("target_group_arn") not in (None, ""):
        shaped["TargetGroupArn"] = item["target_group_arn"]
    if inner:
        shaped[config] = _forward(inner[0]) if kind == "forward" else _settings(inner[0])
    return shaped


def _forward(block: Json) -> Json:
    if not isinstance(block, dict):
        return block
    groups = block.get("target_group")
    shaped: dict[str, Any] = {"TargetGroups": groups if isinstance(groups, Unknown) else [_share(group) for group in _blocks(groups)]}
    if any(isinstance(group, Unknown) for group in _blocks(groups)):  # any number of groups: none of the shares is known
        shaped["TargetGroups"] = next(group for group in _blocks(groups) if isinstance(group, Unknown))
    for stickiness in _blocks(block.get("stickiness"))[:1]:
        names = {"enabled": "Enabled", "duration": "DurationSeconds"}
        shaped["TargetGroupStickinessConfig"] = (
            {names.get(key, key): value for key, value in stickiness.items()} if isinstance(stickiness, dict) else stickiness
        )
    return shaped


def _share(group: Json) -> Json:
    return {"TargetGroupArn": group.get("arn"), "Weight": group.get("weight")} if isinstance(group, dict) else group


def _settings(block: Json) -> Json:
    """Snake case to the API's names. Empty texts are unset, but for an empty query, which means none."""
    if not isinstance(block, dict):
        return block
    shaped: dict[str, Any] = {}
    for key, value in block.items():
        if key in {"additional_claim", "additional_claims"}:
            claims = _blocks(value)
            if claims:
                shaped["AdditionalClaims"] = [_settings(claim) for claim in claims]
        elif value is not None and (value != "" or key in {"query", "message_body"}) and value != {}:
            shaped[_pascal(key)] = _listed(value)
    return shaped


def _pascal(key: str) -> str:
    return "".join(part.capitalize() for part in key.split("_"))


def _transforms(raw: Json) -> Json:
    if isinstance(raw, Unknown):
        return raw
    return [_transform(item) for item in _blocks(raw)]


def _transform(item: Json) -> Json:
    if not isinstance(item, dict):
        return item
    kind = item.get("type")
    kind = kind.lower() if isinstance(kind, str) else kind
    block, config = _REWRITES.get(kind, ("", "")) if isinstance(kind, str) else ("", "")
    shaped: dict[str, Any] = {"Type": kind}
    inner_blocks = [*_blocks(item.get(f"{block}_config")), *_blocks(item.get(block))] if block else []
    for inner in inner_blocks[:1]:
        rewrites = inner.get("rewrite") if isinstance(inner, dict) else inner
        shaped[config] = {"Rewrites": rewrites if isinstance(rewrites, Unknown) else [_rewrite(pair) for pair in _blocks(rewrites)]}
    return shaped


def _rewrite(pair: Json) -> Json:
    if not isinstance(pair, dict):
        return pair
    return {"Regex": pair.get("regex"), "Replace": pair.get("replace")}

"""A config as TOML again: what counts, with the place of each table; what is not set is shown with its default."""

from collections.abc import Iterator
from typing import Any

from alb_lint.config import Config, Interval, Match, Range, Requirement, Then, When
from alb_lint.findings.wording import clean
from alb_lint.json_text import dumps
from alb_lint.model import Location


def as_toml(config: Config) -> str:
    """Reads back as the same config."""
    lines = [f"# {clean(config.path)}" if config.path else "# no config found: the defaults"]
    lines += [
        f"{key} = {_value(value)}"
        for key, value in (
            ("fail-on", config.fail_on),
            ("select", config.select),
            ("ignore", config.ignore),
            ("exclude", config.exclude),
            ("environment", config.environment),
        )
    ]
    for name, place, fields in _tables(config):
        head = f"[{name}]" if name == "terraform" else f"[[{name}]]"
        lines += ["", head + (f"  # {clean(str(place))}" if str(place) else "")]
        lines += [f"{_key(key)} = {_value(value)}" for key, value in fields.items() if value not in ("", (), {}, None)]
    for name, wrapper in config.wrappers.items():
        lines += ["", f"[pulumi.wrappers.{_key(name)}]", *(f"{_key(key)} = {_value(value)}" for key, value in wrapper.items())]
    return "\n".join(lines) + "\n"


def _tables(config: Config) -> Iterator[tuple[str, Location, dict[str, Any]]]:
    for named in config.listeners:
        yield "listener", Location(), {"name": named.name, "ids": named.ids}
    for item in config.ranges:
        yield "range", item.location, _range(item)
    for old in config.retired:
        fields = {"priorities": _intervals(old.priorities), "listener": old.listener, "reason": old.reason, "until": old.until}
        yield "retired", old.location, fields
    for order in config.before:
        yield "before", order.location, {"first": order.first, "then": order.then, "listener": order.listener, "reason": order.reason}
    for allow in config.allow:
        fields = {"code": allow.code, "rule": allow.rule, "listener": allow.listener, "reason": allow.reason, "until": allow.until}
        yield "allow", allow.location, fields
    for policy in config.weights:
        yield "weights", policy.location, {"environment": policy.environment, "listener": policy.listener, "groups": dict(policy.groups)}
    for wanted in config.require:
        yield "require", wanted.location, _require(wanted)
    for module in config.terraform_modules:
        names = ("source", "priority", "listener", "paths", "hosts", "methods", "target_group")
        yield "terraform.module", Location(), {name: getattr(module, name) for name in names}
    if config.workspaces:
        yield "terraform", Location(), {"workspaces": config.workspaces}
    for template in config.templates:
        yield "cloudformation.template", Location(), {"url": template.url, "file": template.file}


def _range(item: Range) -> dict[str, Any]:
    return {
        "name": item.name,
        "priorities": _intervals(item.priorities),
        "listener": item.listener,
        "match": _match(item.match),
        "was": _intervals(item.was),
        "owner": item.owner,
        "order": item.order,
    }


def _match(match: Match) -> dict[str, Any]:
    told = {"paths": match.paths, "hosts": match.hosts, "methods": match.methods, "rules": match.rules, "tags": dict(match.tags)}
    return {key: value for key, value in told.items() if value}


def _require(item: Requirement) -> dict[str, Any]:
    return {
        "name": item.name,
        "listener": item.listener,
        "when": _when(item.when),
        "then": _then(item.then),
        "except": item.but,
        "reason": item.reason,
        "until": item.until,
    }


def _when(when: When) -> dict[str, Any]:
    told = {
        "host": when.host,
        "path": when.path,
        "method": when.method,
        "header": tuple(f"{name}: {globs[0]}" for name, globs in when.header),
        "without_header": when.without_header,
        "source-ip": when.source_ip,
        "not-source-ip": when.not_source_ip,
    }
    return {key: value for key, value in told.items() if value}


def _then(then: Then) -> dict[str, Any]:
    told = {
        "target_group": then.target_group,
        "status": then.status,
        "redirect": then.redirect,
        "authenticated": then.authenticated,
        "any-of": tuple(_then(one) for one in then.any_of),
    }
    return {key: value for key, value in told.items() if value}


def _intervals(intervals: tuple[Interval, ...]) -> tuple[str, ...]:
    return tuple(str(first) if first == last else f"{first}-{last}" for first, last in intervals)


def _key(key: str) -> str:
    return key if key and key.isascii() and key.replace("-", "").replace("_", "").isalnum() else _value(key)


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case dict():
            return "{ " + ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items()) + " }"
        case tuple():
            return "[" + ", ".join(map(_value, value)) + "]"
        case str():
            return dumps(value)  # a basic string of TOML has the escapes of JSON
        case _:
            return repr(value)

"""Modules that are not here: rules as the config describes them, by the arguments of the call; else what is said of it."""

import re
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Final

from alb_lint.languages.hcl.syntax import Block, Literal
from alb_lint.languages.hcl.values import Value
from alb_lint.model import Location, OpaqueCondition, Rule
from alb_lint.patterns import pattern
from alb_lint.presence import Presence
from alb_lint.sources.elbv2.shape import actions, conditions, priority
from alb_lint.sources.terraform.attributes import plain
from alb_lint.sources.terraform.shape import rule_shape

Described = tuple[tuple[str, Mapping[str, str]], ...]
"""(glob over sources, what of a rule → the argument that holds it)."""

_CONDITIONS: Final = (("paths", "path_pattern"), ("hosts", "host_header"), ("methods", "http_request_method"))
_BALANCER: Final = pattern(r"\b(alb|elb|lb|load-?balancer|listener)", re.IGNORECASE)
_ARGUMENT: Final = pattern(r"listener|priority|\b(?:alb|lb|load_balancer)_(?:port|protocol|certificate|path|host|rule|condition)")
"""Of a module that takes a listener, or makes one; the name of a load balancer alone may be for an alarm or a record."""


def source_of(block: Block) -> str:
    source = block.body.attribute("source")
    return str(source.value) if isinstance(source, Literal) else ""


def arguments_of(source: str, described: Described) -> Mapping[str, str] | None:
    """What the config says of the arguments of a module from there."""
    return next((arguments for glob, arguments in described if source and fnmatchcase(source, glob)), None)


def may_make_rules(source: str, arguments: Iterable[str]) -> bool:
    """Whether a module that is not here may make rules: its source or an argument is named so."""
    return _BALANCER.search(source) is not None or any(_ARGUMENT.search(name) for name in arguments)


def not_here(source: str) -> str:
    """Why its rules were not read."""
    told = f" ({source[:300]})" if source else ""
    return f"the module{told} is not a folder here; rules that it makes were not read: run `terraform init`, or describe it with [[terraform.module]]"


def described_rule(
    rule_id: str, name: str, location: Location, presence: Presence, value: Callable[[str], Value], prefix: str, problems: list[str]
) -> Rule:
    """The rule that a call makes. `value`: what of a rule (`priority`, `paths`) → what the call gives for it, None for nothing."""
    raw = [{kind: [{"values": plain("values", told, prefix)}]} for what, kind in _CONDITIONS if (told := value(what)) is not None]
    group = value("target_group")
    target = f"{name} target group" if group is None else plain("target_group_arn", group, prefix)
    action = [{"type": "forward", "target_group_arn": target}]
    shape = rule_shape({"priority": plain("priority", value("priority"), prefix), "condition": raw, "action": action})
    return Rule(
        rule_id,
        name,
        priority(shape["Priority"], problems),
        conditions(shape["Conditions"], problems) or (OpaqueCondition("", "the module's conditions are not described"),),
        actions(shape["Actions"], problems),
        location=location,
        presence=presence,
        root=prefix,
    )

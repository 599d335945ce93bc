"""What a listener says, without where it says it: so that code is compared before and after it was changed."""

from dataclasses import replace
from typing import Any

from alb_lint.model import Condition, Listener, Location, OpaqueCondition, Rule


def bare(listener: Listener) -> Any:
    """The listener without places; values of a condition in any order."""
    return replace(
        listener,
        rules=tuple(sorted((plain(rule) for rule in listener.rules), key=repr)),
        default=plain(listener.default) if listener.default is not None else None,
        location=Location(),
    )


def plain(rule: Rule) -> Rule:
    placed = bool(rule.location.file) and rule.location.file in rule.id
    conditions = tuple(_sorted(condition) for condition in rule.conditions)
    return replace(
        rule,
        id="" if placed else rule.id,
        conditions=conditions,
        location=Location(),
        priority_site=None,
        shared_site=None,
        ignores=(),
        written_in=(),
    )


def _sorted(condition: Condition) -> Condition:
    if isinstance(condition, OpaqueCondition):
        return condition
    values: Any = tuple(sorted(condition.values, key=repr))
    return replace(condition, values=values)

"""Conditions with far more values than AWS takes: so many are kept, and what is more is unknown. ALB201 reports the rule all the same.

A rule has five values. What is many times that is refused by AWS, and comparing thousands of values with thousands would take minutes.
"""

from typing import Final

from alb_lint.model.condition import Condition, OpaqueCondition
from alb_lint.model.listener import Listener
from alb_lint.model.rule import Rule
from alb_lint.record import replace
from alb_lint.symbols import Unknown

MOST: Final = 100
"""Values or regexes of one condition, and conditions of one rule."""

MORE: Final = Unknown(f"more than the {MOST} that are looked at; AWS takes 5 in a rule")


def bounded(listener: Listener) -> Listener:
    """The listener itself, but for rules with too much in them."""
    if not any(map(_too_much, listener.rules)):
        return listener
    return replace(listener, rules=tuple(_bounded(rule) if _too_much(rule) else rule for rule in listener.rules))


def _too_much(rule: Rule) -> bool:
    return len(rule.conditions) > MOST or any(
        len(getattr(condition, "values", ())) > MOST or len(getattr(condition, "regexes", ())) > MOST for condition in rule.conditions
    )


def _bounded(rule: Rule) -> Rule:
    conditions = [_condition(condition) for condition in rule.conditions[:MOST]]
    if len(rule.conditions) > MOST:
        conditions.append(OpaqueCondition("", MORE.reason))
    return replace(rule, conditions=tuple(conditions))


def _condition(condition: Condition) -> Condition:
    if isinstance(condition, OpaqueCondition):
        return condition
    if len(condition.values) > MOST:
        condition = replace(condition, values=(*condition.values[:MOST], MORE))  # type: ignore[arg-type]  # of its own class
    if len(getattr(condition, "regexes", ())) > MOST:
        condition = replace(condition, regexes=(*getattr(condition, "regexes", ())[:MOST], MORE))  # type: ignore[arg-type]
    return condition

"""Conditions with far more in them than AWS takes: so much is kept, and what is more is unknown. ALB201 and ALB203 report the rule all the same.

A rule has five values of 128 characters, and a load balancer a hundred rules unless more is asked for. What is many times that is refused by AWS, and
comparing thousands of values with thousands would take minutes. What is dear to compare is bounded by `dear`. And of a listener with more than ten
thousand rules the first ten thousand are looked at, as of one that was not read whole.
"""

from collections.abc import Iterable
from typing import Any, Final

from alb_lint.model.condition import Condition, HttpHeader, OpaqueCondition, QueryPair, SourceIp
from alb_lint.model.dear import CROWDED, affordable
from alb_lint.model.limits import PATTERN_LENGTH, VALUES_PER_RULE, WILDCARDS_PER_RULE
from alb_lint.model.listener import Listener, Unread, asked_first
from alb_lint.model.rule import Rule, conditions_of
from alb_lint.record import replace
from alb_lint.symbols import Unknown

RULES: Final = 10_000
"""Rules of one listener."""

MOST: Final = 100
"""Values, regexes and conditions of one rule."""

LEAST: Final = 2 * VALUES_PER_RULE
"""What is looked at of every rule, however many have too much."""

IN_ALL: Final = 2_000
"""What is looked at beyond that in all rules of a listener."""

WILDCARDS: Final = 5 * WILDCARDS_PER_RULE
"""Wildcards in the values of one rule."""

LONGEST: Final = 1_000
"""Characters of a value, regex or name."""

MORE: Final = Unknown(f"more than are looked at; AWS takes {VALUES_PER_RULE} in a rule")
WILD: Final = Unknown(f"more than {WILDCARDS} wildcards in a rule; AWS takes {WILDCARDS_PER_RULE}")
LONG: Final = Unknown(f"more than {LONGEST:,} characters; AWS takes {PATTERN_LENGTH}")

_NOT_LOOKED_AT: Final = frozenset({*CROWDED, MORE.reason, WILD.reason, LONG.reason})


def left_out(condition: Condition) -> str:
    """Why something of the condition is not looked at; "" where all of it is."""
    if isinstance(condition, OpaqueCondition):
        reasons = [condition.reason]
    else:
        told = (*condition.values, *getattr(condition, "regexes", ()), getattr(condition, "name", ""))
        reasons = [value.reason for value in told if isinstance(value, Unknown)]
    return next((reason for reason in reasons if reason in _NOT_LOOKED_AT), "")


def bounded(listener: Listener) -> Listener:
    """The listener itself, but for rules with too much in them, and for rules behind the first `RULES`."""
    if len(listener.rules) > RULES:
        reason = f"it has {len(listener.rules):,} rules, and the first {RULES:,} of a listener are looked at"
        rules_read = tuple([listener.rules[index] for index in sorted(asked_first(listener)[:RULES])])
        listener = replace(listener, rules=rules_read, unread=Unread(reason))
    measured = {id(condition): _measure(condition) for condition in conditions_of(listener.rules)}
    excessive = [_too_much([measured[id(condition)] for condition in rule.conditions]) for rule in listener.rules]
    if not any(excessive):
        return affordable(listener)
    left = IN_ALL
    rules: list[Rule] = []
    for rule, too_much in zip(listener.rules, excessive, strict=True):
        if too_much:
            room = min(MOST, LEAST + left)
            left -= max(min(_size(rule), room) - LEAST, 0)
            rules.append(replace(rule, conditions=_bounded(rule.conditions, room)))
        else:
            rules.append(rule)
    return affordable(replace(listener, rules=tuple(rules)))


def _too_much(measures: Iterable[tuple[int, int]]) -> bool:
    """Whether a rule has too much in its conditions, by their measures."""
    size = wild = 0
    for one, other in measures:
        size += one
        wild += other
    return size > LEAST or wild > WILDCARDS


def _measure(condition: Condition) -> tuple[int, int]:
    """(1 for the condition and for each of its values and regexes, wildcards); more than a rule may have where one of its texts is too long."""
    if isinstance(condition, OpaqueCondition):
        return 1, 0
    regexes = getattr(condition, "regexes", ())
    name = condition.name if isinstance(condition, HttpHeader) else ""
    if any(map(_long, condition.values)) or any(map(_long, regexes)) or _long(name):
        return LEAST + 1, 0
    return 1 + len(condition.values) + len(regexes), sum(map(_wildcards, condition.values))


def _wildcards(value: object) -> int:
    if value.__class__ is str:
        return value.count("*") + value.count("?")
    return _wildcards(value.key) + _wildcards(value.value) if isinstance(value, QueryPair) else 0


def _size(rule: Rule) -> int:
    return sum(1 + len(getattr(condition, "values", ())) + len(getattr(condition, "regexes", ())) for condition in rule.conditions)


def _bounded(conditions: tuple[Condition, ...], room: int) -> tuple[Condition, ...]:
    """The conditions with so many values and regexes in all of them."""
    kept: list[Condition] = []
    wild = 0
    for condition in conditions:
        if room <= 0:
            return (*kept, OpaqueCondition("", MORE.reason))
        if isinstance(condition, OpaqueCondition):
            room -= 1
        else:
            told = {name: _texts(getattr(condition, name, ()), room) for name in ("values", "regexes") if hasattr(condition, name)}
            room -= sum(map(len, told.values())) or 1
            if not isinstance(condition, SourceIp):
                told["values"], wild = _tame(told["values"], wild)
            if isinstance(condition, HttpHeader) and _long(condition.name):
                told["name"] = LONG
            condition = replace(condition, **told)
        kept.append(condition)
    return tuple(kept)


def _tame(values: tuple[Any, ...], wild: int) -> tuple[tuple[Any, ...], int]:
    """The values, unknown from where they have too many wildcards together with `wild` before them; and the wildcards up to there."""
    kept = []
    for value in values:
        wild += _wildcards(value)
        kept.append(value if wild <= WILDCARDS else WILD)
    return tuple(kept), wild


def _texts(values: tuple[Any, ...], room: int) -> Any:
    kept = tuple([LONG if _long(value) else value for value in values[:room]])
    return kept if len(values) <= room else (*kept, MORE)


def _long(value: object) -> bool:
    if value.__class__ is str:
        return len(value) > LONGEST
    if isinstance(value, QueryPair):
        return _long(value.key) or _long(value.value)
    return isinstance(value, Unknown) and sum(len(piece) for piece in value.pieces if isinstance(piece, str)) > LONGEST

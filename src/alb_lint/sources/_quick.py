"""Rules, their places and conditions, made at a quarter of the cost of their constructors, for sources that make millions.

A frozen dataclass sets each field through `object.__setattr__`. A draft with the same slots sets them plainly and then becomes the real
class: the same object in every respect (1.4 → 0.3 µs for a rule, a fifth of what reading one from JSON takes).
"""

from typing import Any

from alb_lint.model import Action, Condition, HostHeader, Location, Number, PathPattern, Rule, Transform


class _RuleDraft:
    __slots__ = Rule.__slots__


class _LocationDraft:
    __slots__ = Location.__slots__


class _PatternsDraft:
    __slots__ = PathPattern.__slots__


def quick_path(values: tuple[str, ...]) -> PathPattern:
    """`PathPattern(values)`."""
    draft: Any = _PatternsDraft()
    draft.values = values
    draft.regexes = ()
    draft.__class__ = PathPattern
    return draft  # type: ignore[no-any-return]  # it is one now


def quick_host(values: tuple[str, ...]) -> HostHeader:
    """`HostHeader(values)`."""
    draft: Any = _PatternsDraft()
    draft.values = values
    draft.regexes = ()
    draft.__class__ = HostHeader
    return draft  # type: ignore[no-any-return]  # it is one now


def quick_location(file: str, line: int, address: str, arn: str) -> Location:
    """`Location(file, line, 0, address, arn)`."""
    draft: Any = _LocationDraft()
    draft.file = file
    draft.line = line
    draft.column = 0
    draft.address = address
    draft.arn = arn
    draft.__class__ = Location
    return draft  # type: ignore[no-any-return]  # it is one now


def quick_rule(
    rule_id: str,
    name: str,
    priority: Number,
    conditions: tuple[Condition, ...],
    actions: tuple[Action, ...],
    transforms: tuple[Transform, ...],
    is_default: bool,
    location: Location,
    tags: tuple[tuple[str, str], ...],
) -> Rule:
    """`Rule(rule_id, name, …, tags)`, the other fields at their defaults."""
    draft: Any = _RuleDraft()
    draft.id = rule_id
    draft.name = name
    draft.priority = priority
    draft.conditions = conditions
    draft.actions = actions
    draft.transforms = transforms
    draft.is_default = is_default
    draft.location = location
    draft.tags = tags
    draft.presence = ()
    draft.priority_site = None
    draft.ignores = ()
    draft.__class__ = Rule
    return draft  # type: ignore[no-any-return]  # it is one now

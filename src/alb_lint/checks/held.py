"""What an input holds that some checks need."""

from collections.abc import Iterator, Sequence

from alb_lint.analysis.guards import SIGNING, guard_by, guards_of, is_forgeable, is_secret_header, signs_in
from alb_lint.config import Config
from alb_lint.model import Estate, HttpHeader, Listener, PathPattern, Rule, conditions_of


def held(estate: Estate, config: Config) -> frozenset[str]:
    """The names, as the table of checks has them: types of conditions and actions, tables of the config, and what else is there."""
    return frozenset(_held(estate, config))


def _held(estate: Estate, config: Config) -> Iterator[str]:
    for name in ("ranges", "retired", "before", "reservations", "weights", "require"):
        if getattr(config, name):
            yield name
    if estate.branches:
        yield "branches"
    if estate.target_groups or estate.declared:
        yield "target groups"
    if len(estate.listeners) > 1:
        yield "several listeners"
    for listener in estate.listeners:
        yield from _of_listener(listener)


def _of_listener(listener: Listener) -> Iterator[str]:
    if listener.source_kind.startswith(("terraform", "pulumi")):
        yield "code"
    if listener.protocol == "HTTP" or listener.port == 80:
        yield "plain listeners"
    if listener.deployments:
        yield "deployments"
    if listener.default is not None:
        yield from (f"default {type(action).__name__}" for action in listener.default.actions)
        if guards_of(listener.default):
            yield "guards"
    yield from _of_rules(listener.rules)


def _of_rules(rules: Sequence[Rule]) -> Iterator[str]:
    for rule in rules:
        if not isinstance(rule.priority, int):
            yield "unknown numbers"
        if rule.transforms:
            yield "transforms"
        if rule.replacement is not None:
            yield "replacements"
    kinds = {type(action) for rule in rules for action in rule.actions}
    yield from (kind.__name__ for kind in kinds)
    if not kinds.isdisjoint(SIGNING) and any(map(signs_in, rules)):
        yield "guards"
    for condition in conditions_of(rules):
        yield type(condition).__name__
        if getattr(condition, "regexes", ()):
            yield "regexes"
        if guard_by(condition) is not None:
            yield "guards"
        if isinstance(condition, HttpHeader):
            if is_forgeable(condition):
                yield "forgeable headers"
            if is_secret_header(condition):
                yield "secret headers"
        if isinstance(condition, PathPattern) and any("?" in value for value in condition.values if isinstance(value, str)):
            yield "question marks"

"""What is known of a symbol by where it stands in a run.

`api.${var.domain}` says that `var.domain` is no pattern and no list, so `${var.domain}` by itself is none either. What stands in a host has no
slash, and what is the whole value of a path is not empty.
"""

from collections.abc import Iterable, Iterator, Sequence
from operator import is_

from alb_lint.model.action import Action, Redirect
from alb_lint.model.condition import Condition, HostHeader, HttpHeader, PathPattern, QueryPair, QueryString
from alb_lint.model.listener import Listener
from alb_lint.model.rule import Rule, conditions_of
from alb_lint.record import record, replace
from alb_lint.symbols import Symbol, Text, Unknown

_REDIRECT = ("protocol", "host", "port", "path", "query")


@record
class _Uses:
    """Keys of symbols: of those that are one text without wildcards, that stand in a host, that are the whole value of a path."""

    plain: set[str]
    hosts: set[str]
    paths: set[str]


def known_by_use(listeners: Iterable[Listener]) -> list[Listener]:
    """The listeners with symbols marked by where they stand; the same objects where there are none."""
    told = list(listeners)
    uses = _Uses(set(), set(), set())
    for kind, text in _texts([rule for listener in told for rule in _rules(listener)]):
        if isinstance(text, Unknown):
            _note(kind, text, uses)
    return [_marked(listener, uses) for listener in told] if uses.plain or uses.hosts or uses.paths else told


def _note(kind: type, text: Unknown, uses: _Uses) -> None:
    for piece in text.pieces:
        if isinstance(piece, Symbol):
            if len(text.pieces) > 1 or piece.plain:
                uses.plain.add(piece.key)
            if kind is HostHeader or piece.host:
                uses.hosts.add(piece.key)
            if (kind is PathPattern and len(text.pieces) == 1) or piece.filled:
                uses.paths.add(piece.key)


def _rules(listener: Listener) -> Iterator[Rule]:
    yield from listener.rules
    if listener.default is not None:
        yield listener.default


def _texts(rules: Sequence[Rule]) -> Iterator[tuple[type, Text]]:
    """The texts that may hold symbols, each with the kind of condition or action it stands in."""
    for condition in conditions_of(rules):
        if isinstance(condition, HostHeader | PathPattern | HttpHeader):
            for value in condition.values:
                yield type(condition), value
        elif isinstance(condition, QueryString):
            for pair in condition.values:
                if isinstance(pair, QueryPair):
                    yield QueryString, pair.value
    for rule in rules:
        for action in rule.actions:
            if isinstance(action, Redirect):
                for name in _REDIRECT:
                    yield Redirect, getattr(action, name)


def _marked(listener: Listener, uses: _Uses) -> Listener:
    rules = tuple(_rule(rule, uses) for rule in listener.rules)
    default = None if listener.default is None else _rule(listener.default, uses)
    unchanged = _same(rules, listener.rules) and default is listener.default
    return listener if unchanged else replace(listener, rules=rules, default=default)


def _rule(rule: Rule, uses: _Uses) -> Rule:
    conditions = tuple([_condition(condition, uses) for condition in rule.conditions])
    actions = tuple([_action(action, uses) for action in rule.actions])
    unchanged = _same(conditions, rule.conditions) and _same(actions, rule.actions)
    return rule if unchanged else replace(rule, conditions=conditions, actions=actions)


def _same(new: tuple[object, ...], old: tuple[object, ...]) -> bool:
    """Whether all are the same objects: what has nothing to be marked is handed on."""
    return all(map(is_, new, old))


def _condition(condition: Condition, uses: _Uses) -> Condition:
    if isinstance(condition, HostHeader | PathPattern | HttpHeader):
        values = tuple([_text(value, uses) for value in condition.values])
        return condition if _same(values, condition.values) else replace(condition, values=values)
    if isinstance(condition, QueryString):
        pairs = (replace(pair, value=_text(pair.value, uses)) if isinstance(pair, QueryPair) else pair for pair in condition.values)
        return replace(condition, values=tuple(pairs))
    return condition


def _action(action: Action, uses: _Uses) -> Action:
    if not isinstance(action, Redirect):
        return action
    return replace(action, **{name: _text(getattr(action, name), uses) for name in _REDIRECT})


def _text(text: Text, uses: _Uses) -> Text:
    if not isinstance(text, Unknown) or not text.pieces:
        return text
    pieces = tuple([_symbol(piece, uses) if isinstance(piece, Symbol) else piece for piece in text.pieces])
    return text if _same(pieces, text.pieces) else replace(text, pieces=pieces)


def _symbol(symbol: Symbol, uses: _Uses) -> Symbol:
    plain, host, filled = symbol.key in uses.plain, symbol.key in uses.hosts, symbol.key in uses.paths
    if (plain, host, filled) == (symbol.plain, symbol.host, symbol.filled):
        return symbol
    assumed = symbol.assumed or (plain and not symbol.plain)
    return replace(symbol, plain=plain or symbol.plain, host=host or symbol.host, filled=filled or symbol.filled, assumed=assumed)

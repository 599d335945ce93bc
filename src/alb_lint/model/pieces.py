"""Symbols that stand as a piece of a longer text somewhere: such a value is one plain text, also where it is a whole value.

`api.${var.domain}` says that `var.domain` is no pattern and no list, so `${var.domain}` by itself is none either.
"""

from collections.abc import Iterable, Iterator

from alb_lint.model.action import Action, Redirect
from alb_lint.model.condition import Condition, HostHeader, HttpHeader, PathPattern, QueryPair, QueryString
from alb_lint.model.listener import Listener
from alb_lint.model.rule import Rule
from alb_lint.record import replace
from alb_lint.symbols import Symbol, Text, Unknown

_REDIRECT = ("protocol", "host", "port", "path", "query")


def plain_where_pieces(listeners: Iterable[Listener]) -> list[Listener]:
    """The listeners with these symbols marked as plain; the same objects where there are none."""
    told = list(listeners)
    pieces = {piece.key for listener in told for text in _texts(listener) for piece in _pieces(text)}
    return [_marked(listener, pieces) for listener in told] if pieces else told


def _rules(listener: Listener) -> Iterator[Rule]:
    yield from listener.rules
    if listener.default is not None:
        yield listener.default


def _texts(listener: Listener) -> Iterator[Text]:
    for rule in _rules(listener):
        for condition in rule.conditions:
            if isinstance(condition, HostHeader | PathPattern | HttpHeader):
                yield from condition.values
            elif isinstance(condition, QueryString):
                yield from (pair.value for pair in condition.values if isinstance(pair, QueryPair))
        for action in rule.actions:
            if isinstance(action, Redirect):
                yield from (getattr(action, name) for name in _REDIRECT)


def _pieces(text: Text) -> Iterator[Symbol]:
    if isinstance(text, Unknown) and len(text.pieces) > 1:
        yield from (piece for piece in text.pieces if isinstance(piece, Symbol) and not piece.plain)


def _marked(listener: Listener, pieces: set[str]) -> Listener:
    rules = tuple(_rule(rule, pieces) for rule in listener.rules)
    default = None if listener.default is None else _rule(listener.default, pieces)
    return listener if rules == listener.rules and default == listener.default else replace(listener, rules=rules, default=default)


def _rule(rule: Rule, pieces: set[str]) -> Rule:
    conditions = tuple(_condition(condition, pieces) for condition in rule.conditions)
    actions = tuple(_action(action, pieces) for action in rule.actions)
    unchanged = conditions == rule.conditions and actions == rule.actions
    return rule if unchanged else replace(rule, conditions=conditions, actions=actions)


def _condition(condition: Condition, pieces: set[str]) -> Condition:
    if isinstance(condition, HostHeader | PathPattern | HttpHeader):
        return replace(condition, values=tuple(_text(value, pieces) for value in condition.values))
    if isinstance(condition, QueryString):
        pairs = (replace(pair, value=_text(pair.value, pieces)) if isinstance(pair, QueryPair) else pair for pair in condition.values)
        return replace(condition, values=tuple(pairs))
    return condition


def _action(action: Action, pieces: set[str]) -> Action:
    if not isinstance(action, Redirect):
        return action
    return replace(action, **{name: _text(getattr(action, name), pieces) for name in _REDIRECT})


def _text(text: Text, pieces: set[str]) -> Text:
    if not isinstance(text, Unknown) or not any(isinstance(piece, Symbol) and piece.key in pieces for piece in text.pieces):
        return text
    return replace(
        text,
        pieces=tuple(replace(piece, plain=True) if isinstance(piece, Symbol) and piece.key in pieces else piece for piece in text.pieces),
    )

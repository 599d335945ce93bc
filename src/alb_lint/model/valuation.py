"""A listener with values given to some of its symbols."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from alb_lint.model.listener import Listener
from alb_lint.model.rule import Rule
from alb_lint.record import replace
from alb_lint.symbols import Symbol, SymbolicNumber, Unknown, joined

Given = str | Symbol | tuple[str | Symbol, ...]
Valuation = Mapping[str, Given]
"""Key of a symbol → its text, in which wildcards are wildcards, another symbol that it equals, or pieces of both."""

_FIELDS: Final = ("conditions", "actions", "transforms")


def valued(listener: Listener, given: Valuation) -> Listener:
    """The listener under the valuation; what it gives no value to stays a symbol. The same object where none of its symbols has one."""
    rules = tuple([_rule(rule, given) for rule in listener.rules])
    default = None if listener.default is None else _rule(listener.default, given)
    unchanged = default is listener.default and all(one is other for one, other in zip(rules, listener.rules, strict=True))
    return listener if unchanged else replace(listener, rules=rules, default=default)


def symbols_in(rules: Iterable[Rule]) -> dict[str, Symbol]:
    """Key → symbol, of all that stand in texts and numbers of the rules."""
    return _found(rules, ("priority", *_FIELDS))


def has_symbols(rule: Rule) -> bool:
    """Whether a symbol stands in what the rule asks for, or in its number."""
    return bool(_found((rule,), ("priority", "conditions")))


def _found(rules: Iterable[Rule], fields: Iterable[str]) -> dict[str, Symbol]:
    found: dict[str, Symbol] = {}

    def note(unknown: Unknown) -> Unknown:
        for piece in _symbols(unknown):
            found.setdefault(piece.key, piece)
        return unknown

    for rule in rules:
        for name in fields:
            _mapped(getattr(rule, name), note)
    return found


def _symbols(unknown: Unknown) -> Iterator[Symbol]:
    yield from (piece for piece in unknown.pieces if isinstance(piece, Symbol))
    if isinstance(unknown.number, SymbolicNumber):
        yield unknown.number.symbol


def _rule(rule: Rule, given: Valuation) -> Rule:
    def value(unknown: Unknown) -> object:
        return _value(unknown, given)

    changes: dict[str, Any] = {name: made for name in _FIELDS if (made := _mapped(held := getattr(rule, name), value)) is not held}
    priority = rule.priority
    if isinstance(priority, Unknown) and isinstance(priority.number, SymbolicNumber) and priority.number.symbol.key in given:
        changes["priority"] = _number(priority, priority.number, given[priority.number.symbol.key])
    return replace(rule, **changes) if changes else rule


def _mapped(held: Any, change: Callable[[Unknown], object]) -> Any:
    """The records and tuples with what is not known in them changed; the same object where nothing is."""
    if isinstance(held, Unknown):
        return change(held)
    if isinstance(held, tuple):
        made = [_mapped(item, change) for item in held]
        return held if all(one is other for one, other in zip(made, held, strict=True)) else tuple(made)
    if isinstance(held, Symbol | str | int | float | None):
        return held
    changes = {name: new for name in held.__match_args__ if (new := _mapped(old := getattr(held, name), change)) is not old}
    return replace(held, **changes) if changes else held


def _value(unknown: Unknown, given: Valuation) -> object:
    if not any(isinstance(piece, Symbol) and piece.key in given for piece in unknown.pieces):
        return unknown
    put: list[str | Symbol] = []
    for piece in unknown.pieces:
        value = given.get(piece.key, piece) if isinstance(piece, Symbol) else piece
        put.extend(value if isinstance(value, tuple) else (value,))
    pieces = tuple(joined(put))
    if all(isinstance(piece, str) for piece in pieces):
        return "".join(map(str, pieces))
    return replace(unknown, pieces=pieces)


def _number(priority: Unknown, number: SymbolicNumber, given: Given) -> int | Unknown:
    if isinstance(given, tuple):
        return Unknown("a text of pieces is no number")
    if isinstance(given, Symbol):
        return replace(priority, number=replace(number, symbol=given))
    digits = f"{number.before}{given}{number.after}"
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= _DIGITS):
        return Unknown(f"{digits[:_SHOWN]} is no number")
    return int(digits) + number.plus


_DIGITS: Final = 9
"""Of a number that is read; a priority has at most five."""
_SHOWN: Final = 20
"""Characters of what is no number that its reason holds."""

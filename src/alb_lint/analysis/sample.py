"""Texts with symbols as globs of private letters, and the one valuation under which witnesses are confirmed: each symbol is its own placeholder."""

from collections.abc import Iterable

from alb_lint.model import Condition, HostHeader, HttpHeader, OpaqueCondition, PathPattern, QueryPair, QueryString, Rule, Unknown
from alb_lint.record import replace
from alb_lint.space.glob import speakable
from alb_lint.space.letters import ANYWHERE, PATH, TAIL, TooManySymbols, letter_of, shown
from alb_lint.symbols import Symbol, Text

MAX_PIECES = 1_000
"""Pieces of one text; a value has at most 128 characters."""


def lettered(value: Text, path: bool = False) -> str | None:
    """The value with a letter for each symbol; None where something else of it is not known. `path`: it is the value of a path condition."""
    if isinstance(value, str):
        return value if speakable(value) else None
    if not value.pieces or len(value.pieces) > MAX_PIECES:
        return None
    found: list[str] = []
    for place, piece in enumerate(value.pieces):
        if isinstance(piece, str):
            if not speakable(piece):
                return None
            found.append(piece)
        else:
            try:
                found.append(_beginning(piece) if path and place == 0 else letter_of(piece, ANYWHERE))
            except TooManySymbols:
                return None
    return "".join(found)


def _beginning(symbol: Symbol) -> str:
    """A symbol that begins a path: with its slash where it is surely one text with a slash, else as one letter."""
    return "/" + letter_of(symbol, TAIL) if symbol.filled and (symbol.plain or symbol.secret) else letter_of(symbol, PATH)


def one_name(conditions: Iterable[Condition]) -> bool:
    """Whether the conditions ask for headers of just one name, which is not known: whatever it is, it is none that another of them asks for."""
    names = {
        lettered(condition.name) if isinstance(condition.name, Unknown) else None
        for condition in conditions
        if isinstance(condition, HttpHeader)
    }
    return len(names) == 1 and None not in names


def sample_rule(rule: Rule, named: bool = False) -> Rule:
    """The rule under the sample valuation, in which conditions of known identity hold; what is wholly unknown stays so.

    The rule itself where it has no symbols. `named`: as `one_name` of all conditions that it stands beside.
    """
    held = tuple(
        sample_condition(condition, named)
        for condition in rule.conditions
        if not (isinstance(condition, OpaqueCondition) and condition.key)
    )
    return rule if held == rule.conditions else replace(rule, conditions=held)


def sample_condition(condition: Condition, named: bool = False) -> Condition:
    """The condition under the sample valuation; `named`: as `one_name` of all conditions that it stands beside."""
    match condition:
        case HostHeader() if _symbolic(condition.values):
            return HostHeader(tuple(map(_sample, condition.values)), condition.regexes)
        case PathPattern() if _symbolic(condition.values):
            return PathPattern(tuple(_sample(value, True) for value in condition.values), condition.regexes)
        case HttpHeader() if _symbolic(condition.values) or (named and isinstance(condition.name, Unknown)):
            return HttpHeader(
                _sample(condition.name) if named else condition.name, tuple(map(_sample, condition.values)), condition.regexes
            )
        case QueryString():
            return QueryString(
                tuple(
                    QueryPair(pair.key, _sample(pair.value)) if isinstance(pair, QueryPair) and isinstance(pair.value, Unknown) else pair
                    for pair in condition.values
                )
            )
    return condition


def _symbolic(values: tuple[Text, ...]) -> bool:
    return any(isinstance(value, Unknown) and value.pieces for value in values)


def _sample(value: Text, path: bool = False) -> Text:
    if isinstance(value, str):
        return value
    text = lettered(value, path)
    return value if text is None else shown(text)

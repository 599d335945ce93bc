"""The most that a condition may take, whatever the values are that only a deployment tells.

A symbol inside a text is one text without wildcards, and as a whole value any pattern: in both cases it takes no more than `*` does.
"""

from alb_lint.analysis.evaluate import has_unknown
from alb_lint.model import Condition, HostHeader, HttpHeader, PathPattern, QueryPair, QueryString, Unknown
from alb_lint.record import replace
from alb_lint.symbols import Text


def widest(condition: Condition) -> Condition | None:
    """A condition without anything unknown that takes all that this one may take; None where that cannot be said."""
    found: Condition | None = None
    match condition:
        case HostHeader() | PathPattern() | HttpHeader():
            values = [text for value in condition.values if (text := _text(value)) is not None]
            found = replace(condition, values=tuple(values)) if len(values) == len(condition.values) else None
        case QueryString():
            pairs = [_pair(pair) for pair in condition.values]
            found = QueryString(tuple(pair for pair in pairs if pair is not None)) if None not in pairs else None
        case _:
            found = condition
    return found if found is not None and not has_unknown(found) else None


def _text(value: Text) -> str | None:
    if isinstance(value, str):
        return value
    return "".join(piece if isinstance(piece, str) else "*" for piece in value.pieces) or None


def _pair(pair: QueryPair | Unknown) -> QueryPair | None:
    if isinstance(pair, Unknown):
        return None
    key, value = None if pair.key is None else _unescaped(pair.key), _unescaped(pair.value)
    return None if value is None or (pair.key is not None and key is None) else QueryPair(key, value)


def _unescaped(value: Text) -> str | None:
    r"""As `_text`; None where a `\` may stand before a symbol, which it would make a plain asterisk."""
    return None if isinstance(value, Unknown) and any("\\" in piece for piece in value.pieces if isinstance(piece, str)) else _text(value)

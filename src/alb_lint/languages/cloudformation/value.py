"""Values after the intrinsics: text, lists and maps, and symbols for what only a deployment tells."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final, Union

from alb_lint.languages.cloudformation.node import Node, Opaque, Scalar, Sequence, text_of
from alb_lint.record import record
from alb_lint.symbols import Symbol as KnownSymbol
from alb_lint.symbols import SymbolicNumber, Unknown

LENGTH: Final = 65_536
"""Characters of a text that intrinsics may build; templates are 1 MiB, values of rules 1,024 characters."""

_SHOWN: Final = 80


@record
class Symbol:
    """A value that the template does not tell.

    `id`: equal for equal values wherever they are written, "" where that cannot be said. `expression`: as a person wrote it;
    may be empty. `why`: what is missing. `derived`: whether `why` names the part that lacks it. `pieces`: of a text in a row, its texts and symbols.
    `secret`: a parameter with NoEcho. `filled`: whether it is surely not an empty text.
    """

    id: str
    expression: str
    why: str
    derived: bool = False
    pieces: tuple["str | Symbol", ...] = ()
    secret: bool = False
    filled: bool = False

    @property
    def unknown(self) -> Unknown:
        """What is known of the value: the texts and symbols it is made of, and the number that these spell."""
        reason = f"{self.expression} ({self.why})" if self.expression else self.why
        pieces = self.pieces or (self,)
        if any(isinstance(piece, Symbol) and not piece.id for piece in pieces):
            return Unknown(reason)
        return Unknown(reason, tuple(piece if isinstance(piece, str) else piece.known for piece in pieces), _number(pieces))

    @property
    def known(self) -> KnownSymbol:
        return KnownSymbol(self.id, self.expression.removeprefix("Ref ") or self.id, secret=self.secret)


def _number(pieces: tuple[str | Symbol, ...]) -> SymbolicNumber | None:
    """Digits around one symbol as a number."""
    symbols = [piece for piece in pieces if isinstance(piece, Symbol)]
    texts = [piece for piece in pieces if isinstance(piece, str)]
    if len(symbols) != 1 or not all(text.isdecimal() and text.isascii() for text in texts):
        return None
    at = pieces.index(symbols[0])
    return SymbolicNumber(symbols[0].known, 0, "".join(map(str, pieces[:at])), "".join(map(str, pieces[at + 1 :])))


class NoValue:
    """`AWS::NoValue`: the list item or property that is not there."""

    __slots__ = ()


NO_VALUE: Final = NoValue()

Value = Union[str, Symbol, NoValue, list["Value"], dict[str, "Value"]]  # noqa: UP007 - a recursive alias needs the quoted form


def canonical(value: Value) -> str | None:
    """One text for equal values; None where a symbol in it has no identity, or where the text would be too long."""
    if isinstance(value, str):
        return json.dumps(value) if len(value) <= LENGTH else None
    if isinstance(value, Symbol):
        return value.id or None
    if isinstance(value, NoValue):
        return "AWS::NoValue"
    parts: list[str] = []
    size = 0
    for key, item in value.items() if isinstance(value, dict) else (("", item) for item in value):
        part = canonical(item)
        if part is None:
            return None
        parts.append(f"{json.dumps(key)}: {part}" if key else part)
        size += len(parts[-1])
        if size > LENGTH:
            return None
    return ", ".join(parts).join("{}" if isinstance(value, dict) else "[]")


def first_symbol(value: Value) -> Symbol | None:
    """The first symbol inside, depth first; it is the reason why the whole is not known."""
    if isinstance(value, Symbol):
        return value
    if isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            found = first_symbol(item)
            if found is not None:
                return found
    return None


def why_of(inner: Symbol, outer: str) -> str:
    """The reason of a part, as the reason of the whole: the innermost part alone is named."""
    return inner.why if inner.derived or inner.expression in {"", outer} else f"{inner.expression}: {inner.why}"


def shown(node: Node) -> str:
    """An expression as a person writes it, on one line and short: `Ref Port`, `Sub api.${Domain}`."""
    text = ""
    for piece in _pieces(node):
        text += piece
        if len(text) > _SHOWN:
            return f"{text[: _SHOWN - 1]}…"
    return text


def _pieces(node: Node) -> Iterator[str]:
    """The text of an expression bit by bit, none of them empty, so that a reader can stop early."""
    if isinstance(node, Scalar):
        yield " ".join(node.text[: 2 * _SHOWN].split()) or '""'
    elif isinstance(node, Opaque):
        yield "…"
    elif isinstance(node, Sequence):
        yield "["
        for index, item in enumerate(node.items):
            yield from (", ",) if index else ()
            yield from _pieces(item)
        yield "]"
    elif len(node.items) == 1:
        ((name, argument),) = node.items.items()
        yield f"{name.removeprefix('Fn::')} "
        if name == "Fn::GetAtt" and isinstance(argument, Sequence):
            yield ".".join(text_of(item) or "…" for item in argument.items[:3])
        else:
            yield from _pieces(argument)
    else:
        yield "{…}"


_MUSTACHE: Final = re.compile(r"\{\{.{0,200}?\}\}", re.DOTALL)

_IDENTITIES: Final = frozenset({"TargetGroupArn", "AuthenticateOidcConfig", "AuthenticateCognitoConfig", "JwtValidationConfig"})
"""Parts of actions where a symbol stands for itself: equal symbols are the same target group or the same login."""


def plain(value: Value, *, identity: bool = False, mustache: bool = False) -> Any:
    """A value in the API's shape, its symbols as Unknown.

    `identity`: symbols become their ids instead. `mustache`: text with `{{ }}` is Unknown, since another tool fills it in.
    """
    if isinstance(value, str):
        if mustache and _MUSTACHE.search(value):
            return Unknown(f"{value[:_SHOWN]} (another tool fills in the {{{{ }}}})")
        return value
    if isinstance(value, Symbol):
        return value.id if identity and value.id else value.unknown
    if isinstance(value, NoValue):
        return None
    if isinstance(value, list):
        return [plain(item, identity=identity, mustache=mustache) for item in value]
    return {key: plain(item, identity=identity or key in _IDENTITIES, mustache=mustache) for key, item in value.items()}

"""The syntax tree of the language: expressions, attributes and blocks. Built by `parse` and `json_syntax`, read by `evaluate`."""

from collections.abc import Sequence
from typing import Any, Protocol

from alb_lint.languages.hcl.document import Document, Span
from alb_lint.places import Location
from alb_lint.record import record


@record
class Literal:
    """A number, text, boolean or null; `span` is that of the digits or of the text without its quotes."""

    value: Any
    span: Span


@record
class Template:
    """Text with values in it. A part is plain text, an expression, or one of the two directives."""

    parts: "tuple[str | Expr, ...]"


@record
class TupleOf:
    items: "tuple[Expr, ...]"


@record
class ObjectOf:
    items: "tuple[tuple[Expr, Expr], ...]"


@record
class Name:
    """The first word of a reference: `var`, `local`, `each`, a resource type, the variable of a for."""

    name: str


@record
class Member:
    """`target.name`."""

    target: "Expr"
    name: str


@record
class Index:
    """`target[key]`."""

    target: "Expr"
    key: "Expr"


@record
class Splat:
    """`target[*]…`: `each` is applied to every element, which it calls by the name `ELEMENT`."""

    target: "Expr"
    each: "Expr"


@record
class Call:
    """`spread`: the last argument is a list of arguments (`f(xs...)`)."""

    name: str
    arguments: "tuple[Expr, ...]"
    spread: bool = False


@record
class Unary:
    operator: str
    operand: "Expr"


@record
class Binary:
    operator: str
    left: "Expr"
    right: "Expr"


@record
class Conditional:
    condition: "Expr"
    then: "Expr"
    otherwise: "Expr"


@record
class For:
    """`[for key, value in collection : result if condition]`; with `result_key`, the object form; `grouped`: `value...`."""

    key: str | None
    value: str
    collection: "Expr"
    result_key: "Expr | None"
    result: "Expr"
    condition: "Expr | None" = None
    grouped: bool = False


@record
class Unread:
    """An expression that could not be parsed; `text` is what stands there."""

    text: str
    reason: str


Expr = Literal | Template | TupleOf | ObjectOf | Name | Member | Index | Splat | Call | Unary | Binary | Conditional | For | Unread

ELEMENT = "*"
"""The name that a splat gives to the element; no identifier can be it."""


@record
class Problem:
    """Why a stretch of a file could not be read."""

    span: Span
    reason: str


class Body(Protocol):
    """What stands between two braces."""

    def attribute(self, name: str) -> Expr | None: ...

    def attributes(self) -> Sequence[str]:
        """Names in source order."""
        ...

    def blocks(self, kind: str = "") -> "Sequence[Block]":
        """Nested blocks of one type, or all, in source order."""
        ...

    @property
    def problem(self) -> Problem | None:
        """The first syntax error inside, at any depth."""
        ...

    @property
    def end(self) -> int:
        """Behind its last byte."""
        ...


@record
class Block:
    """`start`: where it begins in its document."""

    kind: str
    labels: tuple[str, ...]
    body: Body
    document: Document
    start: int

    def location(self, address: str = "") -> Location:
        return self.document.location(self.start, address)

    @property
    def text(self) -> str:
        return self.document.text(self.start, self.body.end)

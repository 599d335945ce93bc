"""The body of a block that is written in the most usual lines, read without the parser: attributes of names, texts, numbers and lists of these.

The parser and its nodes take a millisecond for a rule, this a twentieth. It is for blocks of which `plain` knows that the parser finds nothing wrong
with them, and gives up at the first line that is not among these forms. What a line says hangs on the line alone, so that it is worked out once for
all that are alike; an expression is one object for all of them, unless a position is a part of it.
"""

from collections.abc import Callable, Sequence
from typing import Final

from alb_lint.languages.hcl.document import Document, Span
from alb_lint.languages.hcl.syntax import Block, Expr, Literal, Member, Name, Problem, Template, TupleOf
from alb_lint.patterns import pattern

_WORD: Final = rb"[A-Za-z_][\w-]*+"
_REFERENCE: Final = _WORD + rb"(?:\." + _WORD + rb"){0,20}+(?![\w.(\[-])"
_TEXT: Final = rb'"(?:[^"\\$%\n]++|\$\{' + _REFERENCE + rb'\})*+"'
_DIGITS: Final = rb"\d{1,18}+(?![\w.])"
_ITEM: Final = _TEXT + rb"|" + _REFERENCE + rb"|" + _DIGITS
_LIST: Final = rb"\[[ \t]*+(?:(?:" + _ITEM + rb")[ \t]*+(?:,[ \t]*+|(?=\])))*+\]"
_COMMENT: Final = rb"(?:(?:#|//).*+)?"
_LABELS: Final = rb'(?:[ \t]++(?:"[\w./-]++"|' + _WORD + rb"))*+"

_LINE: Final = pattern(
    rb"[ \t]*+(?:(?P<close>\})[ \t]*+|"
    rb"(?P<name>" + _WORD + rb")(?:[ \t]*+=[ \t]*+(?P<value>" + _ITEM + rb"|" + _LIST + rb")[ \t]*+"
    rb"|(?P<labels>" + _LABELS + rb")[ \t]*+\{[ \t]*+))?+" + _COMMENT
)
_ITEMS: Final = pattern(_ITEM)
_PARTS: Final = pattern(rb"\$\{([^}]*+)\}")
_LABEL: Final = pattern(rb'"([^"]*+)"|([^"\s]++)')
_KEYWORDS: Final = frozenset({b"for", b"if", b"in", b"else", b"endif", b"endfor"})
_CONSTANTS: Final = {b"true": True, b"false": False, b"null": None}

_MOST: Final = 20_000
"""Lines that are remembered."""
_LONG: Final = 500
"""Characters of a line that is worth it."""
_DEEP: Final = 12
"""Blocks within each other that are no usual ones."""

Made = Callable[[Document, int], Expr]
"""The expression of a line that begins at this place of the document."""


class _Line:
    """What a line says: nothing, or one of the three."""

    __slots__ = ("closes", "labels", "made", "name", "start")

    def __init__(
        self, name: str = "", start: int = 0, made: Made | None = None, labels: tuple[str, ...] | None = None, closes: bool = False
    ) -> None:
        self.name = name
        self.start = start
        """Of the name, in the line."""
        self.made = made
        self.labels = labels
        self.closes = closes


_NOTHING: Final = _Line()
_CLOSES: Final = _Line(closes=True)
_lines: dict[bytes, _Line | None] = {b"": _NOTHING}


class LinesBody:
    """The body between two lines; what stands in it was found without an error."""

    __slots__ = ("_attributes", "_blocks", "_compiled", "_document", "end")

    problem: Problem | None = None

    def __init__(self, document: Document) -> None:
        self._document = document
        self._attributes: dict[str, tuple[Made, int]] = {}
        self._compiled: dict[str, Expr] = {}
        self._blocks: list[Block] = []
        self.end = 0

    def attribute(self, name: str) -> Expr | None:
        found = self._compiled.get(name)
        if found is None and name in self._attributes:
            made, at = self._attributes[name]
            found = self._compiled[name] = made(self._document, at)
        return found

    def attributes(self) -> Sequence[str]:
        return tuple(self._attributes)

    def blocks(self, kind: str = "") -> Sequence[Block]:
        return [block for block in self._blocks if block.kind == kind] if kind else self._blocks

    def set(self, name: str, made: Made, at: int) -> None:
        """The attribute of a line; the first of a name counts."""
        self._attributes.setdefault(name, (made, at))

    def put(self, block: Block) -> None:
        self._blocks.append(block)


def usual(document: Document, start: int, end: int) -> LinesBody | None:
    """The body of the plain block that takes the stretch; None where a line of it is not among the most usual ones."""
    body: LinesBody | None = None
    open_: list[LinesBody] = []
    at = start
    for line in document.data[start:end].split(b"\n"):
        told = _lines[line] if line in _lines else _known(line)
        if told is None:
            return None
        if told.made is not None:
            if body is None:
                return None
            body.set(told.name, told.made, at)
        elif told.labels is not None:
            inner = LinesBody(document)
            if body is None:
                if at > start:
                    return None
                first = inner
            else:
                body.put(Block(told.name, told.labels, inner, document, at + told.start))
                open_.append(body)
            if len(open_) > _DEEP:
                return None
            body = inner
        elif told.closes:
            if body is None:
                return None
            body.end = at + line.index(b"}") + 1
            body = open_.pop() if open_ else None
        at += len(line) + 1
    return first if body is None and at > start + 1 and first.end == end else None


def _known(line: bytes) -> _Line | None:
    found = _told(line)
    if len(line) < _LONG and len(_lines) < _MOST:
        _lines[line] = found
    return found


def _told(line: bytes) -> _Line | None:
    """What the line says; None where it is not usual."""
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    if match["close"] is not None:
        return _CLOSES
    if match["name"] is None:
        return _NOTHING
    name, start = match["name"].decode(), match.start("name")
    if match["labels"] is not None:
        return _Line(name, start, labels=tuple([(quoted or bare).decode() for quoted, bare in _LABEL.findall(match["labels"])]))
    made = _value(match["value"], match.start("value"))
    return None if made is None else _Line(name, start, made)


def _value(text: bytes, at: int) -> Made | None:
    """What makes the expression that stands there in a line."""
    if text[:1] != b"[":
        return _item(text, at)
    items = [_item(found[0], at + found.start()) for found in _ITEMS.finditer(text)]
    known = [item for item in items if item is not None]
    if len(known) < len(items):
        return None
    if all(isinstance(item, _Fixed) for item in known):
        return _Fixed(TupleOf(tuple([item.expression for item in known if isinstance(item, _Fixed)])))
    return lambda document, start: TupleOf(tuple([item(document, start) for item in known]))


class _Fixed:
    """Makes the same expression everywhere."""

    __slots__ = ("expression",)

    def __init__(self, expression: Expr) -> None:
        self.expression = expression

    def __call__(self, _document: Document, _start: int) -> Expr:
        return self.expression


def _item(text: bytes, at: int) -> Made | None:
    if text[:1] == b'"':
        return _text(text, at)
    if text[:1].isdigit():
        return _literal(int(text), at, len(text))
    if text in _CONSTANTS:
        return _literal(_CONSTANTS[text], at, len(text))
    expression = _reference(text)
    return None if expression is None else _Fixed(expression)


def _literal(value: object, at: int, size: int) -> Made:
    return lambda document, start: Literal(value, Span(document, start + at, start + at + size))


def _text(text: bytes, at: int) -> Made | None:
    inner = text[1:-1]
    if b"${" not in inner:
        return _literal(inner.decode(), at + 1, len(inner))
    parts: list[str | Expr] = []
    for place, part in enumerate(_PARTS.split(inner)):
        if place % 2:
            expression = _reference(part)
            if expression is None:
                return None
            parts.append(expression)
        elif part:
            parts.append(part.decode())
    return _Fixed(Template(tuple(parts)))


def _reference(text: bytes) -> Expr | None:
    first, *rest = text.split(b".")
    if first in _KEYWORDS or first in _CONSTANTS:
        return None
    found: Expr = Name(first.decode())
    for name in rest:
        found = Member(found, name.decode())
    return found

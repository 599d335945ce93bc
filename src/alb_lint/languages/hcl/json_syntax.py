"""Files in the JSON syntax (`.tf.json`, `.tfvars.json`) → blocks, with positions. Source: Terraform language, "JSON Configuration Syntax".

A property of a body is an attribute or nested blocks, which only the reader can know: both views are given. Texts are templates.
"""

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from alb_lint.languages.hcl.document import Document, Span
from alb_lint.languages.hcl.parse import File, parse_template
from alb_lint.languages.hcl.syntax import Block, Expr, Literal, ObjectOf, Problem, TupleOf, Unread
from alb_lint.patterns import pattern

MAX_DEPTH: Final = 60

MAX_BYTES: Final = 16 * 1024 * 1024
"""A larger file is not parsed: it would take a minute."""

_LABELS: Final = {"resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1, "provider": 1, "dynamic": 1}
"""Block type → number of labels, which are levels of properties."""

_TOKEN: Final = pattern(
    r'[ \t\r\n]*(?:([{}\[\],:])|("(?:[^"\\\x00-\x1f]|\\.)*")|(-?\d{1,300}(?:\.\d{1,300})?(?:[eE][+-]?\d{1,3})?)|(true|false|null))'
)
_WORDS: Final = {"true": True, "false": False, "null": None}


class _Node:
    """A JSON value and where it stands; `value`: text, number, boolean, None, list of nodes, or list of (name, node)."""

    __slots__ = ("end", "start", "value")

    def __init__(self, value: Any, start: int, end: int) -> None:
        self.value = value
        self.start = start
        self.end = end


class _Pairs(list[tuple[str, _Node]]):
    """The properties of an object, in order."""


class _Broken(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, at: int, reason: str) -> None:
        super().__init__(reason)
        self.at = at


def parse_json(document: Document) -> File:
    """The file; a syntax error anywhere leaves nothing of it. Never raises."""
    try:
        root = _Reader(document).read()
    except _Broken as broken:
        span = Span(document, broken.at, broken.at)
        return File(document, JsonBody(_Texts(document), _Pairs(), len(document.data)), (Problem(span, str(broken)),))
    pairs = root.value if isinstance(root.value, _Pairs) else _Pairs()
    return File(document, JsonBody(_Texts(document), pairs, len(document.data)))


class _Reader:
    """A reader without recursion; offsets are those of the UTF-8 bytes."""

    def __init__(self, document: Document) -> None:
        self._text = document.data.decode(errors="replace")
        self._ascii = self._text.isascii()
        self._counted = (0, 0)

    def _byte(self, at: int) -> int:
        if self._ascii:
            return at
        characters, count = self._counted
        count += len(self._text[characters:at].encode())
        self._counted = (at, count)
        return count

    def read(self) -> _Node:
        if len(self._text) > MAX_BYTES:
            raise _Broken(0, f"the file is larger than {MAX_BYTES >> 20} MB")
        root = _Node(None, 0, 0)
        stack: list[tuple[_Node, str | None]] = []
        name: str | None = None
        expect = "value"
        at, size = 0, len(self._text)
        while True:
            match = _TOKEN.match(self._text, at)
            if match is None:
                if self._text[at:].strip() or stack or expect == "value":
                    raise _Broken(self._byte(min(at, size)), "syntax error")
                return root
            at = match.end()
            mark, text, number, word = match.groups()
            start = self._byte(at - len(mark or text or number or word))
            if mark in ("]", "}"):
                if not stack or isinstance(stack[-1][0].value, _Pairs) != (mark == "}") or (expect != "comma" and stack[-1][0].value):
                    raise _Broken(start, "syntax error")
                node, name = stack.pop()
                node.end = self._byte(at)
                expect = "comma"
            elif mark == "," and expect == "comma" and stack:
                expect = "name" if isinstance(stack[-1][0].value, _Pairs) else "value"
            elif mark == ":" and expect == "colon":
                expect = "value"
            elif expect == "name" and text is not None:
                name, expect = _unquoted(text), "colon"
            elif expect == "value" and mark not in (",", ":"):
                node = _Node(_leaf(mark, text, number, word), start, self._byte(at))
                if stack:
                    holder = stack[-1][0].value
                    holder.append((name, node) if isinstance(holder, _Pairs) else node)
                else:
                    root = node
                expect = "comma"
                if mark:
                    if len(stack) > MAX_DEPTH:
                        raise _Broken(start, f"nested more than {MAX_DEPTH} levels deep")
                    stack.append((node, name))
                    expect = "name" if mark == "{" else "value"
            else:
                raise _Broken(start, "syntax error")


def _leaf(mark: str | None, text: str | None, number: str | None, word: str | None) -> Any:
    if mark:
        return _Pairs() if mark == "{" else []
    if text is not None:
        return _unquoted(text)
    if number is not None:
        value = Fraction(number)
        return value.numerator if value.denominator == 1 else value
    return _WORDS[word or "null"]


def _unquoted(text: str) -> str:
    if "\\" not in text:
        return text[1:-1]
    try:
        found: str = json.loads(text)
    except ValueError:
        return text[1:-1]
    return found.encode("utf-8", "replace").decode() if not found.isascii() else found


class JsonBody:
    """An object as the body of a block, or as the whole file."""

    problem: Problem | None = None

    def __init__(self, texts: "_Texts", pairs: _Pairs, end: int) -> None:
        self.end = end
        self._texts = texts
        self._pairs = pairs
        self._compiled: dict[str, Expr] = {}

    def attribute(self, name: str) -> Expr | None:
        if name not in self._compiled:
            node = next((node for key, node in self._pairs if key == name), None)
            if node is None:
                return None
            self._compiled[name] = _expression(self._texts, node)
        return self._compiled[name]

    def attributes(self) -> Sequence[str]:
        return tuple(dict.fromkeys(name for name, _ in self._pairs if name != "//"))

    def blocks(self, kind: str = "") -> Sequence[Block]:
        found: list[Block] = []
        for name, node in self._pairs:
            if name != "//" and kind in ("", name):
                self._collect(name, (), node, _LABELS.get(name, 0), found)
        return found

    @property
    def comments(self) -> Sequence[tuple[str, Span]]:
        """Texts under the property `//`, which Terraform passes over."""
        return [
            (node.value, Span(self._texts.document, node.start, node.end))
            for name, node in self._pairs
            if name == "//" and isinstance(node.value, str)
        ]

    def _collect(self, kind: str, labels: tuple[str, ...], node: _Node, more: int, found: list[Block]) -> None:
        """Blocks of an object or a list of objects, below as many levels of labels as the type has."""
        nodes = node.value if type(node.value) is list else [node]
        for inner in nodes:
            if not isinstance(inner.value, _Pairs):
                continue
            if more:
                for label, deeper in inner.value:
                    if label != "//":
                        self._collect(kind, (*labels, label), deeper, more - 1, found)
            else:
                found.append(Block(kind, labels, JsonBody(self._texts, inner.value, inner.end), self._texts.document, inner.start))


class _Texts:
    """The texts of a file, which are templates. Generated files repeat them; equal ones are parsed once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._templates: dict[str, Expr] = {}

    def read(self, text: str, span: Span) -> Expr:
        if "${" not in text and "%{" not in text:
            return Literal(text, span)
        if len(text) > 100_000:
            return Unread(text[:80], "a text of too many characters")
        if text not in self._templates:
            self._templates[text] = parse_template(text, self.document)
        return self._templates[text]


def _expression(texts: _Texts, node: _Node) -> Expr:
    value = node.value
    span = Span(texts.document, node.start, node.end)
    if isinstance(value, _Pairs):
        return ObjectOf(tuple((texts.read(name, span), _expression(texts, inner)) for name, inner in value))
    if isinstance(value, list):
        return TupleOf(tuple(_expression(texts, inner) for inner in value))
    if isinstance(value, str):
        return texts.read(value, Span(texts.document, node.start + 1, node.end - 1))
    return Literal(value, span)

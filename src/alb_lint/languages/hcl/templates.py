"""Quoted and heredoc texts → plain text and templates. Source: HCL native syntax specification, "Template Expressions".

The grammar leaves white space out of its nodes and nests directives, so a template is first laid flat: texts (what lies between), values
and directive marks in turn. White space is trimmed and outdented on that form, token by token, as Terraform does.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from alb_lint.languages.hcl.document import Document, Span
from alb_lint.languages.hcl.nodes import Node
from alb_lint.languages.hcl.syntax import Call, Conditional, Expr, For, Literal, Template
from alb_lint.patterns import pattern

_ESCAPE: Final = pattern(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|([$%])\2\{", re.DOTALL)
_PLAIN: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_DOUBLED: Final = pattern(r"([$%])\1\{")

_MARKS: Final = frozenset(
    {
        "template_interpolation",
        "template_if_intro",
        "template_else_intro",
        "template_if_end",
        "template_for_start",
        "template_for_end",
    }
)

Compile = Callable[[Node, int], Expr]
_Token = str | Node


def quoted(node: Node, document: Document, depth: int, compile_: Compile) -> Expr:
    """The text between two quotes: a literal where nothing is put into it."""
    children = node.children
    span = Span(document, children[0].end_byte, children[-1].start_byte)
    texts = [_ESCAPE.sub(_unescaped, text) if isinstance(text, str) else text for text in _flat(children[1:-1], span)]
    return _assembled(_trimmed(texts), span, depth, compile_)


def heredoc(node: Node, document: Document, depth: int, compile_: Compile) -> Expr:
    """The lines between the marker and its repetition; `<<-` takes the common indent away."""
    children = node.children
    start = document.data.find(b"\n", children[1].end_byte) + 1
    span = Span(document, start, max(start, document.data.rfind(b"\n", 0, children[-1].start_byte) + 1))
    tokens = _trimmed(_by_line(_flat(children[2:-1], span)))
    if document.data[children[0].start_byte : children[0].end_byte] == b"<<-":
        tokens = _outdented(tokens)
    return _assembled([_DOUBLED.sub(r"\1{", token) if isinstance(token, str) else token for token in tokens], span, depth, compile_)


def _flat(nodes: Sequence[Node], span: Span) -> list[_Token]:
    tokens: list[_Token] = []
    at = span.start
    for node in _marks(nodes):
        tokens += (span.document.text(at, node.start_byte), node)
        at = node.end_byte
    tokens.append(span.document.text(at, max(at, span.end)))
    return tokens


def _marks(nodes: Sequence[Node]) -> Iterator[Node]:
    """The marks among the nodes and all below them, in order."""
    stack = list(reversed(nodes))
    while stack:
        node = stack.pop()
        if node.type in _MARKS:
            yield node
        elif node.child_count:
            stack.extend(reversed(node.children))


def _unescaped(match: re.Match[str]) -> str:
    code, doubled = match.groups()
    if doubled:
        return f"{doubled}{{"
    if code[0] in "uU" and len(code) > 1:
        point = int(code[1:], 16)
        return chr(point) if point <= 0x10FFFF and not 0xD800 <= point < 0xE000 else "\ufffd"
    return _PLAIN.get(code, match[0])


def _by_line(tokens: list[_Token]) -> list[_Token]:
    found: list[_Token] = []
    for token in tokens:
        found.extend(re.findall(r"[^\n]*\n|[^\n]+", token) or ("",) if isinstance(token, str) else (token,))
    return found


def _trimmed(tokens: list[_Token]) -> list[_Token]:
    """The tokens without what `${~` and `~}` take away: white space of the one token that they touch."""
    found = list(tokens)
    for index, token in enumerate(tokens):
        if isinstance(token, str):
            continue
        inner = token.children
        before, after = found[index - 1], found[index + 1]
        if len(inner) > 2 and inner[1].type == "strip_marker" and isinstance(before, str):
            found[index - 1] = before.rstrip()
        if len(inner) > 2 and inner[-2].type == "strip_marker" and isinstance(after, str):
            found[index + 1] = after.lstrip()
    return found


def _outdented(tokens: list[_Token]) -> list[_Token]:
    """The tokens without the white space that all lines begin with; blank lines do not count."""
    starts: list[tuple[int, str]] = []
    fresh = True
    for index, token in enumerate(tokens):
        if fresh and isinstance(token, str) and not (token.endswith("\n") and not token.strip()):
            starts.append((index, token))
        fresh = isinstance(token, str) and (token.endswith("\n") or (fresh and not token))
    indent = min((len(token) - len(token.lstrip()) for _, token in starts), default=0)
    found = list(tokens)
    for index, token in starts:
        found[index] = token[indent:]
    return found


class _Frame:
    """An open directive and what stands in it so far."""

    def __init__(self, mark: Node | None) -> None:
        self.mark = mark
        self.parts: list[str | Expr] = []
        self.then: Expr | None = None


def _assembled(tokens: Sequence[_Token], span: Span, depth: int, compile_: Compile) -> Expr:
    frames = [_Frame(None)]
    for token in tokens:
        if isinstance(token, str):
            _add(frames[-1].parts, token)
        elif token.type == "template_interpolation":
            value = _inner(token, depth, compile_)
            if value is not None:
                frames[-1].parts.append(value)
        elif token.type in {"template_if_intro", "template_for_start"}:
            frames.append(_Frame(token))
        elif token.type == "template_else_intro":
            frames[-1].then = _whole(frames[-1].parts, span)
            frames[-1].parts = []
        elif len(frames) > 1:
            frame = frames.pop()
            frames[-1].parts.append(_closed(frame, span, depth, compile_))
    return _whole(frames[0].parts, span)


def _closed(frame: _Frame, span: Span, depth: int, compile_: Compile) -> Expr:
    nothing = Literal("", Span(span.document, span.start, span.start))
    mark, body = frame.mark, _whole(frame.parts, span)
    assert mark is not None
    subject = _inner(mark, depth, compile_) or nothing
    if mark.type == "template_if_intro":
        return Conditional(subject, frame.then or body, body if frame.then is not None else nothing)
    names = [span.document.text(child.start_byte, child.end_byte) for child in mark.children if child.type == "identifier"]
    return Call("join", (nothing, For(names[0] if len(names) > 1 else None, names[-1], subject, None, Template((body,)))))


def _inner(node: Node, depth: int, compile_: Compile) -> Expr | None:
    return next((compile_(child, depth) for child in node.children if child.type == "expression"), None)


def _add(parts: list[str | Expr], text: str) -> None:
    if not text:
        return
    if parts and isinstance(parts[-1], str):
        parts[-1] += text
    else:
        parts.append(text)


def _whole(parts: list[str | Expr], span: Span) -> Expr:
    if not parts:
        return Literal("", span)
    if len(parts) == 1 and isinstance(parts[0], str):
        return Literal(parts[0], span)
    return Template(tuple(parts))

"""Bytes of a file in the native syntax → blocks. What the parser cannot make sense of is a `Problem`; the rest is still read."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

from alb_lint.languages.hcl.document import Document, Span
from alb_lint.languages.hcl.expressions import Expressions
from alb_lint.languages.hcl.lines import usual
from alb_lint.languages.hcl.nodes import Node
from alb_lint.languages.hcl.scan import closing, heads
from alb_lint.languages.hcl.syntax import Block, Body, Expr, Literal, Problem, Template, Unread
from alb_lint.record import record

if TYPE_CHECKING:
    from tree_sitter import Parser, Tree

MAX_BYTES: Final = 4 * 1024 * 1024
"""A larger file is not parsed: the parser takes a node for every character of a text, 170 bytes and 1 µs each."""

LARGE: Final = 512 * 1024
"""Bytes from which what is left open in a file would keep the parser busy for many seconds, while it looks for what was meant."""

_WIDE: Final = 100_000
"""Bytes of a file of which the blocks are let go one by one."""

MAX_ERROR_DEPTH: Final = 8
"""Levels of broken syntax that are searched for whole blocks."""

MAX_NESTING: Final = 20
"""Blocks in blocks; a rule has four levels."""

_CLOSING: Final = frozenset({"}", "]", ")", '"'})
_INSIDE_ERROR: Final = frozenset({"ERROR", "body", "config_file"})
_MEMBERS: Final = frozenset({"attribute", "block"})


@record
class File:
    """A parsed file. `root` has the blocks and attributes at the top. `tree` keeps the nodes alive."""

    document: Document
    root: Body
    problems: tuple[Problem, ...] = ()
    tree: "Tree | None" = None


@cache
def _parser() -> "Parser":
    import tree_sitter_hcl
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_hcl.language()))


@cache
def _part_parser() -> "Parser":
    """A second one, since a parser keeps the range that it was set to."""
    return _parser.__wrapped__()


def parse(document: Document) -> File:
    """The file; never raises. Of one that is too large nothing is read.

    An error can make the parser take what follows for a part of it, so that the blocks of a file with errors are parsed one by one.
    """
    if len(document.data) > MAX_BYTES:
        return unread(document, f"the file is larger than {MAX_BYTES >> 20} MB")
    tree = _parser().parse(document.data)
    root = tree.root_node
    problems = tuple(_problems(root, document)) if root.has_error else ()
    apart = indexed(document) if problems else None
    if apart is not None and apart.root.blocks():
        return File(document, apart.root, () if any(block.body.problem for block in apart.root.blocks()) else problems)
    body = _NodeBody(document, Expressions(document), root)
    if problems or body.attributes():
        return File(document, body, problems, tree)
    return File(document, Blocks([_kept(block, tree) for block in body.blocks()]))


def _kept(block: Block, tree: "Tree") -> Block:
    """The block of a tree, which can be let go."""
    body = LaterBody(block.document, block.start, block.body.end)
    body.keep(block.body, tree)
    return Block(block.kind, block.labels, body, block.document, block.start)


def unread(document: Document, reason: str) -> File:
    """A file of which nothing is read."""
    return File(document, Blocks(()), (Problem(Span(document, 0, 0), reason),))


def indexed(document: Document) -> File | None:
    """The file with its blocks parsed when they are asked for; None where it is not made of whole blocks."""
    found = heads(document.data)
    if found is None or len(document.data) > MAX_BYTES:
        return None
    blocks = []
    limits = (*(head.start for head in found[1:]), len(document.data))
    for head, limit in zip(found, limits, strict=False):
        body = LaterBody(document, head.start, limit, head.body)
        blocks.append(Block(head.kind, head.labels, body, document, head.start))
    return File(document, Blocks(blocks))


@record
class Blocks:
    """A file of blocks only."""

    found: Sequence[Block]
    end: int = 0

    @property
    def problem(self) -> Problem | None:
        """The first in a block that was looked into."""
        return next(iter(later_problems(self)), None)

    def attribute(self, _name: str) -> Expr | None:
        return None

    def attributes(self) -> Sequence[str]:
        return ()

    def blocks(self, kind: str = "") -> Sequence[Block]:
        return [block for block in self.found if kind in ("", block.kind)]

    def let_go(self) -> None:
        """Forgets the parsed bodies, but for those of which errors are still to be told."""
        for block in self.found:
            if isinstance(block.body, LaterBody):
                block.body.let_go(large=False)


def later_problems(root: Body) -> Iterator[Problem]:
    """The syntax errors in blocks that were parsed since the file was."""
    for block in root.found if isinstance(root, Blocks) else ():
        if isinstance(block.body, LaterBody) and block.body.looked_into and block.body.problem is not None:
            yield block.body.problem


class LaterBody:
    """The body of a block that is parsed, alone, at the first look into it.

    `limit`: where the block ends; with `inside`, which is where its body begins, only that it ends before. `plain`: there is no error in it.
    """

    def __init__(self, document: Document, start: int, limit: int, inside: int = 0, *, plain: bool = False) -> None:
        self._document = document
        self._start = start
        self._limit = limit
        self._inside = inside
        self._plain = plain
        self._body: Body | None = None
        self._tree: Tree | None = None

    def keep(self, body: Body, tree: "Tree") -> None:
        """Takes what was parsed with the rest of the file."""
        self._body, self._tree = body, tree

    def _parsed(self) -> Body:
        if self._body is None and self._plain:
            self._body = usual(self._document, self._start, self._limit)
        if self._body is None:
            from tree_sitter import Point, Range

            parser = _part_parser()
            parser.included_ranges = [Range(Point(0, 0), Point(0x7FFFFFFF, 0), self._start, self.end)]
            self._tree = parser.parse(self._document.data)
            body = _NodeBody(self._document, Expressions(self._document), self._tree.root_node)
            inner = body.blocks()
            self._body = inner[0].body if len(inner) == 1 else body
        return self._body

    @property
    def is_sound(self) -> bool:
        """Whether it is one whole block, without an error."""
        body = self._parsed()
        sound = self._tree is not None and not self._tree.root_node.has_error and body.problem is None
        return sound and isinstance(body, _NodeBody) and body.is_whole(self._start, self._limit)

    def attribute(self, name: str) -> Expr | None:
        return self._parsed().attribute(name)

    def attributes(self) -> Sequence[str]:
        return self._parsed().attributes()

    def blocks(self, kind: str = "") -> Sequence[Block]:
        return self._parsed().blocks(kind)

    @property
    def problem(self) -> Problem | None:
        return self._parsed().problem

    @property
    def end(self) -> int:
        return min(closing(self._document.data, self._inside) or self._limit, self._limit) if self._inside else self._limit

    @property
    def looked_into(self) -> bool:
        return self._body is not None

    def let_go(self, *, large: bool = True) -> None:
        """Forgets what was parsed, some hundred times the text, where the file is a large one; it is parsed again if it is asked again.

        `large`: of other files nothing is forgotten.
        """
        if not self._inside and (not large or len(self._document.data) > _WIDE):
            self._body = self._tree = None


def parse_template(text: str, document: Document) -> Expr:
    """A text of the JSON form, which is a template: no quotes around it and no escapes in it.

    It is parsed as a heredoc, whose last line break is then left out.
    """
    marker = "T"
    while marker in text:
        marker += "T"
    wrapped = Document(document.name, document.path, f"x = <<{marker}\n{text}\n{marker}\n".encode(errors="replace"), virtual=True)
    match parse(wrapped).root.attribute("x"):
        case Template(parts=(*parts, str(last))):
            return Template((*parts, last[:-1]) if last != "\n" else tuple(parts))
        case Literal(value=str(whole), span=span):
            return Literal(whole[:-1], span)
        case Unread() as unread:
            return Unread(text[:80], unread.reason)
    return Unread(text[:80], "syntax error")


def _problems(root: Node, document: Document) -> Iterator[Problem]:
    """The outermost errors, in order."""
    stack = [root]
    while stack:
        node = stack.pop()
        inside = [child for child in node.children if child.has_error or child.is_missing]
        if node.is_missing or (node.is_error and (node.parent is not None or not inside)):
            yield _problem(node, document)
        else:
            stack.extend(reversed(inside))


def _problem(node: Node, document: Document) -> Problem:
    span = Span(document, node.start_byte, node.end_byte)
    if node.is_missing:
        return Problem(span, f"syntax error: {node.type} is missing" if node.type in _CLOSING else "syntax error")
    seen = re.sub(r"\s+", " ", document.text(node.start_byte, min(node.end_byte, node.start_byte + 40))).strip()
    return Problem(span, f"syntax error at {seen!r}" if seen else "syntax error")


class _NodeBody:
    """The body of a block, or the whole file; expressions are compiled when asked for, and once."""

    def __init__(self, document: Document, compiler: Expressions, node: Node, depth: int = 0) -> None:
        self._depth = depth
        self._document = document
        self._compiler = compiler
        self._node = node
        self._blocks: list[Block] | None = None
        self._attributes: dict[str, Node] = {}
        self._torn: Problem | None = None
        self._compiled: dict[str, Expr] = {}

    def attribute(self, name: str) -> Expr | None:
        if self._blocks is None:
            self._index()
        if name not in self._attributes:
            return None
        if name not in self._compiled:
            node = self._attributes[name]
            last = node.children[-1]
            whole = last.type == "expression" and not node.has_error and self._ends_line(node)
            self._compiled[name] = self._compiler.compile(last) if whole else self._compiler.unread(node, "syntax error")
        return self._compiled[name]

    def _ends_line(self, node: Node) -> bool:
        """Whether nothing follows: of `1e3` the grammar takes `1`, and goes on with `e3`, since line breaks mean nothing to it."""
        rest = self._document.data[node.end_byte : node.end_byte + 200].lstrip(b" \t\r")
        return rest[:1] in (b"", b"\n", b"#", b"/", b"}")

    def attributes(self) -> Sequence[str]:
        self._index()
        return tuple(self._attributes)

    def blocks(self, kind: str = "") -> Sequence[Block]:
        blocks = self._index()
        return [block for block in blocks if block.kind == kind] if kind else blocks

    @property
    def problem(self) -> Problem | None:
        if self._node.has_error:
            return next(_problems(self._node, self._document), None)
        self._index()
        if self._depth > MAX_NESTING:
            return Problem(Span(self._document, self._node.start_byte, self._node.end_byte), f"nested more than {MAX_NESTING} levels deep")
        return self._torn or next((block.body.problem for block in self._index() if block.body.problem), None)

    @property
    def end(self) -> int:
        return self._node.end_byte

    def is_whole(self, start: int, end: int) -> bool:
        """Whether it is the body of a block that takes all of the stretch."""
        return self._depth == 1 and (self._node.start_byte, self._node.end_byte) == (start, end)

    def _index(self) -> list[Block]:
        if self._blocks is None:
            self._blocks = []
            for node in _members(self._node):
                if node.type == "attribute":
                    name = self._document.text(node.children[0].start_byte, node.children[0].end_byte)
                    self._attributes.setdefault(name, node)
                    if not self._ends_line(node):
                        self._torn = self._torn or Problem(Span(self._document, node.start_byte, node.end_byte), "syntax error")
                else:
                    self._blocks.append(self._block(node))
        return self._blocks

    def _block(self, node: Node) -> Block:
        names = []
        for child in node.children:
            if child.type in {"identifier", "string_lit"}:
                names.append(self._document.text(child.start_byte, child.end_byte).strip('"'))
            elif child.type == "block_start":
                break
        body = _NodeBody(self._document, self._compiler, node, self._depth + 1)
        return Block(names[0] if names else "", tuple(names[1:]), body, self._document, node.start_byte)


def _members(node: Node, depth: int = 0) -> Iterator[Node]:
    """Attributes and blocks of the body in a node, also those that stand amid broken syntax."""
    for child in node.children:
        kind = child.type
        if kind in _MEMBERS:
            yield child
        elif kind in _INSIDE_ERROR and depth < MAX_ERROR_DEPTH:
            yield from _members(child, depth + 1)

"""Bytes → a syntax tree with places. Trees come from tree-sitter, which reads on after an error."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from alb_lint.places import Gap, Location

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

MAX_BYTES: Final = 2 * 1024 * 1024
"""Nobody writes a program this long in one file; generated and bundled code is, and ten megabytes take ten seconds to parse."""

_ERRORS_SHOWN: Final = 3
_TYPED: Final = (".ts", ".mts", ".cts")
"""Endings of files that cannot hold JSX, where `<T>x` is a type assertion."""


_PATIENCE: Final = 2_000
_BYTES: Final = 10
"""The parser reports about its work at most once for each twenty bytes of sound text. On some broken text of a few lines it works for hours to
find the least error; it is stopped where it reports more often than once for `_BYTES` bytes, and `_PATIENCE` times more."""

_CHUNK: Final = 1 << 16


class NotParsed(Exception):  # noqa: N818 - an answer, not an error
    """The file has no tree; `str()` says why."""


@dataclass(slots=True, eq=False)
class Module:
    """One parsed file.

    `hot`: ids of the nodes from which a rule may be reached; `makers`: the functions and classes among them. `tables`, `writes` and `exports`
    keep what `syntax` and `writes` found.
    """

    name: str
    path: Path | None
    data: bytes
    root: "Node"
    hot: set[int] = field(default_factory=set)
    makers: "dict[int, Node]" = field(default_factory=dict)
    tables: dict[int, Any] = field(default_factory=dict)
    writes: dict[tuple[int, str], Any] = field(default_factory=dict)
    exports: Any = None
    _lines: list[int] = field(default_factory=list)

    def text(self, node: "Node") -> str:
        """The source of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def short(self, node: "Node", limit: int = 80) -> str:
        """The source of a node on one line, cut where it is long: for messages."""
        whole = " ".join(self.data[node.start_byte : min(node.end_byte, node.start_byte + 4 * limit)].decode("utf-8", "replace").split())
        return whole if len(whole) <= limit else f"{whole[: limit - 1]}…"

    def line_of(self, offset: int) -> int:
        """The 1-based line of a byte."""
        if not self._lines:
            self._lines = [0, *(match.end() for match in re.finditer(b"\n", self.data))]
        return bisect_right(self._lines, offset)

    def line(self, number: int) -> bytes:
        """A line, counted from 1, with its end; empty where there is none."""
        last = self.line_of(len(self.data))
        if not 0 < number <= last:
            return b""
        return self.data[self._lines[number - 1] : self._lines[number] if number < last else len(self.data)]

    def place(self, offset: int) -> tuple[int, int]:
        """1-based line and column, the column in characters."""
        line = self.line_of(offset)
        return line, len(self.data[self._lines[line - 1] : offset].decode("utf-8", "replace")) + 1

    def made_at(self, line: int, column: int) -> "Node | None":
        """The `new` expression that begins at a place."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            if node.type == "new_expression" and self.place(node.start_byte) == (line, column):
                return node
            waiting.extend(node.children)
        return None

    def location(self, node: "Node", address: str = "") -> Location:
        line, column = self.place(node.start_byte)
        return Location(self.name, line, column, address)


def parse(name: str, path: Path | None, data: bytes) -> Module:
    """The tree of a file; raises NotParsed."""
    if len(data) > MAX_BYTES:
        raise NotParsed(f"over {MAX_BYTES // 2**20} MB: generated or bundled code is not read; give its source instead")
    if data.startswith(b"\xef\xbb\xbf"):
        data = b"   " + data[3:]
    left = _PATIENCE + len(data) // _BYTES

    def lost(_offset: int, _error: bool) -> bool:
        nonlocal left
        left -= 1
        return left < 0

    try:
        tree = _parser(typed=name.endswith(_TYPED)).parse(lambda offset, _point: data[offset : offset + _CHUNK], progress_callback=lost)
    except ValueError:
        raise NotParsed("not readable as TypeScript: too many errors to tell what is meant") from None
    return Module(name, path, data, tree.root_node)


def _parser(*, typed: bool) -> "Parser":
    import tree_sitter
    import tree_sitter_typescript

    language = tree_sitter_typescript.language_typescript() if typed else tree_sitter_typescript.language_tsx()
    return tree_sitter.Parser(tree_sitter.Language(language))


def syntax_gaps(module: Module) -> list[Gap]:
    """The first places that are no TypeScript; what stands around them is read all the same."""
    found = []
    for node in _errors(module.root):
        found.append(Gap(module.location(node), f"not readable as TypeScript: {module.short(node, 40) or 'something is missing'}"))
        if len(found) == _ERRORS_SHOWN:
            break
    return found


def _errors(root: "Node") -> Iterator["Node"]:
    pending = [root]
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            yield node
        elif node.has_error:
            pending.extend(reversed(node.children))

"""Suppressions in comments: those within a call and those on the lines above it."""

import re
from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript.parse import Module
from alb_lint.model import Ignore, Location
from alb_lint.sources.ignore_comment import parse_ignore

if TYPE_CHECKING:
    from tree_sitter import Node

_MARK: Final = re.compile(rb"alb-lint:\s*ignore\[")
_BLOCKS: Final = frozenset({"program", "statement_block", "switch_case", "switch_default", "class_body"})


def ignores_of(module: Module, node: "Node") -> tuple[Ignore, ...]:
    """The suppressions that belong to a call or `new`, in order."""
    if _MARK.search(module.data) is None:
        return ()
    found = []
    above, last = _lines_above(module, node), module.line_of(node.end_byte)
    for match in _MARK.finditer(module.data):
        comment = module.root.descendant_for_byte_range(match.start(), match.end())
        if comment is None or comment.type != "comment":
            continue
        line, column = module.place(match.start())
        inside = node.start_byte <= match.start() < node.end_byte or (line == last and match.start() > node.end_byte)
        read = parse_ignore(module.data[match.start() : comment.end_byte].decode("utf-8", "replace"))
        if read is not None and (inside or line in above):
            found.append(Ignore(read[0], read[1], Location(module.name, line, column)))
    return tuple(found)


def _lines_above(module: Module, node: "Node") -> set[int]:
    """The line above the node, the comment lines above its statement, and the rest of its own first line."""
    statement = node
    while statement.parent is not None and statement.parent.type not in _BLOCKS:
        statement = statement.parent
    lines = {module.line_of(node.start_byte) - 1}
    before = statement.prev_sibling
    line = module.line_of(statement.start_byte)
    while before is not None and before.type == "comment" and module.line_of(before.end_byte) >= line - 1 and not _trails(module, before):
        line = module.line_of(before.start_byte)
        lines.update(range(line, module.line_of(before.end_byte) + 1))
        before = before.prev_sibling
    return {found for found in lines if not _is_code(module, found)}


def _trails(module: Module, comment: "Node") -> bool:
    """Whether code stands before a comment on its line: then it belongs to that."""
    start = module.data.rfind(b"\n", 0, comment.start_byte) + 1
    return bool(module.data[start : comment.start_byte].strip())


def _is_code(module: Module, line: int) -> bool:
    """Whether a line begins with anything but a comment."""
    lines = module.data.split(b"\n", line)
    text = lines[line - 1].strip() if 0 < line <= len(lines) else b""
    return not text.startswith((b"//", b"/*", b"*"))

"""Suppressions in comments: those within a call and those on the lines above it."""

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript.parse import Module
from alb_lint.model import Ignore, Location
from alb_lint.sources.ignore_comment import parse_ignore

if TYPE_CHECKING:
    from tree_sitter import Node

_MARK: Final = re.compile(rb"alb-lint:\s*ignore\[")
_LINE: Final = itemgetter(1)
_BLOCKS: Final = frozenset({"program", "statement_block", "switch_case", "switch_default", "class_body"})


def ignores_of(module: Module, node: "Node") -> tuple[Ignore, ...]:
    """The suppressions that belong to a call or `new`, in order."""
    marks = _marks(module)
    if not marks:
        return ()
    above, begin, last = _lines_above(module, node), module.line_of(node.start_byte), module.line_of(node.end_byte)
    near = marks[bisect_left(marks, min((begin, *above)), key=_LINE) : bisect_right(marks, max((last, *above)), key=_LINE)]
    return tuple(
        ignore
        for start, line, ignore in near
        if node.start_byte <= start < node.end_byte or (line == last and start > node.end_byte) or line in above
    )


@lru_cache(maxsize=16)
def _marks(module: Module) -> list[tuple[int, int, Ignore]]:
    """(first byte, line, suppression) of all that a file has, in order."""
    found = []
    for match in _MARK.finditer(module.data):
        comment = module.root.descendant_for_byte_range(match.start(), match.end())
        if comment is None or comment.type != "comment":
            continue
        line, column = module.place(match.start())
        read = parse_ignore(module.data[match.start() : comment.end_byte].decode("utf-8", "replace"))
        if read is not None:
            found.append((match.start(), line, Ignore(read[0], read[1], Location(module.name, line, column))))
    return found


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
    return not module.line(line).strip().startswith((b"//", b"/*", b"*"))

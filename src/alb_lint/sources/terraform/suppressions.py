"""Inline suppressions of a resource: comments inside its block or on the lines right above it, or its property `//` in JSON."""

import re
from typing import Final

from alb_lint.languages.hcl.document import Span
from alb_lint.languages.hcl.folder import Folder
from alb_lint.languages.hcl.json_syntax import JsonBody
from alb_lint.languages.hcl.syntax import Block
from alb_lint.model import Ignore
from alb_lint.patterns import pattern

_WORD: Final = b"alb-lint:"
_IGNORE: Final = pattern(r"alb-lint:[ \t]*ignore\[([^\]\n]{0,200})\]([^\n]*)")
_ABOVE: Final = 20_000
"""Bytes above a block in which its comments may stand."""
_MOST: Final = 200
"""Suppressions of one rule; there are not so many checks."""

_LENGTH: Final = 500
"""Characters of a reason that are kept."""


def suppressions(folder: Folder, block: Block, address: str) -> tuple[Ignore, ...]:
    document = block.document
    found: list[Ignore] = []
    spans = folder.comments(document, _WORD)
    end = block.body.end if spans else 0
    for span in spans:
        if block.start <= span.start < end or (0 <= block.start - span.end <= _ABOVE and _right_above(span, block.start)):
            text = document.text(span.start, span.end)
            for match in _IGNORE.finditer(text):
                offset = span.start + len(text[: match.start()].encode())
                found.append(_ignore(match, Span(document, offset, span.end), address))
    if isinstance(block.body, JsonBody):
        for text, span in block.body.comments:
            found += [_ignore(match, span, address) for match in _IGNORE.finditer(text)]
    return tuple(found[:_MOST])


def _ignore(match: re.Match[str], span: Span, address: str) -> Ignore:
    codes = tuple(code for code in re.split(r"[,\s]+", match[1]) if code)
    return Ignore(codes, match[2].removesuffix("*/").strip()[:_LENGTH], span.location(address))


def _right_above(comment: Span, block: int) -> bool:
    """Whether the comment has its lines to itself, and only more comments stand between it and the block."""
    data = comment.document.data
    before = data[data.rfind(b"\n", 0, comment.start) + 1 : comment.start]
    between = data[comment.end : block].strip(b" \t\r").split(b"\n")
    if comment.document.data[comment.start : comment.start + 2] != b"/*" and comment.document.data[comment.end - 1 : comment.end] == b"\n":
        between = [b"", *between]
    lines = [line.strip() for line in between[1:-1]]
    return not before.strip() and len(between) > 1 and not between[0].strip() and all(line.startswith((b"#", b"//")) for line in lines)

"""Inline suppressions of a resource: comments inside its block or on the lines right above it, or its property `//` in JSON."""

import re
from bisect import bisect_left
from operator import attrgetter
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

_START: Final = attrgetter("start")
_END: Final = attrgetter("end")

_LENGTH: Final = 500
"""Characters of a reason that are kept."""


def suppressions(folder: Folder, block: Block, address: str) -> tuple[Ignore, ...]:
    document = block.document
    found: list[Ignore] = []
    spans = folder.comments(document, _WORD)
    end = block.body.end if spans else 0
    near = spans[bisect_left(spans, block.start - _ABOVE, key=_END) : bisect_left(spans, end, key=_START)]
    top = _top(document.data, block.start) if near else 0
    for span in near:
        if block.start <= span.start or (span.end <= block.start and _right_above(span, block.start, top)):
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


def _top(data: bytes, block: int) -> int:
    """The first of the lines right above a block that are comments and nothing else; no further than comments of the block may stand."""
    top = data.rfind(b"\n", 0, block) + 1
    last = max(0, block - _ABOVE)
    while top > last:
        begin = data.rfind(b"\n", last, top - 1) + 1 or last
        if not data[begin:top].lstrip().startswith((b"#", b"//")):
            break
        top = begin
    return top


def _right_above(comment: Span, block: int, top: int) -> bool:
    """Whether the comment has its lines to itself, and only more comments, from `top` on, stand between it and the block."""
    data = comment.document.data
    before = data[data.rfind(b"\n", 0, comment.start) + 1 : comment.start]
    last = comment.end - 1
    if data[comment.start : comment.start + 2] == b"/*" or data[last : comment.end] != b"\n":
        last = data.find(b"\n", comment.end, block)
    return last >= 0 and last + 1 >= top and not before.strip() and not data[comment.end : last].strip()

"""Where a value stands in code as a literal, and the text to cut so that it is gone. Whether that was right is told by reading the code again."""

import json
import re
from collections.abc import Iterator
from typing import Final

CANDIDATES: Final = 8
"""Places of one value that are tried; a rule has a handful of values."""


def places(text: str, value: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """(start, end) of each literal of the value between the offsets, quotes included, in order."""
    forms = {json.dumps(value, ensure_ascii=False), json.dumps(value), f"'{value}'", f"`{value}`"}
    quoted = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    plain = rf"(?<=[\[,\s-]){re.escape(value)}(?=\s*(?:[,\]]|\s\#|$))"
    for found in re.finditer(f"{quoted}|{plain}", text[first:last], re.MULTILINE):
        yield first + found.start(), first + found.end()


def cut(text: str, start: int, end: int) -> str | None:
    """The text without the item of a list that stands there; None where it is no item of a list that has others."""
    line = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    stop = len(text) if stop < 0 else stop
    if re.fullmatch(r"\s*-\s+", text[line:start]) and re.fullmatch(r"\s*(#.*)?", text[end:stop]):
        return text[:line] + text[min(stop + 1, len(text)) :]
    after = re.compile(r"\s*,[ \t]*").match(text, end)
    before = re.search(r",\s*$", text[:start])
    if after is not None:
        return _without(text, start, after.end())
    if before is not None:
        return _without(text, before.start(), end)
    return None


def _without(text: str, start: int, end: int) -> str:
    """The text without the piece, and without a line that holds nothing any more."""
    line = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    if stop >= 0 and not text[line:start].strip() and not text[end:stop].strip():
        return text[:line] + text[stop + 1 :]
    return text[:start] + text[end:]


def block(text: str, start: int) -> tuple[int, int] | None:
    """(start, end) of the `condition { … }` of Terraform that holds the offset, whole lines; None where there is none."""
    opened = list(re.finditer(r"^[ \t]*condition\s*\{", text[:start], re.MULTILINE))
    if not opened:
        return None
    depth = 0
    for found in re.finditer(r"\"(?:\\.|[^\"\\\n])*\"|[{}]", text[opened[-1].start() :]):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if found[0] == "}" and depth == 0:
            end = opened[-1].start() + found.end()
            stop = text.find("\n", end)
            whole = stop >= 0 and not text[end:stop].strip()
            return (opened[-1].start(), stop + 1 if whole else end) if start < end else None
    return None

"""Inline suppressions: YAML comments `# alb-lint: ignore[ALB101] reason`, and `Metadata: {alb-lint: {ignore: ["ALB101 reason"]}}`.

A comment belongs to the resource it stands in, or to the one whose key follows right below it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import takewhile
from typing import Final

from alb_lint.languages.cloudformation.node import Mapping, Node, Scalar, Sequence, entries
from alb_lint.languages.cloudformation.stack import Stack
from alb_lint.model import Gap, Ignore

_COMMENT: Final = re.compile(r"(?<!\S)#[^\n]*?alb-lint:[ \t]*ignore\[([^\]\n]{0,200})\]([^\n]*)")
_ENTRY: Final = re.compile(r"\s*([A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*)\b[:,]?\s*(.*)", re.DOTALL)
_ABOVE: Final = 20_000
"""Characters above a resource in which its comments may stand."""
_MOST: Final = 200
"""Suppressions of one resource; there are not so many checks."""
_LENGTH: Final = 500
"""Characters of a reason that are kept."""


def from_metadata(stack: Stack, name: str, resource: Mapping) -> tuple[list[Ignore], list[Gap]]:
    """The suppressions in the metadata of a resource, and its entries that are none."""
    node = entries(entries(resource.items.get("Metadata")).get("alb-lint")).get("ignore")
    found: list[Ignore] = []
    gaps: list[Gap] = []
    for item in node.items if isinstance(node, Sequence) else (node,):
        if item is None:
            continue
        location = stack.place(item.start, name)
        match = _ENTRY.fullmatch(item.text[: _LENGTH * 2]) if isinstance(item, Scalar) else None
        if match:
            found.append(Ignore(tuple(re.split(r"[,\s]+", match[1])), match[2].strip()[:_LENGTH], location))
        else:
            gaps.append(Gap(location, 'Metadata alb-lint ignore: an entry is a text such as "ALB101 reason"'))
    return found, gaps


def from_comments(stack: Stack) -> dict[str, list[Ignore]]:
    """Logical id → the suppressions that stand as comments in or above it."""
    document = stack.document
    text = document.source.text
    if not document.yaml or "alb-lint" not in text:
        return {}
    heads: list[tuple[int, str]] = [(key.start, "") for key in document.root.keys.values()]
    heads += [(key.start, name) for name, key in stack.resource_map.keys.items()]
    heads.sort()
    starts = [start for start, _ in heads]
    found: dict[str, list[Ignore]] = {}
    for match in _COMMENT.finditer(text):
        codes = tuple(code for code in re.split(r"[,\s]+", match[1]) if code)
        at = bisect_right(starts, match.start())
        for name in _owners(text, match.start(), heads, at):
            if len(found.get(name, ())) < _MOST and not _within_text(stack.resource_map.items[name], match.start()):
                location = stack.place(match.start(), name)
                found.setdefault(name, []).append(Ignore(codes, match[2].strip()[:_LENGTH], location))
    return found


def _owners(text: str, comment: int, heads: list[tuple[int, str]], at: int) -> list[str]:
    """The resources a comment speaks of: several where a loop makes them of one place."""
    line = text.rfind("\n", 0, comment) + 1
    alone = not text[line:comment].strip()
    column = comment - line
    if alone and at < len(heads) and heads[at][0] - comment <= _ABOVE:
        below = heads[at][0]
        between = text[comment:below].split("\n")
        key_column = len(between[-1])
        if column <= key_column and all(part.lstrip().startswith("#") for part in between[1:-1]):
            same = takewhile(lambda place: heads[place][0] == below, range(at, len(heads)))
            return [heads[place][1] for place in same if heads[place][1]]
    if not at:
        return []
    above = heads[at - 1][0]
    above_column = above - (text.rfind("\n", 0, above) + 1)
    if alone and column <= above_column:
        return []
    same = takewhile(lambda place: heads[place][0] == above, range(at - 1, -1, -1))
    return [name for name in sorted(heads[place][1] for place in same) if name]


def _within_text(node: Node, index: int) -> bool:
    """Whether the index lies in a text of the node: a message body may hold what looks like a comment."""
    return any(scalar.start <= index < scalar.end for scalar in _scalars(node))


def _scalars(node: Node) -> Iterator[Scalar]:
    seen: set[int] = set()
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, Scalar):
            yield part
        elif isinstance(part, Sequence):
            waiting += part.items
        elif isinstance(part, Mapping):
            waiting += part.items.values()

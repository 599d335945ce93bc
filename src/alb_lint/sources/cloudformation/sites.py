"""Where the number of a rule is written, if it is written once and for that rule alone."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from alb_lint.languages.cloudformation.intrinsics import find_in_map
from alb_lint.languages.cloudformation.node import Document, Node, Scalar, Sequence, entries, text_of
from alb_lint.languages.cloudformation.stack import View
from alb_lint.model import PrioritySite

_STEPS: Final = 40
"""Parameters passed on from stack to stack, twice the depth of nesting."""

_NUMBER: Final = re.compile(r"[0-9]{1,9}")

_PLAIN_TYPES: Final = frozenset({"String", "Number"})


@dataclass(frozen=True, slots=True)
class Found:
    """A literal and the parameters and mappings that lead to it, each as (template, section, name)."""

    scalar: Scalar
    document: Document
    through: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """What `rule`, known by template and logical id, says of the place of its number."""

    rule: tuple[str, str]
    found: Found


def trace(view: View, node: Node | None) -> Found | None:
    """The literal behind a priority: the node itself, or what plain Ref and FindInMap lead to."""
    through: list[tuple[str, str, str]] = []
    for _ in range(_STEPS):
        stack = view.stack
        if isinstance(node, Scalar):
            return Found(node, stack.document, tuple(through)) if _is_written(node, stack.document) else None
        items = entries(node)
        name = text_of(items.get("Ref"))
        declared = stack.section("Parameters").get(name)
        argument = items.get("Fn::FindInMap")
        if len(items) != 1:
            return None
        if declared is not None and text_of(entries(declared).get("Type")) in _PLAIN_TYPES:
            given = stack.given(name)
            if given is None or isinstance(given, str):
                return None
            through.append((stack.document.name, "Parameters", name))
            node = given
            if name in stack.passed and stack.parent is not None:
                view = stack.parent
            elif not isinstance(node, Scalar):
                return None
        elif isinstance(argument, Sequence) and len(argument.items) == 3 and isinstance(argument.items[0], Scalar):
            through.append((stack.document.name, "Mappings", argument.items[0].text))
            node = find_in_map(view, argument)
            if not isinstance(node, Scalar):
                return None
        else:
            return None
    return None


def _is_written(scalar: Scalar, document: Document) -> bool:
    """Whether a number stands there just so, in UTF-8, and no alias repeats it."""
    source = document.source
    written = source.utf8 and source.text[scalar.start : scalar.end] == scalar.text
    return written and scalar.start not in document.shared and _NUMBER.fullmatch(scalar.text) is not None


def settled(claims: Iterable[Claim], documents: Iterable[Document]) -> dict[tuple[str, int], PrioritySite]:
    """(template, start of the literal) → the site, for each literal that one rule and nothing else depends on."""
    claims = list(claims)
    by_name = {document.name: document for document in documents}
    owners: dict[tuple[str, int], list[Claim]] = {}
    users: dict[tuple[str, str, str], set[tuple[str, str]]] = {}
    for claim in claims:
        owners.setdefault(_place(claim), []).append(claim)
        for step in claim.found.through:
            users.setdefault(step, set()).add(claim.rule)
    counts = {step: _uses(by_name[step[0]], step[1], step[2]) for step in users}
    return {
        place: _site(held[0].found)
        for place, held in owners.items()
        if len(held) == 1 and all(counts[step] == len(users[step]) for step in held[0].found.through)
    }


def _place(claim: Claim) -> tuple[str, int]:
    return claim.found.document.name, claim.found.scalar.start


def _uses(document: Document, section: str, name: str) -> int:
    """How often a template says the name outside of where it is defined and described; more than is used, never less."""
    starts = sorted((key.start, title) for title, key in document.root.keys.items())
    places = [start for start, _ in starts]
    count = 0
    for found in re.finditer(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", document.source.text):
        at = bisect_right(places, found.start())
        title = starts[at - 1][1] if at else ""
        count += title not in {section, "Metadata", "Description"}
    return count


def _site(found: Found) -> PrioritySite:
    source, scalar = found.document.source, found.scalar
    line, column = source.place(scalar.start)
    offset = source.offset(scalar.start)
    return PrioritySite(source.name, line, column, offset, len(scalar.text.encode()), scalar.text)


def is_octal(document: Document, node: Node | None) -> bool:
    """Whether YAML 1.1 may read the number in base eight."""
    return document.yaml and isinstance(node, Scalar) and node.plain and len(node.text) > 1 and node.text.startswith("0")

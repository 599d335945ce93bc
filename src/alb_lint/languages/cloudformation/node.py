"""The tree of a template, the same for YAML and JSON: texts, lists and maps, each with its place in the file.

No scalar has a type: CloudFormation treats numbers, booleans and dates as the text that is written. Short intrinsics (`!Ref x`) are
already in their long form (`{"Ref": x}`), and aliases point at the node they name, so that a tree may share parts.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate, repeat
from operator import add
from typing import Final

from alb_lint.record import record

DEPTH: Final = 100
"""Levels of a template; real ones stay below 40, and every walk over a tree may use some Python frames for each level."""


@record
class Scalar:
    """`start`, `end`: indices of the characters between quotes. `plain`: no quotes, no block style, no tag."""

    text: str
    start: int
    end: int
    plain: bool = False

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in {"", "null", "~", "Null", "NULL"}


@record
class Sequence:
    items: tuple["Node", ...]
    start: int


@record
class Mapping:
    """`keys`: the key nodes, by name, in the order of the file."""

    items: dict[str, "Node"]
    keys: dict[str, Scalar]
    start: int


@record
class Opaque:
    """What cannot be read, and why: a key that is written twice, a map as a key. `types`: of the resources under that key, where all tell theirs."""

    reason: str
    start: int
    types: tuple[str, ...] = ()


Node = Scalar | Sequence | Mapping | Opaque

EMPTY: Final = Mapping({}, {}, 0)


@record
class Trouble:
    """A part of a template that cannot be read, for a gap."""

    reason: str
    start: int


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a file. `bom`: bytes before it. `utf8`: whether the bytes of the file are the UTF-8 of this text."""

    name: str
    text: str
    bom: int = 0
    utf8: bool = True
    _lines: list[int] = field(default_factory=list)

    def place(self, index: int) -> tuple[int, int]:
        """(line, column), both from 1, of the character at `index`."""
        if not self._lines:
            lengths = map(len, self.text.split("\n"))
            self._lines.extend(accumulate(map(add, lengths, repeat(1)), initial=0))
        line = bisect_right(self._lines, index) - 1
        return line + 1, index - self._lines[line] + 1

    def offset(self, index: int) -> int:
        """Bytes before the character at `index`."""
        return self.bom + (index if self.text.isascii() else len(self.text[:index].encode()))


@dataclass(frozen=True, slots=True)
class Parsed:
    """`yaml`: comments may stand in the text. `shared`: starts of the scalars that an alias repeats elsewhere."""

    root: Node
    troubles: tuple[Trouble, ...] = ()
    yaml: bool = True
    shared: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Document:
    """A template that was read; `yaml` and `shared` as in Parsed."""

    source: Text
    root: Mapping
    troubles: tuple[Trouble, ...] = ()
    yaml: bool = True
    shared: frozenset[int] = frozenset()

    @property
    def name(self) -> str:
        return self.source.name


def entries(node: Node | None) -> dict[str, Node]:
    """The parts of a map; none for anything else."""
    return node.items if isinstance(node, Mapping) else {}


def is_custom(kind: str) -> bool:
    """Whether resources of the type are made by a function of the account."""
    return kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource"


def text_of(node: Node | None) -> str:
    """The text of a scalar; "" for anything else."""
    return node.text if isinstance(node, Scalar) else ""

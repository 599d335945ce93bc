"""What a written report is made of, before any format: headings, sentences, lists, tables, code. Nothing in it is escaped yet."""

from collections.abc import Sequence

from alb_lint.record import record
from alb_lint.reports.axis import Band


@record
class Words:
    """Text as it is read; from outside or ours."""

    text: str


@record
class Code:
    """A name, pattern, number or request: text that stands for itself."""

    text: str


@record
class Strong:
    text: str


Part = Words | Code | Strong
Line = tuple[Part, ...]


@record
class Heading:
    level: int
    text: str


@record
class Paragraph:
    parts: Line


@record
class Notice:
    """A paragraph that must not be passed over. `kind`: "good", "note" or "bad"."""

    kind: str
    parts: Line


@record
class Items:
    lines: tuple[Line, ...]
    numbered: bool = False


@record
class Table:
    """`right`: columns of numbers. `dim`: rows that tell nothing new. All rows have as many cells as the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    right: tuple[int, ...] = ()
    dim: tuple[int, ...] = ()


@record
class Listing:
    """Lines of a file or of a shell, as they are."""

    language: str
    lines: tuple[str, ...]


@record
class Folded:
    """Blocks that are long and seldom read; formats may hide them behind their `title`."""

    title: str
    blocks: "tuple[Block, ...]"


@record
class Moved:
    """A rule that moves. `title`: what is said of it."""

    old: int
    new: int
    title: str


@record
class MovesPicture:
    """What moves where, and the numbers that stay. Formats without pictures leave it out: the tables tell the same."""

    moves: tuple[Moved, ...]
    kept: tuple[int, ...]
    bands: tuple[Band, ...]


Block = Heading | Paragraph | Notice | Items | Table | Listing | Folded | MovesPicture


def line(*parts: Part | str) -> Line:
    """Parts with plain texts as words."""
    return tuple(Words(part) if isinstance(part, str) else part for part in parts)


def joined(parts: Sequence[Part], between: str = ", ") -> Line:
    """The parts with text between them."""
    found: list[Part] = []
    for part in parts:
        if found:
            found.append(Words(between))
        found.append(part)
    return tuple(found)

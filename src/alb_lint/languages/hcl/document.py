"""One file of source text: its bytes, its name for people, and where an offset stands."""

from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path

from alb_lint.places import Location

_BOM = b"\xef\xbb\xbf"


@dataclass(eq=False)
class Document:
    """`name` as the user knows the file. Offsets count bytes; a byte order mark is blanked, so that they hold for the file itself.

    `virtual`: the text stands in no file as it is, so that its offsets lead nowhere.
    """

    name: str
    path: Path
    data: bytes = field(repr=False)
    virtual: bool = False
    _lines: list[int] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        if self.data.startswith(_BOM):
            self.data = b"   " + self.data[3:]

    def position(self, offset: int) -> tuple[int, int]:
        """(line, column), both from 1; the column counts characters."""
        if not self._lines:
            starts = [0]
            find = self.data.find
            at = find(b"\n")
            while at >= 0:
                starts.append(at + 1)
                at = find(b"\n", at + 1)
            self._lines = starts
        line = bisect_right(self._lines, offset)
        return line, len(self.data[self._lines[line - 1] : offset].decode(errors="replace")) + 1

    def location(self, offset: int, address: str = "") -> Location:
        line, column = self.position(offset)
        return Location(self.name, line, column, address)

    def text(self, start: int, end: int) -> str:
        return self.data[start:end].decode(errors="replace")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document, in bytes."""

    document: Document
    start: int
    end: int

    def location(self, address: str = "") -> Location:
        return self.document.location(self.start, address)

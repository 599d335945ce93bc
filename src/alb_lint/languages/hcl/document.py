"""One file of source text: its bytes, its name for people, and where an offset stands."""

from bisect import bisect_right
from itertools import accumulate, count
from operator import add
from pathlib import Path
from typing import Final

from alb_lint.places import Location
from alb_lint.record import record

_FEW: Final = 8
"""Places that are counted out; for more, all lines are looked up once."""
_BOM: Final = b"\xef\xbb\xbf"


class Document:
    """`name` as the user knows the file. Offsets count bytes; a byte order mark is blanked, so that they hold for the file itself.

    `virtual`: the text stands in no file as it is, so that its offsets lead nowhere.
    """

    def __init__(self, name: str, path: str | Path, data: bytes, virtual: bool = False) -> None:
        self.name = name
        self.path = path
        self.data = b"   " + data[3:] if data.startswith(_BOM) else data
        self.virtual = virtual
        self._lines: list[int] = []
        self._ascii = False
        self._asked = 0
        self._last = (0, 0, 1)

    def position(self, offset: int) -> tuple[int, int]:
        """(line, column), both from 1; the column counts characters."""
        self._asked += 1
        if self._asked <= _FEW:
            begin = self.data.rfind(b"\n", 0, offset) + 1
            return self.data.count(b"\n", 0, offset) + 1, len(self.data[begin:offset].decode(errors="replace")) + 1
        if not self._lines:
            self._lines = list(map(add, accumulate(map(len, self.data.split(b"\n")[:-1]), initial=0), count()))
            self._ascii = self.data.isascii()
        line = bisect_right(self._lines, offset)
        return line, self._column(self._lines[line - 1], min(offset, len(self.data)))

    def _column(self, begin: int, offset: int) -> int:
        """The column of an offset in the line that begins there. Lines may be megabytes long, so it is counted on from the last one asked for."""
        if self._ascii:
            return offset - begin + 1
        line, last, column = self._last
        if line != begin or last > offset:
            last, column = begin, 1
        column += len(self.data[last:offset].decode(errors="replace"))
        if self.data[offset : offset + 1].isascii():  # Else what is damaged could be cut in two, and count twice.
            self._last = begin, offset, column
        return column

    def location(self, offset: int, address: str = "") -> Location:
        line, column = self.position(offset)
        return Location(self.name, line, column, address)

    def text(self, start: int, end: int) -> str:
        return self.data[start:end].decode(errors="replace")


@record
class Span:
    """A stretch of a document, in bytes."""

    document: Document
    start: int
    end: int

    def location(self, address: str = "") -> Location:
        return self.document.location(self.start, address)

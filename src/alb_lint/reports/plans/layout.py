"""Lines of text at the width of a terminal: prose is wrapped between words; what is to be copied is never broken."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from alb_lint.reports.layout import Span

LEAST: Final = 40
"""Columns below which the width counts no more: every line would hold one word."""


def flowed(spans: Iterable[Span], width: int, first: str = "", rest: str = "") -> Iterator[list[Span]]:
    """The spans, broken at blanks alone, each line at most `width` wide as far as its words let it.

    `first`, `rest`: how the first line and the others begin. Blanks between words become one.
    """
    width = max(width, LEAST)
    line: list[Span] = [(first, "")]
    used, words = len(first), 0
    for word in _words(spans):
        size = sum(len(text) for text, _ in word)
        if words and used + 1 + size > width:
            yield line
            line, used, words = [(rest, "")], len(rest), 0
        if words:
            line.append((" ", ""))
            used += 1
        line += word
        used += size
        words += 1
    yield line


def _words(spans: Iterable[Span]) -> Iterator[list[Span]]:
    """What stands between blanks; a word may have several styles."""
    word: list[Span] = []
    for text, style in spans:
        for place, piece in enumerate(text.split(" ")):
            if place and word:
                yield word
                word = []
            if piece:
                word.append((piece, style))
    if word:
        yield word


def columns(
    rows: Sequence[Sequence[str]], width: int, indent: str, right: Sequence[int] = (), bold: Sequence[int] = ()
) -> Iterator[list[Span]]:
    """Rows of cells under each other; the first row is the head. Where they are too wide, the last cell of each stands on lines of its own."""
    last = len(rows[0]) - 1
    wide = [max(len(row[place]) for row in rows) for place in range(last + 1)]
    beside = len(indent) + sum(wide) + 2 * last <= max(width, LEAST)
    for number, row in enumerate(rows):
        shown = row if beside else row[:-1]
        lead: list[Span] = [(indent, "")]
        for place, cell in enumerate(shown[:-1]):
            style = "dim" if not number else "bold" if place in bold else ""
            lead += [(cell.rjust(wide[place]) if place in right else cell.ljust(wide[place]), style), ("  ", "")]
        under = " " * sum(len(text) for text, _ in lead)
        cells = list(flowed([(shown[-1], "" if number else "dim")], width, under, f"{under}  "))
        yield [*lead, *cells[0][1:]]
        yield from cells[1:]
        if number and not beside and row[-1]:
            yield from flowed([(row[-1], "dim")], width, f"{under}  ", f"{under}    ")

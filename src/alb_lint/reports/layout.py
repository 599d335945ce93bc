"""Lines that fit: where they break, and what is cut from their middle."""

from collections.abc import Iterable, Iterator
from typing import Final

from alb_lint.findings.finding import Severity
from alb_lint.findings.wording import clean
from alb_lint.inert import inert
from alb_lint.patterns import pattern

Span = tuple[str, str]
"""(text, style); the style is one of rich's, "" for none."""
SEVERITY_STYLES: Final = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
WIDTH: Final = 100
"""Columns of what goes into a file or a pipe."""
NARROWEST: Final = 60
WIDEST: Final = 160
_WORD: Final = pattern(r"`[^`]*`[^\s`]*|\S+")
"""What does not break: a word, and what stands between backticks, which people copy."""
_LEAST: Final = 12


def length(line: list[Span]) -> int:
    return sum(len(text) for text, _ in line)


def cut(text: str, room: int, least: int = _LEAST) -> str:
    """The text, or its beginning and its end, which tell it apart, in at most `room` columns (never less than `least`)."""
    room = max(room, least)
    if len(text) <= room:
        return text
    tail = (room - 1) // 3
    return f"{text[: room - 1 - tail]}…{text[len(text) - tail :]}"


def wrapped(lead: list[Span], text: str, width: int, indent: str) -> Iterator[list[Span]]:
    """The text behind the lead, its further lines behind the indent; a word that is wider than a line stands out of it, whole."""
    room = max(width - length(lead), 20)
    parts, line = [], ""
    for word in _WORD.findall(text):
        if line and len(line) + 1 + len(word) > room:
            parts.append(line)
            line, room = word, max(width - len(indent), 20)
        else:
            line = f"{line} {word}" if line else word
    parts.append(line)
    yield [*lead, (parts[0], "")]
    for part in parts[1:]:
        yield [(indent, ""), (part, "")]


def shared(line_room: int, first: str, second: str) -> tuple[str, str]:
    """Two texts that share a line: each is cut only as far as the other needs the room."""
    if len(first) + len(second) <= line_room:
        return first, second
    for_second = max(min(len(second), line_room // 3), line_room - len(first))
    second = cut(second, for_second)
    return cut(first, line_room - len(second)), second


def fitted(lines: Iterable[list[Span]], width: int) -> Iterator[list[Span]]:
    """The lines, those that are too long broken at blanks; what people copy stands whole: commands (`curl …`), and what is between backticks."""
    for line in lines:
        if length(line) <= width or any(part.lstrip().startswith("curl ") for part, _ in line):
            yield line
        else:
            yield from _broken(line, width)


def _broken(line: list[Span], width: int) -> Iterator[list[Span]]:
    text = "".join(part for part, _ in line)
    indent = " " * min(len(text) - len(text.lstrip(" ")) + 4, width // 2)
    built: list[Span] = []
    used = 0
    for part, style in line:
        for token in _TOKEN.findall(part):
            word = token.lstrip(" ")
            if built and word and used + len(token.rstrip(" ")) > width and any(told.strip() for told, _ in built):
                yield _stripped(built)
                built, used, token = [(indent, "")], len(indent), word
            built.append((token, style))
            used += len(token)
    yield built


def _stripped(line: list[Span]) -> list[Span]:
    """The line without blanks at its end."""
    while line and not line[-1][0].strip():
        line = line[:-1]
    return [*line[:-1], (line[-1][0].rstrip(), line[-1][1])] if line else line


_TOKEN: Final = pattern(r"\s*(?:`[^`]*`[^\s`]*|\S+)|\s+$")
"""A word with the blanks before it."""


def paint(lines: Iterable[list[Span]], color: bool, width: int = 0) -> str:
    """The lines as text, with terminal colours or without; control characters of foreign input are shown, never sent.

    `width`: columns that lines are broken to; 0: they are as they should be.
    """
    if width:
        lines = fitted(lines, width)
    if not color:
        return "".join(inert("".join(clean(text) for text, _ in line).rstrip()) + "\n" for line in lines)
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    buffer = StringIO()
    console = Console(file=buffer, force_terminal=True, soft_wrap=True, highlight=False, legacy_windows=False)
    for line in map(_stripped, lines):
        console.print(Text.assemble(*((inert(clean(text)), style) for text, style in line)), soft_wrap=True)
    return buffer.getvalue()

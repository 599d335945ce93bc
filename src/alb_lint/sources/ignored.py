"""Patterns as in .gitignore, matched as git does: what git takes for a pattern that fits nothing fits nothing here.

Source: git documentation, "gitignore", and git's `dir.c` and `wildmatch.c`. The time is bounded whatever the pattern: stars never go back.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from alb_lint.patterns import pattern
from alb_lint.record import record

MOST_WILDCARDS: Final = 500
"""Patterns of one file that hold wildcards and count; names alone are looked up, however many."""

MOST_LINES: Final = 10_000
_SPECIAL: Final = pattern(r"[*?\[\\]")
_CLASSES: Final = {
    "alnum": "09AZaz", "alpha": "AZaz", "blank": "\t\t  ", "cntrl": "\0\x1f\x7f\x7f", "digit": "09", "graph": "!~", "lower": "az",
    "print": " ~", "punct": "!/:@[`{~", "space": "\t\r  ", "upper": "AZ", "xdigit": "09AFaf",
}  # fmt: skip
"""POSIX class → its ranges, first and last in turn."""


@record
class _Line:
    """One pattern. `parts`: of a path, None for `**`; a pattern of one name fits at any depth unless it is `anchored`."""

    number: int
    excludes: bool
    only_folders: bool
    anchored: bool
    parts: tuple["re.Pattern[str] | None", ...]

    def fits(self, path: Sequence[str]) -> bool:
        if not self.anchored:
            name = self.parts[0]
            return name is not None and name.match(path[-1]) is not None
        return _fits(self.parts, path)


class Patterns:
    """The lines of one file. `left_out`: patterns that are one too many and do not count."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._names: dict[str, list[tuple[int, bool, bool]]] = {}
        self._wild: list[_Line] = []
        self.left_out = 0
        for number, line in enumerate(lines):
            if number >= MOST_LINES:
                self.left_out += 1
            else:
                self._add(number, line)
        self._wild.reverse()

    def _add(self, number: int, line: str) -> None:
        text = _without_trailing_blanks(line)
        if not text or text.startswith("#"):
            return
        excludes = not text.startswith("!")
        text = text if excludes else text[1:]
        only_folders = text.endswith("/")
        text = text[:-1] if only_folders else text
        anchored = "/" in text
        text = text.removeprefix("/")
        if not text:
            return
        if _SPECIAL.search(text) is None:
            # a name of any depth cannot be mistaken for a path: that has a slash before it
            self._names.setdefault(f"/{text}" if anchored else text, []).append((number, excludes, only_folders))
            return
        if len(self._wild) >= MOST_WILDCARDS:
            self.left_out += 1
            return
        parts = text.split("/") if anchored else [text]
        try:
            compiled = tuple(None if anchored and len(part) > 1 and not part.strip("*") else _compiled(part) for part in parts)
        except _FitsNothingError:
            return
        self._wild.append(_Line(number, excludes, only_folders, anchored, compiled))

    def says(self, path: Sequence[str], *, folder: bool) -> bool | None:
        """Whether a path, by its parts from the folder of the file on, is left out (True) or taken back in (False); None: not spoken of."""
        number, said = -1, None
        for known in (path[-1], "/" + "/".join(path)):
            for at, excludes, only_folders in reversed(self._names.get(known, ())):
                if at > number and (folder or not only_folders):
                    number, said = at, excludes
                    break
        for line in self._wild:
            if line.number < number:
                break
            if (folder or not line.only_folders) and line.fits(path):
                return line.excludes
        return said

    def leaves_out(self, path: Sequence[str], *, folder: bool) -> bool:
        """Whether a path is left out, or a folder above it is, out of which nothing can be taken back in."""
        above = any(self.says(path[:depth], folder=True) for depth in range(1, len(path)))
        return above or self.says(path, folder=folder) is True


class _FitsNothingError(Exception):
    pass


def _without_trailing_blanks(line: str) -> str:
    text = line.removesuffix("\r")
    bare = text.rstrip(" ")
    escapes = len(bare) - len(bare.rstrip("\\"))
    return bare + " " if len(bare) < len(text) and escapes % 2 else bare


def _fits(parts: Sequence["re.Pattern[str] | None"], path: Sequence[str]) -> bool:
    """Whether the parts fit the whole path. `**` at the end is one folder or file at least, elsewhere none or more."""
    at = back = 0
    star = -1
    place = 0
    while place < len(path):
        part = parts[at] if at < len(parts) else None
        if at < len(parts) and part is None:
            if at == len(parts) - 1:
                return True
            star, back = at, place
            at += 1
        elif part is not None and part.match(path[place]):
            at, place = at + 1, place + 1
        elif star >= 0:
            back += 1
            at, place = star + 1, back
        else:
            return False
    return at == len(parts)


def _compiled(part: str) -> "re.Pattern[str]":
    """One name with wildcards. After a star the first place that fits is as good as any, so that none is gone back to."""
    chunks, at = [""], 0
    while at < len(part):
        letter = part[at]
        at += 1
        if letter == "*":
            if chunks[-1] or len(chunks) == 1:
                chunks.append("")
        elif letter == "?":
            chunks[-1] += "."
        elif letter == "[":
            text, at = _set(part, at)
            chunks[-1] += text
        elif letter == "\\":
            if at == len(part):
                raise _FitsNothingError
            chunks[-1] += re.escape(part[at])
            at += 1
        else:
            chunks[-1] += re.escape(letter)
    head, *middle = chunks
    last = f".*{middle.pop()}" if middle else ""
    return re.compile(head + "".join(f"(?>.*?{chunk})" for chunk in middle) + last + r"\Z", re.DOTALL)


def _set(part: str, at: int) -> tuple[str, int]:
    """(the regex of a set that begins before `at`, where it ends). Raises _FitsNothingError for one that does not end."""
    negated = part[at : at + 1] in ("!", "^") and at < len(part)
    at += negated
    ranges: list[tuple[str, str]] = []
    before = ""
    first = True
    while first or part[at : at + 1] != "]":
        first = False
        if at >= len(part):
            raise _FitsNothingError
        letter, at = part[at], at + 1
        if letter == "-" and before and part[at : at + 1] not in ("", "]"):
            last, at = _letter(part, at)
            ranges.append((before, last))
            before = ""
            continue
        if letter == "[" and part[at : at + 1] == ":":
            end = part.find("]", at + 1)
            if end < 0:
                raise _FitsNothingError
            if end > at + 1 and part[end - 1] == ":":
                known = _CLASSES.get(part[at + 1 : end - 1])
                if known is None:
                    raise _FitsNothingError
                ranges += zip(known[::2], known[1::2], strict=True)
                before, at = "", end + 1
                continue
        if letter == "\\":
            letter, at = _letter(part, at - 1)
        ranges.append((letter, letter))
        before = letter
    inside = "".join(f"{re.escape(first)}-{re.escape(last)}" for first, last in ranges if first <= last)
    if not inside:
        return ("." if negated else "(?!)"), at + 1
    return f"[{'^' if negated else ''}{inside}]", at + 1


def _letter(part: str, at: int) -> tuple[str, int]:
    """(a letter that may be escaped, where the next one stands)."""
    at += part[at] == "\\"
    if at >= len(part):
        raise _FitsNothingError
    return part[at], at + 1

"""Text that holds JSON documents → their pieces, one list element at a time.

An export can be hundreds of megabytes in one list. Decoding it element by element keeps one rule in memory instead of all of them, which
also takes half the time of decoding it whole, and gives line numbers for nothing.

A text may hold several documents (pages one after the other, JSON lines) and lines between them that are no JSON: the command that was
typed, the fences of Markdown.
"""

import json
import re
from collections.abc import Iterator, Mapping
from json import JSONDecodeError
from typing import Any, Final

from alb_lint.patterns import pattern
from alb_lint.sources.elbv2.shape import is_rule

Piece = tuple[str, str, int, Any]
"""(key, address, line or 0, value). Key "": the document ends here; the value is a dict of all it holds, with lists taken apart empty.
Key HEADER: what a snapshot says about itself, told as soon as it is read."""

HEADER: Final = "alb_lint"

LISTS: Final = frozenset(
    {"Rules", "Listeners", "LoadBalancers", "TargetGroups", "TargetHealth", "Tags", "TagDescriptions", "AccountLimits", "Limits"}
)
"""Keys of a document whose lists are taken apart."""

_NESTING: Final = 3
"""Lists in lists and wrappers in wrappers; a list of pages of rules has one of each."""

_STRAYS: Final = 1000
"""Elements that are no rules, before the first rule of a bare list. A file of `[1,1,1,…` would take minutes and gigabytes otherwise."""

_START: Final = pattern(r'^[ \t]*(?=\{\s*["}]|\[\s*[\[{\]])', re.MULTILINE)
"""A line on which a document may begin; `[user@host ~]$` does not look like one."""

_HERE: Final = pattern(r'\{\s*["}]|\[\s*[\[{\]]')
_PAGE: Final = r'\{\s*"(?:Rules|Listeners|LoadBalancers|TargetGroups|status_code|alb_lint|NextMarker)"'
_BLANK: Final = pattern(r"[ \t\n\r]*")
_COLON: Final = pattern(r"[ \t\n\r]*:[ \t\n\r]*")
_GOES_ON: Final = pattern(r"[ \t\n\r]*([],}])[ \t\n\r]*")
_SURROGATE: Final = r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"

_DECODER: Final = json.JSONDecoder()
_LONG_NUMBERS: Final = json.JSONDecoder(parse_int=lambda digits: int(digits) if len(digits) < 19 else digits)


def decode(data: bytes) -> str:
    """The text of a JSON file in UTF-8, -16 or -32, with or without byte order mark. Raises UnicodeDecodeError.

    Half of a surrogate pair, which no report could be written with, becomes U+FFFD.
    """
    text = data.decode(json.detect_encoding(data)).removeprefix("\ufeff")
    if "\\ud" in text or "\\uD" in text:
        return re.sub(_SURROGATE, lambda found: "\\ufffd" if found[1] else found[0], text)
    return text


class NoRulesError(Exception):
    """A long list of something else."""


class Documents:
    """The documents of one text. `count`: how many have begun so far."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._counted = 0
        self.count = 0

    def __iter__(self) -> Iterator[Piece]:
        """Raises JSONDecodeError (place included), RecursionError (nested too deeply) and NoRulesError."""
        while (start := self._next_start()) is not None:
            prefix = f"[{self.count}]." if self.count else ""
            self.count += 1
            self._at = start
            yield from self._document(prefix, 0)

    def _next_start(self) -> int | None:
        blank = _BLANK.match(self._text, self._at)
        self._at = blank.end() if blank else self._at
        if _HERE.match(self._text, self._at):
            return self._at
        found = _START.search(self._text, self._at)
        return found.end() if found else None

    def _document(self, prefix: str, depth: int) -> Iterator[Piece]:
        if self._text[self._at] == "{":
            yield from self._object(prefix, depth)
        else:
            yield from self._list(prefix, depth)

    def _object(self, prefix: str, depth: int) -> Iterator[Piece]:
        text, start, line = self._text, self._at, self._line_of(self._at)
        rest: dict[str, Any] = {}
        self._at = self._skip(start + 1)
        goes_on = text[self._at : self._at + 1] != "}"
        if not goes_on:
            self._at += 1
        while goes_on:
            key = self._key()
            opening = text[self._at : self._at + 1]
            if opening == "[" and key in LISTS:
                yield from self._elements(key, f"{prefix}{key}", start)
                rest[key] = []
            elif opening == "{" and key == "data" and depth < _NESTING:
                yield from self._object(f"{prefix}data.", depth + 1)
            else:
                rest[key] = self._value()
                if key == HEADER:
                    yield HEADER, prefix, line, rest[key]
            goes_on = self._goes_on("}")
        if is_rule(rest):
            yield "Rules", prefix.removesuffix(".") or "[0]", line, rest
        yield "", prefix, line, rest

    def _key(self) -> str:
        text = self._text
        if text[self._at : self._at + 1] != '"':
            raise JSONDecodeError("Expecting property name enclosed in double quotes", text, self._at)
        key: str
        key, self._at = _DECODER.raw_decode(text, self._at)
        colon = _COLON.match(text, self._at)
        if colon is None:
            raise JSONDecodeError("Expecting ':' delimiter", text, self._at)
        self._at = colon.end()
        return key

    def _elements(self, key: str, name: str, start: int) -> Iterator[Piece]:
        """One piece per element. Lines are told where the text is broken into lines, since all on one line would share a place."""
        text = self._text
        self._at = self._skip(self._at + 1)
        if text[self._at : self._at + 1] == "]":
            self._at += 1
            return
        lined = text.find("\n", start, self._at) >= 0
        index = 0
        while True:
            line = self._line_of(self._at) if lined else 0
            yield key, f"{name}[{index}]", line, self._value()
            index += 1
            if not self._goes_on("]"):
                return

    def _list(self, prefix: str, depth: int) -> Iterator[Piece]:
        """A list as a document: of rules, or of documents. What is neither counts as a rule that cannot be read where there are rules."""
        text, start = self._text, self._at
        self._at = self._skip(start + 1)
        goes_on = text[self._at : self._at + 1] != "]"
        if not goes_on:
            self._at += 1
        lined = text.find("\n", start, self._at) >= 0
        strays: list[Piece] = []
        rules = index = 0
        while goes_on:
            name = f"{prefix.removesuffix('.')}[{index}]"
            line = self._line_of(self._at) if lined else 0
            if depth < _NESTING and (text[self._at : self._at + 1] == "[" or re.compile(_PAGE).match(text, self._at)):
                yield from self._document(f"{name}.", depth + 1)
            else:
                value = self._value()
                if is_rule(value):
                    rules += 1
                    yield "Rules", name, line, value
                elif isinstance(value, dict) and not value.keys().isdisjoint(LISTS):
                    yield from pieces(value, f"{name}.", line)
                elif rules:
                    yield "Rules", name, line, value
                elif len(strays) < _STRAYS:
                    strays.append(("Rules", name, line, value))
                else:
                    raise NoRulesError
            index += 1
            goes_on = self._goes_on("]")
        yield from strays if rules else ()
        yield "", prefix, 0, {}

    def _value(self) -> Any:
        try:
            value, self._at = _DECODER.raw_decode(self._text, self._at)
        except JSONDecodeError:
            raise
        except ValueError:  # int() refuses thousands of digits
            value, self._at = _LONG_NUMBERS.raw_decode(self._text, self._at)
        return value

    def _goes_on(self, closing: str) -> bool:
        """Whether another element follows; stands behind the comma or the closing bracket then."""
        found = _GOES_ON.match(self._text, self._at)
        if found is not None:
            if found[1] == ",":
                self._at = found.end()
                return True
            if found[1] == closing:
                self._at = found.end(1)
                return False
        raise JSONDecodeError("Expecting ',' delimiter", self._text, self._skip(self._at))

    def _skip(self, at: int) -> int:
        blank = _BLANK.match(self._text, at)
        return blank.end() if blank else at

    def _line_of(self, at: int) -> int:
        """1-based; asked in rising order."""
        self._line += self._text.count("\n", self._counted, at)
        self._counted = at
        return self._line


def pieces(document: Mapping[str, Any], prefix: str = "", line: int = 0) -> Iterator[Piece]:
    """The pieces of a document that is already whole in memory."""
    rest = dict(document)
    if HEADER in rest:
        yield HEADER, prefix, line, rest[HEADER]
    for key in [key for key in rest if key in LISTS and isinstance(rest[key], list)]:
        for index, value in enumerate(rest[key]):
            yield key, f"{prefix}{key}[{index}]", 0, value
        rest[key] = []
    yield "", prefix, line, rest

"""One private letter for every symbol, so that the algebra of globs serves texts with symbols too.

In a glob the letter stands for the symbol's text, whatever it is: it lies in `*` and in itself, never in `?`, never in a literal. So a word with
letters that lies in a glob does for every valuation (docs/symbols.md, "Certain inclusion").
"""

import re
from functools import lru_cache
from typing import Final

from alb_lint.symbols import Symbol

_FIRST: Final = 0xF0000
"""The first of the private planes 15 and 16, which `speakable` refuses in texts from outside."""
_LAST: Final = 0x10FFFD
_BY_KEY: Final[dict[tuple[str, bool, bool, int], str]] = {}
_SHOWN: Final[dict[str, str]] = {}
_TAKEN: Final[dict[str, str]] = {}
"""Name → the key of the symbol that is shown by it."""
_PLAIN: Final[set[str]] = set()
_SLASHLESS: Final[set[str]] = set()
ANYWHERE, PATH, TAIL = range(3)
"""What a letter stands for: the symbol's text; its text that begins a path, and so with a slash; what follows that slash."""


class TooManySymbols(Exception):  # noqa: N818 - an answer: the text stays unknown
    """More symbols than there are private letters."""


def letter_of(symbol: Symbol, stands: int = ANYWHERE) -> str:
    """The letter of the symbol. `stands`: ANYWHERE, PATH or TAIL. Raises TooManySymbols."""
    key = (symbol.key, symbol.plain or symbol.secret, symbol.host, stands)
    known = _BY_KEY.get(key)
    if known is None:
        if _FIRST + len(_BY_KEY) > _LAST:
            raise TooManySymbols
        known = _BY_KEY[key] = chr(_FIRST + len(_BY_KEY))
        path = stands == PATH
        base = "(sensitive)" if symbol.secret else symbol.shown.translate(_QUIET)
        name, number = base, 2
        while _TAKEN.setdefault(("/" if path else "") + name, symbol.key) != symbol.key:
            name, number = f"{base}#{number}", number + 1
        _SHOWN[known] = f"/${{{name}}}" if path else f"${{{name}}}"
        if key[1]:
            _PLAIN.add(known)
        if symbol.host:
            _SLASHLESS.add(known)
    return known


def is_plain(letter: str) -> bool:
    """Whether the letter's text holds no wildcards, also where it is a whole value."""
    return letter in _PLAIN


def may_hold(letter: str, character: str) -> bool:
    """Whether a text of the letter may hold the character: what stands in a host has no slash."""
    return character != "/" or letter not in _SLASHLESS


def some_slashless(text: str) -> bool:
    """Whether the text has a letter that holds no slash."""
    return not _SLASHLESS.isdisjoint(text)


_QUIET: Final = {ord("*"): "·", ord("?"): "·"}
"""A placeholder holds no wildcards: it is read as a text."""


def has_letter(text: str) -> bool:
    return not text.isascii() and max(text) >= "\U000f0000"


def is_letter(character: str) -> bool:
    return character >= "\U000f0000"


def shown(text: str) -> str:
    """The text with a placeholder for each letter: `admin.${var.root_domain}`. It is also the sample that witnesses are confirmed under."""
    if not has_letter(text):
        return text
    return "".join(_SHOWN.get(character, character) for character in text)


def loosened(glob: str) -> str:
    """The glob with a star for each symbol: it takes what any valuation of the glob takes."""
    return _loosened(glob) if has_letter(glob) else glob


@lru_cache(maxsize=4_096)
def _loosened(glob: str) -> str:
    return re.sub(r"\*{2,}", "*", "".join("*" if is_letter(character) else character for character in glob))

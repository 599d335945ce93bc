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
_BY_KEY: Final[dict[tuple[str, bool, bool], str]] = {}
_SHOWN: Final[dict[str, str]] = {}
_TAKEN: Final[dict[str, str]] = {}
"""Name → the key of the symbol that is shown by it."""
_PLAIN: Final[set[str]] = set()


class TooManySymbols(Exception):  # noqa: N818 - an answer: the text stays unknown
    """More symbols than there are private letters."""


def letter_of(symbol: Symbol, path: bool = False) -> str:
    """The letter of the symbol. `path`: it begins a path, so that its text begins with a slash. Raises TooManySymbols."""
    key = (symbol.key, symbol.plain or symbol.secret, path)
    known = _BY_KEY.get(key)
    if known is None:
        if _FIRST + len(_BY_KEY) > _LAST:
            raise TooManySymbols
        known = _BY_KEY[key] = chr(_FIRST + len(_BY_KEY))
        base = "(sensitive)" if symbol.secret else symbol.shown.translate(_QUIET)
        name, number = base, 2
        while _TAKEN.setdefault(("/" if path else "") + name, symbol.key) != symbol.key:
            name, number = f"{base}#{number}", number + 1
        _SHOWN[known] = f"/${{{name}}}" if path else f"${{{name}}}"
        if key[1]:
            _PLAIN.add(known)
    return known


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
    if not has_letter(glob):
        return glob
    return re.sub(r"\*{2,}", "*", "".join("*" if is_letter(character) else character for character in glob))


@lru_cache(maxsize=65_536)
def may_share(a: str, b: str) -> bool:
    """Whether some valuation gives the two a common word. False is certain; a word may be one of them.

    Equal tokens are cut off both ends, as long as no wildcard is met: for them the two agree under every valuation. Of what is left each
    symbol may be any text, but FRESH, which is chosen after the valuation, where it is plain.
    """
    first, second = a, b
    while first and second and first[0] == second[0] and first[0] not in "*?":
        first, second = first[1:], second[1:]
    while first and second and first[-1] == second[-1] and first[-1] not in "*?":
        first, second = first[:-1], second[:-1]
    if not _runs(first) and not _runs(second):
        return len(first) == len(second) and all(x == y or "?" in (x, y) for x, y in zip(first, second, strict=True))
    if not _agree(first, second) or not _agree(first[::-1], second[::-1]):
        return False
    if _runs(first) and _runs(second) and (_takes_rest(first, second) or _takes_rest(second, first)):
        return True
    return _meet(first, second, "".join(token for token in (a, b) if len(token) == 1 and is_letter(token) and token not in _PLAIN))


def _runs(text: str) -> bool:
    return any(character == "*" or character >= "\U000f0000" for character in text)


def _takes_rest(one: str, other: str) -> bool:
    """Of two whose ends agree: whether what lies between those of `other` fits in the runs of `one`, and what lies between those of `one` in a run
    of `other`. FRESH, of which `one` must have none, fits in a star and in no symbol.
    """
    if _FRESH in one:
        return False
    runs = [character for character in one if character == "*" or is_letter(character)]
    return _FRESH not in other or (runs[0] == "*" and runs[-1] == "*")


def _agree(a: str, b: str) -> bool:
    """Whether the two agree from their beginning to the first wildcard or symbol that takes any text."""
    for x, y in zip(a, b, strict=False):
        if x == "*" or y == "*" or is_letter(x) or is_letter(y):
            return True
        if x != y and "?" not in (x, y):
            return False
    return True


_FRESH: Final = "\ue000"


def _meet(a: str, b: str, wild: str) -> bool:
    """`wild`: the letters that may stand for wildcards."""

    def takes(token: str, character: str) -> bool:
        return token == "*" or character != _FRESH or token in wild

    stack, seen = [(0, 0)], {(0, 0)}
    while stack:
        i, j = stack.pop()
        if i == len(a) and j == len(b):
            return True
        x, y = a[i : i + 1], b[j : j + 1]
        run_x, run_y = bool(x) and (x == "*" or is_letter(x)), bool(y) and (y == "*" or is_letter(y))
        nexts = [*([(i + 1, j)] if run_x else []), *([(i, j + 1)] if run_y else [])]
        if x and y and not (run_x and run_y):
            agree = takes(x, y) if run_x else takes(y, x) if run_y else x == y or "?" in (x, y)
            if agree:
                nexts.append((i + (not run_x), j + (not run_y)))
        for place in nexts:
            if place not in seen:
                seen.add(place)
                stack.append(place)
    return False

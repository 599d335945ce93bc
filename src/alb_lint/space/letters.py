"""One private letter for every symbol, so that the algebra of globs serves texts with symbols too.

In a glob the letter stands for the symbol's text, whatever it is: it lies in `*` and in itself, never in `?`, never in a literal. So a word with
letters that lies in a glob does for every valuation (docs/symbols.md, "Certain inclusion").
"""

from functools import lru_cache
from typing import Final

from alb_lint.symbols import Symbol

_FIRST: Final = 0xF0000
"""The first of the private planes 15 and 16, which `speakable` refuses in texts from outside."""
_LAST: Final = 0x10FFFD
_BY_KEY: Final[dict[tuple[str, bool, bool], str]] = {}
_SHOWN: Final[dict[str, str]] = {}
_TAKEN: Final[set[str]] = set()
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
        while ("/" if path else "") + name in _TAKEN:
            name, number = f"{base}#{number}", number + 1
        _TAKEN.add(("/" if path else "") + name)
        _SHOWN[known] = f"/${{{name}}}" if path else f"${{{name}}}"
        if key[1]:
            _PLAIN.add(known)
    return known


_QUIET: Final = {ord("*"): "·", ord("?"): "·"}
"""A placeholder holds no wildcards: it is read as a text."""


def has_letter(text: str) -> bool:
    return not text.isascii() and any(character >= "\U000f0000" for character in text)


def is_letter(character: str) -> bool:
    return character >= "\U000f0000"


def shown(text: str) -> str:
    """The text with a placeholder for each letter: `admin.${var.root_domain}`. It is also the sample that witnesses are confirmed under."""
    if not has_letter(text):
        return text
    return "".join(_SHOWN.get(character, character) for character in text)


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
    return _meet(first, second, "".join(token for token in (a, b) if len(token) == 1 and is_letter(token) and token not in _PLAIN))


def _runs(text: str) -> bool:
    return any(character == "*" or character >= "\U000f0000" for character in text)


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

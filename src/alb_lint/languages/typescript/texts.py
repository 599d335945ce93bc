"""Methods of texts and numbers, and `Math`: what they give for values that are told."""

import math
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

TEXT: Final = 1 << 16
"""Longer texts are no value of a rule."""

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_SAFE_REGEX: Final = re.compile(
    r"(?:[^\\()\[\]{}*+?^$|.]|\\[dwsDWS./\\*+?\[\](){}^$|-]|\[\^?(?:[^\\\[\]]|\\[dws./\\\]-])+\]|[.*+?^$|()])*\Z"
)
"""Regexes that mean the same in Python, for texts of ASCII characters."""

Plain = str | int | float | bool | None


def text_method(text: str, name: str, given: Sequence[Plain]) -> Any:
    """A text, number, boolean or list of texts; None where the method is not known."""
    found = _METHODS.get(name)
    if found is None or (not text.isascii() and name not in {"trimStart", "trimEnd"}):
        return None
    try:
        return found(text, *given)
    except (TypeError, ValueError, IndexError):
        return None


def _whole(value: Plain) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return int(value)


def _slice(text: str, start: Plain = 0, end: Plain = None) -> str:
    return text[_at(text, start) : max(_at(text, start), len(text) if end is None else _at(text, end))]


def _at(text: str, value: Plain) -> int:
    number = _whole(value)
    return max(len(text) + number, 0) if number < 0 else min(number, len(text))


def _substring(text: str, start: Plain = 0, end: Plain = None) -> str:
    ends = sorted((min(max(_whole(start), 0), len(text)), len(text) if end is None else min(max(_whole(end), 0), len(text))))
    return text[ends[0] : ends[1]]


def _substr(text: str, start: Plain = 0, length: Plain = None) -> str:
    first = _at(text, start)
    return text[first:] if length is None else text[first : first + max(_whole(length), 0)]


def _padded(text: str, length: Plain, fill: Plain = " ") -> str:
    missing = _whole(length) - len(text)
    if not isinstance(fill, str) or not fill or missing <= 0 or missing > TEXT:
        return ""
    return (fill * (missing // len(fill) + 1))[:missing]


def _repeat(text: str, count: Plain) -> str:
    if _whole(count) < 0 or len(text) * _whole(count) > TEXT:
        raise ValueError
    return text * _whole(count)


def _find(text: str, word: Plain, start: Plain = 0) -> int:
    if not isinstance(word, str):
        raise TypeError
    return text.find(word, min(max(_whole(start), 0), len(text)))


def _rfind(text: str, word: Plain) -> int:
    if not isinstance(word, str):
        raise TypeError
    return text.rfind(word)


def _char(text: str, index: Plain = 0) -> str:
    at = _whole(index)
    return text[at] if 0 <= at < len(text) else ""


def _code(text: str, index: Plain = 0) -> int:
    at = _whole(index)
    if not 0 <= at < len(text):
        raise IndexError
    return ord(text[at])


def _item(text: str, index: Plain) -> str:
    return text[_whole(index)]


def _split(text: str, word: Plain, limit: Plain = None) -> list[str]:
    if not isinstance(word, str):
        raise TypeError
    parts = list(text) if not word else text.split(word)
    return parts if limit is None else parts[: _whole(limit)]


_METHODS: Final[dict[str, Callable[..., Any]]] = {
    "slice": _slice,
    "substring": _substring,
    "substr": _substr,
    "padStart": lambda text, *given: _padded(text, *given) + text,
    "padEnd": lambda text, *given: text + _padded(text, *given),
    "repeat": _repeat,
    "indexOf": _find,
    "lastIndexOf": _rfind,
    "charAt": _char,
    "charCodeAt": _code,
    "codePointAt": _code,
    "at": _item,
    "trimStart": lambda text: text.lstrip(),
    "trimEnd": lambda text: text.rstrip(),
    "toUpperCase": lambda text: text.upper(),
    "split": _split,
    "localeCompare": lambda text, other: (
        (text > other) - (text < other) if text.isalnum() and other.isalnum() and _one_case(text + other) else None
    ),
}


def _one_case(text: str) -> bool:
    """Whether a comparison by language agrees with one by characters: small letters and digits only."""
    return text == text.lower()


def number_method(value: float, name: str, given: Sequence[Plain]) -> str | None:
    """`toString(16)` and `toFixed(0)` of whole numbers; None where it is not known."""
    if isinstance(value, bool) or not float(value).is_integer() or abs(value) >= 2**53:
        return None
    number = int(value)
    if name == "toFixed" and list(given) in ([], [0]):
        return str(number)
    if name == "toString" and len(given) == 1 and isinstance(given[0], int) and 2 <= given[0] <= 36:
        digits, left = "", abs(number)
        while left:
            left, digit = divmod(left, given[0])
            digits = _DIGITS[digit] + digits
        return ("-" if number < 0 else "") + (digits or "0")
    return None


def regex_of(source: str, flags: str) -> re.Pattern[str] | None:
    """A regex that means the same here; None where that is not certain."""
    if len(source) > 200 or not source.isascii() or not _SAFE_REGEX.match(source) or not set(flags) <= {"g", "i"} or _NESTED.search(source):
        return None
    try:
        return re.compile(source.replace("$", r"\Z"), re.ASCII | (re.IGNORECASE if "i" in flags else 0))
    except re.error:
        return None


_NESTED: Final = re.compile(r"\([^)]*[*+][^)]*\)[*+]|\(\?")
"""Repeats of repeats, which may take very long, and groups that are not plain."""


def replaced(text: str, pattern: re.Pattern[str], by: str, *, every: bool) -> str | None:
    """`replace` with a regex; None where it is not certain."""
    if "$" in by or not text.isascii() or len(text) > 2_000:
        return None
    return pattern.sub(lambda _: by, text, count=0 if every else 1)


def math_function(name: str, given: Sequence[float]) -> float | None:
    """`Math.name`; None where it is not known."""
    found = _MATH.get(name)
    try:
        return None if found is None else found(*given)
    except (TypeError, ValueError, OverflowError):
        return None


_MATH: Final[dict[str, Callable[..., float]]] = {
    "floor": math.floor,
    "ceil": math.ceil,
    "round": lambda value: math.floor(value + 0.5),
    "trunc": math.trunc,
    "abs": abs,
    "sign": lambda value: (value > 0) - (value < 0),
    "max": lambda *values: max(values),
    "min": lambda *values: min(values),
    "pow": lambda one, other: one**other,
    "sqrt": math.sqrt,
}


def leading_number(text: str, radix: int) -> int | None:
    """`parseInt`: the whole number that the text begins with; None where it begins with none."""
    match = re.match(r"\s*([+-]?)(0[xX])?([0-9a-zA-Z]*)", text)
    if match is None or not 2 <= (radix or 10) <= 36 or len(text) > 100:
        return None
    radix = 16 if match[2] and radix in {0, 16} else radix or 10
    digits = match[3] if match[2] is None or radix == 16 else "0"
    kept = ""
    for digit in digits.lower():
        if _DIGITS.index(digit) >= radix:
            break
        kept += digit
    return None if not kept else int(kept, radix) * (-1 if match[1] == "-" else 1)

"""Values as texts, numbers and booleans; equality; and values spelled out for people and identity."""

from fractions import Fraction
from typing import Final

from alb_lint.languages.hcl.values import (
    MAX_ELEMENTS,
    ListOf,
    MapOf,
    Refused,
    SetOf,
    Stuck,
    Sym,
    TooMuch,
    Value,
    clipped,
    is_number,
    kind,
    number,
    sited,
    with_site,
)
from alb_lint.patterns import pattern

_NUMERAL: Final = pattern(r"[+-]?\d{1,400}(\.\d{1,400})?([eE][+-]?\d{1,3})?")
_SPELLED: Final = 1_500
"""Characters of a value that are spelled out at most."""

_WORD: Final = pattern(r"[A-Za-z_][\w-]*")


def to_text(value: Value) -> str:
    """The text form; raises Stuck for a symbol, Refused for null and collections."""
    if isinstance(value, str):
        return value
    if isinstance(value, Sym):
        raise Stuck(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_number(value):
        return number_text(value)
    raise Refused(f"{kind(value)} is no text")


def number_text(value: int | Fraction) -> str:
    """Decimal digits, as Terraform writes them."""
    if isinstance(value, int):
        return str(int(value))
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        raise TooMuch("a fraction without end")
    places = max(twos, fives)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def to_number(value: Value) -> int | Fraction:
    """The number; a text of digits counts, and keeps the place where it is written."""
    if isinstance(value, Sym):
        raise Stuck(value)
    if is_number(value):
        found: int | Fraction = value
        return found
    if isinstance(value, str) and _NUMERAL.fullmatch(value):
        converted: int | Fraction = with_site(number(Fraction(value)), sited(value))
        return converted
    raise Refused(f"{kind(value)} is no number" if not isinstance(value, str) else f"the text {value[:40]!r} is no number")


def to_whole(value: Value) -> int:
    found = to_number(value)
    if not isinstance(found, int):
        raise Refused("a whole number is needed")
    return found


def to_bool(value: Value) -> bool:
    if isinstance(value, Sym):
        raise Stuck(value)
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise Refused(f"{kind(value)} is no boolean")


def same(left: Value, right: Value) -> bool:
    """Equality as Terraform has it: values of different types differ. Raises Stuck where a symbol decides, TooMuch after much work."""
    budget = MAX_ELEMENTS
    stack = [(left, right)]
    open_question: Sym | None = None
    while stack:
        budget -= 1
        if budget < 0:
            raise TooMuch("a comparison of very large values")
        one, other = stack.pop()
        if isinstance(one, Sym) or isinstance(other, Sym):
            if not (isinstance(one, Sym) and isinstance(other, Sym) and one.text == other.text):
                open_question = one if isinstance(one, Sym) else other
            continue
        if one is other:
            continue
        if _shape(one) != _shape(other):
            return False
        if isinstance(one, tuple):
            if len(one) != len(other):
                return False
            stack.extend(zip(one, other, strict=True))
        elif isinstance(one, dict):
            if one.keys() != other.keys():
                return False
            stack.extend((one[key], other[key]) for key in one)
        elif one != other:
            return False
    if open_question is not None:
        raise Stuck(open_question)
    return True


def _shape(value: Value) -> object:
    if isinstance(value, bool):
        return bool
    if is_number(value):
        return int
    for shape in (str, SetOf, ListOf, MapOf, tuple, dict):
        if isinstance(value, shape):
            return shape
    return type(value)


def spelled(value: Value) -> str:
    """The value as an expression, short: for messages and for identity."""
    pieces: list[str] = []
    length = 0
    stack: list[Value | _Raw] = [value]
    while stack and length < _SPELLED:
        item = stack.pop()
        if isinstance(item, tuple):
            stack.append(_Raw("]"))
            for index in range(min(len(item), _SPELLED // 3) - 1, -1, -1):
                stack.append(item[index])
                if index:
                    stack.append(_Raw(", "))
            stack.append(_Raw("["))
            continue
        if isinstance(item, dict):
            stack.append(_Raw("}"))
            for index, key in reversed(list(enumerate(sorted(item)[: _SPELLED // 3]))):
                stack += (item[key], _Raw(f"{', ' if index else ''}{key if _WORD.fullmatch(key) else quoted(key)} = "))
            stack.append(_Raw("{"))
            continue
        piece = item.text if isinstance(item, _Raw) else _spelled_leaf(item)
        pieces.append(piece)
        length += len(piece)
    return clipped("".join(pieces))


class _Raw:
    """Punctuation between spelled values."""

    def __init__(self, text: str) -> None:
        self.text = text


def _spelled_leaf(value: Value) -> str:
    if isinstance(value, Sym):
        return value.text
    if isinstance(value, str):
        return quoted(value[:_SPELLED])
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        return f"{float(value):g}"
    return str(int(value)) if isinstance(value, int) else kind(value)


def operand(value: Value) -> str:
    """The value as a part of a larger expression."""
    return f"({value.text})" if isinstance(value, Sym) and value.loose else spelled(value)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("${", "$${")
    return f'"{escaped}"'

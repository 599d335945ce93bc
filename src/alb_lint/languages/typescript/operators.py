"""Operators on values, some of which are symbols."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from alb_lint.languages.typescript.presence import truth
from alb_lint.languages.typescript.render import known_of, render, symbol
from alb_lint.languages.typescript.values import NOTHING, Choice, Lazy, Lit, Sym, Value
from alb_lint.record import replace

if TYPE_CHECKING:
    from alb_lint.languages.typescript.machine import Machine

TEXT_LIMIT: Final = 1 << 16
"""Longer texts are no value of a rule; doubling one thirty times would fill the memory."""

_NUMBER_LIMIT: Final = 2.0**53
"""Numbers beyond are not exact in JavaScript."""

_PIECES: Final = 200
"""Parts of a text that is not told in full."""

_SITES: Final = 20
"""Literals that a computed number is traced back to."""

_EQUALITY: Final = {"===": True, "==": True, "!==": False, "!=": False}


def _divide(one: float, other: float) -> float:
    return one / other if other else math.nan


def _remainder(one: float, other: float) -> float:
    return math.fmod(one, other) if other else math.nan


def _power(one: float, other: float) -> float:
    if abs(other) > 64 or abs(one) > 1 << 20:
        return math.nan
    return float(one) ** other if one or other >= 0 else math.nan


_ARITHMETIC: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _divide,
    "%": _remainder,
    "**": _power,
}
_ORDER: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}


def number(value: float) -> Lit | None:
    """A number as a literal, whole where it is; None where it is not finite or not exact."""
    if isinstance(value, float) and (math.isnan(value) or math.isinf(value)):
        return None
    if abs(value) > _NUMBER_LIMIT:
        return None
    return Lit(int(value)) if float(value).is_integer() else Lit(value)


def as_text(value: Lit) -> str:
    """What JavaScript makes of a literal in a text."""
    if isinstance(value.value, bool):
        return "true" if value.value else "false"
    return "undefined" if value.value is None else str(value.value)


def binary(machine: "Machine", operator: str, one: Value, other: Value) -> Value:
    """The result of an operator other than `&&`, `||` and `??`."""
    for left, right, turned in ((one, other, False), (other, one, True)):
        if isinstance(left, Choice):
            sides = [_with_side(machine, operator, side, right, turned=turned) for side in (left.yes, left.no)]
            return Choice(left.when, sides[0], sides[1])
    if operator in _EQUALITY:
        return _equal(machine, one, other, wanted=_EQUALITY[operator])
    found = _literal(operator, one, other)
    if found is not None:
        return found
    if operator == "+" and _is_text(one, other):
        return joined(machine, (one, other))
    return _symbol(machine, operator, one, other)


def _with_side(machine: "Machine", operator: str, side: Lazy, other: Value, *, turned: bool) -> Lazy:
    def make() -> Value:
        inner = machine.force(side)
        return binary(machine, operator, other, inner) if turned else binary(machine, operator, inner, other)

    return Lazy(make)


def _literal(operator: str, one: Value, other: Value) -> Lit | None:
    if not isinstance(one, Lit) or not isinstance(other, Lit):
        return None
    a, b = one.value, other.value
    if isinstance(a, int | float) and isinstance(b, int | float):
        if operator in _ARITHMETIC:
            found = number(_ARITHMETIC[operator](a, b))
            return None if found is None else Lit(found.value, None, (*one.sites, *other.sites)[:_SITES])
        return Lit(_ORDER[operator](a, b)) if operator in _ORDER else None
    if operator == "+" and (isinstance(a, str) or isinstance(b, str)) and a is not None and b is not None:
        text = as_text(one) + as_text(other)
        return Lit(text) if len(text) <= TEXT_LIMIT else None
    return None


def _is_text(one: Value, other: Value) -> bool:
    """Whether `+` joins texts here: one side is one, or was joined from some."""
    return any((isinstance(v, Lit) and isinstance(v.value, str)) or (isinstance(v, Sym) and "${" in v.text) for v in (one, other))


def joined(machine: "Machine", parts: tuple[Value, ...]) -> Value:
    """Parts of a template, one after the other: a text, or a symbol that shows what is known of it."""
    if len(parts) == 1 and isinstance(parts[0], Sym):
        return parts[0]
    if all(isinstance(part, Lit) and part.value is not None for part in parts):  # nobody means to write "undefined"
        told = [part for part in parts if isinstance(part, Lit)]
        text = "".join(map(as_text, told))
        if len(text) <= TEXT_LIMIT:
            return Lit(text, None, tuple(site for part in told for site in part.sites)[:_SITES])
    texts, keys, why = [], [], ""
    pieces: list[str | Sym] = []
    for part in parts:
        pieces += _pieces(part)
        if isinstance(part, Lit) and part.value is not None:
            texts.append(as_text(part))
            keys.append(as_text(part))
            continue
        text, key = render(machine, part)
        texts.append(text if "${" in text else f"${{{text}}}")
        keys.append(key if "${" in key else f"${{{key}}}")
        why = why or (
            part.why if isinstance(part, Sym) else "a part of it is undefined" if isinstance(part, Lit) else "known after the deployment"
        )
    known = known_of(machine, *parts)
    whole = len(pieces) <= _PIECES and all(not isinstance(part, Lit) or part.value is not None for part in parts)
    held = tuple(pieces) if known is not None and whole else ()
    return symbol("".join(texts), "".join(keys), why or "a text of many characters", known=known, pieces=held)


def _pieces(part: Value) -> "tuple[str | Sym, ...]":
    """What a part of a text adds to it, in its canonical form."""
    if isinstance(part, Lit):
        return (as_text(part),)
    if isinstance(part, Sym) and part.pieces:
        return part.pieces
    return (part,) if isinstance(part, Sym) else ()


def _symbol(machine: "Machine", operator: str, one: Value, other: Value) -> Sym:
    (text_a, key_a), (text_b, key_b) = render(machine, one), render(machine, other)
    why = next((v.why for v in (one, other) if isinstance(v, Sym)), "not a number")
    untold = any(isinstance(side, Lit) and side.value is None for side in (one, other))  # not a number, which equals nothing
    known = None if untold else known_of(machine, one, other)
    found = symbol(f"{text_a} {operator} {text_b}", f"{key_a} {operator} {key_b}", why, known=known)
    return _sum(found, operator, one, other)


def _sum(found: Sym, operator: str, one: Value, other: Value) -> Sym:
    """A number and so much: `base + 10`, where `base` is a number for certain."""
    if operator == "+" and isinstance(one, Lit):
        one, other = other, one
    if not isinstance(one, Sym) or one.known is None or not one.known.numeric or found.known is None or operator not in {"+", "-"}:
        return found
    found = replace(found, known=replace(found.known, numeric=True))
    if not isinstance(other, Lit) or isinstance(other.value, bool) or not isinstance(other.value, int):
        return found
    base, before = one.plus or (one, 0)
    return replace(found, plus=(base, before + (other.value if operator == "+" else -other.value)))


def _equal(machine: "Machine", one: Value, other: Value, *, wanted: bool) -> Value:
    if isinstance(one, Lit) and isinstance(other, Lit):
        return Lit((one.value == other.value and isinstance(one.value, bool) == isinstance(other.value, bool)) is wanted)
    if isinstance(one, Lit):
        one, other = other, one
    if isinstance(other, Lit) and (not isinstance(one, Sym) or (one.output and other.value is None)):
        return Lit(not wanted)
    (text_a, key_a), (text_b, key_b) = render(machine, one), render(machine, other)
    same = symbol(
        f"{text_a} === {text_b}",
        f"{key_a} === {key_b}",
        one.why if isinstance(one, Sym) else "compared",
        known=known_of(machine, one, other),
    )
    return same if wanted else negated(machine, same)


def negated(machine: "Machine", value: Value) -> Value:
    """`!value`."""
    decided = truth(machine, value)
    if decided is not None:
        return Lit(not decided)
    text, key = render(machine, value)
    plain = text.count(" === ") == 1 and "?" not in text and " && " not in text and " || " not in text
    return symbol(
        text.replace(" === ", " !== ") if plain else f"!({text})",
        f"!({key})",
        _why(value),
        ("not", (value,)),
        known=known_of(machine, value),
    )


def logical(machine: "Machine", operator: str, one: Value, other: Lazy) -> Value:
    """`&&`, `||` and `??`: one of the two, or a condition made of both."""
    if operator == "??":
        if isinstance(one, Lit):
            return machine.force(other) if one.value is None else one
        if not isinstance(one, Sym | Choice) or (isinstance(one, Sym) and one.output):
            return one
    else:
        decided = truth(machine, one)
        if decided is not None:
            return machine.force(other) if decided is (operator == "&&") else one
    if operator == "&&" and not isinstance(one, Sym):
        return Choice(one, other, Lazy(None, Lit(False)))
    if isinstance(one, Choice):
        sides = (
            Lazy(lambda: logical(machine, operator, machine.force(one.yes), other)),
            Lazy(lambda: logical(machine, operator, machine.force(one.no), other)),
        )
        return Choice(one.when, *sides)
    last = machine.force(other)
    (text_a, key_a), (text_b, key_b) = render(machine, one), render(machine, last)
    # `a ?? ""` holds where `a || ""` does
    sign = "||" if operator == "??" and truth(machine, last) is False else operator
    logic = {"&&": ("and", (one, last)), "||": ("or", (one, last))}.get(sign)
    return symbol(f"{text_a} {operator} {text_b}", f"{key_a} {operator} {key_b}", _why(one), logic, known=known_of(machine, one, last))


def _why(value: Value) -> str:
    return value.why if isinstance(value, Sym) else "not decided"


def as_choice(value: Value) -> Value:
    """`condition && value`, spread into an object or a list, is the value or nothing."""
    if value.__class__ is Sym and value.logic is not None and value.logic[0] == "and":
        *conditions, last = value.logic[1]
        if len(conditions) == 1:
            return Choice(conditions[0], Lazy(None, last), Lazy(None, NOTHING))
    return value

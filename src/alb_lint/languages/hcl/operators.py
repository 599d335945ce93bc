"""Unary and binary operators on values, with what follows for presence where they are not known."""

from fractions import Fraction

from alb_lint.languages.hcl.convert import operand, same, to_bool, to_number
from alb_lint.languages.hcl.values import Facts, Refused, Stuck, Sym, Value, number
from alb_lint.presence import All, Literal, Presence, Some, facts_of, formula_of
from alb_lint.record import replace

_NEGATED = {"!=": "==", "<=": ">", ">=": "<"}
"""Operators that are told as the negation of another, so that opposite conditions read alike."""


def unary(operator: str, value: Value) -> Value:
    if isinstance(value, Sym):
        known = value.implied()
        text = f"{operator}{operand(value)}"
        result = value.derived(text)
        return _about(result, Facts(known.if_false, known.if_true)) if operator == "!" else result
    return not to_bool(value) if operator == "!" else number(-to_number(value))


def binary(operator: str, left: Value, right: Value) -> Value:
    """The result, or a symbol; raises Refused and TooMuch."""
    if operator in {"&&", "||"}:
        return _logical(operator, left, right)
    if operator in {"==", "!="}:
        return _equality(operator, left, right)
    if isinstance(left, Sym) or isinstance(right, Sym):
        return _unknown(operator, left, right)
    one, other = to_number(left), to_number(right)
    match operator:
        case "<":
            return one < other
        case ">":
            return one > other
        case "<=":
            return one <= other
        case ">=":
            return one >= other
        case "+":
            return number(one + other)
        case "-":
            return number(one - other)
        case "*":
            return number(one * other)
    if other == 0:
        raise Refused("division by zero")
    if operator == "/":
        return number(Fraction(one) / other)
    quotient = Fraction(one) / other
    whole = quotient.numerator // quotient.denominator
    return number(one - other * (whole + 1 if quotient < 0 and quotient != whole else whole))


def _unknown(operator: str, left: Value, right: Value) -> Sym:
    fault: Sym = left if isinstance(left, Sym) else right
    result = fault.derived(f"{operand(left)} {operator} {operand(right)}", loose=True)
    if operator in {"+", "-"}:
        return replace(result, plus=_sum(operator, left, right))
    if operator not in {"<", ">", "<=", ">="}:
        return result
    subject = operand(left)
    if subject.startswith("length("):
        if (operator, right) in {(">", 0), (">=", 1)}:
            return _about(result, _turned(f"{subject} == 0"))
        if (operator, right) in {("<", 1), ("<=", 0)}:
            return _about(result, _plain(f"{subject} == 0"))
    if operator in _NEGATED:
        return _about(result, _turned(f"{subject} {_NEGATED[operator]} {operand(right)}"))
    return _about(result, _plain(result.text))


def _sum(operator: str, left: Value, right: Value) -> tuple[Sym, int] | None:
    """A symbol and the whole number that is added to it, where the sum is no more than that."""
    symbol, other = (left, right) if isinstance(left, Sym) else (right, left)
    if isinstance(other, Sym) or not isinstance(symbol, Sym) or (operator == "-" and symbol is right):
        return None
    try:
        added = to_number(other)
    except Refused:
        return None
    if not isinstance(added, int):
        return None
    base, before = symbol.plus or (symbol, 0)
    return base, before + (added if operator == "+" else -added)


def _equality(operator: str, left: Value, right: Value) -> Value:
    try:
        return same(left, right) is (operator == "==")
    except Stuck as stuck:
        if _apart(left, right) or _apart(right, left):
            return operator == "!="
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Sym) and isinstance(other, bool):
                return one if other is (operator == "==") else unary("!", one)
        if not isinstance(left, Sym):
            left, right = right, left
        text = f"{operand(left)} == {operand(right)}"
        result = stuck.symbol.derived(text if operator == "==" else f"{operand(left)} != {operand(right)}", loose=True)
        return _about(result, _plain(text) if operator == "==" else _turned(text))


def _apart(template: Value, text: Value) -> bool:
    """Whether what is known of the template is no part of the text, so that they differ whatever the rest is."""
    if not isinstance(template, Sym) or template.failed or not template.pieces or not isinstance(text, str):
        return False
    first, last = template.pieces[0], template.pieces[-1]
    told = [piece for piece in template.pieces if isinstance(piece, str)]
    fits = text.startswith(first if isinstance(first, str) else "") and text.endswith(last if isinstance(last, str) else "")
    return not fits or len(text) < sum(map(len, told))


def _logical(operator: str, left: Value, right: Value) -> Value:
    """A known side decides or drops out, on either side."""
    decisive = operator == "||"
    sides = []
    for side in (left, right):
        if isinstance(side, Sym):
            sides.append(side)
        elif to_bool(side) is decisive:
            return decisive
    if not sides:
        return not decisive
    if len(sides) == 1:
        return sides[0]
    text = f"{operand(left)} {operator} {operand(right)}"
    result = sides[0].derived(text, loose=True)
    one, other = left.implied(), right.implied()
    if decisive:
        return _about(
            result, Facts(_facts(Some, one.if_true, other.if_true, (text, True)), _facts(All, one.if_false, other.if_false, (text, False)))
        )
    return _about(
        result, Facts(_facts(All, one.if_true, other.if_true, (text, True)), _facts(Some, one.if_false, other.if_false, (text, False)))
    )


def _facts(join: type[All | Some], one: Presence, other: Presence, whole: Literal) -> Presence:
    """What both sides say, or either of them. Where that is too long, the whole stands under its own text, which says all of it too."""
    found = facts_of(join((formula_of(one), formula_of(other))))
    return (whole,) if found is None else found


def _about(symbol: Sym, facts: Facts) -> Sym:
    return Sym(symbol.text, symbol.cause, symbol.origin, failed=symbol.failed, loose=symbol.loose, facts=facts)


def _plain(text: str) -> Facts:
    return Facts(((text, True),), ((text, False),))


def _turned(text: str) -> Facts:
    return Facts(((text, False),), ((text, True),))

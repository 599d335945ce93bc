"""Expressions as text, on one line: what messages show."""

from typing import Final

from alb_lint.languages.hcl.convert import quoted, spelled
from alb_lint.languages.hcl.syntax import (
    Binary,
    Call,
    Conditional,
    Expr,
    For,
    Index,
    Literal,
    Member,
    Name,
    ObjectOf,
    Splat,
    Template,
    TupleOf,
    Unary,
    Unread,
)
from alb_lint.languages.hcl.values import clipped

_MAX_DEPTH: Final = 12
"""Deeper parts are shown as …"""

_MAX_ITEMS: Final = 20


def unparse(expression: Expr, collection: str | None = None) -> str:
    """The expression; `collection`: text for that of a for, where it is better known than written."""
    if isinstance(expression, For):
        return clipped(_for(expression, 0, collection))
    return clipped(_text(expression, 0))


def _text(expression: Expr, depth: int) -> str:
    if depth > _MAX_DEPTH:
        return "…"
    match expression:
        case Literal(value=value):
            return spelled(value)
        case Template(parts=parts):
            inner = "".join(quoted(part)[1:-1] if isinstance(part, str) else f"${{{_text(part, depth + 1)}}}" for part in parts)
            return f'"{inner}"'
        case TupleOf(items=items):
            return f"[{_list(items, depth)}]"
        case ObjectOf(items=pairs):
            shown = ", ".join(f"{_key(key, depth)} = {_text(value, depth + 1)}" for key, value in pairs[:_MAX_ITEMS])
            return f"{{{shown}{', …' if len(pairs) > _MAX_ITEMS else ''}}}"
        case Name(name=name):
            return name
        case Member(target=target, name=name):
            return f"{_operand(target, depth)}.{name}"
        case Index(target=target, key=key):
            return f"{_operand(target, depth)}[{_text(key, depth + 1)}]"
        case Splat(target=target, each=each):
            return f"{_operand(target, depth)}[*]{_text(each, depth + 1).removeprefix('*')}"
        case Call(name=name, arguments=arguments, spread=spread):
            return f"{name}({_list(arguments, depth)}{'...' if spread else ''})"
        case Unary(operator=operator, operand=inner_expression):
            return f"{operator}{_operand(inner_expression, depth)}"
        case Binary(operator=operator, left=left, right=right):
            return f"{_operand(left, depth)} {operator} {_operand(right, depth)}"
        case Conditional(condition=condition, then=then, otherwise=otherwise):
            return f"{_operand(condition, depth)} ? {_operand(then, depth)} : {_operand(otherwise, depth)}"
        case For():
            return _for(expression, depth, None)
        case Unread(text=text):
            return text


def _for(expression: For, depth: int, collection: str | None) -> str:
    names = expression.value if expression.key is None else f"{expression.key}, {expression.value}"
    head = f"for {names} in {collection or _text(expression.collection, depth + 1)} : "
    tail = "" if expression.condition is None else f" if {_text(expression.condition, depth + 1)}"
    result = _text(expression.result, depth + 1)
    if expression.result_key is None:
        return f"[{head}{result}{tail}]"
    return f"{{{head}{_text(expression.result_key, depth + 1)} => {result}{'...' if expression.grouped else ''}{tail}}}"


def _operand(expression: Expr, depth: int) -> str:
    text = _text(expression, depth + 1)
    return f"({text})" if isinstance(expression, Binary | Conditional) else text


def _key(key: Expr, depth: int) -> str:
    return key.value if isinstance(key, Literal) and isinstance(key.value, str) else f"({_text(key, depth + 1)})"


def _list(items: tuple[Expr, ...], depth: int) -> str:
    shown = ", ".join(_text(item, depth + 1) for item in items[:_MAX_ITEMS])
    return f"{shown}, …" if len(items) > _MAX_ITEMS else shown

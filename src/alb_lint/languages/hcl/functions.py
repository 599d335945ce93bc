"""Calls of functions: the table, and what holds for all of them. Source: Terraform language, "Built-in Functions"."""

from collections.abc import Callable, Sequence
from typing import Final

from alb_lint.languages.hcl.convert import spelled
from alb_lint.languages.hcl.function import Function
from alb_lint.languages.hcl.functions_collection import COLLECTION
from alb_lint.languages.hcl.functions_encoding import ENCODING
from alb_lint.languages.hcl.functions_number import NUMBER
from alb_lint.languages.hcl.functions_set import SET
from alb_lint.languages.hcl.functions_text import TEXT
from alb_lint.languages.hcl.functions_type import TYPE
from alb_lint.languages.hcl.syntax import Call, Expr
from alb_lint.languages.hcl.values import Refused, Stuck, Sym, TooMuch, Value
from alb_lint.languages.hcl.work import Work

FUNCTIONS: Final[dict[str, Function]] = {**COLLECTION, **ENCODING, **NUMBER, **SET, **TEXT, **TYPE}


_PARTS: Final = 10_000
"""Parts of one value that `try` looks through for an error."""


def call(name: str, arguments: Sequence[Value], work: Work) -> Value:
    """The result; a symbol where an argument that matters is one, or the function is not known here. Raises Refused."""
    function = FUNCTIONS.get(name.removeprefix("core::"))
    symbol = next((argument for argument in arguments if isinstance(argument, Sym)), None)
    if function is None:
        text = _text(name, arguments)
        return symbol.derived(text) if symbol is not None else Sym(text, f"{name}() is not evaluated")
    for argument in arguments:
        work.spend(argument, deep=function.deep)
        if not function.passes_on:
            work.taint(argument)
    if symbol is not None and not function.open:
        return symbol.derived(_text(name, arguments))
    if not function.least <= len(arguments) <= function.most:
        raise Refused(f"{name}() takes other arguments than these {len(arguments)}")
    try:
        found = function.run(*arguments)
    except Stuck as stuck:
        return stuck.symbol.derived(_text(name, arguments))
    except TooMuch as much:
        return Sym(_text(name, arguments), str(much))
    work.spend(found)
    return found


def _text(name: str, arguments: Sequence[Value]) -> str:
    return f"{name}({', '.join(map(spelled, arguments))})"


def _fails(value: Value) -> bool:
    """Whether Terraform would refuse the expression: the value itself, or a part that a constructor put into it."""
    todo, seen = [value], 0
    while todo and seen < _PARTS:
        part = todo.pop()
        seen += 1
        if isinstance(part, Sym):
            if part.failed:
                return True
        elif isinstance(part, tuple):
            todo.extend(part)
        elif isinstance(part, dict):
            todo.extend(part.values())
    return False


def first_that_works(expression: Call, evaluate: Callable[[Expr], Value]) -> Value:
    """`try` and `can`. A reference works: what it names exists once it is applied."""
    found: Value = None
    for argument in expression.arguments:
        found = evaluate(argument)
        if _fails(found):
            continue
        if expression.name == "can":
            return found.derived(f"can({found.text})") if isinstance(found, Sym) and not found.reference else True
        return found
    if expression.name == "can":
        return False
    raise Refused("none of the alternatives works")

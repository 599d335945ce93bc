"""Calls of functions: the table, and what holds for all of them. Source: Terraform language, "Built-in Functions"."""

from collections.abc import Callable, Sequence
from typing import Final

from alb_lint.sources._hcl.convert import spelled
from alb_lint.sources._hcl.function import Function
from alb_lint.sources._hcl.functions_collection import COLLECTION
from alb_lint.sources._hcl.functions_encoding import ENCODING
from alb_lint.sources._hcl.functions_number import NUMBER
from alb_lint.sources._hcl.functions_text import TEXT
from alb_lint.sources._hcl.functions_type import TYPE
from alb_lint.sources._hcl.syntax import Call, Expr
from alb_lint.sources._hcl.taint import taint
from alb_lint.sources._hcl.values import Refused, Stuck, Sym, TooMuch, Value

FUNCTIONS: Final[dict[str, Function]] = {**COLLECTION, **ENCODING, **NUMBER, **TEXT, **TYPE}


def call(name: str, arguments: Sequence[Value], tainted: set[tuple[str, int]]) -> Value:
    """The result; a symbol where an argument that matters is one, or the function is not known here. Raises Refused."""
    function = FUNCTIONS.get(name.removeprefix("core::"))
    text = f"{name}({', '.join(map(spelled, arguments))})"
    if function is None:
        symbol = next((argument for argument in arguments if isinstance(argument, Sym)), None)
        return symbol.derived(text) if symbol is not None else Sym(text, f"{name}() is not evaluated")
    if not function.passes_on:
        for argument in arguments:
            taint(argument, tainted)
    if not function.open:
        for argument in arguments:
            if isinstance(argument, Sym):
                return argument.derived(text)
    if not function.least <= len(arguments) <= function.most:
        raise Refused(f"{name}() takes other arguments than these {len(arguments)}")
    try:
        return function.run(*arguments)
    except Stuck as stuck:
        return stuck.symbol.derived(text)
    except TooMuch as much:
        return Sym(text, str(much))


def first_that_works(expression: Call, evaluate: Callable[[Expr], Value]) -> Value:
    """`try` and `can`. A reference works: what it names exists once it is applied."""
    found: Value = None
    for argument in expression.arguments:
        found = evaluate(argument)
        if isinstance(found, Sym) and found.failed:
            continue
        if expression.name == "can":
            return found.derived(f"can({found.text})") if isinstance(found, Sym) and not found.reference else True
        return found
    if expression.name == "can":
        return False
    raise Refused("none of the alternatives works")

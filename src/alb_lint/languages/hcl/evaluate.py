"""Expressions → values. Total: what cannot be known, would be refused, or is too much work becomes a `Sym`.

Source: HCL native syntax specification and Terraform language, "Expressions". Where Terraform would wait for an apply, the symbol
carries the expression in terms of the root module; where a result holds whatever the unknown part is (`false && x`), it is known.
"""

from collections.abc import Callable
from typing import Any, Final

from alb_lint.languages.hcl import operators
from alb_lint.languages.hcl.access import chosen, index, member
from alb_lint.languages.hcl.constraints import common
from alb_lint.languages.hcl.convert import operand, spelled, to_bool, to_text
from alb_lint.languages.hcl.functions import call, first_that_works
from alb_lint.languages.hcl.scope import Scope
from alb_lint.languages.hcl.syntax import (
    ELEMENT,
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
from alb_lint.languages.hcl.unparse import unparse
from alb_lint.languages.hcl.values import (
    ABSENT,
    Refused,
    SetOf,
    Stuck,
    Sym,
    TooMuch,
    Value,
    elements,
    kind,
    pieced,
    text_value,
    with_label,
    with_site,
)
from alb_lint.languages.hcl.work import MAX_STEPS
from alb_lint.record import replace

MAX_DEPTH: Final = 130
"""Expressions inside expressions, across references; Python's own limit is some five times as far."""


def evaluate(expression: Expr, scope: Scope) -> Value:
    """The value; never raises."""
    if isinstance(expression, Literal):
        return _literal(expression, scope)
    work = scope.module.work
    if work.depth >= MAX_DEPTH:
        return Sym(written(expression, scope), "nested too deeply")
    if work.steps <= 0:
        return Sym(written(expression, scope), f"more than {MAX_STEPS} steps of work")
    work.steps -= 1
    work.depth += 1
    try:
        found = _EVALUATORS[type(expression)](expression, scope)
    except Stuck as stuck:
        found = stuck.symbol
    except Refused as refused:
        found = Sym(written(expression, scope), str(refused), failed=True)
    except TooMuch as much:
        found = Sym(written(expression, scope), str(much))
    except RecursionError:
        found = Sym(written(expression, scope), "nested too deeply")
    finally:
        work.depth -= 1
    if isinstance(found, Sym):
        work.steps -= len(found.text)
    return found


def written(expression: Expr, scope: Scope, collection: str | None = None) -> str:
    """The expression as it stands there; inside a module with the module, since its names mean something there alone."""
    text = unparse(expression, collection)
    return f"{text} in {scope.module.path}" if scope.module.path else text


def _literal(expression: Literal, _scope: Scope) -> Value:
    value = expression.value
    if (type(value) is int or (isinstance(value, str) and value.isdecimal())) and not expression.span.document.virtual:
        return with_site(value, expression.span)
    return value


def _template(expression: Template, scope: Scope) -> Value:
    parts = [part if isinstance(part, str) else evaluate(part, scope) for part in expression.parts]
    if len(parts) == 1:
        return parts[0]
    for part in parts:
        if not isinstance(part, Sym):
            scope.module.work.taint(part)
    if any(isinstance(part, Sym) for part in parts):
        return pieced([part if isinstance(part, Sym) else to_text(part) for part in parts])
    whole = text_value("".join(map(to_text, parts)))
    scope.module.work.spend(whole)
    return whole


def _tuple(expression: TupleOf, scope: Scope) -> Value:
    return tuple([evaluate(item, scope) for item in expression.items])


def _object(expression: ObjectOf, scope: Scope) -> Value:
    found: dict[str, Value] = {}
    for key, item in expression.items:
        name = key.value if isinstance(key, Literal) else evaluate(key, scope)
        if isinstance(name, Sym):
            return name.derived(written(expression, scope))
        scope.module.work.taint(name)
        found[str(to_text(name))] = evaluate(item, scope)
    return found


def _name(expression: Name, scope: Scope) -> Value:
    if expression.name in scope.names:
        return scope.names[expression.name]
    return scope.module.lookup(expression.name)


def _member(expression: Member, scope: Scope) -> Value:
    return member(evaluate(expression.target, scope), expression.name, scope)


def _index(expression: Index, scope: Scope) -> Value:
    key = evaluate(expression.key, scope)
    scope.module.work.taint(key)
    found = index(evaluate(expression.target, scope), key, scope)
    return with_label(found, unparse(expression)) if isinstance(found, Sym) and isinstance(key, Sym) else found


def _splat(expression: Splat, scope: Scope) -> Value:
    target = evaluate(expression.target, scope)

    def each(item: Value) -> Value:
        return evaluate(expression.each, scope.inner({ELEMENT: item}))

    if target is None:
        return ()
    if isinstance(target, Sym):
        if target.single:
            return (each(target),)

        def element(key: str | int, indexed: bool) -> Value:
            return each(index(target, key, scope)) if indexed else ABSENT

        suffix = unparse(expression.each).removeprefix(ELEMENT)
        result = target.derived(f"{operand(target)}[*]{suffix}", reference=target.reference)
        return replace(result, members=element)
    if isinstance(target, tuple):
        return tuple([each(item) for item in target])
    return (each(target),)


def _unary(expression: Unary, scope: Scope) -> Value:
    value = evaluate(expression.operand, scope)
    scope.module.work.taint(value)
    return operators.unary(expression.operator, value)


def _binary(expression: Binary, scope: Scope) -> Value:
    left, right = evaluate(expression.left, scope), evaluate(expression.right, scope)
    if left not in (None, (), {}) and right not in (None, (), {}):
        for side in (left, right):
            scope.module.work.taint(side)
            scope.module.work.spend(side, deep=True)
    return operators.binary(expression.operator, left, right)


def _conditional(expression: Conditional, scope: Scope) -> Value:
    condition = evaluate(expression.condition, scope)
    if not isinstance(condition, Sym):
        holds = to_bool(condition)
        scope.module.work.taint(condition)
    elif condition.failed:
        return condition
    then, otherwise = common(evaluate(expression.then, scope), evaluate(expression.otherwise, scope))
    if not isinstance(condition, Sym):
        return then if holds else otherwise
    text = f"{operand(condition)} ? {operand(then)} : {operand(otherwise)}"
    return chosen(condition.derived(text, loose=True), condition.implied(), then, otherwise, scope)


def _call(expression: Call, scope: Scope) -> Value:
    if expression.name in {"try", "can"}:
        return first_that_works(expression, lambda argument: evaluate(argument, scope))
    arguments = [evaluate(argument, scope) for argument in expression.arguments]
    if expression.spread and arguments:
        last = arguments.pop()
        if isinstance(last, Sym):
            return last.derived(f"{expression.name}({', '.join(map(spelled, (*arguments, last)))}...)")
        if not isinstance(last, tuple):
            raise Refused(f"{kind(last)} is no list of arguments")
        arguments.extend(last)
    here = scope.module.call(expression.name, arguments)
    if here is not ABSENT:
        return here
    return call(expression.name, arguments, scope.module.work)


def _for(expression: For, scope: Scope) -> Value:
    collection = evaluate(expression.collection, scope)
    if isinstance(collection, Sym):
        return collection.derived(written(expression, scope, collection.text))
    if isinstance(collection, dict):
        pairs: list[tuple[Value, Value]] = [(key, collection[key]) for key in sorted(collection)]
    elif isinstance(collection, SetOf):
        pairs = [(item, item) for item in collection]
    elif isinstance(collection, tuple):
        pairs = list(enumerate(collection))
    else:
        raise Refused(f"{kind(collection)} cannot be walked")
    results = []
    for key, value in pairs:
        names = {expression.value: value} if expression.key is None else {expression.key: key, expression.value: value}
        inner = scope.inner(names)
        if expression.condition is not None:
            holds = evaluate(expression.condition, inner)
            if isinstance(holds, Sym):
                return holds.derived(written(expression, scope))
            scope.module.work.taint(holds)
            if not to_bool(holds):
                continue
        name = None if expression.result_key is None else evaluate(expression.result_key, inner)
        results.append((name, evaluate(expression.result, inner)))
    if expression.result_key is None:
        return elements(value for _, value in results)
    return _keyed(expression, results, scope)


def _keyed(expression: For, results: list[tuple[Value, Value]], scope: Scope) -> Value:
    found: dict[str, Value] = {}
    for name, value in results:
        if isinstance(name, Sym):
            return name.derived(written(expression, scope))
        scope.module.work.taint(name)
        key = str(to_text(name))
        if expression.grouped:
            found[key] = (*found.get(key, ()), value)
        elif key in found:
            raise Refused(f"the key {key!r} comes twice")
        else:
            found[key] = value
    return found


def _unread(expression: Unread, _scope: Scope) -> Value:
    return Sym(expression.text, expression.reason)


_EVALUATORS: Final[dict[type, Callable[[Any, Scope], Value]]] = {
    Literal: _literal,
    Template: _template,
    TupleOf: _tuple,
    ObjectOf: _object,
    Name: _name,
    Member: _member,
    Index: _index,
    Splat: _splat,
    Call: _call,
    Unary: _unary,
    Binary: _binary,
    Conditional: _conditional,
    For: _for,
    Unread: _unread,
}

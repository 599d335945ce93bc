"""Attributes and elements of values, also of those that are not known."""

from collections.abc import Callable, Iterable, Sized
from itertools import islice

from alb_lint.languages.hcl.convert import operand, same, spelled, to_text, to_whole
from alb_lint.languages.hcl.scope import Scope
from alb_lint.languages.hcl.values import ABSENT, MAX_OPTIONS, Choice, Facts, Refused, SetOf, Stuck, Sym, TooMuch, Value, kind
from alb_lint.record import replace


def member(target: Value, name: str, scope: Scope) -> Value:
    """`target.name`."""
    if isinstance(target, Sym):
        found = target.get(name, indexed=False)
        if found is not ABSENT:
            return found
        if target.choice is not None:
            symbol = target.derived(f"{operand(target)}.{name}")
            return choice(symbol, target.choice, scope, lambda side: member(side, name, scope))
        found = target.derived(f"{operand(target)}.{name}", reference=target.reference)
        return _of_options(found, target, lambda option: member(option, name, scope))
    if isinstance(target, dict):
        if name in target:
            return target[name]
        raise Refused(f"there is no {name!r} in it")
    raise Refused(f"{kind(target)} has no attributes")


def index(target: Value, key: Value, scope: Scope) -> Value:
    """`target[key]`."""
    if isinstance(target, Sym):
        if not isinstance(key, Sym):
            found = target.get(key if isinstance(key, str) else to_whole(key), indexed=True)
            if found is not ABSENT:
                return found
            if target.choice is not None:
                shown = f"{operand(target)}[{spelled(key)}]"
                return choice(target.derived(shown), target.choice, scope, lambda side: index(side, key, scope))
        result = target.derived(f"{operand(target)}[{spelled(key)}]", reference=target.reference)
        return result if isinstance(key, Sym) else _of_options(result, target, lambda option: index(option, key, scope))
    if isinstance(key, Sym):
        return with_options(key.derived(f"{spelled(target)}[{key.text}]"), target.values() if isinstance(target, dict) else target)
    if isinstance(target, dict):
        name = to_text(key)
        if name in target:
            return target[name]
        raise Refused(f"there is no {name!r} in it")
    if isinstance(target, tuple) and not isinstance(target, SetOf):
        at = to_whole(key)
        if 0 <= at < len(target):
            return target[at]
        raise Refused(f"there is no element {at} among {len(target)}")
    raise Refused(f"{kind(target)} has no elements to pick")


def with_options(symbol: Sym, values: Iterable[Value]) -> Sym:
    """The symbol, one of these values."""
    return replace(symbol, options=tuple(islice(values, MAX_OPTIONS)) if _few(values) else ())


def _few(values: Iterable[Value]) -> bool:
    return isinstance(values, Sized) and 0 < len(values) <= MAX_OPTIONS


def _of_options(symbol: Sym, target: Sym, step: Callable[[Value], Value]) -> Value:
    """The symbol as a step from each value that the target may have; known where all of these give one number, text or truth.

    A value that has no such part is none: Terraform would refuse it.
    """
    if not target.options:
        return symbol
    found, whole = [], True
    for option in target.options:
        try:
            found.append(step(option))
        except Refused:
            continue
        except (Stuck, TooMuch):
            whole = False
    if whole and found and isinstance(found[0], str | int) and all(type(one) is type(found[0]) and one == found[0] for one in found):
        return found[0]
    return with_options(symbol, found)


def choice(symbol: Sym, sides: Choice, scope: Scope, apply: Callable[[Value], Value]) -> Value:
    """The symbol, with both sides of its conditional taken a step further."""
    scope.module.work.steps -= 10
    if scope.module.work.steps <= 0:
        return symbol

    def side(value: Value) -> Value:
        try:
            return apply(value)
        except Refused as refused:
            return Sym(symbol.text, str(refused), failed=True)

    return chosen(symbol, sides.facts, side(sides.then), side(sides.otherwise), scope)


def chosen(symbol: Sym, facts: Facts, then: Value, otherwise: Value, scope: Scope) -> Value:
    """One of two values: known where they are the same."""
    scope.module.work.spend(then, deep=True)
    try:
        if same(then, otherwise):
            return then
    except (Stuck, TooMuch):
        pass
    return Sym(symbol.text, symbol.cause, symbol.origin, loose=symbol.loose, choice=Choice(facts, then, otherwise), label=symbol.label)

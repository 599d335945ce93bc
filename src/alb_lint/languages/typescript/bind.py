"""Patterns: `{ a, b: { c = 1 }, ...rest }` and `[a, , b]` → the parts of a value under their names."""

from typing import TYPE_CHECKING

from alb_lint.languages.typescript.syntax import PATTERN_DEPTH, pattern_names
from alb_lint.languages.typescript.values import Arr, Choice, Env, Lazy, Lit, Obj, Sym, Value

if TYPE_CHECKING:
    from tree_sitter import Node

    from alb_lint.languages.typescript.machine import Machine


def bind(machine: "Machine", pattern: "Node", value: Lazy, env: Env, into: dict[str, Lazy], depth: int = 0) -> None:
    """Bind the names of a pattern to parts of a value. Defaults are evaluated in `env`."""
    kind = pattern.type
    if depth > PATTERN_DEPTH:
        return
    if kind in {"identifier", "shorthand_property_identifier_pattern"}:
        into[env.module.text(pattern)] = value
    elif kind in {"assignment_pattern", "object_assignment_pattern"}:
        left, right = pattern.child_by_field_name("left"), pattern.child_by_field_name("right")
        if left and right:
            bind(machine, left, or_default(machine, value, right, env), env, into, depth + 1)
    elif kind == "object_pattern":
        _bind_object(machine, pattern, value, env, into, depth)
    elif kind == "array_pattern":
        _bind_array(machine, pattern, value, env, into, depth)


def or_default(machine: "Machine", value: Lazy, default: "Node", env: Env) -> Lazy:
    """The value, or the default where it is undefined."""

    def make() -> Value:
        found = machine.force(value)
        return machine.eval(default, env) if isinstance(found, Lit) and found.value is None else found

    return Lazy(make)


def _bind_object(machine: "Machine", pattern: "Node", value: Lazy, env: Env, into: dict[str, Lazy], depth: int) -> None:
    taken: list[str] = []
    for child in pattern.named_children:
        if child.type == "rest_pattern":
            for name in pattern_names(env.module, child):
                into[name] = _rest(machine, value, tuple(taken))
            continue
        key = child.child_by_field_name("key") or child.child_by_field_name("left") or child
        name = env.module.text(key).strip("\"'")
        taken.append(name)
        part = _part(machine, value, name, pattern, env)
        if child.type == "pair_pattern":
            if inner := child.child_by_field_name("value"):
                bind(machine, inner, part, env, into, depth + 1)
        else:
            bind(machine, child, part, env, into, depth + 1)


def _bind_array(machine: "Machine", pattern: "Node", value: Lazy, env: Env, into: dict[str, Lazy], depth: int) -> None:
    index = 0
    for child in pattern.children:
        if child.type == ",":
            index += 1
        elif child.type == "rest_pattern":
            for name in pattern_names(env.module, child):
                into[name] = _tail(machine, value, index)
        elif child.is_named:
            bind(machine, child, _part(machine, value, str(index), pattern, env), env, into, depth + 1)


def _part(machine: "Machine", value: Lazy, name: str, node: "Node", env: Env) -> Lazy:
    return Lazy(lambda: machine.get(machine.force(value), name, node, env))


def _rest(machine: "Machine", value: Lazy, taken: tuple[str, ...]) -> Lazy:
    def make() -> Value:
        found = machine.force(value)
        if isinstance(found, Obj):
            return Obj({name: item for name, item in found.entries.items() if name not in taken}, found.more)
        if isinstance(found, Choice):
            return Choice(found.when, _rest(machine, found.yes, taken), _rest(machine, found.no, taken))
        return found if isinstance(found, Sym) else Sym("...rest", "...rest", "the rest of a value that is no plain object")

    return Lazy(make)


def _tail(machine: "Machine", value: Lazy, start: int) -> Lazy:
    def make() -> Value:
        found = machine.force(value)
        if isinstance(found, Arr):
            return Arr(found.items[start:], found.more)
        return found if isinstance(found, Sym) else Sym("...rest", "...rest", "the rest of a value that is no plain list")

    return Lazy(make)

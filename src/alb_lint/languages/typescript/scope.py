"""Declarations: what a name is worth by its declaration alone."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript import imports as links
from alb_lint.languages.typescript.bind import bind
from alb_lint.languages.typescript.syntax import Declared, declared, unwrapped
from alb_lint.languages.typescript.values import NOTHING, Cls, Env, Func, Lazy, Lit, Obj, Sym, Value, lazy

if TYPE_CHECKING:
    from tree_sitter import Node

    from alb_lint.languages.typescript.machine import Machine

_PLAIN: Final = frozenset({"identifier", "member_expression", "subscript_expression"})
"""Expressions that hand on a value born elsewhere: a variable for one of them is no name of its own."""


def first_value(machine: "Machine", name: str, env: Env) -> Lazy:
    """The value a name of this very block was given where it was declared."""
    held = env.names.get(name)
    if held is None:
        declare(machine, name, declared(env.module, env.node)[name], env)
        held = env.names[name]
    return held


def declare(machine: "Machine", name: str, what: Declared, env: Env) -> None:
    """Bind a name to what its declaration says."""
    if what.kind == "import":
        env.names[name] = Lazy(lambda: links.imported(machine, what.node, env.module))
    elif what.kind == "function":
        env.names[name] = lazy(Func(what.node, env))
    elif what.kind == "class":
        env.names[name] = lazy(Cls(what.node, env))
    elif what.kind == "enum":
        env.names[name] = Lazy(lambda: _enum(machine, what.node, env))
    else:
        _declare_variable(machine, name, what.node, env)


def _declare_variable(machine: "Machine", name: str, declarator: "Node", env: Env) -> None:
    pattern, init = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
    if pattern is None or init is None:
        env.names[name] = lazy(NOTHING)
        return
    if pattern.type != "identifier":
        bind(machine, pattern, machine.later(init, env), env, env.names)
        env.names.setdefault(name, lazy(NOTHING))
        return
    source = init

    def make() -> Value:
        value = machine.eval(source, env)
        if isinstance(value, Sym) and unwrapped(source).type not in _PLAIN:
            return replace(value, text=name)
        return value

    env.names[name] = Lazy(make)


def _enum(machine: "Machine", node: "Node", env: Env) -> Value:
    """An enum as an object; members without a value count up."""
    entries: dict[str, Lazy] = {}
    last: Value = Lit(-1)
    body = node.child_by_field_name("body")
    for child in body.named_children if body else ():
        key = child.child_by_field_name("name") if child.type == "enum_assignment" else child
        given = child.child_by_field_name("value") if child.type == "enum_assignment" else None
        if key is None or key.type == "comment":
            continue
        name = env.module.text(key).strip("\"'")
        if given is not None:
            entries[name] = machine.later(given, env)
            last = machine.force(entries[name])
        elif isinstance(last, Lit) and isinstance(last.value, int):
            last = Lit(last.value + 1, None, last.sites)
            entries[name] = lazy(last)
        else:
            entries[name] = lazy(Sym(name, name, "an enum member without a known value"))
    return Obj(entries)

"""Object and list literals, and the arguments of calls: parts, and other values spread among them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript.operators import as_choice
from alb_lint.languages.typescript.syntax import FUNCTIONS
from alb_lint.languages.typescript.values import Arr, Choice, Env, Func, Lazy, Lit, Obj, Sym, Table, Value, lazy

if TYPE_CHECKING:
    from tree_sitter import Node

    from alb_lint.languages.typescript.machine import Machine

ITEMS: Final = 10_000
"""Items of one list: spreading a list into itself doubles it."""


def listed(machine: "Machine", nodes: Sequence["Node"], env: Env, before: tuple[Lazy, ...] = ()) -> Value:
    """A list of the expressions, others spread into it: one list, or a choice of lists."""
    items = list(before)
    for index, node in enumerate(nodes):
        kind = node.type
        if kind == "comment":
            continue
        if kind != "spread_element":
            items.append(machine.later(node, env))
            continue
        value = as_choice(machine.eval(node.named_children[0], env))
        if isinstance(value, Choice):
            rest, so_far = nodes[index + 1 :], tuple(items)
            yes, no = (_continued(machine, side, rest, env, so_far) for side in (value.yes, value.no))
            return Choice(value.when, yes, no)
        if isinstance(value, Table) or (isinstance(value, Arr) and not value.more):
            items.extend(value.items)
        elif isinstance(value, Lit) and isinstance(value.value, str):
            items.extend(lazy(Lit(character)) for character in value.value)
        elif not (isinstance(value, Lit) and not value.value):
            why = value.more if isinstance(value, Arr) else value.why if isinstance(value, Sym) else "not a list"
            return Arr(tuple(items), f"{env.module.short(node)} ({why})")
        if len(items) > ITEMS:
            return Arr(tuple(items[:ITEMS]), f"a list of more than {ITEMS} items")
    return Arr(tuple(items))


def _continued(machine: "Machine", side: Lazy, rest: Sequence["Node"], env: Env, before: tuple[Lazy, ...]) -> Lazy:
    def make() -> Value:
        value = machine.force(side)
        if isinstance(value, Arr):
            return Arr((*before, *value.items), value.more) if value.more else listed(machine, rest, env, (*before, *value.items))
        if isinstance(value, Lit) and not value.value:
            return listed(machine, rest, env, before)
        if isinstance(value, Choice):
            return Choice(value.when, *(_continued(machine, inner, rest, env, before) for inner in (value.yes, value.no)))
        return Arr(before, machine.render(value)[0])

    return Lazy(make)


def arguments(machine: "Machine", called: "Node", env: Env) -> Arr:
    """The arguments of a call or `new`."""
    given = called.child_by_field_name("arguments")
    if given is None or given.type != "arguments":
        return Arr(())
    value = listed(machine, given.named_children, env)
    return value if isinstance(value, Arr) else Arr((), "arguments spread under a condition")


def object_of(machine: "Machine", nodes: Sequence["Node"], env: Env, entries: dict[str, Lazy], more: Sym | None = None) -> Value:
    """An object literal: one object, or a choice of objects."""
    for index, node in enumerate(nodes):
        kind = node.type
        if kind == "spread_element":
            value = as_choice(machine.eval(node.named_children[0], env))
            if isinstance(value, Choice):
                yes, no = (_merged(machine, side, nodes[index + 1 :], env, dict(entries), more) for side in (value.yes, value.no))
                return Choice(value.when, yes, no)
            more = _spread(machine, value, entries, more)
        else:
            more = _entry(machine, kind, node, env, entries, more)
    return Obj(entries, more)


def _merged(machine: "Machine", side: Lazy, rest: Sequence["Node"], env: Env, entries: dict[str, Lazy], more: Sym | None) -> Lazy:
    def make() -> Value:
        value = as_choice(machine.force(side))
        if isinstance(value, Choice):
            return Choice(value.when, *(_merged(machine, inner, rest, env, dict(entries), more) for inner in (value.yes, value.no)))
        inner = dict(entries)
        return object_of(machine, rest, env, inner, _spread(machine, value, inner, more))

    return Lazy(make)


def _spread(machine: "Machine", value: Value, entries: dict[str, Lazy], more: Sym | None) -> Sym | None:
    """Merge a value into the entries; what it may hold beyond what is known of it is the new `more`."""
    if isinstance(value, Obj):
        if value.more is not None:
            _shadow(entries, value.more)
        for name, item in value.entries.items():
            entries.pop(name, None)
            entries[name] = item
        return value.more or more
    if isinstance(value, Lit):
        return more
    text, key = machine.render(value)
    symbol = value if isinstance(value, Sym) else Sym(text, key, "spread into an object")
    _shadow(entries, symbol)
    return symbol


def _shadow(entries: dict[str, Lazy], symbol: Sym) -> None:
    """An unknown object, spread, may replace every entry before it."""
    for name in entries:
        entries[name] = lazy(Sym(f"{symbol.text}.{name}", f"{symbol.key}.{name}", f"{symbol.why}, may replace what stands before it"))


def _entry(machine: "Machine", kind: str, node: "Node", env: Env, entries: dict[str, Lazy], more: Sym | None) -> Sym | None:
    if kind == "shorthand_property_identifier":
        entries[env.module.text(node)] = Lazy(lambda: machine.lookup(node, env))
    elif kind == "pair":
        key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
        if key is None or value is None:
            return more
        name = _key(machine, key, env)
        if name is None:
            symbol = machine.unknown(key, env, "a computed key")
            _shadow(entries, symbol)
            return symbol
        entries[name] = machine.later(value, env)
    elif kind in FUNCTIONS and (named := node.child_by_field_name("name")):
        getter = any(child.type in {"get", "set"} for child in node.children)
        value_ = machine.unknown(node, env, "a getter") if getter else Func(node, env)
        entries[env.module.text(named)] = lazy(value_)
    return more


def _key(machine: "Machine", key: "Node", env: Env) -> str | None:
    """The name of a property; None where it is computed and not known."""
    kind = key.type
    if kind == "computed_property_name":
        value = machine.eval(key.named_children[0], env)
        return str(value.value) if isinstance(value, Lit) and isinstance(value.value, str | int) else None
    if kind == "string":
        value = machine.eval(key, env)
        return value.value if isinstance(value, Lit) and isinstance(value.value, str) else None
    return env.module.text(key)

"""Loops: what each turn binds."""

from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript.bind import bind
from alb_lint.languages.typescript.known_functions import in_order
from alb_lint.languages.typescript.operators import binary
from alb_lint.languages.typescript.presence import truth
from alb_lint.languages.typescript.render import symbol
from alb_lint.languages.typescript.values import Arr, Env, Lazy, Lit, Obj, Sym, Table, Value, lazy

if TYPE_CHECKING:
    from tree_sitter import Node

    from alb_lint.languages.typescript.machine import Machine

TURNS: Final = 1_000
"""A load balancer takes 100 rules, or some more by request."""

_STEPS: Final = {"++": "+", "--": "-", "+=": "+", "-=": "-"}


def turns(machine: "Machine", statement: "Node", env: Env) -> list[dict[str, Lazy]] | None:
    """The names each turn binds; None where the turns are not known."""
    if statement.type == "for_in_statement":
        right = statement.child_by_field_name("right")
        items = None if right is None else _items(machine.eval(right, env), keys=_is_in(statement))
        return None if items is None else [_bound(machine, statement, item, env) for item in items]
    return _counted(machine, statement, env) if statement.type == "for_statement" else None


def one_turn(machine: "Machine", statement: "Node", env: Env) -> tuple[dict[str, Lazy], str]:
    """A turn that stands for all, and the text of what is gone through."""
    right = statement.child_by_field_name("right")
    if right is not None:
        value = machine.eval(right, env)
        return _bound(machine, statement, lazy(any_item(machine, value)), env), machine.render(value)[0]
    names: dict[str, Lazy] = {}
    start = statement.child_by_field_name("initializer")
    for declarator in start.named_children if start else ():
        if name := declarator.child_by_field_name("name"):
            text = env.module.text(name)
            names[text] = lazy(Sym(text, f"{text}{env.label}", "counted by a loop"))
    condition = statement.child_by_field_name("condition")
    return names, env.module.short(condition) if condition else "a loop"


def any_item(machine: "Machine", value: Value) -> Sym:
    """The symbol for any item of a list that is not known."""
    text, key = machine.render(value)
    return symbol(f"{text}[*]", f"{key}[*]", value.why if isinstance(value, Sym) else "an item of a list that is not known")


def _is_in(statement: "Node") -> bool:
    operator = statement.child_by_field_name("operator")
    return operator is not None and operator.type == "in"


def _items(value: Value, *, keys: bool) -> list[Lazy] | None:
    if keys and isinstance(value, Obj) and value.more is None:
        return [lazy(Lit(name)) for name in in_order(value.entries)][: TURNS + 1]
    if isinstance(value, Table) and not keys and len(value.pairs) <= TURNS:
        return list(value.items)
    if isinstance(value, Arr) and not value.more and len(value.items) <= TURNS:
        return [lazy(Lit(str(index))) for index in range(len(value.items))] if keys else list(value.items)
    return None


def _bound(machine: "Machine", statement: "Node", item: Lazy, env: Env) -> dict[str, Lazy]:
    names: dict[str, Lazy] = {}
    if left := statement.child_by_field_name("left"):
        bind(machine, left, item, env, names)
    return names


def _counted(machine: "Machine", statement: "Node", env: Env) -> list[dict[str, Lazy]] | None:
    """`for (let i = a; i < b; i++)` and its like, with known ends."""
    start, condition = statement.child_by_field_name("initializer"), statement.child_by_field_name("condition")
    step = statement.child_by_field_name("increment")
    declarators = [child for child in (start.named_children if start else ()) if child.type == "variable_declarator"]
    if condition is None or step is None or len(declarators) != 1:
        return None
    name, init = declarators[0].child_by_field_name("name"), declarators[0].child_by_field_name("value")
    operator = step.child_by_field_name("operator")
    sign = _STEPS.get(env.module.text(operator)) if operator else None
    if name is None or init is None or sign is None or env.module.text(step.named_children[0]) != env.module.text(name):
        return None
    text = env.module.text(name)
    right = step.child_by_field_name("right")
    value: Value = machine.eval(init, env)
    rounds: list[dict[str, Lazy]] = []
    while True:
        names = {text: lazy(value)}
        inner = env.child(statement, names, fixed=True)
        going = truth(machine, machine.eval(condition, inner))
        if going is False:
            return rounds
        if going is None or len(rounds) >= TURNS or not isinstance(value, Lit):
            return None
        rounds.append(names)
        value = binary(machine, sign, value, Lit(1) if right is None else machine.eval(right, inner))

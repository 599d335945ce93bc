"""Operators of a program that is run: assignments, choices, and what only gives a value."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript import known_functions as known
from alb_lint.languages.typescript.operators import as_text, binary, logical, negated
from alb_lint.languages.typescript.run.core import Core, GivenUp
from alb_lint.languages.typescript.syntax import FUNCTIONS, unwrapped
from alb_lint.languages.typescript.values import (
    NOTHING,
    Arr,
    Choice,
    Cls,
    Env,
    Func,
    Inst,
    Lazy,
    Lit,
    Obj,
    Res,
    Sym,
    Table,
    Value,
    lazy,
)
from alb_lint.record import replace

if TYPE_CHECKING:
    from tree_sitter import Node


def _assignment(run: Core, node: "Node", env: Env) -> Value:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        raise GivenUp("an assignment that is not readable")
    value = run.later(right, env)
    if left.type == "identifier":
        value = run.named(value, env.module.text(left), right)
    run.assign(left, value, env)
    if env.module.text(left) == "module.exports":
        run.handed_over(right, value, env)
    return run.force(value)


def _augmented(run: Core, node: "Node", env: Env) -> Value:
    left, right, operator = (node.child_by_field_name(name) for name in ("left", "right", "operator"))
    if left is None or right is None or operator is None:
        raise GivenUp("an assignment that is not readable")
    sign = operator.type.removesuffix("=")
    before = run.now(lambda: run.eval(left, env))
    if sign in {"??", "||", "&&"}:
        value = run.now(lambda: _logic(run, sign, run.force(before), right, env, node))
    else:
        value = run.now(lambda: binary(run, sign, run.force(before), run.eval(right, env)))
    run.assign(left, value, env)
    return run.force(value)


def _update(run: Core, node: "Node", env: Env) -> Value:
    argument = node.child_by_field_name("argument")
    if argument is None:
        raise GivenUp("an update that is not readable")
    before = run.now(lambda: run.eval(argument, env))
    held = run.force(before)
    if isinstance(held, Lit):
        before = Lazy(None, Lit(held.value, None, held.sites), before.reads)
    sign = node.child_by_field_name("operator")
    text = env.module.text(sign) if sign is not None else "++"
    after = run.now(lambda: binary(run, text[:1], run.force(before), Lit(1)))
    run.assign(argument, after, env)
    return run.force(after if not node.children[0].is_named else before)


def _binary(run: Core, node: "Node", env: Env) -> Value:
    left, right, operator = (node.child_by_field_name(name) for name in ("left", "right", "operator"))
    if left is None or right is None or operator is None:
        return run.unknown(node, env, "not readable")
    if operator.type in {"&&", "||", "??"}:
        return _logic(run, operator.type, run.eval(left, env), right, env, node)
    if operator.type == "in":
        return _in(run, run.eval(left, env), run.eval(right, env), node, env)
    if operator.type == "instanceof":
        return run.unknown(node, env, "not followed")
    one, other = run.eval(left, env), run.eval(right, env)
    if (
        operator.type in {"===", "!==", "==", "!="}
        and not isinstance(one, Lit | Sym | Choice)
        and not isinstance(other, Lit | Sym | Choice)
    ):
        return Lit((one is other) is (operator.type[0] == "="))
    return binary(run, operator.type, one, other)


def _in(run: Core, key: Value, value: Value, node: "Node", env: Env) -> Value:
    if isinstance(key, Lit) and isinstance(value, Obj) and value.more is None:
        return Lit(as_text(key) in value.entries)
    return run.unknown(node, env, "not followed")


def _logic(run: Core, operator: str, one: Value, right: "Node", env: Env, node: "Node") -> Value:
    """The second side is run only where the first one leaves it to."""
    when = binary(run, "===", one, NOTHING) if operator == "??" else one
    if operator == "??" and not isinstance(one, Lit | Sym | Choice):
        return one
    decided = run.holds(when)
    if decided is not None:
        if decided is (operator != "||"):
            return run.eval(right, env)
        return Lit(value=False) if operator == "&&" and not isinstance(one, Lit) else one
    if not _acts(right):
        return run.settled(logical(run, operator, one, run.later(right, env)))
    if operator == "||":
        return run.either(when, lambda: one, lambda: run.eval(right, env), node, _chosen_value)
    return run.either(
        when,
        lambda: run.eval(right, env),
        lambda: one if operator == "??" else Lit(value=False),
        node,
        _chosen_value,
    )


def chosen(one: Lazy, other: Lazy, when: Value) -> Lazy:
    return lazy(Choice(when, one, other))


def _chosen_value(one: Value, other: Value, when: Value) -> Value:
    return Choice(when, lazy(one), lazy(other))


def _acts(node: "Node") -> bool:
    """Whether an expression may do more than to give a value."""
    pending = [node]
    while pending:
        at = pending.pop()
        if at.type in {
            "call_expression",
            "new_expression",
            "assignment_expression",
            "augmented_assignment_expression",
            "update_expression",
            "await_expression",
        }:
            return True
        if at.type not in FUNCTIONS:
            pending.extend(at.named_children)
    return False


def _ternary(run: Core, node: "Node", env: Env) -> Value:
    condition, yes, no = (node.child_by_field_name(name) for name in ("condition", "consequence", "alternative"))
    if condition is None or yes is None or no is None:
        return run.unknown(node, env, "not readable")
    when = run.eval(condition, env)

    def side(part: "Node") -> Lazy:
        return run.later(part, env)

    return run.force(run.either(when, lambda: side(yes), lambda: side(no), node, chosen))


def _await(run: Core, node: "Node", env: Env) -> Value:
    start = run.parts
    inner = next((child for child in node.named_children if child.type != "comment"), None)
    value = NOTHING if inner is None else run.eval(inner, env)
    run.joined_since(start)
    if not run.part and run.asynchronous:
        run.parts += 1
        run.part = run.parts
    return replace(value, output=False) if isinstance(value, Sym) else value


def _unary(run: Core, node: "Node", env: Env) -> Value:
    operator, argument = node.children[0].type, node.child_by_field_name("argument")
    if argument is None:
        return run.unknown(node, env, "not readable")
    if operator == "delete":
        target = unwrapped(argument)
        inner, key = target.child_by_field_name("object"), run.key_of(target, env)
        holder = NOTHING if inner is None else run.eval(inner, env)
        if not isinstance(holder, Obj) or key is None:
            raise GivenUp("a property of what is not known is deleted")
        run.drop(holder, holder.entries, key)
        return Lit(value=True)
    value = run.eval(argument, env)
    if operator == "typeof":
        return _type_of(run, value, node, env)
    if operator == "void":
        return NOTHING
    if operator == "!":
        return negated(run, value)
    if operator == "+":
        found = known.function(run, ("Number",), Arr((lazy(value),)))
        return run.unknown(node, env, "not a number") if found is None else found
    return run.unknown(node, env, "not followed") if operator == "~" else binary(run, operator, Lit(0), value)


def _type_of(run: Core, value: Value, node: "Node", env: Env) -> Value:
    if isinstance(value, Lit):
        kinds = {str: "string", bool: "boolean", int: "number", float: "number"}
        return Lit(kinds.get(type(value.value), "undefined")) if value.value is not None else run.unknown(node, env, "undefined or null")
    if isinstance(value, Func | Cls):
        return Lit("function")
    return Lit("object") if isinstance(value, Arr | Obj | Table | Inst | Res) else run.unknown(node, env, "not followed")


def _sequence(run: Core, node: "Node", env: Env) -> Value:
    value: Value = NOTHING
    for child in node.named_children:
        value = run.eval(child, env)
    return value


def _regex(run: Core, node: "Node", env: Env) -> Value:
    return run.unknown(node, env, "a regex")


EVALUATORS: "Final[dict[str, Callable[[Core, Node, Env], Value]]]" = {
    "assignment_expression": _assignment,
    "augmented_assignment_expression": _augmented,
    "update_expression": _update,
    "binary_expression": _binary,
    "ternary_expression": _ternary,
    "await_expression": _await,
    "unary_expression": _unary,
    "sequence_expression": _sequence,
    "regex": _regex,
}

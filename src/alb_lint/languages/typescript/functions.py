"""Calls of the program's own functions and classes: parameters, what comes back, instances."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript.bind import bind, or_default
from alb_lint.languages.typescript.operators import binary
from alb_lint.languages.typescript.presence import truth
from alb_lint.languages.typescript.spreads import arguments
from alb_lint.languages.typescript.syntax import case_body, constructor_of, super_call
from alb_lint.languages.typescript.values import NOTHING, Arr, Choice, Cls, Env, Frame, Func, Inst, Lazy, Lit, Res, Space, Sym, Value, lazy

if TYPE_CHECKING:
    from tree_sitter import Node

    from alb_lint.languages.typescript.machine import Machine

_THROWN: Final = Lit(None)
"""Stands for a way through a function that ends in an error: no value comes of it."""

_LOOPS: Final = frozenset({"for_statement", "for_in_statement", "while_statement", "do_statement"})


def enter(machine: "Machine", func: Func, args: Arr, frame: Frame | None = None) -> Env:
    """The parameters of one call. Reading one counts as reading `frame`."""
    env = Env(func.env.module, func.node, func.env, label=machine.label())
    if func.node.type != "arrow_function":
        env.this = func.this
    single = func.node.child_by_field_name("parameter")
    parameters = func.node.child_by_field_name("parameters")
    patterns = [single] if single else [child for child in (parameters.named_children if parameters else ()) if child.type != "comment"]
    if patterns and (patterns[0].child_by_field_name("pattern") or patterns[0]).type == "this":
        del patterns[0]  # `function f(this: T, …)` tells the compiler what `this` is; no argument goes there
    for index, parameter in enumerate(patterns):
        pattern = parameter.child_by_field_name("pattern") or parameter
        if pattern.type == "rest_pattern":
            rest = lazy(Arr(args.items[index:], args.more))
            env.names[env.module.text(pattern.named_children[0])] = _tracked(machine, rest, frame)
            continue
        value = _tracked(machine, _argument(args, index, env.module.short(pattern, 40)), frame)
        default = parameter.child_by_field_name("value")
        if default is not None:
            value = or_default(machine, value, default, env)
        bind(machine, pattern, value, env, env.names)
    return env


def _argument(args: Arr, index: int, name: str) -> Lazy:
    if index < len(args.items):
        return args.items[index]
    return lazy(Sym(name, name, args.more) if args.more else NOTHING)


def _tracked(machine: "Machine", value: Lazy, frame: Frame | None) -> Lazy:
    if frame is None:
        return value

    def make() -> Value:
        machine.reads.add(frame)
        return machine.force(value)

    return Lazy(make)


def call(machine: "Machine", func: Func, args: Sequence[Lazy]) -> Value:
    """What the function gives back for these arguments."""
    return outcome(machine, func, enter(machine, func, Arr(tuple(args))))


def outcome(machine: "Machine", func: Func, env: Env) -> Value:
    """What a function gives back in a call that `env` holds the parameters of."""
    body = func.node.child_by_field_name("body")
    if body is None:
        return machine.unknown(func.node, env, "a function without a body")
    if body.type != "statement_block":
        return machine.eval(body, env)
    found = _result(machine, body.named_children, env.child(body))
    return NOTHING if found is None else found


def _result(machine: "Machine", statements: Sequence["Node"], env: Env) -> Value | None:
    """What is returned by the statements; None where they end without."""
    for index, statement in enumerate(statements):
        found = _returned(machine, statement, statements[index + 1 :], env)
        if found is not None:
            return found
    return None


def _returned(machine: "Machine", statement: "Node", rest: Sequence["Node"], env: Env) -> Value | None:
    kind = statement.type
    if kind == "return_statement":
        given = next((child for child in statement.named_children if child.type != "comment"), None)
        return NOTHING if given is None else machine.eval(given, env)
    if kind == "throw_statement":
        return _THROWN
    if not _leaves(statement, env):
        return None
    if kind == "statement_block":
        return _result(machine, statement.named_children, env.child(statement))
    if kind in {"else_clause", "try_statement"}:
        inner = statement.child_by_field_name("body")
        return _result(machine, [inner] if inner else statement.named_children, env)
    if kind == "if_statement":
        return _of_if(machine, statement, rest, env)
    if kind == "switch_statement":
        return _of_switch(machine, statement, rest, env)
    if kind in _LOOPS or kind == "labeled_statement":
        return machine.unknown(statement, env, "returned from a loop")
    return None


def _leaves(statement: "Node", env: Env) -> bool:
    """Whether a `return` or `throw` may stand in it."""
    data, start, end = env.module.data, statement.start_byte, statement.end_byte
    return data.find(b"return", start, end) >= 0 or data.find(b"throw", start, end) >= 0


def _of_if(machine: "Machine", statement: "Node", rest: Sequence["Node"], env: Env) -> Value | None:
    condition, yes = statement.child_by_field_name("condition"), statement.child_by_field_name("consequence")
    no = statement.child_by_field_name("alternative")
    if condition is None or yes is None:
        return None
    when = machine.eval(condition, env)
    ways = ([yes], [] if no is None else [no])
    decided = truth(machine, when)
    if decided is not None:
        return _result(machine, ways[0] if decided else ways[1], env)
    return _either(when, *(_result(machine, [*way, *rest], env) for way in ways))


def _either(when: Value, yes: Value | None, no: Value | None) -> Value:
    if yes is _THROWN or no is _THROWN:
        only = no if yes is _THROWN else yes
        return NOTHING if only is None else only
    return Choice(when, lazy(NOTHING if yes is None else yes), lazy(NOTHING if no is None else no))


def _of_switch(machine: "Machine", statement: "Node", rest: Sequence["Node"], env: Env) -> Value | None:
    """Each case as an `if` on what the switch compares."""
    subject, body = statement.child_by_field_name("value"), statement.child_by_field_name("body")
    if subject is None or body is None:
        return None
    cases = [child for child in body.named_children if child.type in {"switch_case", "switch_default"}]
    value = machine.eval(subject, env)
    branches: list[tuple[Value, Value | None]] = []
    default = _result(machine, rest, env)
    for index, case in enumerate(cases):
        label = case.child_by_field_name("value")
        if label is None:
            default = _result(machine, [*case_body(cases, index), *rest], env.child(case))
            continue
        when = binary(machine, "===", value, machine.eval(label, env))
        decided = truth(machine, when)
        if decided is False:
            continue
        found = _result(machine, [*case_body(cases, index), *rest], env.child(case))
        if decided:
            default = found
            break
        branches.append((when, found))
    for when, found in reversed(branches):
        default = _either(when, found, default)
    return default


def instance(machine: "Machine", cls: Cls, args: Arr, frame: Frame | None = None) -> Inst:
    """An instance, with nothing of it evaluated yet."""
    constructor = constructor_of(cls.node)
    if constructor is None:
        made = Inst(cls, cls.env.child(cls.node, label=machine.label()), args)
    else:
        made = Inst(cls, enter(machine, Func(constructor, cls.env), args, frame), args)
    made.env.this = made
    return made


def superclass(machine: "Machine", cls: Cls) -> Value | None:
    """What the class extends; None where it extends nothing."""
    heritage = next((child for child in cls.node.named_children if child.type == "class_heritage"), None)
    clause = next((child for child in heritage.named_children if child.type == "extends_clause"), heritage) if heritage else None
    named = None if clause is None else clause.child_by_field_name("value") or (clause.named_children[0] if clause.named_children else None)
    return None if named is None else machine.eval(named, cls.env)


def super_arguments(machine: "Machine", value: Inst) -> Arr:
    """What the constructor hands to its superclass: all it got, where it declares none."""
    constructor = constructor_of(value.cls.node)
    body = constructor.child_by_field_name("body") if constructor else None
    if body is None:
        return value.args
    called = super_call(value.env.module, body)
    return Arr((), "no call of super") if called is None else arguments(machine, called, value.env.child(body))


def base_of(machine: "Machine", value: Inst) -> Value:
    """The instance as its superclass made it; nothing where there is none or where it adds nothing."""
    if value.base is None:
        value.base = NOTHING
        above = superclass(machine, value.cls)
        if isinstance(above, Cls):
            value.base = instance(machine, above, super_arguments(machine, value))
            value.base.env.this = value.env.this
        elif isinstance(above, Space) and above.path[0] == "aws":
            given = super_arguments(machine, value).items
            name, args = (given[index] if index < len(given) else lazy(NOTHING) for index in (0, 1))
            value.base = Res(".".join(above.path), name, args)
        elif isinstance(above, Sym):
            value.base = above
    return value.base

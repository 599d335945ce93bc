"""What a variable is worth where it is read, if it is written to after its declaration.

The statements of the block that declares it are gone through up to the reading, with branches both ways. A change in another function, or in
a way that is not known here, makes the value unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript.loops import turns
from alb_lint.languages.typescript.operators import binary
from alb_lint.languages.typescript.presence import truth
from alb_lint.languages.typescript.scope import first_value
from alb_lint.languages.typescript.spreads import arguments, listed
from alb_lint.languages.typescript.syntax import case_body, declared
from alb_lint.languages.typescript.values import Arr, Choice, Env, Func, Lazy, Lit, Obj, Sym, Table, Value, lazy
from alb_lint.languages.typescript.writes import Write, inside_function, writes_to, writes_to_field

if TYPE_CHECKING:
    from tree_sitter import Node

    from alb_lint.languages.typescript.machine import Machine

_SEQUENCES: Final = frozenset({"program", "statement_block", "switch_case", "switch_default"})
_WHY: Final = "changed in a way that is not followed"


@dataclass(slots=True)
class _Run:
    """A replay of the writes to one variable, up to the byte `until`."""

    machine: "Machine"
    name: str
    writes: Sequence[Write]
    until: int
    reader: Env
    done: bool = False


def current(machine: "Machine", name: str, node: "Node | None", holder: Env, reader: Env) -> Value:
    """The value of a name declared in `holder`, read at `node`; at the end of the file where that is None."""
    first = first_value(machine, name, holder)
    what = declared(holder.module, holder.node).get(name)
    if holder.fixed or (what is not None and what.kind not in {"let", "const"}):
        return machine.force(first)
    if what is not None and what.kind == "const" and not isinstance(value := machine.force(first), Arr | Obj | Choice | Table):
        return value
    found = _within(holder, writes_to(holder.module, holder.node, name))
    until = len(holder.module.data) if node is None else node.start_byte
    writes = [write for write in found if write.kind not in {"passed", "collect"}]
    if len(writes) < len(found) and isinstance(machine.force(first), Table):
        writes = [write for write in found if write.kind != "passed"]
    value = _written(machine, name, node, holder, reader, first, writes, until)
    if isinstance(value, Arr | Obj | Table) and any(
        _is_changed(machine, write, holder, until) for write in found if write.kind == "passed"
    ):
        return _lost(name, holder)
    return value


def _is_changed(machine: "Machine", write: Write, holder: Env, until: int) -> bool:
    """Whether a function of the program, called before the reading, writes to what it is handed."""
    called = write.node.child_by_field_name("function")
    if called is None or called.type != "identifier" or write.node.end_byte > until:
        return False
    func = machine.eval(called, holder)
    if not isinstance(func, Func):
        return False
    parameters = func.node.child_by_field_name("parameters")
    given = [child for child in (parameters.named_children if parameters else ()) if child.type != "comment"]
    if int(write.key) >= len(given):
        return False
    pattern = given[int(write.key)].child_by_field_name("pattern")
    if pattern is None or pattern.type != "identifier":
        return False
    return any(inner.kind not in {"set", "passed"} for inner in writes_to(func.env.module, func.node, func.env.module.text(pattern)))


def _written(
    machine: "Machine", name: str, node: "Node | None", holder: Env, reader: Env, first: Lazy, writes: Sequence[Write], until: int
) -> Value:
    if not writes:
        return machine.force(first)
    late = node is not None and inside_function(node, holder.node) and any(write.node.start_byte > until for write in writes)
    body = holder.node if holder.node.type in _SEQUENCES else holder.node.child_by_field_name("body")
    if late or any(write.astray for write in writes) or body is None or body.type not in _SEQUENCES:
        return _lost(name, holder)
    env = holder if body is holder.node else holder.child(body)
    run = _Run(machine, name, writes, until, reader)
    held = _through(run, body.named_children, env, first)
    return _lost(name, holder) if held is None else machine.force(held)


def _within(holder: Env, writes: Sequence[Write]) -> Sequence[Write]:
    """Without the step of a loop that counts: each turn has its own number."""
    step = holder.node.child_by_field_name("increment") if holder.node.type == "for_statement" else None
    return writes if step is None else [write for write in writes if write.node != step]


def field_value(machine: "Machine", name: str, first: Lazy, cls: "Node", constructor: Env) -> Value:
    """What `this.name` is worth once the constructor ran, whose parameters `constructor` holds; the class itself, if it has none."""
    body = constructor.node.child_by_field_name("body")
    if body is None:
        return machine.force(first)
    writes = [write for write in writes_to_field(constructor.module, cls, body, name) if write.kind != "passed"]
    if any(write.astray for write in writes) or (writes and constructor.node == cls):
        return _lost(f"this.{name}", constructor)
    run = _Run(machine, f"this.{name}", writes, body.end_byte, constructor)
    held = _through(run, body.named_children, constructor.child(body), first)
    return _lost(f"this.{name}", constructor) if held is None else machine.force(held)


def _lost(name: str, holder: Env) -> Sym:
    return Sym(name, f"{holder.module.name}:{holder.node.start_byte}:{name}{holder.label}", _WHY)


def _through(run: _Run, statements: Sequence["Node"], env: Env, value: Lazy) -> Lazy | None:
    """The value after the statements, or where it is read; None where it is lost."""
    held: Lazy | None = value
    for statement in statements:
        if run.done or held is None or statement.start_byte >= run.until:
            break
        inner = [
            write for write in run.writes if statement.start_byte <= write.node.start_byte and write.node.end_byte <= statement.end_byte
        ]
        if inner:
            held = _statement(run, statement, env, held, inner)
        run.done = run.done or statement.end_byte > run.until
    return held


def _statement(run: _Run, statement: "Node", env: Env, value: Lazy, inner: Sequence[Write]) -> Lazy | None:
    kind = statement.type
    if kind in {"expression_statement", "lexical_declaration", "variable_declaration", "return_statement"}:
        held: Lazy | None = value
        for write in inner:
            if write.node.end_byte <= run.until and held is not None:
                held = _apply(run, write, env, held)
        return held
    if kind == "switch_statement":
        return _cases(run, statement, env, value)
    if kind == "if_statement":
        return _branches(run, statement, env, value)
    if kind == "statement_block":
        return _through(run, statement.named_children, env.child(statement), value)
    if kind == "else_clause":
        return _through(run, statement.named_children, env, value)
    if kind in {"for_in_statement", "for_statement"}:
        return _loop(run, statement, env, value)
    return None


def _apply(run: _Run, write: Write, env: Env, value: Lazy) -> Lazy | None:
    """The value after one write. The written expression sees the value before."""
    inner = env.child(write.node, {run.name: value}, fixed=True)
    right = write.node.child_by_field_name("right")
    if write.node.type == "call_expression" and write.kind != "push" and isinstance(run.machine.force(value), Table):
        return _collected(run, write.node, inner, value)
    if write.kind == "update":
        return _updated(run, write.node, right, inner, value)
    if write.kind == "push":
        return _pushed(run, write.node, inner, value)
    if right is None or write.kind == "other":
        return None
    part = run.machine.later(right, inner)
    return part if write.kind == "set" else _with_property(run, write, part, value)


def _updated(run: _Run, node: "Node", right: "Node | None", env: Env, value: Lazy) -> Lazy:
    operator = env.module.text(op).removesuffix("=") if (op := node.child_by_field_name("operator")) else ""
    other = lazy(Lit(1)) if right is None else run.machine.later(right, env)
    return Lazy(lambda: binary(run.machine, operator if right else operator[:1], run.machine.force(value), run.machine.force(other)))


def _collected(run: _Run, node: "Node", env: Env, value: Lazy) -> Lazy | None:
    """A Map after `set`, a Set after `add`; None where that is not followed, as in a chain of calls."""
    before, called = run.machine.force(value), node.child_by_field_name("function")
    method = called.child_by_field_name("property") if called is not None else None
    chained = node.parent is None or node.parent.type != "expression_statement"
    if not isinstance(before, Table) or method is None or chained:
        return None
    given = arguments(run.machine, node, env)
    key = run.machine.force(given.items[0]) if given.items and not given.more else None
    wanted = ("add", 1) if before.is_set else ("set", 2)
    if not isinstance(key, Lit) or (env.module.text(method), len(given.items)) != wanted:
        return None
    return lazy(before.with_pair(key, given.items[-1]))


def _pushed(run: _Run, node: "Node", env: Env, value: Lazy) -> Lazy:
    def make() -> Value:
        before = run.machine.force(value)
        if isinstance(before, Choice):
            return Choice(before.when, _pushed(run, node, env, before.yes), _pushed(run, node, env, before.no))
        arguments = node.child_by_field_name("arguments")
        added = listed(run.machine, arguments.named_children if arguments else [], env)
        if isinstance(before, Arr) and isinstance(added, Arr):
            return Arr(before.items + added.items, before.more or added.more)
        return run.machine.unknown(node, env, "a list that is not followed")

    return Lazy(make)


def _with_property(run: _Run, write: Write, part: Lazy, value: Lazy) -> Lazy:
    def make() -> Value:
        before = run.machine.force(value)
        if isinstance(before, Choice):
            return Choice(before.when, _with_property(run, write, part, before.yes), _with_property(run, write, part, before.no))
        if isinstance(before, Obj):
            return Obj({**before.entries, write.key: part}, before.more)
        return Sym(run.name, f"{run.name}@{write.node.start_byte}", _WHY)

    return Lazy(make)


def _branches(run: _Run, statement: "Node", env: Env, value: Lazy) -> Lazy | None:
    condition, yes = statement.child_by_field_name("condition"), statement.child_by_field_name("consequence")
    no = statement.child_by_field_name("alternative")
    if condition is None or yes is None:
        return None
    if statement.start_byte <= run.until < statement.end_byte:
        side = next((side for side in (yes, no) if side is not None and side.start_byte <= run.until < side.end_byte), None)
        return value if side is None else _through(run, [side], env, value)
    when = run.machine.eval(condition, env)
    decided = truth(run.machine, when)
    if decided is not None:
        side = yes if decided else no
        return value if side is None else _through(run, [side], env, value)
    one = _through(run, [yes], env, value)
    other = value if no is None else _through(run, [no], env, value)
    if one is None or other is None:
        return None
    return one if one is other else lazy(Choice(when, one, other))


def _cases(run: _Run, statement: "Node", env: Env, value: Lazy) -> Lazy | None:
    """The value after a `switch`; a reading inside one is not followed."""
    subject, body = statement.child_by_field_name("value"), statement.child_by_field_name("body")
    if subject is None or body is None or statement.start_byte <= run.until < statement.end_byte:
        return None
    cases = [child for child in body.named_children if child.type in {"switch_case", "switch_default"}]
    switched = run.machine.eval(subject, env)
    default: Lazy | None = value
    ways: list[tuple[Value, Lazy | None]] = []
    for index, case in enumerate(cases):
        held = _through(run, case_body(cases, index), env.child(case), value)
        label = case.child_by_field_name("value")
        if label is None:
            default = held
            continue
        when = binary(run.machine, "===", switched, run.machine.eval(label, env))
        decided = truth(run.machine, when)
        if decided:
            default = held
            break
        if decided is None:
            ways.append((when, held))
    for when, held in reversed(ways):
        default = None if held is None or default is None else lazy(Choice(when, held, default))
    return default


def _loop(run: _Run, statement: "Node", env: Env, value: Lazy) -> Lazy | None:
    """All turns of a loop over known items; up to the reader's own turn where it reads inside."""
    body = statement.child_by_field_name("body")
    rounds = turns(run.machine, statement, env)
    if body is None or rounds is None:
        return None
    held: Lazy | None = value
    until, stop = run.until, len(rounds)
    inside = body.start_byte <= until < body.end_byte
    if inside:
        stop = _turn(run.reader, statement)
        if stop < 0:
            return None
        run.until = statement.end_byte
    for names in rounds[:stop]:
        held = None if held is None else _through(run, [body], env.child(statement, names), held)
        run.done = False
    run.until = until
    if inside and held is not None and stop < len(rounds):
        held = _through(run, [body], env.child(statement, rounds[stop]), held)
    return held


def _turn(reader: Env, statement: "Node") -> int:
    """Which turn of the loop the reader is in; -1 where it is in none."""
    at: Env | None = reader
    while at is not None and at.node != statement:
        at = at.parent
    return -1 if at is None else at.turn


def is_assigned(constructor: Env, cls: "Node", name: str) -> bool:
    """Whether the class assigns `this.name`."""
    body = constructor.node.child_by_field_name("body")
    return body is not None and any(write.kind != "passed" for write in writes_to_field(constructor.module, cls, body, name))

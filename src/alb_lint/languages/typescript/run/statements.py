"""Statements, run one after the other."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript.bind import bind
from alb_lint.languages.typescript.known_functions import in_order
from alb_lint.languages.typescript.loops import any_item
from alb_lint.languages.typescript.operators import binary
from alb_lint.languages.typescript.run import classes
from alb_lint.languages.typescript.run.collections import characters
from alb_lint.languages.typescript.run.core import Core, Done, GivenUp, Thrown
from alb_lint.languages.typescript.scope import declare
from alb_lint.languages.typescript.syntax import CLASSES, FUNCTIONS, Declared, pattern_names, statements_of
from alb_lint.languages.typescript.values import NOTHING, Arr, Choice, Cls, Env, Func, Lazy, Lit, Obj, Sym, Table, Value, birth, lazy

if TYPE_CHECKING:
    from tree_sitter import Node

_NONE: Final = Done("")
"""A statement that ended the plain way, where both ways of a condition are compared."""

_LOOPS: Final = frozenset({"for_statement", "for_in_statement", "while_statement", "do_statement"})


class Statements(Core):
    """Runs statements; expressions are for the class below."""

    def block(self, nodes: Sequence["Node"], env: Env, end: Done | None = None) -> Done | None:
        """Run the statements of a block, whose functions are there from its beginning. `end`: how a block ends that is not left before."""
        self.hoist(nodes, env)
        return self._from(nodes, env, end)

    def _from(self, nodes: Sequence["Node"], env: Env, end: Done | None) -> Done | None:
        for index, node in enumerate(nodes):
            if node.type == "if_statement":
                last, done = self._branches(node, nodes[index + 1 :], env, end)
                if last or done is not None:
                    return done
                continue
            done = self.statement(node, env)
            if done is not None:
                return done
        return end

    def _branches(self, node: "Node", rest: Sequence["Node"], env: Env, end: Done | None) -> tuple[bool, Done | None]:
        """(whether what follows was run, too, how it ends): where one side leaves the block, the rest of it belongs to the other."""
        condition, yes = node.child_by_field_name("condition"), node.child_by_field_name("consequence")
        no = node.child_by_field_name("alternative")
        if condition is None or yes is None:
            return False, None
        when = self.eval(condition, env)

        def side(part: "Node | None") -> Done:
            return _NONE if part is None else self.statement(part, env) or _NONE

        def whole(part: "Node | None") -> Done:
            done = side(part)
            return (self._from(rest, env, end) or _NONE) if done is _NONE else done

        if self.holds(when) is None and _leaves(yes) is not _leaves(no):
            done = self.either(when, lambda: whole(yes), lambda: whole(no), node, self.alike)
            return True, None if done is _NONE else done
        done = self.either(when, lambda: side(yes), lambda: side(no), node, self.alike)
        return False, None if done is _NONE else done

    def alike(self, one: Done, other: Done, when: Value) -> Done | None:
        """How both ways end, where they end alike."""
        if one.kind != other.kind or one.label != other.label:
            return None
        if one.value is None or other.value is None or one.value is other.value:
            return one if one.value is other.value else None
        return Done(one.kind, Choice(when, lazy(one.value), lazy(other.value)), one.label)

    def body(self, node: "Node", env: Env) -> Done | None:
        """One turn of a loop."""
        if node.type != "statement_block":
            return self.statement(node, env)
        return self.block(list(statements_of(node)), env.child(node), Done("continue"))

    def hoist(self, nodes: Sequence["Node"], env: Env) -> None:
        for node in nodes:
            inner = node.child_by_field_name("declaration") if node.type == "export_statement" else node
            if inner is None:
                continue
            name = inner.child_by_field_name("name")
            if name is None:
                continue
            if inner.type in FUNCTIONS:
                env.names[env.module.text(name)] = lazy(Func(inner, env))
            elif inner.type in CLASSES:
                env.names[env.module.text(name)] = lazy(Cls(inner, env))
            elif inner.type == "enum_declaration":
                declare(self, env.module.text(name), Declared("enum", inner), env)

    def statement(self, node: "Node", env: Env) -> Done | None:
        self.steps -= 1
        if self.steps < 0:
            raise GivenUp("it takes too many steps to follow")
        run = _STATEMENTS.get(node.type)
        return None if run is None else run(self, node, env)

    def finished(self, done: Done | None, label: str) -> "tuple[bool, Done | None]":
        """(whether a loop ends, how the loop itself ends)."""
        if done is None or (done.kind == "continue" and done.label in {"", label}):
            return False, None
        if done.kind == "break" and done.label in {"", label}:
            return True, None
        return True, done

    def any_times(self, work: Callable[[], object], what: str, node: "Node", env: Env, *, gap: str = "", literal: str = "") -> None:
        """Run what runs an unknown number of times: once, with all that it changes unknown before and after."""
        self.loop_start = birth()
        held = (*self.known, (literal or f"{what} is not empty", True))
        before = len(self.drafts)
        for attempt in range(4):
            found = self._tried(work, held)
            if found.thrown is not None:
                raise GivenUp("a loop that may throw")
            if isinstance(found.result, Done) and found.result.kind not in {"continue", "break", ""}:
                raise GivenUp("returned from a loop over what is not known")
            if not self._forget(found, what, node):
                self.drafts += found.drafts
                break
            if attempt == 3:
                raise GivenUp("a loop over what is not known changes too much")
        if len(self.drafts) > before and gap != "-":
            self.gap(env.module.location(node), gap or f"a loop over {what}, which is not known: its rules are shown once")

    def _forget(self, found: object, what: str, node: "Node") -> bool:
        """Make unknown what a loop changes; whether that was not so already."""
        changes = found.changes  # type: ignore[attr-defined]
        again = False
        for change, now in changes.values():
            if change.holder is self.counter:
                continue
            if change.holder.born > self.loop_start:
                continue
            if change.table is None:
                if change.key != "items" or not isinstance(change.holder, Arr) or change.holder.items != now[: len(change.holder.items)]:
                    raise GivenUp("a loop over what is not known changes a list or collection")
                if not change.holder.more:
                    self.change(change.holder, "more", f"items added in a loop over {what}")
                    again = True
                continue
            old = change.table.get(change.key)
            if old is not None and isinstance(old.value, Sym) and old.value.why == _CHANGED:
                continue
            if change.key not in change.table:
                raise GivenUp("a loop over what is not known adds properties")
            mark = self.marked(node.id, str(change.key))
            self._log(change.holder, change.table, change.key)
            change.table[change.key] = lazy(Sym(str(change.key), f"{change.key}{mark}", _CHANGED))
            again = True
        return again

    def iterate(self, value: Value) -> "tuple[Sequence[Lazy], str]":
        if isinstance(value, Arr):
            self.touch(value, "")
            return value.items, value.more
        if isinstance(value, Table):
            self.touch(value, "")
            return value.items, ""
        if isinstance(value, Lit) and (found := characters(value)) is not None:
            return [lazy(item) for item in found], ""
        return (), self.render(value)[0]


_CHANGED: Final = "changed in a way that is not followed"


def _expression(run: Statements, node: "Node", env: Env) -> Done | None:
    for child in node.named_children:
        if child.type != "comment":
            run.eval(child, env)
    return None


def _declaration(run: Statements, node: "Node", env: Env) -> Done | None:
    home = env
    if node.type == "variable_declaration":
        while home.parent is not None and home.node.type not in FUNCTIONS and home.node.type != "program":
            home = home.parent
    for declarator in node.named_children:
        pattern, init = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
        if declarator.type != "variable_declarator" or pattern is None:
            continue
        if init is None:
            if node.type != "variable_declaration" or env.module.text(pattern) not in home.names:
                run.put(home, home.names, env.module.text(pattern), lazy(NOTHING))
            continue
        value = run.later(init, env)
        bound: dict[str, Lazy] = {}
        bind(run, pattern, value if pattern.type != "identifier" else run.named(value, env.module.text(pattern), init), env, bound)
        for name in pattern_names(env.module, pattern):
            held = bound.get(name, lazy(NOTHING))
            run.force(held)
            run.put(home, home.names, name, held)
    return None


def _if(run: Statements, node: "Node", env: Env) -> Done | None:
    return run.block([node], env)


def _leaves(side: "Node | None") -> bool:
    """Whether a branch always leaves the block it stands in."""
    while side is not None and side.type in {"else_clause", "statement_block"}:
        children = [child for child in side.named_children if child.type != "comment"]
        side = children[-1] if children else None
    return side is not None and side.type in {"return_statement", "continue_statement", "break_statement"}


def _else(run: Statements, node: "Node", env: Env) -> Done | None:
    inner = next((child for child in node.named_children if child.type != "comment"), None)
    return None if inner is None else run.statement(inner, env)


def _block(run: Statements, node: "Node", env: Env) -> Done | None:
    return run.block(list(statements_of(node)), env.child(node))


def _return(run: Statements, node: "Node", env: Env) -> Done | None:
    given = next((child for child in node.named_children if child.type != "comment"), None)
    return Done("return", NOTHING if given is None else run.eval(given, env))


def _throw(run: Statements, node: "Node", env: Env) -> Done | None:
    raise Thrown(run.eval(node.named_children[0], env) if node.named_children else NOTHING)


def _leave(run: Statements, node: "Node", env: Env) -> Done | None:  # noqa: ARG001 - one signature for all
    label = node.child_by_field_name("label")
    return Done(node.type.removesuffix("_statement"), None, "" if label is None else env.module.text(label))


def _label_of(node: "Node", env: Env) -> str:
    parent = node.parent
    label = parent.child_by_field_name("label") if parent is not None and parent.type == "labeled_statement" else None
    return "" if label is None else env.module.text(label)


def _labeled(run: Statements, node: "Node", env: Env) -> Done | None:
    body = node.child_by_field_name("body")
    done = None if body is None else run.statement(body, env)
    return None if done is not None and done.kind == "break" and done.label == _label_of(body, env) and body is not None else done  # type: ignore[arg-type]


def _for_in(run: Statements, node: "Node", env: Env) -> Done | None:
    left, right, body = (node.child_by_field_name(name) for name in ("left", "right", "body"))
    operator = node.child_by_field_name("operator")
    if left is None or right is None or body is None:
        return None
    value, label = run.eval(right, env), _label_of(node, env)
    if operator is not None and operator.type == "in":
        items, more = _keys(run, value)
    else:
        items, more = run.iterate(value)
    if any(child.type == "await" for child in node.children):
        raise GivenUp("for await")
    turn = 0
    while True:
        if isinstance(value, Arr | Table) and not more and not (operator is not None and operator.type == "in"):
            items = value.items  # what is added on the way is gone through, too
        if turn >= len(items):
            break
        ended, done = run.finished(_turn(run, node, left, body, items[turn], env, str(turn)), label)
        if ended:
            return done
        turn += 1
    if more:
        run.any_times(lambda: _turn(run, node, left, body, lazy(any_item(run, value)), env, "any") or _NONE, more, node, env)
    return None


def _keys(run: Statements, value: Value) -> "tuple[Sequence[Lazy], str]":
    if isinstance(value, Obj) and value.more is None:
        run.touch(value, "")
        return [lazy(Lit(name)) for name in in_order(value.entries)], ""
    if isinstance(value, Arr) and not value.more:
        return [lazy(Lit(str(index))) for index in range(len(value.items))], ""
    if isinstance(value, Lit) and value.value is None:
        return (), ""
    return (), run.render(value)[0]


def _turn(run: Statements, node: "Node", left: "Node", body: "Node", item: Lazy, env: Env, turn: str) -> Done | None:
    inner = env.child(node, label=run.marked(id(run.frame), node.id, env.label, run.counted("turn", id(run.frame), node.id), turn))
    if node.child_by_field_name("kind") is None:
        run.assign(left, item, env)
    else:
        bound: dict[str, Lazy] = {}
        bind(run, left, item, env, bound)
        for name, value in bound.items():
            run.force(value)
            inner.names[name] = value
    return run.body(body, inner)


def _for(run: Statements, node: "Node", env: Env) -> Done | None:
    start, condition, step = (node.child_by_field_name(name) for name in ("initializer", "condition", "increment"))
    body, label = node.child_by_field_name("body"), _label_of(node, env)
    outer = env.child(node)
    if start is not None and start.type != "empty_statement":
        run.statement(start, outer)
    text = env.module.short(condition) if condition is not None else "a loop"
    turns = 0
    while body is not None:
        # each turn has its own variables, which functions made in it keep
        inner = outer.child(
            node, dict(outer.names), label=run.marked(id(run.frame), node.id, env.label, run.counted("turn", id(run.frame), node.id))
        )
        going = True if condition is None or condition.type == "empty_statement" else run.holds(run.eval(_condition(condition), inner))
        if going is False:
            return None
        if going is None:
            names = {name: lazy(Sym(name, f"{name}{inner.label}", "counted by a loop")) for name in outer.names}
            inner.names.update(names)
            run.any_times(partial(run.body, body, inner), text, node, env)
            return None
        ended, done = run.finished(run.body(body, inner), label)
        if ended:
            return done
        after = outer.child(node, dict(inner.names), label=inner.label)
        if step is not None:
            run.eval(step, after)
        outer.names.clear()
        outer.names.update(after.names)
        turns += 1
    return None


def _condition(node: "Node") -> "Node":
    return node.named_children[0] if node.type == "expression_statement" and node.named_children else node


def _while(run: Statements, node: "Node", env: Env) -> Done | None:
    body, condition, label = node.child_by_field_name("body"), node.child_by_field_name("condition"), _label_of(node, env)
    if body is None or condition is None:
        return None
    first = node.type == "do_statement"
    while True:
        inner = env.child(node, label=run.marked(id(run.frame), node.id, env.label, run.counted("turn", id(run.frame), node.id)))
        going = True if first else run.holds(run.eval(condition, inner))
        first = False
        if going is False:
            return None
        if going is None:
            what = env.module.short(condition.named_children[0] if condition.named_children else condition)
            run.any_times(partial(run.body, body, inner), what, node, env, literal=what)
            return None
        ended, done = run.finished(run.body(body, inner), label)
        if ended:
            return done


def _switch(run: Statements, node: "Node", env: Env) -> Done | None:
    subject, body = node.child_by_field_name("value"), node.child_by_field_name("body")
    if subject is None or body is None:
        return None
    value = run.eval(subject, env)
    cases = [child for child in body.named_children if child.type in {"switch_case", "switch_default"}]
    inner = env.child(body)
    run.hoist([statement for case in cases for statement in case.children_by_field_name("body")], inner)

    def from_case(index: int) -> Done:
        for case in cases[index:]:
            for statement in case.children_by_field_name("body"):
                done = run.statement(statement, inner)
                if done is not None:
                    return _NONE if done.kind == "break" and not done.label else done
        return _NONE

    def tried(index: int) -> Done:
        if index == len(cases):
            default = next((at for at, case in enumerate(cases) if case.type == "switch_default"), None)
            return _NONE if default is None else from_case(default)
        label = cases[index].child_by_field_name("value")
        if cases[index].type == "switch_default" or label is None:
            return tried(index + 1)
        when = binary(run, "===", value, run.eval(label, inner))
        return run.either(when, lambda: from_case(index), lambda: tried(index + 1), cases[index], run.alike)

    done = tried(0)
    return None if done is _NONE else done


def _try(run: Statements, node: "Node", env: Env) -> Done | None:
    body, handler, final = (node.child_by_field_name(name) for name in ("body", "handler", "finalizer"))
    done: Done | None = None
    thrown: Thrown | None = None
    if body is None:
        return None
    if handler is not None and handler.id in env.module.hot:
        raise GivenUp("rules made where an error is caught")
    run.throws += handler is not None
    try:
        done = _maybe(run, body, handler, env)
    except Thrown as error:
        thrown = error
    finally:
        run.throws -= handler is not None
    if thrown is not None and handler is not None:
        caught, thrown = thrown, None
        inner = env.child(handler)
        if (parameter := handler.child_by_field_name("parameter")) is not None:
            bind(run, parameter, lazy(caught.value), env, inner.names)
        try:
            block = handler.child_by_field_name("body")
            done = None if block is None else run.block(list(statements_of(block)), inner)
        except Thrown as error:
            thrown = error
    if final is not None:
        block = final.child_by_field_name("body") or next(
            (child for child in final.named_children if child.type == "statement_block"), None
        )
        last = None if block is None else run.block(list(statements_of(block)), env.child(final))
        if last is not None:
            return last
    if thrown is not None:
        raise thrown
    return done


def _maybe(run: Statements, body: "Node", handler: "Node | None", env: Env) -> Done | None:
    """The body, and where it does what may fail and that nobody can tell, the handler as the other way."""
    before = run.uncertain
    start = len(run.changes)
    done = run.statement(body, env)
    if handler is None or run.uncertain == before:
        return done
    changed = any(change.holder is not run.counter for change in run.changes[start:])
    block = handler.child_by_field_name("body")
    if done is not None or changed or (block is not None and _does_something(block, env)):
        raise GivenUp("what may fail is caught")
    return done


def _does_something(block: "Node", env: Env) -> bool:
    """Whether a handler does more than to tell, or to throw."""
    for child in block.named_children:
        if child.type in {"comment", "throw_statement"}:
            continue
        if child.type == "expression_statement" and env.module.text(child).startswith(("console.", "pulumi.log.", "log.")):
            continue
        return True
    return False


def _export(run: Statements, node: "Node", env: Env) -> Done | None:
    declaration = node.child_by_field_name("declaration")
    value = node.child_by_field_name("value")
    if declaration is not None:
        done = run.statement(declaration, env)
        if declaration.type in FUNCTIONS and any(child.type == "default" for child in node.children):
            run.handed_over(declaration, run.now(lambda: Func(declaration, env)), env)
        return done
    whole = any(child.type == "=" for child in node.children)
    if value is None and whole:
        value = node.named_children[-1]
    if value is not None:
        held = run.later(value, env)
        run.export(env.module, "=" if whole else "default", held)
        run.handed_over(value, held, env)
    return None


def _class(run: Statements, node: "Node", env: Env) -> Done | None:
    name = node.child_by_field_name("name")
    held = env.names.get(env.module.text(name)) if name is not None else None
    cls = run.force(held) if held is not None else None
    if isinstance(cls, Cls):
        classes.statics(run, cls)
    return None


def _nothing(run: Statements, node: "Node", env: Env) -> Done | None:  # noqa: ARG001
    return None


def _refused(run: Statements, node: "Node", env: Env) -> Done | None:  # noqa: ARG001
    raise GivenUp(f"{node.type.replace('_', ' ')} is not followed")


_STATEMENTS: "Final[dict[str, Callable[[Statements, Node, Env], Done | None]]]" = {
    "expression_statement": _expression,
    "lexical_declaration": _declaration,
    "variable_declaration": _declaration,
    "if_statement": _if,
    "else_clause": _else,
    "statement_block": _block,
    "return_statement": _return,
    "throw_statement": _throw,
    "break_statement": _leave,
    "continue_statement": _leave,
    "labeled_statement": _labeled,
    "for_in_statement": _for_in,
    "for_statement": _for,
    "while_statement": _while,
    "do_statement": _while,
    "switch_statement": _switch,
    "try_statement": _try,
    "export_statement": _export,
    "class_declaration": _class,
    "abstract_class_declaration": _class,
    "with_statement": _refused,
    "internal_module": _refused,
    "module": _nothing,
    "ERROR": _refused,
}

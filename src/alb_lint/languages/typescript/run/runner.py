"""Expressions and calls of a program that is run, and its files."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from alb_lint.languages.typescript import awsx, expressions, functions, members, methods
from alb_lint.languages.typescript import imports as links
from alb_lint.languages.typescript import known_functions as known
from alb_lint.languages.typescript.bind import bind
from alb_lint.languages.typescript.flow import Draft
from alb_lint.languages.typescript.lookup import KNOWN_GLOBALS
from alb_lint.languages.typescript.loops import any_item
from alb_lint.languages.typescript.names import is_global
from alb_lint.languages.typescript.operators import as_text, binary, logical, negated
from alb_lint.languages.typescript.parse import Module
from alb_lint.languages.typescript.project import IMPORTED, Project, is_own
from alb_lint.languages.typescript.run import classes
from alb_lint.languages.typescript.run.collections import table_method
from alb_lint.languages.typescript.run.core import HAVE_PARTS, Done, GivenUp
from alb_lint.languages.typescript.run.lists import LENGTH, list_method
from alb_lint.languages.typescript.run.statements import Statements
from alb_lint.languages.typescript.spreads import arguments
from alb_lint.languages.typescript.syntax import FUNCTIONS, import_names, statements_of, string_text, unwrapped
from alb_lint.languages.typescript.texts import regex_of, replaced
from alb_lint.languages.typescript.values import (
    NO_READS,
    NOTHING,
    Arr,
    Choice,
    Cls,
    Env,
    Frame,
    Func,
    Inst,
    Known,
    Lazy,
    Lit,
    Names,
    Obj,
    Res,
    Space,
    Sym,
    Table,
    Value,
    lazy,
)
from alb_lint.languages.typescript.walk import Explained
from alb_lint.record import replace

if TYPE_CHECKING:
    from tree_sitter import Node

_CHANGEABLE: Final = frozenset({Arr, Obj, Table})
_PARTLESS: Final = frozenset({Lit, Sym})
_CALLS: Final = 60
"""Calls within calls."""

_RULES: Final = 5_000
_RULE: Final = "aws.lb.ListenerRule"
_NATIVE: Final = "aws-native.elasticloadbalancingv2.ListenerRule"
_PLAIN: Final = frozenset({"identifier", "member_expression", "subscript_expression"})
_LATER: Final = frozenset({"apply", "then", "catch", "finally"})
_ITERATING: Final = frozenset({"forEach", "map", "flatMap", "filter", "some", "every", "find", "reduce", "sort"})
_HARMLESS: Final = ("console.", "pulumi.log.")


class Settings(Protocol):
    """What is told of the stack."""

    @property
    def stack(self) -> str:
        """Its name; "" where none is told."""

    def project(self, folder: Path | None) -> str:
        """The name of a project."""

    def value(self, folder: Path | None, namespace: str, key: str, kind: str) -> Value | None:
        """A config value as `get` and its kind give it; None where it is not told."""


class Runner(Statements):
    """Runs programs. `made_of`: what `new` of another package's class makes of a rule; True where that is one."""

    def __init__(self, project: Project, wrappers: Mapping[str, Explained], settings: Settings) -> None:
        super().__init__(project)
        self.settings = settings
        self.wrappers = wrappers
        self.bodies: set[int] = set()
        self.envs: dict[str, Env] = {}
        self.ran: set[str] = set()
        self.whole: dict[tuple[str, str], Lazy] = {}
        self.imports: dict[str, dict[str, Node]] = {}
        self.packages: dict[tuple[str, str], Space] = {}
        self.asynchronous = False
        self.deepest = 10_000
        self.constructing: list[tuple[Cls, Inst]] = []

    def begin(self, decided: dict[str, bool]) -> None:
        """Forget all of the program but what one path decides."""
        self.envs, self.ran, self.whole = {}, set(), {}
        self.drafts, self.known, self.changes, self.constructing = [], (), [], []
        self.decided, self.open, self.met = dict(decided), [], {}
        self.counter.entries.clear()
        self.part = self.parts = self.throws = self.uncertain = 0
        self.same_part, self.touched, self.handed = {}, {}, {}
        self.reads = set()

    def let_go(self) -> None:
        """Forgets the program, with what names stand for: names stand for functions, and functions know the names around them."""
        super().let_go()
        for env in self.envs.values():
            env.names.clear()
        self.begin({})

    # files

    def env(self, module: Module) -> Env:
        key = self.project.key(module.name, module.path)
        if key not in self.envs:
            self.envs[key] = Env(module, module.root, None)
        return self.envs[key]

    def run_module(self, module: Module) -> None:
        """Run a file, after those that it imports; once."""
        key = self.project.key(module.name, module.path)
        if key in self.ran:
            return
        self.ran.add(key)
        env = self.env(module)
        nodes = list(statements_of(module.root))
        self.hoist(nodes, env)
        for node in nodes:
            source = _source(node)
            types = any(child.type == "type" for child in node.children)
            if source is not None and not types and (target := self.project.resolve(module, string_text(module, source))) is not None:
                self.run_module(target)
        outer, part = self.frame, self.part
        self.frame = self.top_of(module)
        try:
            done = self.block(nodes, env)
        finally:
            self.frame, self.part = outer, part
        if done is not None:
            raise GivenUp("a file that is left before its end")

    def top_of(self, module: Module) -> Frame:
        key = ("top", id(self.entry), module.name)
        if key not in self.frames:
            root = self.frames.get(("top", id(self.entry), self.entry.name))
            self.frames[key] = Frame(None if module is self.entry else root, module, None)
        return self.frames[key]

    entry: Module

    def export(self, module: Module, name: str, value: Lazy) -> None:
        """Keep what a file exports under a name that is no variable's."""
        self.whole[self.project.key(module.name, module.path), name] = value

    def exported(self, module: Module, name: str, node: "Node") -> Value:
        held = self.whole.get((self.project.key(module.name, module.path), name))
        if held is None:
            if node.type in FUNCTIONS or node.type in {"class_declaration", "class"}:
                return self.eval(node, self.env(module))
            raise GivenUp(f"{module.name} is asked for what it has not exported yet")
        return self.force(held)

    def final(self, name: str, env: Env) -> Value:
        if name in env.names:
            self.touch(env, name)
            return self._unordered(env, name) or self.force(env.names[name])
        found = self._imported(name, env)
        if found is None:
            raise GivenUp(f"{env.module.name} is asked for {name} before it is there")
        return found

    # names

    def lookup(self, node: "Node", env: Env) -> Value:
        name = env.module.text(node)
        at: Env | None = env
        while at is not None:
            held = at.names.get(name)
            if held is not None:
                self.touch(at, name)
                return self._unordered(at, name) or self.force(held)
            if at.parent is None and at.node.type == "program" and (found := self._imported(name, at)) is not None:
                return found
            at = at.parent
        if name == "undefined":
            return NOTHING
        if name in {"exports", "module"}:
            raise GivenUp(f"{name} is used as a value")
        if name in KNOWN_GLOBALS:
            return Space((name,))
        return Sym(name, name, "the environment" if name == "process" else "not declared in the files that were read", known=Known())

    def _unordered(self, env: Env, name: str) -> Value | None:
        """Each time another value, as far as anyone knows."""
        if not self.is_unordered(env, name):
            return None
        return Sym(name, f"{env.module.name}:{env.node.start_byte}:{name}#{self.counted('unordered')}", "changed by callbacks in any order")

    def _imported(self, name: str, env: Env) -> Value | None:
        key = self.project.key(env.module.name, env.module.path)
        if key not in self.imports:
            statements = [node for node in statements_of(env.module.root) if node.type == "import_statement"]
            self.imports[key] = {name: node for statement in statements for name, node in import_names(env.module, statement)}
        node = self.imports[key].get(name)
        if node is None:
            return None
        found = self.packages.get((key, name)) or links.imported(self, node, env.module)
        if isinstance(found, Space):
            self.packages[key, name] = found
        return found

    def named(self, value: Lazy, name: str, init: "Node") -> Lazy:
        """A value that has no name of its own goes by that of its variable."""
        if isinstance(value.value, Sym) and unwrapped(init).type not in _PLAIN:
            return Lazy(None, replace(value.value, text=name), value.reads)
        return value

    # expressions

    def eval(self, node: "Node", env: Env) -> Value:
        kind = node.type
        run = _EVALUATORS.get(kind)
        if run is None:
            value = self.of_kind(kind, node, env)
            return self.settled(value) if value.__class__ in HAVE_PARTS else value
        self.steps -= 1
        if self.steps < 0:
            raise GivenUp("it takes too many steps to follow")
        return run(self, node, env)

    def later(self, node: "Node", env: Env) -> Lazy:
        """The value now: a program that is run works out nothing later."""
        outer, self.reads = self.reads, set()
        try:
            value = self.eval(node, env)
            if value.__class__ in HAVE_PARTS and node.type in _EVALUATORS:  # of others `eval` has worked out the parts
                self.settled(value)
            return Lazy(None, value, frozenset(self.reads) if self.reads else NO_READS)
        finally:
            self.reads = outer

    def get(self, value: Value, name: str, node: "Node", env: Env) -> Value:
        if value.__class__ in _CHANGEABLE:
            assert isinstance(value, Arr | Obj | Table)
            self.touch(value, "")
        elif isinstance(value, Inst):
            if value.fields is not None:
                return classes.member_of(self, value, name, node, env)
        elif isinstance(value, Cls):
            found = classes.static_of(self, value, name)
            return NOTHING if found is None else found
        elif isinstance(value, Lit):
            self.uncertain += value.value is None and not _is_optional(node)
        elif isinstance(value, Func) and name in {"name", "length"}:
            return self.unknown(node, env, "a member of a function")
        return members.get(self, value, name, node, env)

    def assign(self, target: "Node", value: Lazy, env: Env) -> None:
        """`target = value`."""
        target = unwrapped(target)
        kind = target.type
        if kind in {"identifier", "shorthand_property_identifier_pattern"}:
            self._assign_name(env.module.text(target), value, env)
        elif kind in {"member_expression", "subscript_expression"}:
            self._assign_member(target, value, env)
        elif kind in {"array_pattern", "object_pattern"}:
            bound: dict[str, Lazy] = {}
            bind(self, target, value, env, bound)
            for held in bound.values():
                self.force(held)
            if any(child.type in {"member_expression", "subscript_expression"} for child in target.named_children):
                raise GivenUp("members are assigned by a pattern")
            for name, held in bound.items():
                self._assign_name(name, held, env)
        else:
            raise GivenUp(f"something is assigned to {kind.replace('_', ' ')}")

    def _assign_name(self, name: str, value: Lazy, env: Env) -> None:
        at: Env | None = env
        while at is not None:
            if name in at.names:
                self.put(at, at.names, name, value)
                return
            at = at.parent
        raise GivenUp(f"{name} is assigned to and declared nowhere")

    def _assign_member(self, target: "Node", value: Lazy, env: Env) -> None:
        inner, key = target.child_by_field_name("object"), self.key_of(target, env)
        if inner is None or key is None:
            raise GivenUp("something is assigned under a key that is not known")
        text = env.module.text(target) if target.end_byte - target.start_byte < 200 else ""
        if text == "module.exports":
            self.export(env.module, "=", value)
            return
        if text.startswith(("module.exports.", "exports.")) and text.count(".") == 1 + text.startswith("module."):
            self.export(env.module, key, value)
            return
        self.put_member(self.eval(inner, env), key, value)

    def put_member(self, holder: Value, key: str, value: Lazy) -> None:
        """`holder.key = value`."""
        if isinstance(holder, Obj):
            self.put(holder, holder.entries, key, value)
        elif isinstance(holder, Inst) and holder.fields is not None:
            setter = classes.setter_of(self, holder, key)
            if setter is not None:
                self.call(setter, (value,))
            else:
                self.put(holder, holder.fields, key, value)
        elif isinstance(holder, Cls):
            self.put(holder, holder.statics, key, value)
        elif isinstance(holder, Arr) and not holder.more and key.isdecimal() and int(key[:9]) <= min(len(holder.items), LENGTH):
            at = int(key)
            self.change(holder, "items", (*holder.items[:at], value, *holder.items[at + 1 :]))
        elif isinstance(holder, Arr) and key == "length" and isinstance(value.value, Lit) and value.value.value == 0:
            self.change(holder, "items", ())
        else:
            raise GivenUp("a property of what is not known is assigned to")

    def key_of(self, node: "Node", env: Env) -> str | None:
        """The name of a member, evaluated where it is computed."""
        name, index = node.child_by_field_name("property"), node.child_by_field_name("index")
        if name is not None:
            return env.module.text(name)
        value = NOTHING if index is None else self.eval(index, env)
        return as_text(value) if isinstance(value, Lit) and value.value is not None else None

    # calls

    def entered(self, body: "Node", module: Module, call: "tuple[Module, Node] | None") -> Frame:
        """The call of a function or class: the same on every path."""
        self.bodies.add(body.id)
        place = (module, None) if call is None else call
        node = 0 if place[1] is None else place[1].id
        number = self.counted("call", id(self.frame), node, body.id)
        key = ("call", id(self.frame), node, body.id, number)
        if key not in self.frames:
            if self.frame.depth >= _CALLS:
                raise GivenUp(f"more than {_CALLS} calls within each other")
            self.frames[key] = Frame(self.frame, place[0], place[1], body.id, self.frame.depth + 1)
        return self.frames[key]

    def run_function(self, func: Func, args: Arr, call: "tuple[Module, Node] | None") -> Value:
        body = func.node.child_by_field_name("body")
        if body is None:
            return self.unknown(func.node, func.env, "a function without a body")
        if func.node.type in {"generator_function", "generator_function_declaration"} or any(
            child.type == "*" for child in func.node.children
        ):
            raise GivenUp("a generator is called")
        if args.more:
            raise GivenUp(f"arguments that are not known: {args.more}")
        outer, part, nested = self.frame, self.part, self.asynchronous
        frame = self.entered(func.node, func.env.module, call)
        self.frame = frame
        self.mark = self.marked(id(frame), "call")
        self.asynchronous = any(child.type == "async" for child in func.node.children)
        try:
            env = functions.enter(self, func, args, frame)
            for name in list(env.names):
                self.settled(self.force(env.names[name]))
            if body.type != "statement_block":
                return self.eval(body, env)
            done = self.block(list(statements_of(body)), env.child(body), Done("return", NOTHING))
            if done is not None and done.kind != "return":
                raise GivenUp("a loop is left from a function")
            return NOTHING if done is None or done.value is None else done.value
        finally:
            self.frame, self.part, self.asynchronous = outer, part, nested

    def in_constructor(self, cls: Cls, instance: Inst, body: "Node", env: Env) -> None:
        inner = env.child(body)
        self.constructing.append((cls, instance))
        nested, self.asynchronous = self.asynchronous, False
        try:
            done = self.block(list(statements_of(body)), inner)
        finally:
            self.constructing.pop()
            self.asynchronous = nested
        if done is not None and done.kind != "return":
            raise GivenUp("a loop is left from a constructor")

    def of_package(self, made: Space, args: Arr, node: "Node", env: Env) -> None:
        """What `new` of a class of a package does: a rule is one more."""
        kind = known.canonical(made.path)
        name, second, third = (args.items[index] if index < len(args.items) else lazy(NOTHING) for index in (0, 1, 2))
        if kind in {_RULE, _NATIVE}:
            self.draft(node, env, name, second, native=kind == _NATIVE)
        elif kind == awsx.RULE:
            self.draft_of_awsx(self.force(second), name, third, node, env)
        elif made.path[-1] == "ListenerRule":
            raise GivenUp(f"{kind} has a shape of its own")

    def draft_of_awsx(self, listener: Value, name: Lazy, given: Lazy, node: "Node", env: Env) -> None:
        """A rule of awsx on a listener of its own."""
        made = self.now(lambda: awsx.properties(self, listener, self.force(given), node, env))
        self.draft(node, env, name, Lazy(None, made.value, made.reads | given.reads))

    def draft(self, node: "Node", env: Env, name: Lazy, properties: Lazy, *, native: bool = False) -> None:
        """Keep a rule as it is now."""
        if len(self.drafts) >= _RULES:
            raise GivenUp(f"more than {_RULES:,} rules")
        value = self.force(properties)
        self.hand(value)
        held = Lazy(None, self.kept(value), properties.reads)
        self.drafts.append(Draft(self.frame, self.known, env.module, node, env, name, held, native=native))

    def handed_over(self, node: "Node", value: Lazy, env: Env) -> None:
        """Pulumi calls what the program exports as a whole."""
        func = self.force(value)
        if (
            isinstance(func, Func)
            and env.module is self.entry
            and not (func.node.child_by_field_name("parameters") or func.node).named_children
        ):
            self.run_function(func, Arr(()), None)
        elif isinstance(func, Func) and env.module is self.entry and node.id in env.module.hot and func.node.id in env.module.hot:
            raise GivenUp("what the program exports takes arguments")

    def note_unread(self, called: Value, node: "Node", env: Env) -> None:
        """A gap where something by the name of a function that makes rules is called, and it is not known what."""
        named = node.child_by_field_name("function") or node.child_by_field_name("constructor")
        if named is None or named.id not in env.module.hot or not isinstance(called, Sym):
            return
        source = called.why.removeprefix(IMPORTED)
        own = source != called.why and env.module.path is not None and is_own(env.module.path.absolute(), source)
        if named.type == "identifier" and env.module.text(named) != "ListenerRule" and own:
            self.gap(env.module.location(named), f"{env.module.short(named)}: {called.why}; it may make rules")
        elif named.type != "identifier" and not own:
            raise GivenUp("called in a way that is not followed")

    def call_back(self, func: Func, node: "Node", env: Env) -> None:
        """A function that code which is not read is handed: it may run any number of times, at any time."""
        hot = func.node.id in func.env.module.hot
        if not hot and not _WRITES.search(func.env.module.data, func.node.start_byte, func.node.end_byte):
            return
        if hot:
            raise GivenUp("a function that makes rules is handed to code that is not read")
        unknown = lazy(Sym("an argument", "an argument", "called by code that is not read"))
        parameters = func.node.child_by_field_name("parameters")
        count = len(parameters.named_children) if parameters is not None else 1
        with self.another_part():
            self.any_times(
                lambda: self.run_function(func, Arr((unknown,) * count), None), "calls by code that is not read", node, env, gap="-"
            )


def _source(node: "Node") -> "Node | None":
    """The text that names the file which an import or export leads to."""
    if node.type not in {"import_statement", "export_statement"}:
        return None
    clause = next((child for child in node.named_children if child.type == "import_require_clause"), node)
    return clause.child_by_field_name("source")


_WRITES: Final = re.compile(rb"[^=!<>]=[^=>]|\+\+|--|\.(?:push|unshift|pop|shift|splice|sort|reverse|fill|set|add|delete|clear)\s*\(")


def _is_optional(node: "Node") -> bool:
    at: Node | None = node
    while at is not None and at.type in {"member_expression", "subscript_expression", "call_expression", "non_null_expression"}:
        if any(child.type in {"optional_chain", "?."} for child in at.children):
            return True
        at = at.child_by_field_name("object") or at.child_by_field_name("function") or (at.named_children[0] if at.named_children else None)
    return False


def _assignment(run: Runner, node: "Node", env: Env) -> Value:
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


def _augmented(run: Runner, node: "Node", env: Env) -> Value:
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


def _update(run: Runner, node: "Node", env: Env) -> Value:
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


def _binary(run: Runner, node: "Node", env: Env) -> Value:
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


def _in(run: Runner, key: Value, value: Value, node: "Node", env: Env) -> Value:
    if isinstance(key, Lit) and isinstance(value, Obj) and value.more is None:
        return Lit(as_text(key) in value.entries)
    return run.unknown(node, env, "not followed")


def _logic(run: Runner, operator: str, one: Value, right: "Node", env: Env, node: "Node") -> Value:
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


def _chosen(one: Lazy, other: Lazy, when: Value) -> Lazy:
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


def _ternary(run: Runner, node: "Node", env: Env) -> Value:
    condition, yes, no = (node.child_by_field_name(name) for name in ("condition", "consequence", "alternative"))
    if condition is None or yes is None or no is None:
        return run.unknown(node, env, "not readable")
    when = run.eval(condition, env)

    def side(part: "Node") -> Lazy:
        return run.later(part, env)

    return run.force(run.either(when, lambda: side(yes), lambda: side(no), node, _chosen))


def _await(run: Runner, node: "Node", env: Env) -> Value:
    start = run.parts
    inner = next((child for child in node.named_children if child.type != "comment"), None)
    value = NOTHING if inner is None else run.eval(inner, env)
    run.joined_since(start)
    if not run.part and run.asynchronous:
        run.parts += 1
        run.part = run.parts
    return replace(value, output=False) if isinstance(value, Sym) else value


def _unary(run: Runner, node: "Node", env: Env) -> Value:
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


def _type_of(run: Runner, value: Value, node: "Node", env: Env) -> Value:
    if isinstance(value, Lit):
        kinds = {str: "string", bool: "boolean", int: "number", float: "number"}
        return Lit(kinds.get(type(value.value), "undefined")) if value.value is not None else run.unknown(node, env, "undefined or null")
    if isinstance(value, Func | Cls):
        return Lit("function")
    return Lit("object") if isinstance(value, Arr | Obj | Table | Inst | Res) else run.unknown(node, env, "not followed")


def _sequence(run: Runner, node: "Node", env: Env) -> Value:
    value: Value = NOTHING
    for child in node.named_children:
        value = run.eval(child, env)
    return value


def _regex(run: Runner, node: "Node", env: Env) -> Value:
    return run.unknown(node, env, "a regex")


def _call(run: Runner, node: "Node", env: Env) -> Value:
    called, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if called is None or given is None or given.type == "template_string":
        return expressions.EVALUATORS["call_expression"](run, node, env)
    text = env.module.text(called) if called.type in {"identifier", "import"} else ""
    if text in {"require", "import"} and given.named_children and given.named_children[0].type == "string":
        source = string_text(env.module, given.named_children[0])
        target = run.project.resolve(env.module, source)
        if target is not None:
            run.run_module(target)
        return links.required(run, env.module, source)
    if called.type == "super":
        if not run.constructing:
            raise GivenUp("super outside of a constructor")
        cls, instance = run.constructing[-1]
        classes.run_super(run, cls, instance, arguments(run, node, env), node, env)
        return NOTHING
    called = unwrapped(called) if called.type in {"parenthesized_expression", "non_null_expression"} else called
    if called.type in {"member_expression", "subscript_expression"}:
        return _method(run, node, called, env)
    func = run.eval(called, env)
    if isinstance(func, Lit) and func.value is None and _is_optional(node):
        return NOTHING
    return _applied(run, func, arguments(run, node, env), node, env)


def _method(run: Runner, node: "Node", called: "Node", env: Env) -> Value:
    inner, name = called.child_by_field_name("object"), run.key_of(called, env)
    if inner is None or (name is None and inner.type == "super"):
        return run.unknown(node, env, "not followed")
    if inner.type == "super":
        return _super_method(run, node, name or "", env)
    receiver = run.eval(inner, env)
    if name is None:
        index = called.child_by_field_name("index")
        func = expressions.indexed(run, receiver, NOTHING if index is None else run.eval(index, env), called, env)
        return _applied(run, func, arguments(run, node, env), node, env)
    if isinstance(receiver, Lit) and receiver.value is None and _is_optional(node):
        return NOTHING
    if isinstance(receiver, Func) and name in {"call", "apply", "bind"}:
        return _indirect(run, receiver, name, arguments(run, node, env), node, env)
    if isinstance(receiver, Lit) and (found := _regex_method(run, receiver, name, node, env)) is not None:
        return found
    args = arguments(run, node, env)
    if isinstance(receiver, Choice):
        return _of_choice(run, receiver, name, args, node, called, env)
    return _called_on(run, receiver, name, args, node, called, env)


def _of_choice(run: Runner, receiver: Choice, name: str, args: Arr, node: "Node", called: "Node", env: Env) -> Value:
    """A method of one of two things: of each, under its condition."""
    sides = [partial(run.now, partial(_called_side, run, side, name, args, node, called, env)) for side in (receiver.yes, receiver.no)]
    return run.force(run.either(receiver.when, sides[0], sides[1], node, _chosen))


def _called_side(run: Runner, side: Lazy, name: str, args: Arr, node: "Node", called: "Node", env: Env) -> Value:
    return _called_on(run, run.force(side), name, args, node, called, env)


def _called_on(run: Runner, receiver: Value, name: str, args: Arr, node: "Node", called: "Node", env: Env) -> Value:
    if isinstance(receiver, Choice):
        return _of_choice(run, receiver, name, args, node, called, env)
    first = run.force(args.items[0]) if args.items else NOTHING
    if name in _LATER and isinstance(first, Func) and not isinstance(receiver, Inst | Obj | Cls):
        if name in {"catch", "finally"}:
            run.call_back(first, node, env)
            return receiver
        with run.another_part():
            result = run.run_function(first, Arr((lazy(run.settled(methods.resolved(run, receiver))),)), None)
        return replace(result, output=name == "apply") if isinstance(result, Sym) else result
    found: Value | None
    if name == awsx.ADD_RULE and awsx.is_listener(run, receiver):
        run.draft_of_awsx(
            receiver, args.items[0] if args.items else lazy(NOTHING), args.items[1] if len(args.items) > 1 else lazy(NOTHING), node, env
        )
        return run.unknown(node, env, "a rule")
    if (told := _config(run, receiver, name, first)) is not None:
        return told
    if isinstance(receiver, Arr):
        found = list_method(run, receiver, name, args, node, env)
    elif isinstance(receiver, Table):
        found = table_method(run, receiver, name, args)
    elif isinstance(receiver, Sym) and isinstance(first, Func) and name in _ITERATING:
        return _each_unknown(run, receiver, name, first, node, env)
    elif isinstance(receiver, Inst | Cls | Names):
        found = None
    else:
        found = methods.method(run, receiver, name, args)
    if found is not None:
        return run.settled(found)
    func = run.get(receiver, name, called, env)
    if isinstance(func, Func) and func.this is None and func.node.type != "arrow_function":
        func = replace(func, this=receiver)
    if isinstance(func, Lit) and func.value is None and _is_optional(node):
        return NOTHING
    return _applied(run, func, args, node, env)


_CONFIG: Final = re.compile(r'new pulumi\.Config\((?:"([^"\\]*)")?\)\Z')
_ASKED: Final = re.compile(r"(get|require)(Number|Boolean|Object)?\Z")
"""What is a secret stays one, also where it is written in plain."""


def _config(run: Runner, receiver: Value, name: str, key: Value) -> Value | None:
    """A config value of the stack that is named."""
    made = _CONFIG.match(receiver.key) if isinstance(receiver, Sym) else None
    asked = _ASKED.match(name)
    if made is None or asked is None or not isinstance(key, Lit) or not isinstance(key.value, str):
        return None
    found = run.settings.value(run.project.pulumi_folder(run.entry), made[1] or "", key.value, asked[2] or "")
    missing = isinstance(found, Lit) and found.value is None
    return None if missing and asked[1] == "require" else found


def _each_unknown(run: Runner, receiver: Sym, name: str, func: Func, node: "Node", env: Env) -> Value:
    """A function that is called for each item of a list that nobody knows."""
    if name in {"reduce", "sort"}:
        run.call_back(func, node, env)
        return run.unknown(node, env, receiver.why)
    item = lazy(any_item(run, receiver))
    index = lazy(Sym("index", "index", "counted by a loop"))
    run.any_times(lambda: run.run_function(func, Arr((item, index)), None), receiver.text, node, env)
    if name in {"map", "flatMap"}:
        return Arr((), run.render(receiver)[0])
    return NOTHING if name == "forEach" else run.unknown(node, env, receiver.why)


def _super_method(run: Runner, node: "Node", name: str, env: Env) -> Value:
    at: Env | None = env
    while at is not None and not (at.this is not None and isinstance(at.this, Inst)):
        at = at.parent
    cls = node.parent
    while cls is not None and cls.type not in {"class_declaration", "abstract_class_declaration", "class"}:
        cls = cls.parent
    if at is None or cls is None or not isinstance(at.this, Inst):
        raise GivenUp("super outside of a class")
    held: Cls | None = at.this.cls
    while held is not None and held.node != cls:
        above = classes.superclass(run, held)
        held = above if isinstance(above, Cls) else None
    above = None if held is None else classes.superclass(run, held)
    func = classes.method_of(run, above, at.this, name) if isinstance(above, Cls) else None
    args = arguments(run, node, env)
    if isinstance(func, Func):
        return run.run_function(func, args, (env.module, node))
    return run.unknown(node, env, "not followed")


def _indirect(run: Runner, func: Func, name: str, args: Arr, node: "Node", env: Env) -> Value:
    first = run.force(args.items[0]) if args.items else NOTHING
    bound = func if func.node.type == "arrow_function" or isinstance(first, Lit) else replace(func, this=first)
    if name == "bind":
        if len(args.items) > 1:
            raise GivenUp("arguments are bound to a function")
        return bound
    given = Arr(args.items[1:], args.more)
    if name == "apply":
        listed = run.force(args.items[1]) if len(args.items) > 1 else Arr(())
        if not isinstance(listed, Arr):
            raise GivenUp("arguments that are not known")
        given = listed
    return run.run_function(bound, given, (env.module, node))


def _regex_method(run: Runner, receiver: Lit, name: str, node: "Node", env: Env) -> Value | None:
    """`text.replace(/-/g, "/")` and its like."""
    given = node.child_by_field_name("arguments")
    parts = [child for child in (given.named_children if given is not None else ()) if child.type != "comment"]
    if not parts or parts[0].type != "regex" or not isinstance(receiver.value, str):
        return None
    pattern, flags = parts[0].child_by_field_name("pattern"), parts[0].child_by_field_name("flags")
    read = None if pattern is None else regex_of(env.module.text(pattern), "" if flags is None else env.module.text(flags))
    every = flags is not None and "g" in env.module.text(flags)
    rest = [run.eval(part, env) for part in parts[1:]]
    if read is None:
        return run.unknown(node, env, "a regex that is not followed")
    if name in {"replace", "replaceAll"} and len(rest) == 1 and isinstance(rest[0], Lit) and isinstance(rest[0].value, str):
        found = replaced(receiver.value, read, rest[0].value, every=every)
        return run.unknown(node, env, "a regex that is not followed") if found is None else Lit(found)
    if name == "split" and not rest and receiver.value.isascii() and not read.groups:
        return Arr(tuple(lazy(Lit(part)) for part in read.split(receiver.value)))
    return run.unknown(node, env, "a regex that is not followed")


def _applied(run: Runner, called: Value, args: Arr, node: "Node", env: Env) -> Value:
    if isinstance(called, Func):
        return run.run_function(called, args, (env.module, node))
    if isinstance(called, Choice):
        sides = [partial(run.now, partial(_applied_side, run, side, args, node, env)) for side in (called.yes, called.no)]
        return run.force(run.either(called.when, sides[0], sides[1], node, _chosen))
    if args.more:
        return expressions.applied(run, called, args, node, env)
    given = [run.force(item) for item in args.items]
    if isinstance(called, Space):
        found = _of_language(run, called, given, args, node, env)
        if found is not None:
            return run.settled(found)
    if isinstance(called, Lit) and called.value is None:
        run.uncertain += 1
    text, _ = run.render(called)
    if not text.startswith(_HARMLESS):
        run.uncertain += not isinstance(called, Space)
        for value in given:
            _hand_over(run, value, node, env)
    if isinstance(called, Sym | Space) and _explained(run, args, node, env):
        return run.unknown(node, env, "a rule that the configuration explains")
    run.note_unread(called, node, env)
    return expressions.applied(run, called, args, node, env)


def _explained(run: Runner, args: Arr, node: "Node", env: Env) -> bool:
    """A function that cannot be read, whose arguments the configuration explains."""
    named = node.child_by_field_name("function")
    name = env.module.text(named).rpartition(".")[2] if named is not None and named.end_byte - named.start_byte < 300 else ""
    wrapper = run.wrappers.get(name)
    if wrapper is None:
        return False
    made = wrapper.properties(run, args, node, env)
    outer = run.frame
    run.frame = run.entered(node, env.module, (env.module, node))
    run.draft(node, env, *(run.now(partial(run.force, part)) for part in made))
    run.frame = outer
    return True


def _applied_side(run: Runner, side: Lazy, args: Arr, node: "Node", env: Env) -> Value:
    return _applied(run, run.force(side), args, node, env)


def _hand_over(run: Runner, value: Value, node: "Node", env: Env, depth: int = 0) -> None:
    """What code that is not read is handed: functions may be called; lists and objects are thought to stay as they are."""
    if isinstance(value, Func):
        run.call_back(value, node, env)
    elif depth < 3 and isinstance(value, Obj | Arr):
        for part in list(value.entries.values() if isinstance(value, Obj) else value.items):
            _hand_over(run, run.force(part), node, env, depth + 1)


def _of_language(run: Runner, called: Space, given: list[Value], args: Arr, node: "Node", env: Env) -> Value | None:
    """Functions of the language that change what they are given, or call what they are given."""
    name = ".".join(called.path)
    first = given[0] if given else NOTHING
    if name == "pulumi.getStack" and run.settings.stack:
        return Lit(run.settings.stack)
    if name == "pulumi.getProject" and (project := run.settings.project(run.project.pulumi_folder(run.entry))):
        return Lit(project)
    if name == "Object.assign" and isinstance(first, Obj):
        for value in given[1:]:
            if isinstance(value, Lit) and value.value is None:
                continue
            if not isinstance(value, Obj) or value.more is not None:
                raise GivenUp("an object is changed by what is not known")
            for key, item in list(value.entries.items()):
                run.put(first, first.entries, key, item)
        return first
    if name == "Array.from":
        return _array_from(run, given)
    if name in {"Array", "Array.of"}:
        return Arr(args.items) if name == "Array.of" else _array(given)
    if name == "String.fromCharCode" and all(
        isinstance(value, Lit) and isinstance(value.value, int) and 0 < value.value < 128 for value in given
    ):
        return Lit("".join(chr(value.value) for value in given if isinstance(value, Lit) and isinstance(value.value, int)))
    if name == "Promise.all" and isinstance(first, Arr):
        return first
    if called.path[-1] == "all" and name == "pulumi.all":
        return first
    if len(given) > 1 and isinstance(given[1], Func) and is_global(called.path[0]):
        return run.unknown(node, env, "not followed")
    if name in {"setTimeout", "setInterval"}:
        raise GivenUp("a timer")
    return None


def _array(given: list[Value]) -> Value:
    if len(given) == 1 and isinstance(given[0], Lit) and isinstance(given[0].value, int):
        if not 0 <= given[0].value <= LENGTH:
            raise GivenUp("a list of too many items")
        return Arr(tuple(lazy(NOTHING) for _ in range(given[0].value)))
    return Arr(tuple(lazy(value) for value in given))


def _array_from(run: Runner, given: list[Value]) -> Value | None:
    if not given or len(given) > 2 or (len(given) == 2 and not isinstance(given[1], Func)):
        return None
    source = given[0]
    if isinstance(source, Obj) and source.more is None and "length" in source.entries:
        length = run.force(source.entries["length"])
        if not isinstance(length, Lit) or not isinstance(length.value, int) or not 0 <= length.value <= LENGTH:
            return None
        items = tuple(source.entries.get(str(index), lazy(NOTHING)) for index in range(length.value))
    else:
        found, more = run.iterate(source)
        if more:
            return None
        items = tuple(found)
    if len(given) == 1:
        return Arr(items)
    func = given[1]
    assert isinstance(func, Func)
    return Arr(tuple(run.now(partial(run.call, func, (item, lazy(Lit(index))))) for index, item in enumerate(items)))


def _new(run: Runner, node: "Node", env: Env) -> Value:
    constructor = node.child_by_field_name("constructor")
    if constructor is None:
        return run.unknown(node, env, "not readable")
    made = run.eval(constructor, env)
    args = arguments(run, node, env)
    if isinstance(made, Cls):
        if args.more:
            raise GivenUp(f"arguments that are not known: {args.more}")
        return classes.construct(run, made, args, (env.module, node))
    if isinstance(made, Space):
        for item in args.items:
            if _holds_hot(run, run.force(item)):
                raise GivenUp("a function that makes rules is handed to code that is not read")
        if made.path == ("Array",):
            return _array([run.force(item) for item in args.items])
        run.of_package(made, args, node, env)
        found = known.resource(run, made, args)
        if isinstance(found, Sym) and made.path in {("Map",), ("Set",)}:
            raise GivenUp("a Map or Set of keys that are not known")
        return found
    if not isinstance(made, Sym):
        raise GivenUp("what is constructed is not known")
    for item in args.items:
        if _holds_hot(run, run.force(item)):
            raise GivenUp("a function that makes rules is handed to code that is not read")
    run.note_unread(made, node, env)
    return expressions.EVALUATORS["new_expression"](run, node, env) if args.more else expressions.constructed(run, made, args)


def _holds_hot(run: Runner, value: Value, depth: int = 0) -> bool:
    if isinstance(value, Func):
        return value.node.id in value.env.module.hot
    if depth > 3 or not isinstance(value, Obj | Arr):
        return False
    for part in value.entries.values() if isinstance(value, Obj) else value.items:
        inner = run.at_hand(part)
        if inner.__class__ not in _PARTLESS and _holds_hot(run, inner, depth + 1):
            return True
    return False


def _class(run: Runner, node: "Node", env: Env) -> Value:
    cls = Cls(node, env)
    classes.statics(run, cls)
    return cls


def _refused(run: Runner, node: "Node", env: Env) -> Value:  # noqa: ARG001
    raise GivenUp(f"{node.type.replace('_', ' ')} is not followed")


_EVALUATORS: "Final[dict[str, Callable[[Runner, Node, Env], Value]]]" = {
    "assignment_expression": _assignment,
    "augmented_assignment_expression": _augmented,
    "update_expression": _update,
    "binary_expression": _binary,
    "ternary_expression": _ternary,
    "await_expression": _await,
    "unary_expression": _unary,
    "sequence_expression": _sequence,
    "regex": _regex,
    "call_expression": _call,
    "new_expression": _new,
    "class": _class,
    "yield_expression": _refused,
}

"""A program that is run: its files, its names and what is assigned to them, and the rules that it makes."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript import awsx, functions, members
from alb_lint.languages.typescript import imports as links
from alb_lint.languages.typescript import known_functions as known
from alb_lint.languages.typescript.bind import bind
from alb_lint.languages.typescript.flow import Draft
from alb_lint.languages.typescript.lookup import KNOWN_GLOBALS
from alb_lint.languages.typescript.operators import as_text
from alb_lint.languages.typescript.parse import Module
from alb_lint.languages.typescript.project import IMPORTED, Project, is_own
from alb_lint.languages.typescript.run import calls, classes, operations
from alb_lint.languages.typescript.run.calls import Calls, Settings
from alb_lint.languages.typescript.run.core import HAVE_PARTS, Done, GivenUp
from alb_lint.languages.typescript.run.lists import LENGTH
from alb_lint.languages.typescript.syntax import FUNCTIONS, import_names, is_optional, statements_of, string_text, unwrapped
from alb_lint.languages.typescript.values import (
    NO_READS,
    NOTHING,
    Arr,
    Cls,
    Env,
    Frame,
    Func,
    Inst,
    Known,
    Lazy,
    Lit,
    Obj,
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
_CALLS: Final = 60
"""Calls within calls."""

_RULES: Final = 5_000
_RULE: Final = "aws.lb.ListenerRule"
_NATIVE: Final = "aws-native.elasticloadbalancingv2.ListenerRule"
_PLAIN: Final = frozenset({"identifier", "member_expression", "subscript_expression"})


class Runner(Calls):
    """Runs programs. `made_of`: what `new` of another package's class makes of a rule; True where that is one."""

    def __init__(self, project: Project, wrappers: Mapping[str, Explained], settings: Settings) -> None:
        super().__init__(project, wrappers, settings)
        self.bodies: set[int] = set()
        self.envs: dict[str, Env] = {}
        self.ran: set[str] = set()
        self.whole: dict[tuple[str, str], Lazy] = {}
        self.imports: dict[str, dict[str, Node]] = {}
        self.packages: dict[tuple[str, str], Space] = {}
        self.deepest = 10_000

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
            self.uncertain += value.value is None and not is_optional(node)
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


_EVALUATORS: "Final[dict[str, Callable[[Runner, Node, Env], Value]]]" = {**operations.EVALUATORS, **calls.EVALUATORS}

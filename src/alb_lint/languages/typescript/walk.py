"""Calls and constructions: from the top of each file through all that may construct a rule, and by which calls each was."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

from alb_lint.languages.typescript import awsx, functions, loops, methods
from alb_lint.languages.typescript import known_functions as known
from alb_lint.languages.typescript.flow import Context, Draft, Flow
from alb_lint.languages.typescript.machine import Exhausted, Machine
from alb_lint.languages.typescript.parse import Module
from alb_lint.languages.typescript.presence import join, literals
from alb_lint.languages.typescript.project import IMPORTED, is_own
from alb_lint.languages.typescript.reach import RULE
from alb_lint.languages.typescript.spreads import arguments
from alb_lint.languages.typescript.syntax import FUNCTIONS, constructor_of
from alb_lint.languages.typescript.values import NOTHING, Arr, Choice, Cls, Env, Frame, Func, Inst, Lazy, Obj, Space, Sym, Value, lazy

if TYPE_CHECKING:
    from tree_sitter import Node

_RECURSION: Final = 3
"""Calls of one function within itself that are followed."""

_FRAMES: Final = 40
"""Calls within calls that are followed."""

RULES: Final = 5_000
"""Rules of one reading; a load balancer takes 100, or some more by request."""

_HANDED: Final = frozenset({"identifier", "object", "member_expression", *FUNCTIONS})
_INDIRECT: Final = frozenset({"bind", "call", "apply"})
_RULE: Final = "aws.lb.ListenerRule"
_NATIVE: Final = "aws-native.elasticloadbalancingv2.ListenerRule"


class Explained(Protocol):
    """What the configuration says of a function that cannot be read."""

    def properties(self, machine: Machine, args: Arr, node: "Node", env: Env) -> tuple[Lazy, Lazy]:
        """(name, properties) of the rule that a call makes."""


class Walker(Flow):
    """`wrappers`: functions that cannot be read, by name."""

    def __init__(self, machine: Machine, wrappers: Mapping[str, Explained]) -> None:
        super().__init__(machine)
        self.wrappers = wrappers
        self.entered: set[int] = set()

    def enter_alone(self, func: Func, module: Module) -> None:
        """Follow a function as if it were called with arguments that nobody knows."""
        self._enter(func, Arr((), "never called"), Context((), Frame(None, module, None)), None)

    def construct_alone(self, cls: Cls, module: Module) -> None:
        """Follow a class as if an instance of it were made with arguments that nobody knows."""
        self._construct(cls, Arr((), "never called"), Context((), Frame(None, module, None)), None)

    def run(self, module: Module) -> None:
        """Follow a file from its top."""
        frame = Frame(None, module, None)
        self.statements(module.root.named_children, self.machine.project.env(module), Context((), frame))

    def handed_over(self, node: "Node", env: Env, context: Context) -> None:
        """`export = async () => {…}` and its like: Pulumi calls what the program exports as a whole."""
        if node.type == "export_statement" and any(child.type in {"default", "="} for child in node.children):
            whole = node.child_by_field_name("value") or node.child_by_field_name("declaration") or node.named_children[-1]
        elif (
            node.type == "assignment_expression"
            and (left := node.child_by_field_name("left"))
            and env.module.text(left) == "module.exports"
        ):
            whole = node.child_by_field_name("right") or node
        else:
            return
        if whole.type in FUNCTIONS and _takes_nothing(whole) and whole.id in env.module.hot:
            self._enter(Func(whole, env), Arr(()), context, None)

    def called(self, node: "Node", env: Env, context: Context) -> None:
        called, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if called is None or given is None:
            return
        for part in (called, given):
            if self.wanted(part, env, context):
                self.children(part, env, context) if part is given else self.visit(part, env, context)
        if called.type == "super":
            if context.made is not None:
                self._above(context.made, arguments(self.machine, node, env), node, env, context)
            return
        if called.type == "member_expression" and (
            self._added(node, called, env, context) or self._method(node, called, given, env, context)
        ):
            return
        value = self.machine.eval(called, env)
        handed = self._handed(given, env, context)
        if isinstance(value, Func):
            self._call_function(value, node, handed, env, context)
        elif isinstance(value, Choice):
            self._call_either(value, node, handed, env, context)
        elif not self._wrapper(node, called, value, env, context):
            self._enter_handed(handed, context)
            self._note_unfollowed(called, value, env)

    def _call_either(self, value: Choice, node: "Node", handed: Sequence[Func], env: Env, context: Context) -> None:
        """`(condition ? f : g)(…)`."""
        for holds, side in ((True, value.yes), (False, value.no)):
            held = join(context.literals, literals(self.machine, value.when, holds, context.literals))
            func = self.machine.force(side)
            if held is not None and isinstance(func, Func):
                self._call_function(func, node, handed, env, replace(context, literals=held))

    def _note_unfollowed(self, called: "Node", value: Value, env: Env) -> None:
        """A gap where something by the name of a function that makes rules is called, and it is not known what."""
        if called.id not in env.module.hot or not isinstance(value, Sym):
            return
        name = called.child_by_field_name("property")
        if called.type == "subscript_expression" or (name is not None and env.module.text(name) in _INDIRECT):
            why = "called in a way that is not followed"
        elif called.type == "identifier" and env.module.text(called) != RULE and _is_own(env.module, value.why):
            why = value.why
        else:
            return
        self.machine.gap(env.module.location(called), f"{env.module.short(called)}: {why}; it may make rules")

    def _enter_handed(self, handed: Sequence[Func], context: Context) -> None:
        """Functions that code which is not read is handed: each runs once, as far as anyone knows."""
        for func in handed:
            before = len(self.drafts)
            self._enter(func, Arr((), "called by code that is not read"), context, None)
            if len(self.drafts) > before and not _takes_nothing(func.node):
                where = func.env.module.location(func.node)
                self.machine.gap(where, "called by code that is not read, once or often: its rules are shown once")

    def _call_function(self, func: Func, node: "Node", handed: Sequence[Func], env: Env, context: Context) -> None:
        """A function that is handed another one that makes rules is followed whole: any part of it may call that."""
        if func.node.id not in func.env.module.hot and not handed:
            return
        self._enter(func, arguments(self.machine, node, env), context, (env.module, node), full=bool(handed))
        self._enter_handed([inner for inner in handed if inner.node.id not in self.entered], context)

    def _method(self, node: "Node", called: "Node", given: "Node", env: Env, context: Context) -> bool:
        """`list.forEach(f)`, `output.apply(f)` and their like."""
        inner, name = called.child_by_field_name("object"), called.child_by_field_name("property")
        first = next((child for child in given.named_children if child.type != "comment"), None)
        if inner is None or name is None or first is None or inner.type == "super" or not self.wanted(first, env, context):
            return False
        receiver, method = self.machine.eval(inner, env), env.module.text(name)
        callback = self.machine.eval(first, env)
        if not isinstance(callback, Func):
            return False
        rounds = methods.calls_back(self.machine, receiver, method)
        if rounds is not None:
            before = len(self.drafts)
            for args in rounds:
                self._enter(callback, Arr(args), context, None)
            if isinstance(receiver, Arr) and receiver.more:
                self.note_loop(before, receiver.more, env.module, node)
            return True
        if not methods.iterates(method) or not isinstance(receiver, Sym):
            return False
        before = len(self.drafts)
        held = (*context.literals, (f"{receiver.key} is not empty", True))
        self._enter(callback, Arr((lazy(loops.any_item(self.machine, receiver)),)), replace(context, literals=held), None)
        self.note_loop(before, receiver.text, env.module, node)
        return True

    def _handed(self, given: "Node", env: Env, context: Context) -> list[Func]:
        """The functions that make rules among the arguments, also in an object."""
        found: list[Func] = []
        for argument in given.named_children:
            if not self.wanted(argument, env, context) or argument.type not in _HANDED:
                continue
            value = self.machine.eval(argument, env)
            parts = [self.machine.force(item) for item in value.entries.values()] if isinstance(value, Obj) else [value]
            found.extend(part for part in parts if isinstance(part, Func) and part.node.id in part.env.module.hot)
        return found

    def _enter(self, func: Func, args: Arr, context: Context, call: "tuple[Module, Node] | None", *, full: bool = False) -> None:
        """Follow the body of a function."""
        module = func.env.module
        frame = self._frame(func.node, module, context, call)
        body = func.node.child_by_field_name("body")
        if frame is None or body is None:
            return
        env = functions.enter(self.machine, func, args, frame)
        inner = replace(context, frame=frame, full=full, made=None)
        if body.type == "statement_block":
            self.statements(body.named_children, env.child(body), inner)
        elif self.wanted(body, env, inner):
            self.visit(body, env, inner)

    def _frame(self, body: "Node", module: Module, context: Context, call: "tuple[Module, Node] | None") -> Frame | None:
        """A new call; None where calls go round in a circle."""
        self.entered.add(body.id)
        at: Frame | None = context.frame
        same = 0
        while at is not None:
            same += at.body == body.id
            at = at.parent
        if same >= _RECURSION or context.frame.depth >= _FRAMES:
            why = "a function that calls itself" if same >= _RECURSION else f"more than {_FRAMES} calls within each other"
            self.machine.gap(module.location(body), f"{why}: not followed further")
            return None
        place = (module, None) if call is None else call
        return Frame(context.frame, place[0], place[1], body.id, context.frame.depth + 1)

    # construction

    def constructed(self, node: "Node", env: Env, context: Context) -> None:
        constructor, given = node.child_by_field_name("constructor"), node.child_by_field_name("arguments")
        if constructor is None:
            return
        if given is not None:
            self.children(given, env, context)
        made = self.machine.eval(constructor, env)
        if isinstance(made, Cls):
            if made.node.id in made.env.module.hot:
                self._construct(made, arguments(self.machine, node, env), context, (env.module, node))
        elif isinstance(made, Space):
            self._of_package(made, arguments(self.machine, node, env), node, env, context)
        self._note_unfollowed(constructor, made, env)
        if given is not None and not isinstance(made, Cls):
            self._enter_handed(self._handed(given, env, context), context)

    def _of_package(self, made: Space, args: Arr, node: "Node", env: Env, context: Context) -> None:
        kind = known.canonical(made.path)
        name, second, third = (_argument(args, index) for index in (0, 1, 2))
        if kind in {_RULE, _NATIVE}:
            self.draft(Draft(context.frame, context.literals, env.module, node, env, name, second, native=kind == _NATIVE))
        elif kind == awsx.RULE:
            self._awsx(name, second, third, node, env, context)
        elif made.path[-1] == "ListenerRule":
            self.machine.gap(env.module.location(node), f"{kind} has a shape of its own, which is not read")

    def _awsx(self, name: Lazy, listener: Lazy, given: Lazy, node: "Node", env: Env, context: Context) -> None:
        machine = self.machine
        properties = Lazy(lambda: awsx.properties(machine, machine.force(listener), machine.force(given), node, env))
        self.draft(Draft(context.frame, context.literals, env.module, node, env, name, properties))

    def _added(self, node: "Node", called: "Node", env: Env, context: Context) -> bool:
        """`listener.addListenerRule(name, args)` of awsx."""
        inner, name = called.child_by_field_name("object"), called.child_by_field_name("property")
        if inner is None or name is None or env.module.text(name) != awsx.ADD_RULE:
            return False
        listener = self.machine.eval(inner, env)
        if not awsx.is_listener(self.machine, listener):
            return False
        args = arguments(self.machine, node, env)
        self._awsx(_argument(args, 0), lazy(listener), _argument(args, 1), node, env, context)
        return True

    def draft(self, draft: Draft) -> None:
        """Keep a rule, and count it for each call it was made under."""
        if len(self.drafts) >= RULES:
            raise Exhausted(f"it makes more than {RULES:,} rules")
        self.drafts.append(draft)
        at: Frame | None = draft.frame
        while at is not None:
            at.made.append(draft)
            at = at.parent

    def _construct(self, cls: Cls, args: Arr, context: Context, call: "tuple[Module, Node] | None", derived: Inst | None = None) -> None:
        """Follow the fields and the constructor of a class. `derived`: the instance of a subclass that this one is a part of."""
        module = cls.env.module
        frame = self._frame(cls.node, module, context, call)
        if frame is None:
            return
        made = functions.instance(self.machine, cls, args, frame)
        if derived is not None:
            derived.base, made.env.this = made, derived.env.this
        inner = replace(context, frame=frame, full=False, made=made)
        fields = cls.env.child(cls.node, label=made.env.label)
        fields.this = made.env.this
        body = cls.node.child_by_field_name("body")
        for member in body.named_children if body else ():
            value = member.child_by_field_name("value")
            if member.type == "public_field_definition" and value is not None and value.id in module.hot:
                self.visit(value, fields, inner)
        constructor = constructor_of(cls.node)
        block = constructor.child_by_field_name("body") if constructor else None
        if block is not None:
            self.entered.add(constructor.id if constructor else 0)
            self.statements(block.named_children, made.env.child(block), inner)
        elif call is not None:
            self._above(made, args, call[1], Env(call[0], call[1], None), inner)

    def _above(self, made: Inst, args: Arr, node: "Node", env: Env, context: Context) -> None:
        """What the superclass constructs."""
        above = functions.superclass(self.machine, made.cls)
        if isinstance(above, Cls) and above.node.id in above.env.module.hot:
            self._construct(above, args, context, (env.module, node), made)
        elif isinstance(above, Space):
            self._of_package(above, args, node, env, context)

    def _wrapper(self, node: "Node", called: "Node", value: Value, env: Env, context: Context) -> bool:
        """A function that cannot be read, whose arguments the configuration explains."""
        name = env.module.text(called).rpartition(".")[2] if called.end_byte - called.start_byte < 300 else ""
        wrapper = self.wrappers.get(name)
        if wrapper is None or not isinstance(value, Sym | Space):
            return False
        made = wrapper.properties(self.machine, arguments(self.machine, node, env), node, env)
        frame = Frame(context.frame, env.module, node, 0, context.frame.depth + 1)
        self.draft(Draft(frame, context.literals, env.module, node, env, made[0], made[1]))
        return True


def _argument(args: Arr, index: int) -> Lazy:
    if index < len(args.items):
        return args.items[index]
    return lazy(Sym("an argument", "an argument", args.more) if args.more else NOTHING)


def _is_own(module: Module, why: str) -> bool:
    """Whether what is said to be imported may be of the program itself."""
    source = why.removeprefix(IMPORTED)
    return source != why and module.path is not None and is_own(module.path.absolute(), source)


def _takes_nothing(func: "Node") -> bool:
    parameters = func.child_by_field_name("parameters")
    return func.child_by_field_name("parameter") is None and (parameters is None or not parameters.named_children)

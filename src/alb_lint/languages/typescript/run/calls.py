"""Calls of a program that is run: functions, methods, constructors, and what a package or the language does."""

import re
from abc import abstractmethod
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from alb_lint.languages.typescript import awsx, expressions, methods
from alb_lint.languages.typescript import imports as links
from alb_lint.languages.typescript import known_functions as known
from alb_lint.languages.typescript.loops import any_item
from alb_lint.languages.typescript.names import is_global
from alb_lint.languages.typescript.parse import Module
from alb_lint.languages.typescript.project import Project
from alb_lint.languages.typescript.run import classes
from alb_lint.languages.typescript.run.collections import table_method
from alb_lint.languages.typescript.run.core import GivenUp
from alb_lint.languages.typescript.run.lists import LENGTH, list_method
from alb_lint.languages.typescript.run.operations import chosen
from alb_lint.languages.typescript.run.statements import Statements
from alb_lint.languages.typescript.spreads import arguments
from alb_lint.languages.typescript.syntax import is_optional, string_text, unwrapped
from alb_lint.languages.typescript.texts import regex_of, replaced
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
    Names,
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


_PARTLESS: Final = frozenset({Lit, Sym})
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


class Calls(Statements):
    """What calls need of the run. `constructing`: the classes whose constructors run, and what they make; `entry`: the program's own file."""

    entry: Module

    def __init__(self, project: Project, wrappers: Mapping[str, Explained], settings: Settings) -> None:
        super().__init__(project)
        self.settings = settings
        self.wrappers = wrappers
        self.constructing: list[tuple[Cls, Inst]] = []

    @abstractmethod
    def run_module(self, module: Module) -> None:
        """Run a file, after those that it imports; once."""

    @abstractmethod
    def draft(self, node: "Node", env: Env, name: Lazy, properties: Lazy, *, native: bool = False) -> None:
        """Keep a rule as it is now."""

    @abstractmethod
    def draft_of_awsx(self, listener: Value, name: Lazy, given: Lazy, node: "Node", env: Env) -> None:
        """A rule of awsx on a listener of its own."""

    @abstractmethod
    def note_unread(self, called: Value, node: "Node", env: Env) -> None:
        """A gap where something by the name of a function that makes rules is called, and it is not known what."""

    @abstractmethod
    def call_back(self, func: Func, node: "Node", env: Env) -> None:
        """A function that code which is not read is handed: it may run any number of times, at any time."""


def _call(run: Calls, node: "Node", env: Env) -> Value:
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
    if isinstance(func, Lit) and func.value is None and is_optional(node):
        return NOTHING
    return _applied(run, func, arguments(run, node, env), node, env)


def _method(run: Calls, node: "Node", called: "Node", env: Env) -> Value:
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
    if isinstance(receiver, Lit) and receiver.value is None and is_optional(node):
        return NOTHING
    if isinstance(receiver, Func) and name in {"call", "apply", "bind"}:
        return _indirect(run, receiver, name, arguments(run, node, env), node, env)
    if isinstance(receiver, Lit) and (found := _regex_method(run, receiver, name, node, env)) is not None:
        return found
    args = arguments(run, node, env)
    if isinstance(receiver, Choice):
        return _of_choice(run, receiver, name, args, node, called, env)
    return _called_on(run, receiver, name, args, node, called, env)


def _of_choice(run: Calls, receiver: Choice, name: str, args: Arr, node: "Node", called: "Node", env: Env) -> Value:
    """A method of one of two things: of each, under its condition."""
    sides = [partial(run.now, partial(_called_side, run, side, name, args, node, called, env)) for side in (receiver.yes, receiver.no)]
    return run.force(run.either(receiver.when, sides[0], sides[1], node, chosen))


def _called_side(run: Calls, side: Lazy, name: str, args: Arr, node: "Node", called: "Node", env: Env) -> Value:
    return _called_on(run, run.force(side), name, args, node, called, env)


def _called_on(run: Calls, receiver: Value, name: str, args: Arr, node: "Node", called: "Node", env: Env) -> Value:
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
    if isinstance(func, Lit) and func.value is None and is_optional(node):
        return NOTHING
    return _applied(run, func, args, node, env)


_CONFIG: Final = re.compile(r'new pulumi\.Config\((?:"([^"\\]*)")?\)\Z')
_ASKED: Final = re.compile(r"(get|require)(Number|Boolean|Object)?\Z")
"""What is a secret stays one, also where it is written in plain."""


def _config(run: Calls, receiver: Value, name: str, key: Value) -> Value | None:
    """A config value of the stack that is named."""
    made = _CONFIG.match(receiver.key) if isinstance(receiver, Sym) else None
    asked = _ASKED.match(name)
    if made is None or asked is None or not isinstance(key, Lit) or not isinstance(key.value, str):
        return None
    found = run.settings.value(run.project.pulumi_folder(run.entry), made[1] or "", key.value, asked[2] or "")
    missing = isinstance(found, Lit) and found.value is None
    return None if missing and asked[1] == "require" else found


def _each_unknown(run: Calls, receiver: Sym, name: str, func: Func, node: "Node", env: Env) -> Value:
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


def _super_method(run: Calls, node: "Node", name: str, env: Env) -> Value:
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


def _indirect(run: Calls, func: Func, name: str, args: Arr, node: "Node", env: Env) -> Value:
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


def _regex_method(run: Calls, receiver: Lit, name: str, node: "Node", env: Env) -> Value | None:
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


def _applied(run: Calls, called: Value, args: Arr, node: "Node", env: Env) -> Value:
    if isinstance(called, Func):
        return run.run_function(called, args, (env.module, node))
    if isinstance(called, Choice):
        sides = [partial(run.now, partial(_applied_side, run, side, args, node, env)) for side in (called.yes, called.no)]
        return run.force(run.either(called.when, sides[0], sides[1], node, chosen))
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


def _explained(run: Calls, args: Arr, node: "Node", env: Env) -> bool:
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


def _applied_side(run: Calls, side: Lazy, args: Arr, node: "Node", env: Env) -> Value:
    return _applied(run, run.force(side), args, node, env)


def _hand_over(run: Calls, value: Value, node: "Node", env: Env, depth: int = 0) -> None:
    """What code that is not read is handed: functions may be called; lists and objects are thought to stay as they are."""
    if isinstance(value, Func):
        run.call_back(value, node, env)
    elif depth < 3 and isinstance(value, Obj | Arr):
        for part in list(value.entries.values() if isinstance(value, Obj) else value.items):
            _hand_over(run, run.force(part), node, env, depth + 1)


def _of_language(run: Calls, called: Space, given: list[Value], args: Arr, node: "Node", env: Env) -> Value | None:
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


def _array_from(run: Calls, given: list[Value]) -> Value | None:
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


def _new(run: Calls, node: "Node", env: Env) -> Value:
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


def _holds_hot(run: Calls, value: Value, depth: int = 0) -> bool:
    if isinstance(value, Func):
        return value.node.id in value.env.module.hot
    if depth > 3 or not isinstance(value, Obj | Arr):
        return False
    for part in value.entries.values() if isinstance(value, Obj) else value.items:
        inner = run.at_hand(part)
        if inner.__class__ not in _PARTLESS and _holds_hot(run, inner, depth + 1):
            return True
    return False


def _class(run: Calls, node: "Node", env: Env) -> Value:
    cls = Cls(node, env)
    classes.statics(run, cls)
    return cls


def _refused(run: Calls, node: "Node", env: Env) -> Value:  # noqa: ARG001
    raise GivenUp(f"{node.type.replace('_', ' ')} is not followed")


EVALUATORS: "Final[dict[str, Callable[[Calls, Node, Env], Value]]]" = {
    "call_expression": _call,
    "new_expression": _new,
    "class": _class,
    "yield_expression": _refused,
}

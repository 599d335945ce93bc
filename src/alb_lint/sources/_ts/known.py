"""Functions of Pulumi and of the language whose results are known, and the resources that `new` makes."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from alb_lint.sources._pulumi_shape import RULE_TYPES
from alb_lint.sources._ts import functions
from alb_lint.sources._ts.loops import any_item
from alb_lint.sources._ts.operators import as_text, joined, number
from alb_lint.sources._ts.presence import truth
from alb_lint.sources._ts.render import argument_texts, symbol
from alb_lint.sources._ts.values import NOTHING, Arr, Choice, Env, Func, Lazy, Lit, Obj, Res, Space, Sym, Value, lazy

if TYPE_CHECKING:
    from tree_sitter import Node

    from alb_lint.sources._ts.machine import Machine

_SAME: Final = frozenset({
    "pulumi.output", "pulumi.secret", "pulumi.unsecret", "pulumi.all", "pulumi.Output.create", "pulumi.runtime.serialize",
    "Promise.all", "Promise.resolve", "Object.freeze", "Object.seal",
})  # fmt: skip
"""Functions that give back their argument, as far as a rule can tell."""

_NAMES: Final = {"pulumi.getStack": "the stack", "pulumi.getProject": "the project", "pulumi.getOrganization": "the organization"}


def canonical(path: tuple[str, ...]) -> str:
    """`aws.alb.Listener` and its like under their one name."""
    if len(path) > 2 and path[0] == "aws" and path[1] in RULE_TYPES:
        return ".".join(("aws", "lb", *path[2:]))
    return ".".join(path)


def resource(machine: "Machine", space: Space, args: Arr) -> Value:
    """What `new` of a class of a package makes."""
    kind = canonical(space.path)
    if kind == "pulumi.Config":
        texts, keys = argument_texts(machine, args.items)
        return symbol(f"new {kind}({texts})", f"new {kind}({keys})", "a config value")
    name, given = (args.items[index] if index < len(args.items) else lazy(NOTHING) for index in (0, 1))
    return Res(kind, name, given)


def function(machine: "Machine", path: tuple[str, ...], args: Arr, node: "Node", env: Env) -> Value | None:
    """What a function of a package gives; None where it is not known."""
    name = ".".join(path)
    first = machine.force(args.items[0]) if args.items else NOTHING
    if name in _SAME:
        return first
    if name in _NAMES:
        return Sym(f"{name}()", f"{name}()", _NAMES[name])
    if path[0] == "aws" and path[-1] == "get" and len(path) > 2 and len(args.items) > 1:
        return Res(canonical(path[:-1]), args.items[0], lazy(NOTHING), args.items[1])
    if name == "pulumi.concat":
        return joined(machine, tuple(machine.force(item) for item in args.items))
    made = _FUNCTIONS.get(name)
    return None if made is None else made(machine, first, args, node, env)


def _entries(machine: "Machine", value: Value, _args: Arr, _node: "Node", _env: Env) -> Value | None:
    if isinstance(value, Arr) and not value.more:
        return Arr(tuple(lazy(Arr((lazy(Lit(str(index))), item))) for index, item in enumerate(value.items)))
    if not isinstance(value, Obj):
        return None
    items = tuple(lazy(Arr((lazy(Lit(name)), item))) for name, item in value.entries.items())
    return Arr(items, "" if value.more is None else value.more.text)


def _keys(machine: "Machine", value: Value, _args: Arr, _node: "Node", _env: Env) -> Value | None:
    if not isinstance(value, Obj):
        return None
    return Arr(tuple(lazy(Lit(name)) for name in value.entries), "" if value.more is None else value.more.text)


def _values(machine: "Machine", value: Value, _args: Arr, _node: "Node", _env: Env) -> Value | None:
    if not isinstance(value, Obj):
        return None
    return Arr(tuple(value.entries.values()), "" if value.more is None else value.more.text)


def _assign(machine: "Machine", _value: Value, args: Arr, _node: "Node", _env: Env) -> Value | None:
    parts = [machine.force(item) for item in args.items]
    entries: dict[str, Lazy] = {}
    for part in parts:
        if not isinstance(part, Obj) or part.more is not None:
            return None
        entries.update(part.entries)
    return Obj(entries)


def _from_entries(machine: "Machine", value: Value, _args: Arr, _node: "Node", _env: Env) -> Value | None:
    entries: dict[str, Lazy] = {}
    if not isinstance(value, Arr) or value.more:
        return None
    for item in value.items:
        pair = machine.force(item)
        key = machine.force(pair.items[0]) if isinstance(pair, Arr) and len(pair.items) > 1 else NOTHING
        if not isinstance(pair, Arr) or not isinstance(key, Lit) or key.value is None:
            return None
        entries[as_text(key)] = pair.items[1]
    return Obj(entries)


def _number(machine: "Machine", value: Value, _args: Arr, _node: "Node", _env: Env) -> Value | None:
    if not isinstance(value, Lit):
        return None
    try:
        return number(float(value.value)) if value.value is not None and len(str(value.value)) < 40 else None
    except ValueError:
        return None


def _string(machine: "Machine", value: Value, _args: Arr, _node: "Node", _env: Env) -> Value | None:
    return Lit(as_text(value)) if isinstance(value, Lit) else joined(machine, (value,)) if isinstance(value, Sym) else None


def _boolean(machine: "Machine", value: Value, _args: Arr, _node: "Node", _env: Env) -> Value | None:
    decided = truth(machine, value)
    return value if decided is None else Lit(decided)


def _is_array(machine: "Machine", value: Value, _args: Arr, _node: "Node", _env: Env) -> Value | None:
    return None if isinstance(value, Sym | Choice) else Lit(isinstance(value, Arr))


_FUNCTIONS: Final[dict[str, Callable[..., Value | None]]] = {
    "Object.entries": _entries,
    "Object.keys": _keys,
    "Object.values": _values,
    "Object.assign": _assign,
    "Object.fromEntries": _from_entries,
    "Array.isArray": _is_array,
    "Number": _number,
    "parseInt": _number,
    "parseFloat": _number,
    "String": _string,
    "Boolean": _boolean,
}


def method(machine: "Machine", receiver: Value, name: str, args: Arr, node: "Node", env: Env) -> Value | None:
    """What a method of a plain value or an output gives; None where it is none of these."""
    first = machine.force(args.items[0]) if args.items else NOTHING
    if name in {"apply", "then"} and isinstance(first, Func) and not isinstance(receiver, Func):
        return functions.call(machine, first, (lazy(receiver),))
    if isinstance(receiver, Arr):
        return _of_list(machine, receiver, name, first, args)
    if isinstance(receiver, Lit) and receiver.value is not None:
        return _of_text(machine, receiver, name, [machine.force(item) for item in args.items])
    if isinstance(receiver, Obj) and name == "hasOwnProperty" and isinstance(first, Lit) and receiver.more is None:
        return Lit(first.value in receiver.entries)
    if isinstance(receiver, Sym) and isinstance(first, Func) and name in {"map", "flatMap"}:
        return Arr((), machine.render(receiver)[0])
    return None


def calls_back(machine: "Machine", receiver: Value, name: str) -> list[tuple[Lazy, ...]] | None:
    """The arguments of each call that a method makes of the function it is given; None where that is not known."""
    if name in {"apply", "then"} and not isinstance(receiver, Func):
        return [(lazy(receiver),)]
    if not isinstance(receiver, Arr) or name not in _ITERATING:
        return None
    rounds = [(item, lazy(Lit(index))) for index, item in enumerate(receiver.items)]
    return [*rounds, (lazy(any_item(machine, receiver)),)] if receiver.more else list(rounds)


def iterates(name: str) -> bool:
    """Whether a method of that name calls back for each item of a list."""
    return name in _ITERATING


_ITERATING: Final = frozenset({"forEach", "map", "flatMap", "filter", "some", "every", "find"})


def _of_list(machine: "Machine", receiver: Arr, name: str, first: Value, args: Arr) -> Value | None:
    if isinstance(first, Func) and name in {"map", "flatMap"}:
        return _mapped(machine, receiver, first, flat=name == "flatMap")
    if receiver.more:
        return None
    if isinstance(first, Func) and name in {"filter", "find", "some", "every"}:
        return _filtered(machine, receiver, name, first)
    if name == "concat":
        return _concatenated(machine, receiver, args)
    if name == "includes" and isinstance(first, Lit):
        return _includes(machine, receiver, first)
    if name == "join" and isinstance(first, Lit):
        return _joined(machine, receiver, "," if first.value is None else as_text(first))
    if name == "entries" and not args.items:
        return Arr(tuple(lazy(Arr((lazy(Lit(index)), item))) for index, item in enumerate(receiver.items)))
    if name == "slice":
        ends = [machine.force(item) for item in args.items]
        given = [end.value for end in ends if isinstance(end, Lit) and isinstance(end.value, int)]
        return Arr(receiver.items[slice(*(given if len(given) > 1 else [*given, None]))]) if 0 < len(given) == len(ends) < 3 else None
    return Arr(tuple(reversed(receiver.items))) if name == "toReversed" else None


def _mapped(machine: "Machine", receiver: Arr, func: Func, *, flat: bool) -> Value | None:
    results = tuple(_result(machine, func, item, index) for index, item in enumerate(receiver.items))
    if not flat:
        return Arr(results, receiver.more)
    return _concatenated(machine, Arr((), receiver.more), Arr(results)) if not receiver.more else None


def _result(machine: "Machine", func: Func, item: Lazy, index: int) -> Lazy:
    return Lazy(lambda: functions.call(machine, func, (item, lazy(Lit(index)))))


def _filtered(machine: "Machine", receiver: Arr, name: str, func: Func) -> Value | None:
    kept = []
    for index, item in enumerate(receiver.items):
        decided = truth(machine, machine.force(_result(machine, func, item, index)))
        if decided is None:
            return None
        if decided:
            kept.append(item)
    if name == "filter":
        return Arr(tuple(kept))
    if name == "find":
        return machine.force(kept[0]) if kept else NOTHING
    return Lit(bool(kept) if name == "some" else len(kept) == len(receiver.items))


def _concatenated(machine: "Machine", receiver: Arr, args: Arr) -> Value | None:
    items = list(receiver.items)
    for arg in args.items:
        value = machine.force(arg)
        if isinstance(value, Choice) or (isinstance(value, Arr) and value.more):
            return None
        items.extend(value.items if isinstance(value, Arr) else [arg])
    return Arr(tuple(items))


def _includes(machine: "Machine", receiver: Arr, wanted: Lit) -> Value | None:
    values = [machine.force(item) for item in receiver.items]
    if any(isinstance(value, Lit) and value.value == wanted.value for value in values):
        return Lit(value=True)
    return Lit(value=False) if all(isinstance(value, Lit) for value in values) else None


def _joined(machine: "Machine", receiver: Arr, separator: str) -> Value:
    parts: list[Value] = []
    for item in receiver.items:
        parts += [Lit(separator)] if parts else []
        parts.append(machine.force(item))
    return joined(machine, tuple(parts)) if parts else Lit("")


def _of_text(machine: "Machine", receiver: Lit, name: str, args: list[Value]) -> Value | None:
    text, given = as_text(receiver), [arg.value for arg in args if isinstance(arg, Lit)]
    if len(given) < len(args):
        return joined(machine, (receiver, *args)) if name == "concat" else None
    if name in {"toString", "valueOf"} and not given:
        return Lit(text)
    if not isinstance(receiver.value, str):
        return None
    if name in _CASES and not given:
        return Lit(_CASES[name](text))
    words = [word for word in given if isinstance(word, str)]
    if len(words) < len(given) or not words:
        return None
    if name in _TESTS and len(words) == 1:
        return Lit(_TESTS[name](text, words[0]))
    if name in {"replace", "replaceAll"} and len(words) == 2 and "$" not in words[1] and len(text) * (len(words[1]) + 1) < 1 << 16:
        return Lit(text.replace(words[0], words[1], 1 if name == "replace" else -1))
    if name == "split" and len(words) == 1 and words[0]:
        return Arr(tuple(lazy(Lit(part)) for part in text.split(words[0])))
    return joined(machine, (receiver, *args)) if name == "concat" else None


_CASES: Final[dict[str, Callable[[str], str]]] = {
    "toLowerCase": str.lower,
    "toUpperCase": str.upper,
    "trim": str.strip,
    "toLocaleLowerCase": str.lower,
}
_TESTS: Final[dict[str, Callable[[str, str], bool]]] = {
    "includes": lambda text, word: word in text,
    "startsWith": lambda text, word: text.startswith(word),
    "endsWith": lambda text, word: text.endswith(word),
}

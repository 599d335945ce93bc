"""Functions of Pulumi and of the language whose results are known, and the resources that `new` makes."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from alb_lint.languages.typescript.names import LOAD_BALANCING
from alb_lint.languages.typescript.operators import as_text, joined, number
from alb_lint.languages.typescript.presence import truth
from alb_lint.languages.typescript.render import TARGET_GROUP, argument_texts, known_of, symbol
from alb_lint.languages.typescript.texts import leading_number, math_function
from alb_lint.languages.typescript.values import NOTHING, Arr, Choice, Known, Lazy, Lit, Obj, Res, Space, Sym, Table, Value, lazy

if TYPE_CHECKING:
    from alb_lint.languages.typescript.machine import Machine

_SAME: Final = frozenset({
    "pulumi.output", "pulumi.secret", "pulumi.unsecret", "pulumi.all", "pulumi.Output.create", "pulumi.runtime.serialize",
    "Promise.all", "Promise.resolve", "Object.freeze", "Object.seal",
})  # fmt: skip
"""Functions that give back their argument, as far as a rule can tell."""

_UNTOLD: Final = object()
_ITEMS: Final = 1_000
_DEPTH: Final = 10
"""Levels of an object that is written as JSON."""

_GROUP_BY_NAME: Final = frozenset({"aws.lb.getTargetGroup", "aws.lb.getTargetGroupOutput"})
_NAMES: Final = {"pulumi.getStack": "the stack", "pulumi.getProject": "the project", "pulumi.getOrganization": "the organization"}


def canonical(path: tuple[str, ...]) -> str:
    """`aws.alb.Listener` and its like under their one name."""
    if len(path) > 2 and path[0] == "aws" and path[1] in LOAD_BALANCING:
        return ".".join(("aws", "lb", *path[2:]))
    if path[0] in {"awsx", "awsx-classic"}:
        inner = [part for part in path[1:] if part != "classic"]
        return ".".join(("awsx", "lb" if inner[:1] == ["elasticloadbalancingv2"] else "".join(inner[:1]), *inner[1:]))
    return ".".join(path)


def resource(machine: "Machine", space: Space, args: Arr) -> Value:
    """What `new` of a class of a package makes."""
    kind = canonical(space.path)
    if kind == "pulumi.Config":
        texts, keys = argument_texts(machine, args.items)
        return symbol(
            f"new {kind}({texts})",
            f"new {kind}({keys})",
            "a config value",
            known=known_of(machine, *(machine.force(item) for item in args.items)),
        )
    if kind in {"Map", "Set"}:
        return _table(machine, args, is_set=kind == "Set")
    name, given = (args.items[index] if index < len(args.items) else lazy(NOTHING) for index in (0, 1))
    return Res(kind, name, given)


def _table(machine: "Machine", args: Arr, *, is_set: bool) -> Value:
    """`new Map(pairs)`, `new Set(items)`; a symbol where a key is no literal."""
    given = machine.force(args.items[0]) if args.items else NOTHING
    lost = symbol("a collection", f"a collection {len(machine.numbers)}", "a Map or Set that is not followed")
    if args.more or (isinstance(given, Arr) and given.more):
        return lost
    if isinstance(given, Table):
        return Table(given.pairs, is_set) if given.is_set is is_set else lost
    found = Table((), is_set)
    if given is NOTHING or (isinstance(given, Lit) and given.value is None):
        return found
    if not isinstance(given, Arr) or len(given.items) > _ITEMS:
        return lost
    for item in given.items:
        value = machine.force(item)
        parts = (item, item) if is_set else value.items[:2] if isinstance(value, Arr) and not value.more else ()
        key = machine.force(parts[0]) if len(parts) == 2 else None
        if not isinstance(key, Lit):
            return lost
        found = found.with_pair(key, parts[1])
    return found


def _from(_machine: "Machine", value: Value, args: Arr) -> Value | None:
    """`Array.from` of a list or collection, without a function."""
    if len(args.items) != 1:
        return None
    return value if isinstance(value, Arr) else Arr(value.items) if isinstance(value, Table) else None


def function(machine: "Machine", path: tuple[str, ...], args: Arr) -> Value | None:
    """What a function of a package gives; None where it is not known."""
    name = ".".join(path)
    first = machine.force(args.items[0]) if args.items else NOTHING
    if name == "pulumi.secret" and isinstance(first, Lit) and isinstance(first.value, str) and first.value:
        digest = sha256(first.value.encode("utf-8", "replace")).hexdigest()[:32]
        plain = not set("*?") & set(first.value)
        return Sym("pulumi.secret()", f"sensitive:{digest}", "a secret", output=True, known=Known(plain=plain, secret=True))
    if name in _SAME:
        return first
    if name in _NAMES:
        return Sym(f"{name}()", f"{name}()", _NAMES[name], known=Known(plain=True))
    if path[0] == "aws" and path[-1] == "get" and len(path) > 2 and len(args.items) > 1:
        return Res(canonical(path[:-1]), args.items[0], lazy(NOTHING), args.items[1])
    if canonical(path) in _GROUP_BY_NAME and isinstance(first, Obj) and "name" in first.entries:
        return Res(TARGET_GROUP, first.entries["name"], lazy(first))
    if name == "pulumi.concat":
        return joined(machine, tuple(machine.force(item) for item in args.items))
    made = _FUNCTIONS.get(name)
    return None if made is None else made(machine, first, args)


def _entries(_machine: "Machine", value: Value, _args: Arr) -> Value | None:
    if isinstance(value, Arr) and not value.more:
        return Arr(tuple(lazy(Arr((lazy(Lit(str(index))), item))) for index, item in enumerate(value.items)))
    if not isinstance(value, Obj):
        return None
    items = tuple(lazy(Arr((lazy(Lit(name)), item))) for name, item in in_order(value.entries).items())
    return Arr(items, "" if value.more is None else value.more.text)


def _keys(_machine: "Machine", value: Value, _args: Arr) -> Value | None:
    if not isinstance(value, Obj):
        return None
    return Arr(tuple(lazy(Lit(name)) for name in in_order(value.entries)), "" if value.more is None else value.more.text)


def _values(_machine: "Machine", value: Value, _args: Arr) -> Value | None:
    if not isinstance(value, Obj):
        return None
    return Arr(tuple(in_order(value.entries).values()), "" if value.more is None else value.more.text)


def _assign(machine: "Machine", _value: Value, args: Arr) -> Value | None:
    parts = [machine.force(item) for item in args.items]
    entries: dict[str, Lazy] = {}
    for part in parts:
        if not isinstance(part, Obj) or part.more is not None:
            return None
        entries.update(part.entries)
    return Obj(entries)


def _from_entries(machine: "Machine", value: Value, _args: Arr) -> Value | None:
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


def _number(_machine: "Machine", value: Value, args: Arr) -> Value | None:
    if isinstance(value, Sym) and value.known is not None and len(args.items) == 1:
        return value if value.known.numeric else _as_number(value)
    if not isinstance(value, Lit):
        return None
    try:
        return number(float(value.value)) if value.value is not None and len(str(value.value)) < 40 else None
    except ValueError:
        return None


def _as_number(value: Sym) -> Sym:
    """The number that a text spells."""
    found = symbol(f"Number({value.text})", f"Number({value.key})", value.why, known=replace(value.known or Known(), numeric=True))
    return replace(found, pieces=value.pieces)


def _parse_int(machine: "Machine", value: Value, args: Arr) -> Value | None:
    radix = machine.force(args.items[1]) if len(args.items) > 1 else Lit(10)
    if isinstance(value, Sym) and isinstance(radix, Lit) and radix.value == 10:
        return _number(machine, value, Arr((lazy(value),)))
    if not isinstance(value, Lit) or value.value is None or not isinstance(radix, Lit) or not isinstance(radix.value, int):
        return None
    found = leading_number(as_text(value), radix.value)
    return None if found is None else number(found)


def _is_integer(_machine: "Machine", value: Value, _args: Arr) -> Value | None:
    told = isinstance(value, Lit)
    return Lit(isinstance(value.value, int) and not isinstance(value.value, bool)) if told and isinstance(value, Lit) else None


def _parse_json(_machine: "Machine", value: Value, args: Arr) -> Value | None:
    if not isinstance(value, Lit) or not isinstance(value.value, str) or len(args.items) != 1:
        return None
    try:
        return plain_json(json.loads(value.value))
    except (ValueError, RecursionError):
        return None


def plain_json(value: Any, depth: int = 0) -> Value:
    """JSON as a value."""
    if depth > _JSON:
        return Sym("…", "…", "nested too deeply")
    if isinstance(value, dict):
        return Obj(in_order({name: lazy(plain_json(item, depth + 1)) for name, item in value.items()}))
    if isinstance(value, list):
        return Arr(tuple(lazy(plain_json(item, depth + 1)) for item in value))
    return Lit(value)


def in_order(entries: dict[str, Lazy]) -> dict[str, Lazy]:
    """The entries in the order in which JavaScript goes through them: numbers first, from the lowest."""
    numbers = sorted((name for name in entries if _INDEX.match(name)), key=int)
    return {name: entries[name] for name in (*numbers, *(name for name in entries if name not in set(numbers)))} if numbers else entries


_INDEX: Final = re.compile(r"(?:0|[1-9][0-9]{0,8})\Z")
_JSON: Final = 60
"""Levels of a JSON text."""


def _math(name: str) -> "Callable[[Machine, Value, Arr], Value | None]":
    def make(machine: "Machine", _value: Value, args: Arr) -> Value | None:
        given = [machine.force(item) for item in args.items]
        numbers = [value.value for value in given if isinstance(value, Lit) and isinstance(value.value, int | float)]
        if len(numbers) < len(given) or not numbers or args.more:
            return None
        found = math_function(name, numbers)
        return None if found is None else number(found)

    return make


def _string(machine: "Machine", value: Value, _args: Arr) -> Value | None:
    return Lit(as_text(value)) if isinstance(value, Lit) else joined(machine, (value,)) if isinstance(value, Sym) else None


def _boolean(machine: "Machine", value: Value, _args: Arr) -> Value | None:
    decided = truth(machine, value)
    return value if decided is None else Lit(decided)


def _stringify(machine: "Machine", value: Value, args: Arr) -> Value | None:
    """`JSON.stringify` of what is told in full, without an indent."""
    plain = _plain(machine, value, 0) if len(args.items) == 1 else _UNTOLD
    return None if plain is _UNTOLD else Lit(json.dumps(plain, ensure_ascii=False, separators=(",", ":")))


def _plain(machine: "Machine", value: Value, depth: int) -> Any:
    if isinstance(value, Lit) and value.value is not None:
        return value.value
    if depth > _DEPTH or not isinstance(value, Arr | Obj) or value.more:
        return _UNTOLD
    if isinstance(value, Arr):
        items = [_plain(machine, machine.force(item), depth + 1) for item in value.items]
        return _UNTOLD if any(item is _UNTOLD for item in items) else items
    entries = {name: _plain(machine, machine.force(item), depth + 1) for name, item in value.entries.items()}
    return _UNTOLD if any(item is _UNTOLD for item in entries.values()) else entries


def _is_array(_machine: "Machine", value: Value, _args: Arr) -> Value | None:
    return None if isinstance(value, Sym | Choice) else Lit(isinstance(value, Arr))


_FUNCTIONS: "Final[dict[str, Callable[[Machine, Value, Arr], Value | None]]]" = {
    "Object.entries": _entries,
    "Object.keys": _keys,
    "Object.values": _values,
    "Object.assign": _assign,
    "Object.fromEntries": _from_entries,
    "Array.isArray": _is_array,
    "Array.from": _from,
    "JSON.stringify": _stringify,
    "Number": _number,
    "parseInt": _parse_int,
    "Number.parseInt": _parse_int,
    "Number.parseFloat": _number,
    "Number.isInteger": _is_integer,
    "JSON.parse": _parse_json,
    "parseFloat": _number,
    "String": _string,
    "Boolean": _boolean,
    **{f"Math.{name}": _math(name) for name in ("floor", "ceil", "round", "trunc", "abs", "sign", "max", "min", "pow", "sqrt")},
}

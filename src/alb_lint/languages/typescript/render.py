"""Values → the text that names them for people, and the key that tells equal ones."""

from hashlib import blake2s
from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript.presence import quoted
from alb_lint.languages.typescript.values import Arr, Choice, Cls, Func, Inst, Known, Lazy, Lit, Names, Obj, Res, Space, Sym, Table, Value

if TYPE_CHECKING:
    from tree_sitter import Node

    from alb_lint.languages.typescript.machine import Machine
    from alb_lint.languages.typescript.values import Env

TARGET_GROUP: Final = "aws.lb.TargetGroup"
STACK: Final = "pulumi.StackReference"
_DEPTH: Final = 3
_PARTS: Final = 12
_NOTHING_MORE: Final = Known()
_TEXT: Final = 160
_KEY: Final = 600
"""Longer texts and keys are cut; a cut key ends in a digest of the whole."""


def render(machine: "Machine", value: Value, depth: int = 0) -> tuple[str, str]:
    """(text, key). The key of a value that has no canonical form is the place where it is made."""
    if isinstance(value, Lit):
        return quoted(value.value), quoted(value.value)
    if isinstance(value, Sym):
        return value.text, value.key
    if isinstance(value, Space):
        return ".".join(value.path), ".".join(value.path)
    if isinstance(value, Res):
        return resource_names(machine, value)
    if isinstance(value, Names):
        return value.module.name, value.module.name
    if isinstance(value, Func | Cls):
        return _placed(value.node, value.env)
    if isinstance(value, Inst):
        return _placed(value.cls.node, value.env)
    if isinstance(value, Table):
        return "a Set" if value.is_set else "a Map", f"…{id_of(machine, value)}"
    return _compound(machine, value, depth)


def _placed(node: "Node", env: "Env") -> tuple[str, str]:
    name = node.child_by_field_name("name")
    return (env.module.text(name) if name else "a function"), f"{env.module.name}:{node.start_byte}{env.label}"


def _compound(machine: "Machine", value: Arr | Obj | Choice, depth: int) -> tuple[str, str]:
    if isinstance(value, Choice):
        parts: list[tuple[str, Lazy]] = [("", Lazy(None, value.when)), ("", value.yes), ("", value.no)]
        shape, more = ("{} ? {} : {}", "")
    elif isinstance(value, Arr):
        parts = [("", item) for item in value.items]
        shape, more = "[{}]", value.more
    else:
        parts = [(f"{name}: ", item) for name, item in value.entries.items()]
        shape, more = "{{{}}}", "" if value.more is None else value.more.key
    if depth >= _DEPTH or len(parts) > _PARTS or (more and not isinstance(value, Obj)):
        return "…", f"…{id_of(machine, value)}"
    read = [(prefix, *render(machine, machine.force(item), depth + 1)) for prefix, item in parts]
    texts, keys = [prefix + text for prefix, text, _ in read], [prefix + key for prefix, _, key in read]
    if isinstance(value, Choice):
        return shape.format(*texts), shape.format(*keys)
    spread = [f"...{more}"] if more else []
    return shape.format(", ".join(spread + texts)), shape.format(", ".join(spread + keys))


def id_of(machine: "Machine", value: Value) -> str:
    """A number of its own for a value without a canonical form: the order in which such values were met, the same in every run."""
    return str(machine.numbers.setdefault(value, len(machine.numbers)))


def resource_names(machine: "Machine", value: Res) -> tuple[str, str]:
    """`aws.lb.Listener:https`, for text and key. A target group goes by the name that AWS knows, where the program tells it."""
    name = machine.force(value.name)
    if value.kind == TARGET_GROUP:
        args = machine.force(value.args)
        given = machine.force(args.entries["name"]) if isinstance(args, Obj) and "name" in args.entries else name
        found = given if value.lookup is None else machine.force(value.lookup)
        name = found if isinstance(found, Lit) and found.value else name
    if value.kind == STACK:
        args = machine.force(value.args)
        name = machine.force(args.entries["name"]) if isinstance(args, Obj) and "name" in args.entries else name
    if isinstance(name, Lit):
        text = key = "" if name.value is None else str(name.value)
    else:
        text, key = render(machine, name)
    return f"{value.kind}:{text}", f"{value.kind}:{key}"


def symbol(
    text: str,
    key: str,
    why: str,
    logic: tuple[str, tuple[Value, ...]] | None = None,
    *,
    output: bool = False,
    known: Known | None = None,
    pieces: tuple[str | Sym, ...] = (),
) -> Sym:
    """A symbol whose text and key have an end."""
    if len(text) > _TEXT:
        text = f"{text[: _TEXT - 1]}…"
    if len(key) > _KEY:
        key = f"{key[:_TEXT]}…{blake2s(key.encode(), digest_size=8).hexdigest()}"
    return Sym(text, key, why, logic, output, known, pieces)


def known_of(machine: "Machine", *values: Value, depth: int = 0) -> Known | None:
    """What is known of a value that is worked out from these alone; None where one of them may be another one each time."""
    found = _NOTHING_MORE
    for value in values:
        part = _known(machine, value, depth)
        if part is None:
            return None
        if part.local > found.local or part.secret > found.secret:
            found = Known(found.local or part.local, secret=found.secret or part.secret)
    return found


def _known(machine: "Machine", value: Value, depth: int) -> Known | None:
    if isinstance(value, Sym):
        return value.known
    if isinstance(value, Lit | Space):
        return _NOTHING_MORE
    if isinstance(value, Res):
        return Known(local=value.kind != STACK)
    if depth > _DEPTH:
        return None
    if isinstance(value, Choice):
        return known_of(machine, value.when, machine.force(value.yes), machine.force(value.no), depth=depth + 1)
    if isinstance(value, Arr) and not value.more and len(value.items) <= _PARTS:
        return known_of(machine, *(machine.force(item) for item in value.items), depth=depth + 1)
    if isinstance(value, Obj) and value.more is None and len(value.entries) <= _PARTS:
        return known_of(machine, *(machine.force(item) for item in value.entries.values()), depth=depth + 1)
    return None


def argument_texts(machine: "Machine", args: tuple[Lazy, ...]) -> tuple[str, str]:
    """The arguments of a call, joined."""
    read = [render(machine, machine.force(arg), 1) for arg in args]
    return ", ".join(text for text, _ in read), ", ".join(key for _, key in read)

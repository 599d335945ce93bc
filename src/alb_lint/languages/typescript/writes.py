"""Where a variable, or a field of an instance, is written to after its declaration."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript.parse import Module
from alb_lint.languages.typescript.syntax import FUNCTIONS, declared, pattern_names

if TYPE_CHECKING:
    from tree_sitter import Node

_MUTATORS: Final = frozenset({"push", "unshift", "pop", "shift", "splice", "sort", "reverse", "fill", "copyWithin", "set", "delete"})
_COLLECTORS: Final = frozenset({"add", "clear"})
"""Methods that change a Set or Map; other objects have methods of these names that change nothing."""

_PATTERNS: Final = frozenset({"array_pattern", "object_assignment_pattern", "pair_pattern", "rest_pattern", "object_pattern"})
_CONDITIONAL: Final = frozenset({"ternary_expression", "binary_expression"})
"""Expressions that may leave out a part of themselves."""

_MENTIONS: Final = 2_000
"""Mentions of one name that are looked at; more count as a change that is not followed."""

_CLIMB: Final = 400
"""Nodes between a mention and the block of its declaration."""


@dataclass(frozen=True, slots=True)
class Write:
    """`kind`: "set", "update" (`+=`, `++`), "push", "property" (`key` of it), "collect" (of a Map or Set), "other".

    `node`: the whole expression.

    "passed": handed to the call `node` as argument number `key`, which may or may not write to what it gets.

    `astray`: in another function than the declaration, or under a condition within its statement.
    """

    kind: str
    node: "Node"
    key: str = ""
    astray: bool = False


def writes_to(module: Module, owner: "Node", name: str) -> tuple[Write, ...]:
    """All writes to a variable that `owner` declares, in order; kept per file."""
    held: tuple[Write, ...] | None = module.writes.get((owner.id, name))
    if held is None:
        pattern = re.compile(rb"(?<![\w$.])" + re.escape(name.encode()) + rb"(?![\w$])")
        held = tuple(_found(module, pattern, owner, owner, name))
        module.writes[owner.id, name] = held
    return held


def writes_to_field(module: Module, cls: "Node", body: "Node", name: str) -> tuple[Write, ...]:
    """All writes to `this.name` in a class; those outside the constructor's `body` are astray."""
    held: tuple[Write, ...] | None = module.writes.get((body.id, f"this.{name}"))
    if held is None:
        pattern = re.compile(rb"(?<![\w$.])this\s*\.\s*" + re.escape(name.encode()) + rb"(?![\w$])")
        held = tuple(_found(module, pattern, cls, body, ""))
        module.writes[body.id, f"this.{name}"] = held
    return held


def _found(module: Module, pattern: re.Pattern[bytes], within: "Node", owner: "Node", name: str) -> Iterator[Write]:
    for count, match in enumerate(pattern.finditer(module.data, within.start_byte, within.end_byte)):
        if count == _MENTIONS:
            yield Write("other", owner, astray=True)
            return
        node = within.descendant_for_byte_range(match.start(), match.end())
        if node is None or node.type not in {"identifier", "shorthand_property_identifier_pattern", "member_expression"}:
            continue
        write = _write_at(module, node)
        if write is not None and (astray := _astray(module, write.node, owner, name)) is not None:
            yield Write(write.kind, write.node, write.key, astray)


def _write_at(module: Module, node: "Node") -> Write | None:
    """The write that this mention is; None where it only reads."""
    parent, inner, keys = node.parent, node, []
    while (
        parent is not None
        and parent.type in {"member_expression", "subscript_expression"}
        and parent.child_by_field_name("object") == inner
    ):
        key = parent.child_by_field_name("property")
        keys.append("" if key is None else module.text(key))
        inner, parent = parent, parent.parent
    if parent is None:
        return None
    kind = parent.type
    if kind == "assignment_expression" and parent.child_by_field_name("left") == inner:
        return Write("set" if not keys else "property" if len(keys) == 1 and keys[0] else "other", parent, "".join(keys))
    if kind in {"augmented_assignment_expression", "update_expression"} and parent.named_children[0] == inner:
        return Write("other" if keys else "update", parent)
    if kind == "call_expression" and keys and keys[-1] in _MUTATORS and parent.child_by_field_name("function") == inner:
        return Write("push" if keys == ["push"] else "other", parent)
    if kind == "call_expression" and keys and keys[-1] in _COLLECTORS and parent.child_by_field_name("function") == inner:
        return Write("collect", parent)
    return _odd_write(module, parent, inner, keys)


def _odd_write(module: Module, parent: "Node", inner: "Node", keys: list[str]) -> Write | None:
    """`delete x.y`, `[x] = …`, `for (x of …)` and `Object.assign(x, …)`."""
    kind = parent.type
    if kind == "unary_expression" and parent.children[0].type == "delete":
        return Write("other", parent)
    if kind == "for_in_statement" and parent.child_by_field_name("left") == inner and parent.child_by_field_name("kind") is None:
        return Write("other", parent)
    if kind in _PATTERNS and not keys:
        at: Node | None = parent
        while at is not None and at.type in _PATTERNS:
            at = at.parent
        return Write("other", at) if at is not None and at.type == "assignment_expression" else None
    if kind == "arguments" and parent.parent is not None and not keys and parent.named_children[0] == inner:
        called = parent.parent.child_by_field_name("function")
        if called is not None and module.text(called) == "Object.assign":
            return Write("other", parent.parent)
    if kind == "arguments" and parent.parent is not None and parent.parent.type == "call_expression" and not keys:
        return Write("passed", parent.parent, str(parent.named_children.index(inner)))
    return None


def _astray(module: Module, node: "Node", owner: "Node", name: str) -> bool | None:
    """Whether the write is out of the owner's own course; None where the name means another variable there."""
    astray = False
    at: Node | None = node.parent
    below = node
    for _ in range(_CLIMB):
        if at is None:
            return True
        if at == owner:
            return astray
        if name and (name in declared(module, at) or name in bound_by(module, at)):
            return None
        astray = astray or at.type in FUNCTIONS or (at.type in _CONDITIONAL and at.named_children[0] != below)
        below = at
        at = at.parent
    return True


def bound_by(module: Module, node: "Node") -> set[str]:
    """The parameters of a function, the variable of a loop."""
    patterns: list[Node | None] = []
    if node.type in FUNCTIONS:
        parameters = node.child_by_field_name("parameters")
        patterns = [node.child_by_field_name("parameter"), *(parameters.named_children if parameters else ())]
    elif node.type == "for_in_statement" and node.child_by_field_name("kind") is not None:
        patterns = [node.child_by_field_name("left")]
    elif node.type == "for_statement":
        start = node.child_by_field_name("initializer")
        patterns = [child.child_by_field_name("name") for child in (start.named_children if start else ())]
    return {
        name
        for pattern in patterns
        if pattern is not None
        for name in pattern_names(module, pattern.child_by_field_name("pattern") or pattern)
    }


def inside_function(node: "Node", owner: "Node") -> bool:
    """Whether a node stands in a function within the owner."""
    at = node.parent
    for _ in range(_CLIMB):
        if at is None or at == owner:
            return False
        if at.type in FUNCTIONS:
            return True
        at = at.parent
    return True

"""Which rules a rule is made after: the option `dependsOn`, of itself or of a component that it is a part of.

Source: Pulumi documentation, "Resource options": who depends on a component depends on its children; a child is made after its `parent`, and so
after what that one depends on. A name counts where a `new` is what it stands for.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript.flow import Draft
from alb_lint.languages.typescript.parse import Module
from alb_lint.languages.typescript.syntax import FUNCTIONS
from alb_lint.languages.typescript.values import Frame

if TYPE_CHECKING:
    from tree_sitter import Node

_Spot = tuple[int, str, int]
"""A `new` in one run of what it stands in: (that run, file, place)."""
_DECLARED: Final = ("lexical_declaration", "variable_declaration")


def waits_of(drafts: Sequence[Draft]) -> Mapping[int, list[Draft]]:
    """For a rule, by `id`, those that are made before it."""
    parts: dict[_Spot, list[Draft]] = {}
    asked: list[tuple[Draft, _Spot]] = []
    for draft in drafts:
        for within, module, node in _owners(draft):
            parts.setdefault(_spot(within, module, node), []).append(draft)
            asked += [(draft, _spot(within, module, other)) for other in _depends_on(module, node)]
    found: dict[int, list[Draft]] = {}
    for draft, spot in asked:
        found.setdefault(id(draft), []).extend(other for other in parts.get(spot, ()) if other is not draft)
    return found


def _spot(within: Frame | None, module: Module, node: "Node") -> _Spot:
    return id(within) if _is_in_function(node) else 0, module.name, node.start_byte


def _is_in_function(node: "Node") -> bool:
    """Whether it may run several times over; what stands at the top of a file runs once."""
    at = node.parent
    while at is not None and at.type not in FUNCTIONS:
        at = at.parent
    return at is not None


def _owners(draft: Draft) -> "Iterator[tuple[Frame | None, Module, Node]]":
    """(the call in which it stands, file, `new`) of the rule and of the components around it, as far as each says that it has a parent."""
    module, node = draft.module, draft.node
    within: Frame | None = draft.frame
    while True:
        if node.type == "new_expression":
            yield within, module, node
            if not any(name == "parent" for name, _ in _options(module, node)):
                return
        if within is None or within.node is None:
            return
        module, node, within = within.module, within.node, within.parent


def _options(module: Module, node: "Node") -> "Iterator[tuple[str, Node | None]]":
    """(key, value) of what is written out in the last argument."""
    arguments = node.child_by_field_name("arguments")
    given = [child for child in arguments.named_children if child.type != "comment"] if arguments is not None else []
    for pair in given[-1].named_children if len(given) > 1 and given[-1].type == "object" else ():
        key = pair.child_by_field_name("key") if pair.type == "pair" else pair
        if key is not None:
            yield module.text(key).strip("\"'"), pair.child_by_field_name("value")


def _depends_on(module: Module, node: "Node") -> "Iterator[Node]":
    """The `new` of each resource that a `new` waits for, where a name in its options leads to one."""
    for name, value in _options(module, node):
        if name == "dependsOn" and value is not None:
            for item in value.named_children if value.type == "array" else (value,):
                found = _declared(module, node, module.text(item)) if item.type == "identifier" else None
                if found is not None:
                    yield found


def _declared(module: Module, node: "Node", name: str) -> "Node | None":
    """The `new` that a name stands for by its declaration, in the nearest block around that has one."""
    at = node.parent
    while at is not None:
        parameters = at.child_by_field_name("parameters")
        if parameters is not None and any(name in module.text(child) for child in parameters.named_children):
            return None
        for child in at.named_children:
            held = child.child_by_field_name("declaration") if child.type == "export_statement" else child
            for one in held.named_children if held is not None and held.type in _DECLARED else ():
                known = one.child_by_field_name("name")
                if known is not None and module.text(known) == name:
                    value = one.child_by_field_name("value")
                    return value if value is not None and value.type == "new_expression" else None
        at = at.parent
    return None

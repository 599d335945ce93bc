"""By which other names Pulumi knew a rule before: the option `aliases` of a resource; and what it waits for: `dependsOn`;
and what it leaves as it is: `ignoreChanges`.

Source: Pulumi documentation, "Resource options": an alias is a name, a URN, or an object with the changed parts of the URN. What is no plain
text here may be any name.
"""

import re
from typing import TYPE_CHECKING, Final

from alb_lint.model.rule import ANY_NAME

if TYPE_CHECKING:
    from tree_sitter import Node

_PARTS: Final = ("priority", "conditions", "actions", "transforms")
_OPTIONS: Final = 2
"""The place of the options among the arguments."""


def formerly(node: "Node") -> tuple[str, ...]:
    """The names that the options of the `new` state; ANY_NAME where they are not written out there."""
    arguments = node.child_by_field_name("arguments") if node.type == "new_expression" else None
    if arguments is None:
        return (ANY_NAME,)
    given = [child for child in arguments.named_children if child.type != "comment"]
    if len(given) <= _OPTIONS:
        return ()
    options = given[_OPTIONS]
    if options.type != "object" or any(child.type == "spread_element" for child in options.named_children):
        return (ANY_NAME,)
    found: list[str] = []
    for pair in options.named_children:
        key = pair.child_by_field_name("key") if pair.type == "pair" else pair
        name = (key.text or b"").strip(b"\"'") if key is not None else b""
        if name == b"aliases":
            value = pair.child_by_field_name("value")
            found += _names(value) if value is not None else [ANY_NAME]
        elif name in (b"dependsOn", b"deleteBeforeReplace"):
            found.append(ANY_NAME)  # the order is another one then
    return tuple(dict.fromkeys(found))


def left_alone(node: "Node") -> tuple[str, ...]:
    """The parts of the rule, as `Rule.left_alone` names them, that the option `ignoreChanges` of the `new` covers in whole or in part."""
    arguments = node.child_by_field_name("arguments") if node.type == "new_expression" else None
    given = [child for child in arguments.named_children if child.type != "comment"] if arguments is not None else []
    named: set[str] = set()
    for pair in given[_OPTIONS].named_children if len(given) > _OPTIONS and given[_OPTIONS].type == "object" else ():
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if key is not None and value is not None and (key.text or b"").strip(b"\"'") == b"ignoreChanges":
            items = [(item.text or b"").decode("utf-8", "replace")[1:-1] for item in value.named_children if item.type == "string"]
            named |= {re.split(r"[.\[]", item, maxsplit=1)[0] for item in items}
    return tuple(part for part in _PARTS if part in named or "*" in named)


def _names(value: "Node") -> list[str]:
    if value.type != "array":
        return [ANY_NAME]
    found: list[str] = []
    for item in value.named_children:
        if item.type == "string":
            found.append((item.text or b"").decode("utf-8", "replace")[1:-1].rpartition("::")[2])
        elif item.type == "object":
            found.append(_named(item))
        elif item.type != "comment":
            found.append(ANY_NAME)
    return found


def _named(item: "Node") -> str:
    for pair in item.named_children:
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if key is not None and value is not None and key.text == b"name" and value.type == "string":
            return (value.text or b"").decode("utf-8", "replace")[1:-1]
    return ANY_NAME

"""`yamldecode`, with the reader of YAML that templates are read with."""

from fractions import Fraction
from typing import Final

from alb_lint.languages.cloudformation.load_yaml import load_yaml
from alb_lint.languages.cloudformation.node import Mapping, Node, Opaque, Sequence, Text
from alb_lint.languages.cloudformation.unreadable import Unreadable
from alb_lint.languages.hcl.convert import to_text
from alb_lint.languages.hcl.values import Refused, TooMuch, Value, number
from alb_lint.patterns import pattern

_MAX_DEPTH: Final = 40

_WHOLE: Final = pattern(r"[-+]?(0|[1-9][0-9]{0,300})")
_BROKEN: Final = pattern(r"[-+]?[0-9]{1,300}\.[0-9]{1,300}")


def yamldecode(text: Value) -> Value:
    """As Terraform reads YAML: what is plain and looks like a number or a boolean is one; a map's keys are texts."""
    try:
        return _of_node(load_yaml(Text("yamldecode", to_text(text))).root, 0)
    except Unreadable:
        raise Refused("the text is no YAML that can be read") from None


def _of_node(node: Node, depth: int) -> Value:
    if depth > _MAX_DEPTH:
        raise TooMuch("a very deep value")
    if isinstance(node, Sequence):
        return tuple(_of_node(item, depth + 1) for item in node.items)
    if isinstance(node, Mapping):
        return {key: _of_node(item, depth + 1) for key, item in node.items.items()}
    if isinstance(node, Opaque):
        raise Refused(node.reason)
    if not node.plain:
        return node.text
    if node.is_null or node.text == "NULL":
        return None
    if node.text.lower() in {"true", "false"}:
        return node.text.lower() == "true"
    if _WHOLE.fullmatch(node.text):
        return number(int(node.text))
    return number(Fraction(node.text)) if _BROKEN.fullmatch(node.text) else node.text

"""Functions that write and read JSON, read YAML, and hash. Reading files and running patterns is left to Terraform: those calls stay unknown."""

import hashlib
import json
import re
from fractions import Fraction
from typing import Any, Final

from alb_lint.languages.cloudformation.load_yaml import load_yaml
from alb_lint.languages.cloudformation.node import Mapping, Node, Opaque, Sequence, Text
from alb_lint.languages.cloudformation.unreadable import Unreadable
from alb_lint.languages.hcl.convert import to_text
from alb_lint.languages.hcl.function import Function
from alb_lint.languages.hcl.values import MAX_TEXT, Refused, Stuck, Sym, TooMuch, Value, number, text_value

_MAX_DEPTH: Final = 40
_WHOLE: Final = re.compile(r"[-+]?(0|[1-9][0-9]{0,300})")
_BROKEN: Final = re.compile(r"[-+]?[0-9]{1,300}\.[0-9]{1,300}")


def _jsonencode(value: Value) -> Value:
    text = json.dumps(_jsonable(value, 0, [MAX_TEXT]), separators=(",", ":"), ensure_ascii=False, sort_keys=True)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text_value(text)


def _jsonable(value: Value, depth: int, budget: list[int]) -> Any:
    budget[0] -= len(value) + 1 if isinstance(value, str) else 1
    if depth > _MAX_DEPTH or budget[0] < 0:
        raise TooMuch("a very large or deep value")
    if isinstance(value, Sym):
        raise Stuck(value)
    if isinstance(value, tuple):
        return [_jsonable(item, depth + 1, budget) for item in value]
    if isinstance(value, dict):
        return {key: _jsonable(item, depth + 1, budget) for key, item in value.items()}
    return float(value) if isinstance(value, Fraction) else value


def _jsondecode(text: Value) -> Value:
    try:
        return _value(json.loads(to_text(text), parse_float=Fraction, parse_constant=_refuse), 0)
    except (ValueError, RecursionError):
        raise Refused("the text is no JSON") from None


def _yamldecode(text: Value) -> Value:
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


def _refuse(name: str) -> Value:
    raise ValueError(name)


def _value(raw: Any, depth: int) -> Value:
    if depth > _MAX_DEPTH:
        raise TooMuch("a very deep value")
    if isinstance(raw, list):
        return tuple(_value(item, depth + 1) for item in raw)
    if isinstance(raw, dict):
        return {key: _value(item, depth + 1) for key, item in raw.items()}
    return number(raw) if isinstance(raw, int | Fraction) and not isinstance(raw, bool) else raw


def _hashed(name: str) -> Function:
    def run(text: Value) -> Value:
        return hashlib.new(name, to_text(text).encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()

    return Function(run)


ENCODING: Final = {
    "jsondecode": Function(_jsondecode),
    "jsonencode": Function(_jsonencode, deep=True),
    "md5": _hashed("md5"),
    "sha1": _hashed("sha1"),
    "sha256": _hashed("sha256"),
    "sha512": _hashed("sha512"),
    "yamldecode": Function(_yamldecode),
}

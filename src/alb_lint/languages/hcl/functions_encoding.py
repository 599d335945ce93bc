"""Functions that write and read JSON, read YAML, and hash. Reading files and running patterns is left to Terraform: those calls stay unknown."""

import json
from fractions import Fraction
from typing import Any, Final

from alb_lint.languages.hcl.convert import to_text
from alb_lint.languages.hcl.function import Function
from alb_lint.languages.hcl.values import MAX_TEXT, Refused, Stuck, Sym, TooMuch, Value, number, text_value

_MAX_DEPTH: Final = 40


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
    from alb_lint.languages.hcl.functions_yaml import yamldecode

    return yamldecode(text)


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
        import hashlib

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

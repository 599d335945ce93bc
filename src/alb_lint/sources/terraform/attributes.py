"""The body of a resource → a dict as a state would have it, with `Unknown` for what is not known."""

from fractions import Fraction
from typing import Any, Final

from alb_lint.languages.hcl.evaluate import evaluate
from alb_lint.languages.hcl.expand import Nested, Unexpanded, nested
from alb_lint.languages.hcl.scope import Scope
from alb_lint.languages.hcl.syntax import Body
from alb_lint.languages.hcl.values import Sym, Value
from alb_lint.model import Unknown
from alb_lint.sources.terraform.shape import BLOCKS, CONDITIONS

_MAX_DEPTH: Final = 8
"""Blocks in blocks; a rule has four levels."""

_MAX_VALUES: Final = 5_000
"""Values inside one attribute."""

_IDENTITIES: Final = frozenset({"arn", "client_id", "target_group_arn", "user_pool_arn", "user_pool_client_id"})
"""Attributes of which only the identity counts: a reference is as good as the text that AWS will give."""


def attributes(body: Body, scope: Scope, prefix: str, *, only: frozenset[str] | None = None, depth: int = 0) -> dict[str, Any]:
    """`prefix`: of references, where there are several root modules. `only`: the attributes and blocks that are wanted."""
    found: dict[str, Any] = {}
    for name in body.attributes():
        if name not in BLOCKS and (only is None or name in only):
            expression = body.attribute(name)
            assert expression is not None
            found[name] = plain(name, evaluate(expression, scope), prefix)
    if depth >= _MAX_DEPTH:
        return found
    for kind in _block_kinds(body):
        if only is None or kind in only:
            found[kind] = [_block(kind, item, prefix, depth) for item in nested(body, kind, scope)]
    return found


def _block_kinds(body: Body) -> list[str]:
    kinds = dict.fromkeys(name for name in body.attributes() if name in BLOCKS)
    for block in body.blocks():
        kind = block.labels[0] if block.kind == "dynamic" and block.labels else block.kind
        if kind in BLOCKS:
            kinds[kind] = None
    return list(kinds)


def _block(kind: str, item: Nested | Unexpanded | dict[str, Value], prefix: str, depth: int) -> Any:
    if isinstance(item, Nested):
        return attributes(item.body, item.scope, prefix, depth=depth + 1)
    if isinstance(item, dict):
        return {name: plain(name, value, prefix) for name, value in item.items()}
    unknown = Unknown(item.symbol.reason)
    if kind == "condition" and item.body is not None:
        inner = [name for name in _block_kinds(item.body) if name in CONDITIONS]
        if len(inner) == 1:
            return {inner[0]: [unknown]}
    return unknown


def plain(name: str, value: Value, prefix: str) -> Any:
    """The value without our own types: what JSON has, and Unknown."""
    budget = [_MAX_VALUES]
    return _plain(name, value, prefix, budget, 0)


def _plain(name: str, value: Value, prefix: str, budget: list[int], depth: int) -> Any:
    from alb_lint.sources.terraform.listeners import prefixed, stripped

    budget[0] -= 1
    if budget[0] < 0 or depth > 2 * _MAX_DEPTH:
        return Unknown(f"{name} (too large to be read)")
    if isinstance(value, Sym):
        if name in _IDENTITIES:
            value = _only_side(value)
            if value.reference:
                return prefixed(prefix, stripped(value.text))
        return Unknown(value.reason)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, dict):
        return {key: _plain(key, item, prefix, budget, depth + 1) for key, item in value.items()}
    return [_plain(name, item, prefix, budget, depth + 1) for item in value]


def _only_side(value: Sym) -> Sym:
    """The side of a conditional that is a value, where the other is null or empty: the resource would not exist otherwise."""
    if value.choice is None:
        return value
    sides = [side for side in (value.choice.then, value.choice.otherwise) if side is not None and side != ""]
    return sides[0] if len(sides) == 1 and isinstance(sides[0], Sym) else value

"""The body of a resource → a dict as a state would have it, with `Unknown` for what is not known."""

from collections.abc import Iterator
from fractions import Fraction
from hashlib import sha256
from typing import Any, Final

from alb_lint.languages.hcl.evaluate import evaluate
from alb_lint.languages.hcl.expand import Nested, Unexpanded, nested
from alb_lint.languages.hcl.scope import Scope
from alb_lint.languages.hcl.syntax import Body
from alb_lint.languages.hcl.values import Sym, Value, possible
from alb_lint.model import Unknown
from alb_lint.patterns import pattern
from alb_lint.sources.terraform.naming import SHARED, prefixed, same_everywhere, stripped
from alb_lint.sources.terraform.shape import BLOCKS, CONDITIONS
from alb_lint.symbols import Symbol, SymbolicNumber, joined

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
    kinds = dict.fromkeys([name for name in body.attributes() if name in BLOCKS])
    for block in body.blocks():
        kind = block.kind
        if kind == "dynamic" and block.labels:
            kind = block.labels[0]
        if kind in BLOCKS:
            kinds[kind] = None
    return list(kinds)


def _block(kind: str, item: Nested | Unexpanded | dict[str, Value], prefix: str, depth: int) -> Any:
    if isinstance(item, Nested):
        return attributes(item.body, item.scope, prefix, depth=depth + 1)
    if isinstance(item, dict):
        return {name: plain(name, value, prefix) for name, value in item.items()}
    unknown = Unknown(item.symbol.reason, _identity(kind, item, prefix, depth))
    if kind == "condition" and item.body is not None:
        inner = [name for name in _block_kinds(item.body) if name in CONDITIONS]
        if len(inner) == 1:
            return {inner[0]: [unknown]}
    return unknown


def _identity(kind: str, item: Unexpanded, prefix: str, depth: int) -> tuple[Symbol, ...]:
    """What tells equal blocks of an unknown number from others: what they are made for, and what stands in each. Empty: nothing does."""
    if item.body is None or item.scope is None or item.symbol.failed or _MANY.search(item.symbol.text):
        return ()
    inside = attributes(item.body, item.scope, prefix, depth=depth + 1)
    if any(not unknown.pieces for unknown in _unknowns(inside)):
        return ()
    made_for = _symbol(item.symbol, prefix)
    text = f"{made_for.key if made_for else ''}\n{kind}\n{inside!r}"
    return () if made_for is None else (Symbol(sha256(text.encode(errors="replace")).hexdigest(), item.symbol.text),)


def _unknowns(value: Any) -> Iterator[Unknown]:
    if isinstance(value, Unknown):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _unknowns(part)


def plain(name: str, value: Value, prefix: str) -> Any:
    """The value without our own types: what JSON has, and Unknown."""
    budget = [_MAX_VALUES]
    return _plain(name, value, prefix, budget, 0)


def _plain(name: str, value: Value, prefix: str, budget: list[int], depth: int) -> Any:
    budget[0] -= 1
    if budget[0] < 0 or depth > 2 * _MAX_DEPTH:
        return Unknown(f"{name} (too large to be read)")
    if isinstance(value, Sym):
        if name in _IDENTITIES:
            value = _only_side(value)
            if value.reference:
                return stripped(value.text) if value.text.startswith(SHARED) else prefixed(prefix, stripped(value.text))
        return _unknown(name, value, prefix)
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


_MANY: Final = pattern(r"\b(each|count)\.|\b(uuid|timestamp|bcrypt)\(|^each\.value of ")
"""Symbols that stand for several values: of copies whose number is not known, or of a function that never gives the same twice."""


def _unknown(name: str, value: Sym, prefix: str) -> Unknown:
    """What is known of a value that is not: the symbols it is made of."""
    if name == "priority":
        return Unknown(value.reason, number=_number(value, prefix))
    pieces = [piece if isinstance(piece, str) else _symbol(piece, prefix) for piece in value.pieces or (value,)]
    if value.failed or any(piece is None for piece in pieces):
        return Unknown(value.reason)
    return Unknown(value.reason, tuple(joined([piece for piece in pieces if piece is not None])))


def _number(value: Sym, prefix: str) -> SymbolicNumber | None:
    symbol, plus = value.plus or (value, 0)
    if len(value.pieces) > 1:
        texts = [piece for piece in value.pieces if isinstance(piece, str)]
        symbols = [piece for piece in value.pieces if isinstance(piece, Sym)]
        if len(symbols) != 1 or not all(text.isdecimal() and text.isascii() for text in texts):
            return None
        at = value.pieces.index(symbols[0])
        found = _symbol(symbols[0], prefix)
        before, after = "".join(map(str, value.pieces[:at])), "".join(map(str, value.pieces[at + 1 :]))
        return None if found is None else SymbolicNumber(found, 0, before, after)
    found = _symbol(symbol, prefix)
    return None if found is None else SymbolicNumber(found, plus)


def _symbol(value: Sym, prefix: str) -> Symbol | None:
    """The symbol with its identity: one name for one value in all root modules of the run that are deployed together."""
    if value.failed or value.cause.startswith("syntax error") or _MANY.search(value.text):
        return None
    return Symbol(
        value.text if same_everywhere(value) else prefixed(prefix, value.text),
        value.shown,
        plain=value.reference or _one_text(value),
        secret=value.secret,
    )


def _one_text(value: Sym) -> bool:
    """Whether every value that it may have is one text without wildcards: a name that AWS gives, or a literal."""
    found = possible(value)
    return bool(found) and all(_is_plain(item) for item in found)


def _is_plain(value: Value) -> bool:
    if isinstance(value, Sym):
        return value.reference or (bool(value.pieces) and all(isinstance(piece, Sym) or _is_plain(piece) for piece in value.pieces))
    return isinstance(value, str) and "*" not in value and "?" not in value


def _only_side(value: Sym) -> Sym:
    """The side of a conditional that is a value, where the other is null or empty: the resource would not exist otherwise."""
    if value.choice is None:
        return value
    sides = [side for side in (value.choice.then, value.choice.otherwise) if side is not None and side != ""]
    return sides[0] if len(sides) == 1 and isinstance(sides[0], Sym) else value

"""Nodes → values: the intrinsic functions, exactly where their arguments are known and as symbols where they are not.

Source: CloudFormation user guide, "Intrinsic function reference" and "Dynamic references", read 2026-11. A symbol made of symbols has an
identity made of theirs, so that two rules which name their listener by one expression are on one listener.
"""

import re
from collections.abc import Callable
from typing import Final, Protocol

from alb_lint.languages.cloudformation.formula import FALSE, TRUE, Formula, atom, conjoined, disjoined, equals, negated
from alb_lint.languages.cloudformation.node import Mapping, Node, Opaque, Scalar, Sequence, entries
from alb_lint.languages.cloudformation.value import LENGTH, NO_VALUE, NoValue, Symbol, Value, canonical, first_symbol, shown, why_of
from alb_lint.languages.cloudformation.work import DEPTH, Work

ITEMS: Final = 10_000
"""Items of a list that intrinsics may build."""


class Scope(Protocol):
    """Where a node stands: one instance of a template, with what is taken for granted there."""

    @property
    def label(self) -> str: ...
    @property
    def work(self) -> Work: ...
    def reference(self, name: str) -> Value:
        """`Ref name`."""

    def attribute(self, resource: str, name: str) -> Value:
        """`Fn::GetAtt resource.name`."""

    def mapping(self, name: str) -> Node | None: ...
    def imported(self, name: str) -> Value:
        """`Fn::ImportValue` of a name that is known."""

    def condition(self, name: str) -> Formula:
        """The named condition."""

    def holds(self, formula: Formula) -> bool | None:
        """Whether it holds, with what is taken for granted."""

    def dynamic(self, service: str, key: str) -> Value:
        """`{{resolve:service:key}}`."""


def resolve(scope: Scope, node: Node) -> Value:
    """The value of a node, of any size the bounds allow; never raises."""
    work = scope.work
    if not work.spend():
        return Symbol("", shown(node), "the template asks for more values than are read")
    if work.depth >= DEPTH:
        return Symbol("", shown(node), "nested too deeply")
    work.depth += 1
    try:
        return _resolved(scope, node)
    finally:
        work.depth -= 1


def _resolved(scope: Scope, node: Node) -> Value:
    if isinstance(node, Scalar):
        return NO_VALUE if node.is_null else _text(scope, node.text)
    if isinstance(node, Opaque):
        return Symbol("", "", node.reason)
    if isinstance(node, Sequence):
        items = [resolve(scope, item) for item in node.items]
        return [item for item in items if not isinstance(item, NoValue)]
    if len(node.items) == 1:
        ((name, argument),) = node.items.items()
        function = _FUNCTIONS.get(name)
        if function is not None:
            return function(scope, argument, node)
        if name.startswith("Fn::"):
            return _composite(node, [resolve(scope, argument)], "not evaluated")
    if "Fn::Transform" in node.items:
        return Symbol("", "Fn::Transform", "a macro fills in the rest")
    values = {key: resolve(scope, value) for key, value in node.items.items()}
    return {key: value for key, value in values.items() if not isinstance(value, NoValue)}


MAX_PIECES: Final = 200
"""Texts and symbols in a row that are kept apart; a value has at most 128 characters."""

_DYNAMIC: Final = re.compile(r"\{\{resolve:([a-z-]+):([^{}]*)\}\}")


def _text(scope: Scope, text: str) -> Value:
    """A text, unless CloudFormation puts something else in the place of `{{resolve:…}}`."""
    if "{{resolve:" not in text:
        return text
    found = _DYNAMIC.fullmatch(text)
    if found:
        return scope.dynamic(found[1], found[2])
    return Symbol(f"{scope.label}:{text}", text[:80], "dynamic reference")


def _composite(node: Node, parts: list[Value], why: str = "") -> Symbol:
    """The symbol of a function whose arguments are not all known, or which is not evaluated here."""
    expression = shown(node)
    inner = next((found for part in parts if (found := first_symbol(part)) is not None), None)
    name = next(iter(entries(node)), "")
    identity = canonical(parts)
    reason = why_of(inner, expression) if inner else why
    return Symbol(
        f"{name}{identity}" if identity is not None else "", expression, reason or "known at deployment", derived=inner is not None
    )


def _broken(node: Node, why: str) -> Symbol:
    """A function that is used in a way CloudFormation refuses."""
    return Symbol("", shown(node), why)


def _arguments(scope: Scope, argument: Node, least: int, most: int) -> list[Value] | None:
    """The arguments of a function that takes a list; None where there are too few or too many."""
    if not isinstance(argument, Sequence) or not least <= len(argument.items) <= most:
        return None
    return [resolve(scope, item) for item in argument.items]


def _ref(scope: Scope, argument: Node, node: Node) -> Value:
    return scope.reference(argument.text) if isinstance(argument, Scalar) else _broken(node, "Ref takes a name")


def _get_att(scope: Scope, argument: Node, node: Node) -> Value:
    if isinstance(argument, Scalar):
        resource, dot, name = argument.text.partition(".")
        return scope.attribute(resource, name) if dot else _broken(node, "GetAtt takes a resource and an attribute")
    values = _arguments(scope, argument, 2, 2)
    if values is None:
        return _broken(node, "GetAtt takes a resource and an attribute")
    resource_, name_ = values
    if isinstance(resource_, str) and isinstance(name_, str):
        return scope.attribute(resource_, name_)
    return _composite(node, [f"{scope.label}:", *values])


_PART: Final = re.compile(r"\$\{([^{}]*)\}")


def _sub(scope: Scope, argument: Node, node: Node) -> Value:
    given: dict[str, Node] = {}
    if isinstance(argument, Sequence) and len(argument.items) == 2 and isinstance(argument.items[1], Mapping):
        given = argument.items[1].items
        argument = argument.items[0]
    if not isinstance(argument, Scalar):
        return _broken(node, "Sub takes a text, or a text and a map")
    parts: list[Value] = []
    at = 0
    for found in _PART.finditer(argument.text):
        parts.append(argument.text[at : found.start()])
        at = found.end()
        name = found[1]
        if name.startswith("!"):
            parts.append(f"${{{name[1:]}}}")
        elif name in given:
            parts.append(resolve(scope, given[name]))
        elif "." in name:
            resource, _, attribute = name.partition(".")
            parts.append(scope.attribute(resource, attribute))
        else:
            parts.append(scope.reference(name))
        if not scope.work.spend():
            return _broken(node, "the template asks for more values than are read")
    parts.append(argument.text[at:])
    return _concatenated(scope, node, parts)


def _concatenated(scope: Scope, node: Node, parts: list[Value]) -> Value:
    """The texts in a row. A symbol alone stays itself; among texts it makes a symbol with the texts around it in its identity."""
    present = [part for part in parts if part != ""]
    if len(present) == 1 and isinstance(present[0], Symbol):
        return present[0]
    unknown: Symbol | None = None
    known: list[str] = []
    pieces: list[str | Symbol] = []
    identity = True
    for part in present:
        if isinstance(part, str):
            known.append(part)
            pieces[-1:] = [f"{pieces[-1]}{part}"] if pieces and isinstance(pieces[-1], str) else [*pieces[-1:], part]
        elif isinstance(part, Symbol):
            unknown = unknown or part
            identity = identity and bool(part.id)
            known.append(f"${{{part.id}}}")
            pieces.extend(part.pieces or (part,))
        else:
            return _broken(node, "a list, a map or nothing where text is due")
    text = "".join(known)
    if len(text) > LENGTH:
        return _broken(node, f"longer than {LENGTH:,} characters")
    if unknown is None:
        return _text(scope, text)
    kept = tuple(pieces) if len(pieces) <= MAX_PIECES else ()
    return Symbol(text if identity else "", shown(node), why_of(unknown, shown(node)), derived=True, pieces=kept)


def _join(scope: Scope, argument: Node, node: Node) -> Value:
    values = _arguments(scope, argument, 2, 2)
    if values is None:
        return _broken(node, "Join takes a delimiter and a list")
    delimiter, items = values
    if isinstance(items, Symbol) or isinstance(delimiter, Symbol):
        return _composite(node, values)
    if not isinstance(delimiter, str) or not isinstance(items, list):
        return _broken(node, "Join takes a delimiter and a list")
    parts: list[Value] = []
    for item in items:
        parts += [delimiter, item] if parts else [item]
    return _concatenated(scope, node, parts)


def _split(scope: Scope, argument: Node, node: Node) -> Value:
    values = _arguments(scope, argument, 2, 2)
    if values is None:
        return _broken(node, "Split takes a delimiter and a text")
    delimiter, text = values
    if isinstance(delimiter, str) and delimiter and isinstance(text, str):
        return list(text.split(delimiter)) if text.count(delimiter) < ITEMS else _broken(node, f"more than {ITEMS:,} items")
    return _composite(node, values) if first_symbol(values) else _broken(node, "Split takes a delimiter and a text")


_INDEX: Final = re.compile(r"[0-9]{1,6}")


def _select(scope: Scope, argument: Node, node: Node) -> Value:
    values = _arguments(scope, argument, 2, 2)
    if values is None:
        return _broken(node, "Select takes an index and a list")
    index, items = values
    if isinstance(index, str) and _INDEX.fullmatch(index) and isinstance(items, list):
        return items[int(index)] if int(index) < len(items) else _broken(node, f"the list has {len(items)} items")
    return _composite(node, values) if first_symbol(values) else _broken(node, "Select takes an index and a list")


def find_in_map(scope: Scope, argument: Node) -> Node | None:
    """The node that `Fn::FindInMap` leads to; None where a key is not known or not there."""
    values = _arguments(scope, argument, 3, 4)
    if values is None or not all(isinstance(value, str) for value in values[:3]):
        return None
    found = scope.mapping(str(values[0]))
    for key in values[1:3]:
        found = entries(found).get(str(key))
    return found


def _find_in_map(scope: Scope, argument: Node, node: Node) -> Value:
    values = _arguments(scope, argument, 3, 4)
    if values is None:
        return _broken(node, "FindInMap takes a map and two keys")
    if not all(isinstance(value, str) for value in values[:3]):
        return _composite(node, [f"{scope.label}:", *values]) if first_symbol(values[:3]) else _broken(node, "FindInMap takes texts")
    found = find_in_map(scope, argument)
    if found is None and isinstance(values[-1], dict) and "DefaultValue" in values[-1]:
        return values[-1]["DefaultValue"]
    return resolve(scope, found) if found is not None else _broken(node, "the map has no such key")


def _if(scope: Scope, argument: Node, node: Node) -> Value:
    if not isinstance(argument, Sequence) or len(argument.items) != 3 or not isinstance(argument.items[0], Scalar):
        return _broken(node, "If takes a condition and two values")
    formula = scope.condition(argument.items[0].text)
    holds = scope.holds(formula)
    if holds is not None:
        return resolve(scope, argument.items[1 if holds else 2])
    one, other = resolve(scope, argument.items[1]), resolve(scope, argument.items[2])
    identity = canonical([one, other])
    if identity is not None and canonical(one) == canonical(other):
        return one
    name = argument.items[0].text
    return Symbol(
        f"If {formula.text} {identity}" if identity is not None else "", f"If {name}", f"{name} is not decided: {formula.text[:200]}"
    )


def _import_value(scope: Scope, argument: Node, node: Node) -> Value:
    name = resolve(scope, argument)
    if isinstance(name, str):
        return scope.imported(name)
    return _composite(node, [name]) if isinstance(name, Symbol) else _broken(node, "ImportValue takes a name")


def _length(scope: Scope, argument: Node, node: Node) -> Value:
    value = resolve(scope, argument)
    return str(len(value)) if isinstance(value, list) else _composite(node, [value], "not a list")


_FUNCTIONS: Final[dict[str, Callable[[Scope, Node, Node], Value]]] = {
    "Ref": _ref,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAtt": _get_att,
    "Fn::If": _if,
    "Fn::ImportValue": _import_value,
    "Fn::Join": _join,
    "Fn::Length": _length,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
}


def formula_of(scope: Scope, node: Node, name: str) -> Formula:
    """A condition as a formula; `name` is that of the condition it stands in."""
    work = scope.work
    own = f"{scope.label}:{name}"
    if work.depth >= DEPTH or not work.spend():
        return atom(own)
    work.depth += 1
    try:
        return _formula(scope, node, name, own)
    finally:
        work.depth -= 1


def _formula(scope: Scope, node: Node, name: str, own: str) -> Formula:
    items = entries(node)
    if len(items) != 1:
        return atom(own)
    ((function, argument),) = items.items()
    parts = argument.items if isinstance(argument, Sequence) else ()
    # a part that cannot be read makes an atom of its own, told apart by where it stands
    inner = f"{name}@{node.start if isinstance(node, Mapping) else 0}"
    if function == "Condition" and isinstance(argument, Scalar):
        return scope.condition(argument.text)
    if function == "Fn::Not" and len(parts) == 1:
        return negated(formula_of(scope, parts[0], inner))
    if function in {"Fn::And", "Fn::Or"} and parts:
        join = conjoined if function == "Fn::And" else disjoined
        return join((formula_of(scope, part, f"{inner}.{index}") for index, part in enumerate(parts)), own)
    if function == "Fn::Equals" and len(parts) == 2:
        return _equals(resolve(scope, parts[0]), resolve(scope, parts[1]), own)
    return atom(own)


_BOOLEANS: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def _equals(one: Value, other: Value, own: str) -> Formula:
    if isinstance(one, str) and isinstance(other, str):
        if one == other:
            return TRUE
        truths = _BOOLEANS.get(one.lower()), _BOOLEANS.get(other.lower())
        # YAML 1.1 reads yes, no, on and off as booleans where they have no quotes: "yes" and "true" may be one value
        return atom(f"{one!r} == {other!r}") if truths[0] is not None and truths[0] == truths[1] else FALSE
    if (one == "" and _is_filled(other)) or (other == "" and _is_filled(one)):
        return FALSE
    texts = canonical(one), canonical(other)
    if texts[0] is None or texts[1] is None:
        return atom(own)
    if texts[0] == texts[1]:
        return TRUE
    if isinstance(one, Symbol) and isinstance(other, str):
        return equals(one.id, other)
    if isinstance(other, Symbol) and isinstance(one, str):
        return equals(other.id, one)
    if first_symbol([one, other]) is None:
        return FALSE
    return atom(" == ".join(sorted(text for text in texts if text is not None)))


def _is_filled(value: Value) -> bool:
    """Whether the value is surely not an empty text: the id of a resource, what a stack exports, or a text with some of it known."""
    return isinstance(value, Symbol) and (value.filled or any(isinstance(piece, str) or piece.filled for piece in value.pieces))

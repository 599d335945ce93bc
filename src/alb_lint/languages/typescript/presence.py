"""Conditions: what is decided, and under which literals a statement runs where it is not.

A literal is (expression, holds). Expressions are compared by their keys, so that one name for two things never makes two rules exclusive.
"""

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript.values import Arr, Choice, Cls, Func, Inst, Lit, Names, Obj, Res, Space, Sym, Table, Value
from alb_lint.presence import All, Formula, Literal, Presence, Some, facts_of

if TYPE_CHECKING:
    from alb_lint.languages.typescript.machine import Machine

Literals = tuple[Literal, ...]

_DEPTH: Final = 6
"""Choices within choices that a condition looks into."""

_EQUALS = re.compile(r'^(.*) === ("[^"\\]*")$', re.DOTALL)


def truth(machine: "Machine", value: Value, known: Literals = (), depth: int = 0) -> bool | None:
    """Whether the value counts as true; None where that is not decided."""
    if isinstance(value, Lit):
        return bool(value.value)
    if isinstance(value, Arr | Obj | Table | Func | Cls | Inst | Res | Space | Names):
        return True
    if depth > _DEPTH:
        return None
    if isinstance(value, Choice):
        when = truth(machine, value.when, known, depth + 1)
        if when is not None:
            return truth(machine, machine.force(value.yes if when else value.no), known, depth + 1)
        yes, no = (truth(machine, machine.force(side), known, depth + 1) for side in (value.yes, value.no))
        return yes if yes == no else dict(known).get(machine.render(value)[1]) if known else None
    held = dict(known).get(value.key)
    if held is not None:
        return held
    return True if value.output else _logic(machine, value, known, depth)


def _logic(machine: "Machine", value: Sym, known: Literals, depth: int) -> bool | None:
    if value.logic is None:
        return None
    kind, parts = value.logic
    truths = [truth(machine, part, known, depth + 1) for part in parts]
    if kind == "not":
        return None if truths[0] is None else not truths[0]
    if kind == "and":
        return False if False in truths else None if None in truths else True
    return True if True in truths else None if None in truths else False


def literals(machine: "Machine", value: Value, holds: bool, known: Literals = (), depth: int = 0) -> Literals | None:
    """The literals under which the value counts as `holds`, beyond the known ones; None where it never does."""
    decided = truth(machine, value, known)
    if decided is not None:
        return () if decided is holds else None
    if isinstance(value, Choice):
        return _of_choice(machine, value, holds, known, depth)
    assert isinstance(value, Sym)
    if value.logic is not None and depth < _DEPTH:
        kind, parts = value.logic
        if kind == "not":
            return literals(machine, parts[0], not holds, known, depth + 1)
        if (kind == "and") is holds:
            return _all(machine, parts, holds, known, depth)
        open_parts = [part for part in parts if truth(machine, part, known) is None]
        if len(open_parts) == 1:
            return literals(machine, open_parts[0], holds, known, depth + 1)
        machine.compound.setdefault(value.key, value)
    machine.spoken.setdefault(value.key, value.text)
    return ((value.key, holds),)


def _all(machine: "Machine", parts: Iterable[Value], holds: bool, known: Literals, depth: int) -> Literals | None:
    found: Literals = ()
    for part in parts:
        more = literals(machine, part, holds, (*known, *found), depth + 1)
        if more is None:
            return None
        found += more
    return found


def _of_choice(machine: "Machine", value: Choice, holds: bool, known: Literals, depth: int) -> Literals | None:
    if depth > _DEPTH:
        return ((_key_of(machine, value), holds),)
    ways = []
    for way, side in ((True, value.yes), (False, value.no)):
        path = literals(machine, value.when, way, known, depth + 1)
        inner = None if path is None else literals(machine, machine.force(side), holds, (*known, *path), depth + 1)
        if path is not None and inner is not None:
            ways.append(path + inner)
    if len(ways) == 1:
        return ways[0]
    return ((_key_of(machine, value), holds),) if ways else None


def _key_of(machine: "Machine", value: Choice) -> str:
    text, key = machine.render(value)
    machine.compound.setdefault(key, value)
    machine.spoken.setdefault(key, text)
    return key


def facts(machine: "Machine", group: Literals) -> Presence:
    """What the literals say, with conditions that are made of others taken apart as far as that stays short."""
    whole = facts_of(All(tuple(formula_of(machine, literal) for literal in group)))
    return group if whole is None else whole


def formula_of(machine: "Machine", literal: Literal) -> Formula:
    """What a literal means, taken apart as far as that stays short."""
    value = machine.compound.get(literal[0])
    if value is None:
        return literal
    found = _formula(machine, value, literal[1])
    return literal if facts_of(found) is None else found


def _formula(machine: "Machine", value: Value, holds: bool, depth: int = 0) -> Formula:
    """When the value counts as `holds`."""
    decided = truth(machine, value)
    if decided is not None:
        return All(()) if decided is holds else Some(())
    if isinstance(value, Choice) and depth < _DEPTH:
        sides = ((True, machine.force(value.yes)), (False, machine.force(value.no)))
        return Some(
            tuple(All((_formula(machine, value.when, way, depth + 1), _formula(machine, side, holds, depth + 1))) for way, side in sides)
        )
    if isinstance(value, Sym) and value.logic is not None and depth < _DEPTH:
        kind, parts = value.logic
        if kind == "not":
            return _formula(machine, parts[0], not holds, depth + 1)
        inner = tuple(_formula(machine, part, holds, depth + 1) for part in parts)
        return All(inner) if (kind == "and") is holds else Some(inner)
    text, key = machine.render(value)
    machine.spoken.setdefault(key, text)
    return (key, holds)


def join(known: Literals, more: Literals | None) -> Literals | None:
    """Both together; None where they contradict each other."""
    if more is None:
        return None
    held = dict(known)
    for key, holds in more:
        if held.setdefault(key, holds) is not holds:
            return None
    return tuple(held.items())


def subject_of(key: str) -> str | None:
    """`x` of `x === "a"`."""
    match = _EQUALS.match(key)
    return match[1] if match else None


def quoted(value: str | float | bool | None) -> str:
    """A literal as a program writes it."""
    return "undefined" if value is None else json.dumps(value, ensure_ascii=False)

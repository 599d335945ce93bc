"""Functions and classes that would make rules and are never called: each a gap, once, named for the outermost of them, with what it would make."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript import functions
from alb_lint.languages.typescript.flow import Draft
from alb_lint.languages.typescript.machine import Machine
from alb_lint.languages.typescript.parse import Module
from alb_lint.languages.typescript.syntax import CLASSES, FUNCTIONS, declarations, exports_of
from alb_lint.languages.typescript.values import Arr, Cls, Env, Func
from alb_lint.languages.typescript.walk import Walker
from alb_lint.places import Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tree_sitter import Node

_WORD: Final = re.compile(rb"[A-Za-z_$][\w$]*")
_TRIED: Final = 300
"""Functions that are tried; a program with more uncalled ones is a library."""


@dataclass(frozen=True, slots=True)
class Uncalled:
    """`drafts`: the rules that one call makes, whatever it is given. `exported`: another program may call it."""

    gap: Gap
    name: str
    drafts: tuple[Draft, ...]
    exported: bool


def uncalled(machine: Machine, walker: Walker, modules: "Iterable[Module]", *, ran: bool = False) -> list[Uncalled]:
    """Try each that was not entered, those that no other one mentions first; what makes a rule is told.

    `ran`: the program was run to its end, so that what it does not export never runs.
    """
    noted, drafts = machine.gaps, walker.drafts
    machine.gaps, walker.drafts = {}, []
    try:
        return _tried(machine, walker, modules, ran=ran)
    finally:
        machine.gaps, walker.drafts = noted, drafts


def _tried(machine: Machine, walker: Walker, modules: "Iterable[Module]", *, ran: bool) -> list[Uncalled]:
    found = []
    left = [(module, node) for module in modules for node in _left(module, walker)]
    mentioned = _mentioned(left)
    untried = sorted(left, key=lambda item: item[1].id in mentioned)
    for module, node in untried[:_TRIED]:
        exported = _is_exported(module, node)
        if node.id in walker.entered or (ran and not exported):
            continue
        before = len(walker.drafts)
        _try(machine, walker, module, node)
        if len(walker.drafts) > before:
            kind = "class" if node.type in CLASSES else "function"
            verb = "constructed" if kind == "class" else "called"
            reason = f"rule constructed in {kind} {_name(module, node)}, never {verb} in the files read"
            name = f"{_name(module, node)} in {module.name}"
            found.append(Uncalled(Gap(module.location(node), reason), name, tuple(walker.drafts[before:]), exported))
    return found


def _is_exported(module: Module, node: "Node") -> bool:
    """Whether another program may call it: the statement that it stands in is exported, or something of it by name."""
    at = node
    while at.parent is not None and at.parent.type != "program":
        at = at.parent
    if at.type in {"export_statement", "expression_statement"}:
        return True
    table = exports_of(module)
    names = {name for name, _ in declarations(module, at)}
    return "=" in table.values or bool(names & set(table.local.values())) or bool(table.values)


def _left(module: Module, walker: Walker) -> "list[Node]":
    """The outermost functions and classes that were not entered, in order. A method counts by itself, a constructor with its class."""
    found: list[Node] = []
    for node in sorted(module.makers.values(), key=lambda node: node.start_byte):
        if node.id in walker.entered or _name(module, node) == "constructor":
            continue
        if not any(
            outer.start_byte <= node.start_byte and node.end_byte <= outer.end_byte and outer.type not in CLASSES for outer in found
        ):
            found.append(node)
    return found


def _mentioned(left: "Sequence[tuple[Module, Node]]") -> set[int]:
    """Those whose name another one mentions."""
    words = [set(_WORD.findall(module.data, node.start_byte, node.end_byte)) for module, node in left]
    uses = Counter(word for found in words for word in found)
    return {
        node.id
        for (module, node), own in zip(left, words, strict=True)
        if (name := _name(module, node).encode()) and uses[name] > (name in own)
    }


def _name(module: Module, node: "Node") -> str:
    name = node.child_by_field_name("name")
    parent = node.parent
    if name is None and parent is not None and parent.type == "export_statement":
        return "exported as default"
    if name is None and parent is not None:
        name = parent.child_by_field_name("name") or parent.child_by_field_name("key") or parent.child_by_field_name("left")
    return module.short(name, 60) if name is not None else f"at line {module.line_of(node.start_byte)}"


def _try(machine: Machine, walker: Walker, module: Module, node: "Node") -> None:
    env = _surroundings(machine, module, node)
    if node.type in CLASSES:
        walker.construct_alone(Cls(node, env), module)
    else:
        walker.enter_alone(Func(node, env, env.this), module)


def _surroundings(machine: Machine, module: Module, node: "Node") -> Env:
    """The blocks around a node, the parameters of functions among them unknown."""
    around = []
    at = node.parent
    while at is not None and at.type != "program":
        around.append(at)
        at = at.parent
    env = machine.project.env(module)
    for outer in reversed(around):
        if outer.type in FUNCTIONS:
            env = functions.enter(machine, Func(outer, env, env.this), Arr((), "never called"))
        elif outer.type in CLASSES:
            env = env.child(outer)
            env.this = functions.instance(machine, Cls(outer, env), Arr((), "never constructed"))
        elif outer.type in {"statement_block", "switch_case"}:
            env = env.child(outer)
    return env

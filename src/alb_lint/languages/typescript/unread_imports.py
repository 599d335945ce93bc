"""Functions from files and packages that are not read, and that a program hands something to: what they make of it nobody knows."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript.imports import package_space
from alb_lint.languages.typescript.machine import Machine
from alb_lint.languages.typescript.parse import Module
from alb_lint.languages.typescript.project import is_built_in, is_own
from alb_lint.languages.typescript.syntax import FUNCTIONS, import_names, source_of
from alb_lint.languages.typescript.values import Value
from alb_lint.places import Gap

if TYPE_CHECKING:
    from tree_sitter import Node

_CALLS: Final = 2_000
"""Calls of one file that are looked at."""

_CLIMB: Final = 400


def gaps_of(machine: Machine, module: Module, matters: Callable[[Value], bool], word: str, what: str) -> list[Gap]:
    """A gap for each call of an imported function that is not read and is given something that matters.

    Where an argument cannot be evaluated, since it stands within a function, it matters if its text holds `word`; a package of others then
    counts as harmless.
    """
    sources = _unread(machine, module)
    if not sources:
        return []
    noted = {gap.location for gap in machine.gaps}
    found = []
    for call, name, source in _calls(module, sources):
        location = module.location(call)
        given = call.child_by_field_name("arguments")
        if given is None or location in noted:
            continue
        own = module.path is None or is_own(module.path, source)
        at_top = not _inside_function(call)
        mentioned = word in module.text(given).lower() if given.end_byte - given.start_byte < 5_000 else True
        handed = at_top and any(matters(machine.eval(item, machine.project.env(module))) for item in given.named_children)
        if handed or (own and mentioned):
            where = "which is not there" if source.startswith(".") else "which is not read"
            found.append(Gap(location, f"{name} comes from {source}, {where}; it is given {what} and may make rules"))
    return found


def _unread(machine: Machine, module: Module) -> dict[str, str]:
    """The names that a file imports from what is not read, with where they come from."""
    found: dict[str, str] = {}
    for statement in module.root.named_children:
        if statement.type != "import_statement":
            continue
        for name, node in import_names(module, statement):
            source = source_of(module, node)
            foreign = package_space(source) is None and not is_built_in(source) and not source.endswith((".json", ".css"))
            if foreign and machine.project.resolve(module, source) is None:
                found[name] = source
    return found


def _calls(module: Module, sources: dict[str, str]) -> "Iterator[tuple[Node, str, str]]":
    """Calls and constructions of the names or of their members, in order."""
    pending, seen = [module.root], 0
    while pending and seen < _CALLS:
        node = pending.pop()
        pending.extend(reversed(node.named_children))
        called = node.child_by_field_name("function") or node.child_by_field_name("constructor")
        if node.type not in {"call_expression", "new_expression"} or called is None:
            continue
        seen += 1
        text = module.text(called) if called.end_byte - called.start_byte < 200 else ""
        source = sources.get(text.partition(".")[0])
        if source is not None:
            yield node, text, source


def _inside_function(node: "Node") -> bool:
    at = node.parent
    for _ in range(_CLIMB):
        if at is None:
            return False
        if at.type in FUNCTIONS:
            return True
        at = at.parent
    return True

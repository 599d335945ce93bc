"""Which code a rule can be reached from: the files to parse, and in each the nodes to walk through.

It goes from the rules outwards by names alone: the functions and classes that a construction stands in, then whoever mentions them, in any
file of the program. That takes in too much at worst; what a name really is, `walk` finds out.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript.awsx import ADD_RULE
from alb_lint.languages.typescript.names import roots_above
from alb_lint.languages.typescript.parse import Module
from alb_lint.languages.typescript.project import Project
from alb_lint.languages.typescript.syntax import CLASSES, FUNCTIONS, import_names, source_of, string_text
from alb_lint.patterns import pattern
from alb_lint.places import Gap

if TYPE_CHECKING:
    from tree_sitter import Node

RULE: Final = "ListenerRule"
_NAMES: Final = 1_000
"""Functions and classes through which rules are reached; a program with more is no longer followed by name."""

_CLIMB: Final = 2_000
"""Nodes within nodes: nobody nests this deep, and the walk would end long before."""

_TOO_COMMON: Final = frozenset({"constructor", "default", "then", "apply", "map", "get", "set", "exports", "module", "run", "index"})
"""Names by which no caller is looked for: they stand in every file."""

_WORD: Final = pattern(rb"[\w$]+")
_MENTIONS: Final = frozenset({"identifier", "property_identifier", "shorthand_property_identifier", "private_property_identifier", "super"})


class Reach:
    """`names`: of functions and classes through which a rule is reached. `default`: files whose default export is one."""

    def __init__(self, project: Project, names: Iterable[str] = ()) -> None:
        self.project = project
        self.names: set[str] = {RULE, ADD_RULE, *names}
        self.default: set[Module] = set()
        self.modules: list[Module] = []
        self.gaps: list[Gap] = []

    def spread(self, seeds: Iterable[Module], roots: Iterable[Path]) -> None:
        """Mark all files from the seeds on; look for callers below the roots, and farther up for what nobody calls there."""
        folders = list(roots)
        self._add(seeds)
        while True:
            self._settle(folders)
            wider = self._wider(folders)
            if not wider:
                return
            folders += wider

    def _add(self, modules: Iterable[Module]) -> None:
        for module in modules:
            if module not in self.modules:
                self.modules.append(module)

    def _settle(self, folders: list[Path]) -> None:
        """Mark and look for callers until nothing new turns up."""
        seen: dict[Module, int] = {}
        while True:
            before = (len(self.names), len(self.modules), len(self.default))
            for module in list(self.modules):
                if seen.get(module) != len(self.names) + len(self.default):
                    seen[module] = len(self.names) + len(self.default)
                    self._mark_all(module)
            words = sorted({*self.names, *(stem for _, stem in self._stems())} - {RULE, ADD_RULE})
            for folder in folders:
                for path in self.project.mentioning(folder, words):
                    if self.project.leads_to(path, self.modules) and (found := self.project.load(path)) is not None:
                        self._add([found])
            if before == (len(self.names), len(self.modules), len(self.default)) or self.project.full:
                return

    def _stems(self) -> Iterator[tuple[Module, str]]:
        """What an import of a file with a default export says: its name, or its folder's where it is an index."""
        for module in self.default:
            if module.path is not None:
                stem = module.path.name.partition(".")[0]
                yield module, module.path.absolute().parent.name if stem == "index" else stem

    def _wider(self, folders: list[Path]) -> list[Path]:
        """The next folders up, where a function through which rules are reached is mentioned in its own file only."""
        held = Counter(word for module in self.modules for word in set(_WORD.findall(module.data)))
        lonely = [module for module in self.modules if module.path is not None and self._is_lonely(module, held)]
        found: list[Path] = []
        for module in lonely:
            for root in roots_above(module.path.absolute()) if module.path else ():
                if root not in folders and root not in found:
                    found.append(root)
                    break
        return found

    def _is_lonely(self, module: Module, held: Mapping[bytes, int]) -> bool:
        """`held`: word → in how many files it stands."""
        own = {module.text(name) for node in _definitions(module) if (name := node.child_by_field_name("name"))} & self.names
        own |= {stem for other, stem in self._stems() if other is module}
        words, here = {word.encode() for word in own}, set(_WORD.findall(module.data))
        if not words or any(held.get(word, 0) > (word in here) for word in words):
            return False
        odd = {word for word in words if _WORD.fullmatch(word) is None}
        return not odd or not any(any(_mentions(other.data, odd)) for other in self.modules if other is not module)

    def _mark_all(self, module: Module) -> None:
        self._follow_defaults(module)
        for start, end in _mentions(module.data, {b"super", *(name.encode() for name in self.names)}):
            node = module.root.descendant_for_byte_range(start, end)
            if node is not None and node.type in _MENTIONS and node.id not in module.hot:
                self._mark(module, node)

    def _follow_defaults(self, module: Module) -> None:
        """Names under which this file imports the default export of a file that makes rules."""
        for statement in module.root.named_children if self.default else ():
            for name, source in _whole_imports(module, statement):
                if self.project.resolve(module, source) in self.default:
                    self._learn(name)

    def _learn(self, name: str) -> None:
        if name in self.names or name in _TOO_COMMON or len(self.names) >= _NAMES:
            return
        self.names.add(name)

    def _mark(self, module: Module, node: "Node") -> None:
        """Mark a mention and all around it; learn the names by which it is reached from outside."""
        if _declares(node) or (node.type == "super" and not _extends_rule(module, node, self.names)):
            return
        flows, below = not _is_called(node), node
        module.hot.add(node.id)
        at = node.parent
        for _ in range(_CLIMB):
            if at is None:
                return
            known = at.id in module.hot
            module.hot.add(at.id)
            if at.type in FUNCTIONS or at.type in CLASSES:
                self._learn_definition(module, at)
                flows = False
            elif flows:
                flows = self._learn_alias(module, at, below)
            if known and not flows:
                return
            below, at = at, at.parent
        self.gaps.append(Gap(module.location(node), "nested too deeply: what stands here is not followed"))

    def _learn_alias(self, module: Module, at: "Node", below: "Node") -> bool:
        """Learn the name that a function is handed on under; whether it may be handed on further."""
        if at.type in {"variable_declarator", "pair", "assignment_expression", "export_specifier", "import_specifier"}:
            fields = {"pair": "key", "assignment_expression": "left", "variable_declarator": "name"}
            target = at.child_by_field_name(fields.get(at.type, "alias"))
            if target is not None and target != below:
                self._learn_target(module, target)
            return at.type == "pair"
        if at.type == "export_statement":
            if any(child.type in {"default", "="} for child in at.children):
                self.default.add(module)
            return False
        return at.type not in {"arguments", "statement_block", "program", "member_expression"} or (
            at.type == "member_expression" and at.child_by_field_name("property") == below and not _is_called(at)
        )

    def _learn_target(self, module: Module, target: "Node") -> None:
        text = module.text(target) if target.end_byte - target.start_byte < 200 else ""
        if text in {"module.exports", "exports", "default"}:
            self.default.add(module)
        else:
            self._learn(text.rpartition(".")[2].strip("\"'"))

    def _learn_definition(self, module: Module, at: "Node") -> None:
        """Learn what a function or class is called by."""
        module.makers.setdefault(at.id, at)
        if name := at.child_by_field_name("name"):
            self._learn(module.text(name))
        parent = at.parent
        while parent is not None and parent.type in {"parenthesized_expression", "as_expression", "satisfies_expression"}:
            parent = parent.parent
        if parent is None:
            return
        if parent.type == "export_statement" and any(child.type in {"default", "="} for child in parent.children):
            self.default.add(module)
        fields = {"variable_declarator": "name", "pair": "key", "assignment_expression": "left", "public_field_definition": "name"}
        if parent.type in fields and (target := parent.child_by_field_name(fields[parent.type])) is not None:
            self._learn_target(module, target)


def _mentions(data: bytes, names: AbstractSet[bytes]) -> Iterator[tuple[int, int]]:
    """Where the names stand as words, from and to; those that are no words themselves, as `a-b`, last."""
    for match in _WORD.finditer(data):
        if match[0] in names:
            yield match.span()
    odd = sorted(name for name in names if _WORD.fullmatch(name) is None and name in data)
    if odd:
        for match in re.finditer(rb"(?<![\w$])(?:" + b"|".join(map(re.escape, odd)) + rb")(?![\w$])", data):
            yield match.span()


def _whole_imports(module: Module, statement: "Node") -> Iterator[tuple[str, str]]:
    """(name, source) of each import of a file as a whole, or of its default export."""
    if statement.type == "import_statement":
        for name, node in import_names(module, statement):
            outer = node.child_by_field_name("name") if node.type == "import_specifier" else None
            if outer is None or module.text(outer) == "default":
                yield name, source_of(module, node)
    elif statement.type in {"lexical_declaration", "variable_declaration"}:
        for declarator in statement.named_children:
            local, value = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
            called = value.child_by_field_name("function") if value is not None and value.type == "call_expression" else None
            given = value.child_by_field_name("arguments") if value is not None and called is not None else None
            if local and called and given and given.named_children and module.text(called) == "require":
                yield module.text(local), string_text(module, given.named_children[0])


def _declares(node: "Node") -> bool:
    """Whether a mention is only the name of what is declared there, or of a key."""
    parent = node.parent
    if parent is None:
        return True
    if parent.type in FUNCTIONS or parent.type in CLASSES or parent.type in {"public_field_definition", "variable_declarator"}:
        return parent.child_by_field_name("name") == node
    return parent.type == "pair" and parent.child_by_field_name("key") == node


def _is_called(node: "Node") -> bool:
    parent = node.parent
    if parent is not None and parent.type == "member_expression" and parent.child_by_field_name("property") == node:
        return _is_called(parent)
    if parent is None:
        return False
    return node in (parent.child_by_field_name("function"), parent.child_by_field_name("constructor"))


def _extends_rule(module: Module, node: "Node", names: set[str]) -> bool:
    """Whether `super` here is a class through which rules are made."""
    at = node.parent
    while at is not None and at.type not in CLASSES:
        at = at.parent
    heritage = next((child for child in at.named_children if child.type == "class_heritage"), None) if at is not None else None
    return heritage is not None and any(_mentions(module.short(heritage, 300).encode(), {name.encode() for name in names}))


def _definitions(module: Module) -> Iterator["Node"]:
    """Functions and classes that a file exports and through which rules are made."""
    plain = b"exports" in module.data
    for statement in module.root.named_children:
        exported = statement.type == "export_statement"
        inner = statement.child_by_field_name("declaration") if exported else statement
        if inner is None or inner.id not in module.hot or not (exported or plain):
            continue
        if inner.type in FUNCTIONS or inner.type in CLASSES:
            yield inner
        elif inner.type == "lexical_declaration":
            yield from (child for child in inner.named_children if child.type == "variable_declarator" and child.id in module.hot)

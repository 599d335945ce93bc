"""Questions to a syntax tree alone: what a block declares, what a file imports and exports, the parts of a class. No values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript.parse import Module

if TYPE_CHECKING:
    from tree_sitter import Node

FUNCTIONS: Final = frozenset({
    "function_declaration", "function_expression", "arrow_function", "method_definition",
    "generator_function", "generator_function_declaration",
})  # fmt: skip
CLASSES: Final = frozenset({"class_declaration", "abstract_class_declaration", "class"})
WRAPPED: Final = frozenset({
    "parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression", "await_expression",
})  # fmt: skip
"""Expressions that are worth what their first part is."""

ASSERTIONS: Final = frozenset({"as_expression", "satisfies_expression"})
_NAMED: Final = frozenset({*FUNCTIONS, *CLASSES, "enum_declaration"})
PATTERN_DEPTH: Final = 20
"""Patterns within patterns."""


@dataclass(frozen=True, slots=True)
class Declared:
    """`kind`: "let", "const", "function", "class", "enum", "import". `node`: the declarator, declaration or import specifier."""

    kind: str
    node: "Node"


def unwrapped(node: "Node") -> "Node":
    """The expression without parentheses, type assertions and `await`."""
    while True:
        inner = asserted(node)
        if inner is None and (node.type in WRAPPED or node.type == "type_assertion") and node.named_children:
            inner = node.named_children[-1 if node.type == "type_assertion" else 0]
        if inner is None:
            return node
        node = inner


def asserted(node: "Node") -> "Node | None":
    """`x` of `x as a.b.C`, which the grammar reads as a member `C` of `x as a.b`; None for any other node."""
    inner = node.child_by_field_name("object") if node.type == "member_expression" else None
    return inner if inner is not None and inner.type in ASSERTIONS else None


def declared(module: Module, node: "Node") -> dict[str, Declared]:
    """The names that the statements directly in a node declare; kept per file."""
    found: dict[str, Declared] | None = module.tables.get(node.id)
    if found is None:
        found = {}
        for statement in statements_of(node) if node.type in _BLOCKS else ():
            for name, what in declarations(module, statement):
                found[name] = what
        module.tables[node.id] = found
    return found


_BLOCKS: Final = frozenset({"program", "statement_block", "switch_case", "switch_default", "ERROR"})


def statements_of(block: "Node") -> Iterator["Node"]:
    """The statements of a block, those among what could not be parsed included."""
    for child in block.named_children:
        if child.is_error:
            yield from child.named_children
        else:
            yield child


def declarations(module: Module, statement: "Node") -> Iterator[tuple[str, Declared]]:
    """The names that one statement declares."""
    if statement.type == "export_statement":
        inner = statement.child_by_field_name("declaration")
        if inner is not None:
            yield from declarations(module, inner)
    elif statement.type in {"lexical_declaration", "variable_declaration"}:
        kind = "const" if statement.children[0].type == "const" else "let"
        for declarator in statement.named_children:
            if declarator.type == "variable_declarator" and (pattern := declarator.child_by_field_name("name")):
                for name in pattern_names(module, pattern):
                    yield name, Declared(kind, declarator)
    elif statement.type == "import_statement":
        yield from ((name, Declared("import", node)) for name, node in import_names(module, statement))
    elif statement.type in _NAMED and (named := statement.child_by_field_name("name")):
        kind = "function" if statement.type in FUNCTIONS else "enum" if statement.type == "enum_declaration" else "class"
        yield module.text(named), Declared(kind, statement)


def pattern_names(module: Module, pattern: "Node", depth: int = 0) -> Iterator[str]:
    """All names that a pattern binds."""
    if pattern.type in {"identifier", "shorthand_property_identifier_pattern"}:
        yield module.text(pattern)
    elif depth < PATTERN_DEPTH:
        if pattern.type in {"assignment_pattern", "object_assignment_pattern"}:
            inner = pattern.child_by_field_name("left")
        elif pattern.type == "pair_pattern":
            inner = pattern.child_by_field_name("value")
        else:
            inner = None
        for child in [inner] if inner else pattern.named_children:
            yield from pattern_names(module, child, depth + 1)


@dataclass(slots=True)
class Exports:
    """`local`: exported name → name in the file. `values`: exported name → expression. `others`: exported name → (file, name there)."""

    local: dict[str, str] = field(default_factory=dict)
    values: dict[str, "Node"] = field(default_factory=dict)
    others: dict[str, tuple[str, str]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)


def import_names(module: Module, statement: "Node") -> Iterator[tuple[str, "Node"]]:
    """(local name, the specifier that declares it)."""
    for clause in statement.named_children:
        if clause.type == "import_require_clause" and (name := next((c for c in clause.named_children if c.type == "identifier"), None)):
            yield module.text(name), clause
        for child in clause.named_children if clause.type == "import_clause" else ():
            if child.type == "identifier":
                yield module.text(child), child
            elif child.type == "namespace_import" and child.named_children:
                yield module.text(child.named_children[0]), child
            elif child.type == "named_imports":
                yield from _named(module, child)


def _named(module: Module, clause: "Node") -> Iterator[tuple[str, "Node"]]:
    for specifier in clause.named_children:
        local = specifier.child_by_field_name("alias") or specifier.child_by_field_name("name")
        if specifier.type == "import_specifier" and local is not None:
            yield module.text(local), specifier


def source_of(module: Module, node: "Node") -> str:
    """The module text that an import specifier, clause or statement names."""
    at: Node | None = node
    while at is not None:
        if source := at.child_by_field_name("source"):
            return string_text(module, source)
        at = at.parent
    return ""


def string_text(module: Module, node: "Node") -> str:
    """The text between the quotes."""
    return module.text(node)[1:-1]


def exports_of(module: Module) -> Exports:
    """The exports of a file; kept."""
    if module.exports is None:
        module.exports = Exports()
        for statement in statements_of(module.root):
            if statement.type == "export_statement":
                _export(module, statement, module.exports)
            elif statement.type == "expression_statement" and statement.named_children:
                _assigned(module, statement.named_children[0], module.exports)
    found: Exports = module.exports
    return found


def _export(module: Module, statement: "Node", into: Exports) -> None:
    source = statement.child_by_field_name("source")
    text = "" if source is None else string_text(module, source)
    is_default = any(child.type == "default" for child in statement.children)
    if declaration := statement.child_by_field_name("declaration"):
        names = list(declarations(module, declaration))
        for name, _ in names:
            into.local["default" if is_default else name] = name
        if is_default and not names:
            into.values["default"] = declaration
        return
    value = statement.child_by_field_name("value")
    for child in statement.children:
        if child.type == "export_clause":
            _clause(module, child, text, into)
        elif child.type == "namespace_export" and child.named_children:
            into.others[module.text(child.named_children[0])] = (text, "*")
        elif child.type == "*":
            into.stars.append(text)
        elif child.type == "=":
            value = statement.named_children[-1]
            is_default = False
            into.values["="] = value
    if value is not None and is_default:
        into.values["default"] = value


def _clause(module: Module, clause: "Node", source: str, into: Exports) -> None:
    for specifier in clause.named_children:
        name, alias = specifier.child_by_field_name("name"), specifier.child_by_field_name("alias")
        if name is None:
            continue
        outer = module.text(alias or name).strip("\"'")
        if source:
            into.others[outer] = (source, module.text(name).strip("\"'"))
        else:
            into.local[outer] = module.text(name)


def _assigned(module: Module, node: "Node", into: Exports) -> None:
    """`module.exports = x`, `module.exports.name = x` and `exports.name = x`."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if node.type != "assignment_expression" or left is None or right is None:
        return
    text = module.text(left)
    if text == "module.exports":
        into.values["="] = right
    elif text.startswith(("module.exports.", "exports.")):
        into.values[text.rpartition(".")[2]] = right


def case_body(cases: Sequence["Node"], index: int) -> list["Node"]:
    """The statements that run where a case is met: to the next `break`, across cases that fall through."""
    found: list[Node] = []
    for case in cases[index:]:
        for statement in case.children_by_field_name("body"):
            block = statement.named_children if statement.type == "statement_block" else [statement]
            if any(inner.type == "break_statement" for inner in block):
                found.extend(inner for inner in block if inner.type != "break_statement")
                return found
            found.append(statement)
            if statement.type in {"return_statement", "throw_statement", "continue_statement"}:
                return found
    return found


def constructor_of(cls: "Node") -> "Node | None":
    """The constructor that a class declares."""
    body = cls.child_by_field_name("body")
    for member in body.named_children if body else ():
        name = member.child_by_field_name("name")
        if member.type in FUNCTIONS and name is not None and name.text == b"constructor":
            return member
    return None


def super_call(module: Module, body: "Node") -> "Node | None":
    """The call `super(…)` in the body of a constructor."""
    at = module.data.find(b"super", body.start_byte, body.end_byte)
    while at >= 0:
        node = body.descendant_for_byte_range(at, at + 5)
        if node is not None and node.type == "super" and node.parent is not None and node.parent.type == "call_expression":
            return node.parent
        at = module.data.find(b"super", at + 5, body.end_byte)
    return None


def is_optional(node: "Node") -> bool:
    """Whether some part of what is called or looked up is, by `?.`."""
    at: Node | None = node
    while at is not None and at.type in {"member_expression", "subscript_expression", "call_expression", "non_null_expression"}:
        if any(child.type in {"optional_chain", "?."} for child in at.children):
            return True
        at = at.child_by_field_name("object") or at.child_by_field_name("function") or (at.named_children[0] if at.named_children else None)
    return False

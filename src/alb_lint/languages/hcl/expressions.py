"""Expression nodes of tree-sitter-hcl → `syntax`. Source: HCL native syntax specification, "Expressions".

The grammar of tree-sitter-hcl 1.2 differs from HCL in one place, mended here: it reads `a ? b : c ? d : e` from the left.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from alb_lint.languages.hcl.document import Document, Span
from alb_lint.languages.hcl.nodes import Node
from alb_lint.languages.hcl.syntax import (
    ELEMENT,
    Binary,
    Call,
    Conditional,
    Expr,
    For,
    Index,
    Literal,
    Member,
    Name,
    ObjectOf,
    Splat,
    TupleOf,
    Unary,
    Unread,
)
from alb_lint.languages.hcl.templates import heredoc, quoted
from alb_lint.patterns import pattern

MAX_DEPTH: Final = 120
"""Expressions inside expressions; written ones stay below 20."""

MAX_DIGITS: Final = 60

MAX_CHILDREN: Final = 200_000
"""Nodes side by side: twice the elements of a list."""

_NUMBER: Final = pattern(r"\d+(\.\d+)?([eE][+-]?\d{1,2})?")
_OPERATORS: Final = frozenset({"+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"})


class Expressions:
    """Compiles the expressions of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def compile(self, node: Node, depth: int = 0) -> Expr:
        """The expression of any node; what has a syntax error in it, or is nested too deeply, is `Unread`."""
        if depth > MAX_DEPTH:
            return self.unread(node, f"nested more than {MAX_DEPTH} levels deep")
        if node.has_error:
            return self.unread(node, "syntax error")
        return self._term([child for child in node.children if child.type != "comment"] or [node], depth + 1)

    def unread(self, node: Node, reason: str) -> Expr:
        return Unread(" ".join(self._document.text(node.start_byte, min(node.end_byte, node.start_byte + 80)).split()), reason)

    def _text(self, node: Node) -> str:
        return self._document.text(node.start_byte, node.end_byte)

    def _term(self, nodes: Sequence[Node], depth: int) -> Expr:
        """A head and what follows it: `.name`, `[key]`, `[*]`."""
        head = nodes[0]
        if head.type == "(":
            found, rest = self.compile(nodes[1], depth), nodes[3:]
        else:
            found, rest = self._head(head, depth), nodes[1:]
        return self._suffixed(found, rest, depth)

    def _suffixed(self, target: Expr, suffixes: Sequence[Node], depth: int) -> Expr:
        for position, node in enumerate(suffixes):
            if depth + position > MAX_DEPTH:
                return self.unread(node, f"a reference of more than {MAX_DEPTH} steps")
            match node.type:
                case "get_attr":
                    target = Member(target, self._text(node.children[-1]))
                case "index":
                    target = self._index(target, node.children[0], depth + position)
                case "splat":
                    target = self._splat(target, node.children[0], depth + position)
                case _:
                    return self.unread(node, "syntax error")
        return target

    def _index(self, target: Expr, node: Node, depth: int) -> Expr:
        if node.type == "new_index":
            return Index(target, self.compile(node.children[1], depth))
        digits = self._text(node).lstrip(".").strip()
        return Index(target, Literal(int(digits) if digits.isdecimal() and len(digits) < MAX_DIGITS else digits, self._span(node)))

    def _splat(self, target: Expr, node: Node, depth: int) -> Expr:
        """`a[*].b[0]` applies all that follows to each element, `a.*.b[0]` the names only."""
        suffixes = node.children[1:]
        if node.type == "full_splat":
            return Splat(target, self._suffixed(Name(ELEMENT), suffixes, depth + 1))
        names = 0
        while names < len(suffixes) and suffixes[names].type == "get_attr":
            names += 1
        each = self._suffixed(Name(ELEMENT), suffixes[:names], depth + 1)
        return self._suffixed(Splat(target, each), suffixes[names:], depth + 1)

    def _span(self, node: Node) -> Span:
        return Span(self._document, node.start_byte, node.end_byte)

    def _head(self, node: Node, depth: int) -> Expr:
        match node.type:
            case "expression" | "operation" | "collection_value" | "template_expr" | "literal_value" | "for_expr":
                return self.compile(node, depth)
            case "variable_expr":
                return Name(self._text(node))
            case "identifier":
                return Name(self._text(node))
            case "numeric_lit":
                return self._number(node)
            case "bool_lit":
                return Literal(self._text(node) == "true", self._span(node))
            case "null_lit":
                return Literal(None, self._span(node))
            case "string_lit" | "quoted_template":
                return quoted(node, self._document, depth, self.compile)
            case "heredoc_template":
                return heredoc(node, self._document, depth, self.compile)
            case "tuple" | "object" | "function_call" if _too_wide(node):
                return self.unread(node, f"more than {MAX_CHILDREN // 2} elements")
            case "tuple":
                return TupleOf(tuple(self.compile(child, depth) for child in node.children if child.type == "expression"))
            case "object":
                return self._object(node, depth)
            case "function_call":
                return self._call(node, depth)
            case "conditional":
                return self._conditional(node, depth)
            case "unary_operation":
                operator, *rest = (child for child in node.children if child.type != "comment")
                return Unary(self._text(operator), self._term(rest, depth + 1))
            case "binary_operation":
                return self._binary(node, depth)
            case "for_tuple_expr" | "for_object_expr":
                return self._for(node, depth)
            case _:
                return self.unread(node, "syntax error")

    def _number(self, node: Node) -> Expr:
        digits = self._text(node)
        if not _NUMBER.fullmatch(digits) or len(digits) > MAX_DIGITS:
            return self.unread(node, "not a number")
        value: int | Fraction = int(digits) if digits.isdecimal() else Fraction(digits)
        return Literal(value.numerator if value.denominator == 1 else value, self._span(node))

    def _object(self, node: Node, depth: int) -> Expr:
        items = []
        for element in node.children:
            if element.type == "object_elem":
                key, value = (child for child in element.children if child.type == "expression")
                items.append((self._key(key, depth), self.compile(value, depth)))
        return ObjectOf(tuple(items))

    def _key(self, node: Node, depth: int) -> Expr:
        """A bare word names itself; anything else is an expression."""
        children = node.children
        if len(children) == 1 and children[0].type == "variable_expr":
            return Literal(self._text(node), self._span(node))
        return self.compile(node, depth)

    def _call(self, node: Node, depth: int) -> Expr:
        arguments: tuple[Expr, ...] = ()
        spread = False
        for child in node.children:
            if child.type == "function_arguments":
                arguments = tuple(self.compile(inner, depth) for inner in child.children if inner.type == "expression")
                spread = any(inner.type == "ellipsis" for inner in child.children)
        return Call(self._text(node.children[0]), arguments, spread)

    def _conditional(self, node: Node, depth: int) -> Expr:
        """`a ? b : c ? d : e` arrives as `(a ? b : c) ? d : e`; the spine is laid flat and folded from the right."""
        spine: list[Node] = []
        while True:
            condition, then, otherwise = (child for child in node.children if child.type == "expression")
            spine += (otherwise, then)
            inner = [child for child in condition.children if child.type != "comment"]
            if len(inner) != 1 or inner[0].type != "conditional":
                spine.append(condition)
                break
            node = inner[0]
        if len(spine) > MAX_DEPTH:
            return self.unread(node, "a conditional of too many branches")
        found = self.compile(spine[0], depth)
        for index in range(1, len(spine), 2):
            found = Conditional(self.compile(spine[index + 1], depth), self.compile(spine[index], depth), found)
        return found

    def _binary(self, node: Node, depth: int) -> Expr:
        children = [child for child in node.children if child.type != "comment"]
        middle = next(index for index, child in enumerate(children) if child.type in _OPERATORS and index > 0)
        left, right = children[:middle], children[middle + 1 :]
        return Binary(children[middle].type, self._term(left, depth + 1), self._term(right, depth + 1))

    def _for(self, node: Node, depth: int) -> Expr:
        intro = next(child for child in node.children if child.type == "for_intro")
        names = [self._text(child) for child in intro.children if child.type == "identifier"]
        collection = next(self.compile(child, depth) for child in intro.children if child.type == "expression")
        results = [self.compile(child, depth) for child in node.children if child.type == "expression"]
        condition: Expr | None = None
        for child in node.children:
            if child.type == "for_cond":
                condition = next(self.compile(inner, depth) for inner in child.children if inner.type == "expression")
        return For(
            names[0] if len(names) > 1 else None,
            names[-1],
            collection,
            results[0] if node.type == "for_object_expr" else None,
            results[-1],
            condition,
            any(child.type == "ellipsis" for child in node.children),
        )


def _too_wide(node: Node) -> bool:
    return node.child_count > MAX_CHILDREN or (node.child_count < 8 and any(child.child_count > MAX_CHILDREN for child in node.children))

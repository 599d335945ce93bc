"""A program followed from where a value is asked for: each kind of node by its function in the table of `expressions`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from alb_lint.languages.typescript import changes, expressions, functions, lookup, members
from alb_lint.languages.typescript.machine import SPENT, Exhausted, Machine
from alb_lint.languages.typescript.render import render
from alb_lint.languages.typescript.values import Env, Func, Lazy, Value

if TYPE_CHECKING:
    from tree_sitter import Node


class Evaluator(Machine):
    """What expressions are worth."""

    def eval(self, node: "Node", env: Env) -> Value:
        return self.of_kind(node.type, node, env)

    def of_kind(self, kind: str, node: "Node", env: Env) -> Value:
        """What an expression of this kind of node is worth."""
        self.steps -= 1
        if self.steps < 0:
            raise Exhausted(SPENT)
        if self.depth >= self.deepest:
            return self.unknown(node, env, "nested too deeply")
        read = expressions.EVALUATORS.get(kind)
        if read is None:
            return self.unknown(node, env, "not followed")
        self.depth += 1
        try:
            return read(self, node, env)
        finally:
            self.depth -= 1

    def lookup(self, node: "Node", env: Env) -> Value:
        return lookup.lookup(self, node, env)

    def final(self, name: str, env: Env) -> Value:
        return changes.current(self, name, None, env, env)

    def get(self, value: Value, name: str, node: "Node", env: Env) -> Value:
        return members.get(self, value, name, node, env)

    def call(self, func: Func, args: Sequence[Lazy]) -> Value:
        return functions.call(self, func, args)

    def render(self, value: Value) -> tuple[str, str]:
        return render(self, value)

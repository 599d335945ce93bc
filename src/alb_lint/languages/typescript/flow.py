"""The course of a program: statements, branches and loops, each part under the literals it runs under."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript import loops
from alb_lint.languages.typescript.machine import DEPTH, SPENT, Exhausted, Machine
from alb_lint.languages.typescript.operators import binary
from alb_lint.languages.typescript.parse import Module
from alb_lint.languages.typescript.presence import Literals, join, literals
from alb_lint.languages.typescript.syntax import CLASSES, FUNCTIONS, case_body, unwrapped
from alb_lint.languages.typescript.values import NOTHING, Env, Frame, Inst, Lazy, Value

if TYPE_CHECKING:
    from tree_sitter import Node

_ENDS: Final = frozenset({"return_statement", "throw_statement", "continue_statement", "break_statement"})


@dataclass(frozen=True, slots=True)
class Context:
    """`literals`: under which this runs. `frame`: the innermost call. `full`: go into code that is not marked, too.

    `made`: the instance whose constructor this is.
    """

    literals: Literals
    frame: Frame
    full: bool = False
    made: Inst | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """One rule constructed. `node`: the `new` expression, or the call of a configured wrapper. `properties`: what the rule is made of.

    `native`: of `aws-native`, whose properties are those of CloudFormation.
    """

    frame: Frame
    literals: Literals
    module: Module
    node: "Node"
    env: Env
    name: Lazy
    properties: Lazy
    native: bool = False


class Flow(ABC):
    """Goes through all that is marked. `drafts`: what was constructed so far."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.drafts: list[Draft] = []

    @abstractmethod
    def called(self, node: "Node", env: Env, context: Context) -> None:
        """Follow a call."""

    @abstractmethod
    def constructed(self, node: "Node", env: Env, context: Context) -> None:
        """Follow a `new`."""

    @abstractmethod
    def handed_over(self, node: "Node", env: Env, context: Context) -> None:
        """Follow what a statement exports as a whole."""

    def statements(self, nodes: Sequence["Node"], env: Env, context: Context) -> None:
        """One after the other; what stands behind a way out runs only where that was not taken."""
        last = next((index for index in range(len(nodes) - 1, -1, -1) if self.wanted(nodes[index], env, context)), -1)
        for index, node in enumerate(nodes[: last + 1]):
            if self.wanted(node, env, context):
                self.visit(node, env, context)
            if node.type in _ENDS:
                return
            if node.type == "if_statement" and index < last:
                after = self._after(node, env, context)
                if after is None:
                    return
                context = after

    def wanted(self, node: "Node", env: Env, context: Context) -> bool:
        return context.full or node.id in env.module.hot

    def _after(self, node: "Node", env: Env, context: Context) -> Context | None:
        """The context behind an `if` that may have left; None where it surely has. A program that throws deploys nothing: it is not thought to."""
        condition, yes = node.child_by_field_name("condition"), node.child_by_field_name("consequence")
        no = node.child_by_field_name("alternative")
        leaves = [_exit(side) for side in (yes, no)]
        if condition is None or leaves == ["", ""]:
            return context
        if all(leaves):
            return None
        when = self.machine.eval(condition, env)
        held = join(context.literals, literals(self.machine, when, bool(leaves[1]), context.literals))
        if held is not None and "throw_statement" in leaves:
            return context
        return None if held is None else replace(context, literals=held)

    def visit(self, node: "Node", env: Env, context: Context) -> None:
        """Follow a statement or expression."""
        machine = self.machine
        machine.steps -= 1
        if machine.steps < 0:
            raise Exhausted(SPENT)
        if machine.depth >= DEPTH:
            machine.gap(env.module.location(node), "nested too deeply: what stands here is not followed")
            return
        machine.depth += 1
        try:
            self._visit(node, env, context)
        finally:
            machine.depth -= 1

    def _visit(self, node: "Node", env: Env, context: Context) -> None:
        kind = node.type
        if kind in FUNCTIONS or kind in CLASSES:
            return
        if kind == "statement_block":
            self.statements(node.named_children, env.child(node), context)
        elif kind in {"if_statement", "ternary_expression"}:
            self._if(node, env, context)
        elif kind == "binary_expression":
            self._binary(node, env, context)
        elif kind in {"for_in_statement", "for_statement"}:
            self._loop(node, env, context)
        elif kind in {"while_statement", "do_statement"}:
            self._while(node, env, context)
        elif kind == "switch_statement":
            self._switch(node, env, context)
        elif kind == "catch_clause":
            where = f"an error at {env.module.location(node)}"
            self.children(node, env, replace(context, literals=(*context.literals, (where, True))))
        elif kind == "call_expression":
            self.called(node, env, context)
        elif kind == "new_expression":
            self.constructed(node, env, context)
        else:
            self.handed_over(node, env, context)
            self.children(node, env, context)

    def children(self, node: "Node", env: Env, context: Context) -> None:
        for child in node.named_children:
            if self.wanted(child, env, context):
                self.visit(child, env, context)

    def _if(self, node: "Node", env: Env, context: Context) -> None:
        condition = node.child_by_field_name("condition")
        if condition is None:
            return
        if self.wanted(condition, env, context):
            self.visit(condition, env, context)
        when = self.machine.eval(condition, env)
        for holds, name in ((True, "consequence"), (False, "alternative")):
            side = node.child_by_field_name(name)
            if side is not None and self.wanted(side, env, context):
                self._under(when, holds, side, env, context)

    def _under(self, when: Value, holds: bool, node: "Node", env: Env, context: Context) -> None:
        held = join(context.literals, literals(self.machine, when, holds, context.literals))
        if held is not None:
            self.visit(node, env, replace(context, literals=held))

    def _binary(self, node: "Node", env: Env, context: Context) -> None:
        left, right, operator = (node.child_by_field_name(name) for name in ("left", "right", "operator"))
        if left is None or right is None or operator is None:
            return
        if self.wanted(left, env, context):
            self.visit(left, env, context)
        if not self.wanted(right, env, context):
            return
        if operator.type in {"&&", "||"}:
            self._under(self.machine.eval(left, env), operator.type == "&&", right, env, context)
        elif operator.type == "??":
            self._under(binary(self.machine, "===", self.machine.eval(left, env), NOTHING), True, right, env, context)
        else:
            self.visit(right, env, context)

    def _loop(self, node: "Node", env: Env, context: Context) -> None:
        body = node.child_by_field_name("body")
        for part in node.named_children:
            if part != body and self.wanted(part, env, context):
                self.visit(part, env, context)
        if body is None or not self.wanted(body, env, context):
            return
        rounds = loops.turns(self.machine, node, env)
        if rounds is None:
            names, what = loops.one_turn(self.machine, node, env)
            context = replace(context, literals=(*context.literals, (f"{what} is not empty", True)))
            self._any_turn(body, env.child(node, names, label=self.machine.label()), context, what, node)
            return
        for turn, names in enumerate(rounds):
            self.visit(body, env.child(node, names, turn=turn, label=self.machine.label()), context)

    def _any_turn(self, body: "Node", env: Env, context: Context, what: str, node: "Node") -> None:
        """One turn that stands for all, and a gap where rules come of it."""
        before = len(self.drafts)
        self.visit(body, env, context)
        self.note_loop(before, what, env.module, node)

    def note_loop(self, before: int, what: str, module: Module, node: "Node") -> None:
        if len(self.drafts) > before:
            self.machine.gap(module.location(node), f"a loop over {what}, which is not known: its rules are shown once")

    def _while(self, node: "Node", env: Env, context: Context) -> None:
        body, condition = node.child_by_field_name("body"), node.child_by_field_name("condition")
        if body is not None:
            what = env.module.short(unwrapped(condition)) if condition else "a condition"
            context = replace(context, literals=(*context.literals, (what, True)))
            self._any_turn(body, env.child(node, label=self.machine.label()), context, what, node)

    def _switch(self, node: "Node", env: Env, context: Context) -> None:
        """Each case under the literals that it is met and those before it are not."""
        subject, body = node.child_by_field_name("value"), node.child_by_field_name("body")
        if subject is None or body is None:
            return
        value = self.machine.eval(subject, env)
        cases = [child for child in body.named_children if child.type in {"switch_case", "switch_default"}]
        before: Literals | None = context.literals
        default = None
        for index, case in enumerate(cases):
            label = case.child_by_field_name("value")
            if label is None:
                default = index
                continue
            when = binary(self.machine, "===", value, self.machine.eval(label, env))
            held = None if before is None else join(before, literals(self.machine, when, True, before))
            if held is not None:
                self.statements(case_body(cases, index), env.child(case), replace(context, literals=held))
            before = None if before is None else join(before, literals(self.machine, when, False, before))
        if default is not None and before is not None:
            self.statements(case_body(cases, default), env.child(cases[default]), replace(context, literals=before))


def _exit(side: "Node | None") -> str:
    """The statement by which a branch always leaves the block it stands in; "" where it does not."""
    while side is not None and side.type in {"else_clause", "statement_block"}:
        children = [child for child in side.named_children if child.type != "comment"]
        side = children[-1] if children else None
    return side.type if side is not None and side.type in _ENDS else ""

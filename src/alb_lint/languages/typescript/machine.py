"""The state of following one program: budget, files, and lazy values. What an expression is worth, `Evaluator` knows."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

from alb_lint.languages.typescript.parse import Module
from alb_lint.languages.typescript.project import Project
from alb_lint.languages.typescript.values import NO_READS, Env, Frame, Func, Lazy, Res, Sym, Value
from alb_lint.places import Gap, Location

if TYPE_CHECKING:
    from tree_sitter import Node

T = TypeVar("T")

STEPS: Final = 600_000
"""Expressions and statements that are followed in one program: some three seconds. A program of a hundred rules takes ten thousand."""

TOTAL: Final = 4_000_000
"""Steps of all programs of a reading together: some twenty seconds."""

SPENT: Final = "it takes too many steps to follow"

DEPTH: Final = 110
"""Expressions, statements and calls within each other. Each takes up to five frames of Python's own stack, which ends at 1,000."""


class Exhausted(Exception):  # noqa: N818 - an answer, not an error
    """The budget is spent: `str()` says of what."""


class Machine(ABC):
    """One program being followed.

    `reads`: calls whose arguments were read since the innermost lazy value began. `spoken`: how the program names what a literal's key stands
    for; `compound`: the condition made of others that it stands for. `resources`: those that were referred to by their ARN; `namesakes`:
    others of the same key, as of another branch. `components`: those of awsx, by the key of what stands for them.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self.steps = STEPS
        self.left = TOTAL
        self.depth = 0
        self.deepest = DEPTH
        self.reads: set[Frame] = set()
        self.gaps: dict[Gap, None] = {}
        self.numbers: dict[Value, int] = {}
        self.resources: dict[str, Res] = {}
        self.namesakes: dict[str, dict[int, Res]] = {}
        self.spoken: dict[str, str] = {}
        self.compound: dict[str, Value] = {}
        self.components: dict[str, Res] = {}
        self.labels = 0

    def gap(self, location: Location, reason: str) -> None:
        """Note a gap, once."""
        self.gaps[Gap(location, reason)] = None

    def let_go(self) -> None:
        """Forgets the values it has met: those that are still to be worked out know the machine that does."""
        for table in (self.numbers, self.resources, self.namesakes, self.compound, self.components):
            table.clear()
        self.reads = set()

    @abstractmethod
    def eval(self, node: "Node", env: Env) -> Value:
        """What the expression is worth; raises nothing but Exhausted."""

    def env(self, module: Module) -> Env:
        """The top of a file."""
        return self.project.env(module)

    def exported(self, module: Module, name: str, node: "Node") -> Value:  # noqa: ARG002 - for machines that keep what was exported
        """What the expression `node` is worth that a file exports as `name`; "=" is the whole."""
        return self.eval(node, self.env(module))

    @abstractmethod
    def lookup(self, node: "Node", env: Env) -> Value:
        """What a name is worth where it stands."""

    @abstractmethod
    def final(self, name: str, env: Env) -> Value:
        """What a name of the top of a file is worth once the file has run."""

    @abstractmethod
    def get(self, value: Value, name: str, node: "Node", env: Env) -> Value:
        """The member of a value, asked for at `node`."""

    @abstractmethod
    def call(self, func: Func, args: Sequence[Lazy]) -> Value:
        """What a function of the program gives back."""

    @abstractmethod
    def render(self, value: Value) -> tuple[str, str]:
        """(text, key) of a value."""

    def later(self, node: "Node", env: Env) -> Lazy:
        """The value of an expression, when it is asked for."""
        return Lazy(lambda: self.eval(node, env))

    def force(self, item: Lazy) -> Value:
        """The value, evaluated once; what it read counts as read here too. Each asking is a step: loops over choices only ask."""
        self.steps -= 1
        if self.steps < 0:
            raise Exhausted(SPENT)
        value = item.value
        if value is None:
            if item.busy or item.make is None:
                return Sym("…", "…", "defined by itself")
            item.busy, outer, self.reads = True, self.reads, set()
            try:
                value = item.value = item.make()
            finally:
                item.busy, item.reads, self.reads = False, frozenset(self.reads) if self.reads else NO_READS, outer
        if item.reads:
            self.reads |= item.reads
        return value

    def unknown(self, node: "Node", env: Env, why: str) -> Sym:
        """A symbol for an expression that is not followed; its key is its place and the run that met it."""
        line, column = env.module.place(node.start_byte)
        return Sym(env.module.short(node), f"{env.module.name}:{line}:{column}{env.label}", why)

    def within(self, steps: int, work: Callable[[], T], lost: Callable[[str], T]) -> T:
        """What the work gives, done with a budget of its own; `lost`, told why, where that does not suffice."""
        self.depth, self.steps = 0, min(steps, self.left)
        allowed = self.steps
        try:
            return work()
        except Exhausted as spent:
            return lost(str(spent))
        except RecursionError:
            return lost("it is nested too deeply")
        finally:
            self.left -= allowed - max(self.steps, 0)

    def label(self) -> str:
        """A new mark for one run through a function or a loop."""
        self.labels += 1
        return f"#{self.labels}"

    def all_reads(self, items: Iterable[Lazy]) -> tuple[list[Any], frozenset[Frame]]:
        """The values, and the calls whose arguments they depend on."""
        outer, self.reads = self.reads, set()
        try:
            return [self.force(item) for item in items], frozenset(self.reads)
        finally:
            self.reads = outer

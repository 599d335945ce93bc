"""What an expression is worth: a literal, an object, a function, a resource, one of two things, or a symbol that says why it is unknown.

Parts of a value are `Lazy`: evaluated when asked for, once. `reads` of a lazy value are the calls whose arguments it depends on; by them a
rule is located at the call that decides its priority and conditions.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from alb_lint.languages.typescript.parse import Module
from alb_lint.record import individual, record

if TYPE_CHECKING:
    from tree_sitter import Node


@record
class Site:
    """Where a literal is written: bytes of a file, quotes excluded."""

    module: Module
    start: int
    end: int


@individual
class Lit:
    """Text, number, boolean or nothing (`undefined`, `null`).

    `site` only where the literal itself was passed on unchanged; `made_of`: the numbers that this one was computed from.
    """

    value: str | int | float | bool | None
    site: Site | None = None
    made_of: tuple[Site, ...] = ()

    @property
    def sites(self) -> tuple[Site, ...]:
        """Every literal that would change this value if it were changed."""
        return self.made_of if self.site is None else (self.site,)


@record
class Known:
    """What is known of a value that is not told: wherever its key stands, it is the same value within one deployment.

    `local`: of this project alone, as an output of one of its resources is. `plain`: a text without wildcards. `numeric`: a number.
    """

    local: bool = False
    plain: bool = False
    secret: bool = False
    numeric: bool = False


@individual
class Sym:
    """A value that is not told. `text` names it as the program does, `key` by where it comes from (equal keys, equal values), `why` for people.

    `logic`: ("and" | "or" | "not", operands) for a condition that is made of others. `output`: it is an Output of Pulumi, an object that counts
    as true whatever it will hold. `known`: None where another evaluation of the same expression may give another value. `pieces`: of a text, what
    it is joined of. `plus`: a number that is another one and so much.
    """

    text: str
    key: str
    why: str
    logic: "tuple[str, tuple[Value, ...]] | None" = None
    output: bool = False
    known: Known | None = None
    pieces: "tuple[str | Sym, ...]" = ()
    plus: "tuple[Sym, int] | None" = None


NO_READS: "Final[frozenset[Frame]]" = frozenset()
"""One for all: each empty set takes as much as a node of the syntax tree."""


@dataclass(slots=True, eq=False)
class Lazy:
    """A value still to be evaluated, or one that was: then `value` is set and `reads` are the frames it depends on."""

    make: "Callable[[], Value] | None"
    value: "Value | None" = None
    reads: "frozenset[Frame]" = NO_READS
    busy: bool = False


_births = count()
"""Numbers the values that a program may change: what was there before a branch, and what the branch made itself."""


def birth() -> int:
    """A number above those of all values there are."""
    return next(_births)


@dataclass(slots=True, eq=False)
class Arr:
    """`more`: why there may be further items than these; "" where there are none."""

    items: tuple[Lazy, ...]
    more: str = ""
    born: int = field(default_factory=_births.__next__)


@dataclass(slots=True, eq=False)
class Obj:
    """`more`: the value of an unknown spread, which may hold further keys."""

    entries: dict[str, Lazy]
    more: "Sym | None" = None
    born: int = field(default_factory=_births.__next__)


@dataclass(slots=True, eq=False)
class Table:
    """A Map, or a Set where `value` is the `key` of each. Keys are literals, in the order in which they came, each once."""

    pairs: "tuple[tuple[Lit, Lazy], ...]"
    is_set: bool = False
    born: int = field(default_factory=_births.__next__)

    def with_pair(self, key: Lit, value: Lazy) -> "Table":
        """The table after `set` or `add`."""
        same = [one for one, _ in self.pairs if one.value == key.value and isinstance(one.value, bool) is isinstance(key.value, bool)]
        if not same:
            return Table((*self.pairs, (key, value)), self.is_set)
        return Table(tuple((one, value if one is same[0] else held) for one, held in self.pairs), self.is_set)

    def get(self, key: Lit) -> Lazy | None:
        """The value under a key; None where there is none."""
        kind = isinstance(key.value, bool)
        return next((held for one, held in self.pairs if one.value == key.value and isinstance(one.value, bool) is kind), None)

    @property
    def items(self) -> "tuple[Lazy, ...]":
        """What going through it gives: pairs of a Map, items of a Set."""
        return tuple(held if self.is_set else lazy(Arr((lazy(key), held))) for key, held in self.pairs)


@individual
class Choice:
    """`yes` where `when` is true, else `no`; `when` cannot be decided."""

    when: "Value"
    yes: Lazy
    no: Lazy


@individual
class Func:
    node: "Node"
    env: "Env"
    this: "Value | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Cls:
    """`statics`: its static members, where the program is run."""

    node: "Node"
    env: "Env"
    statics: dict[str, Lazy] = field(default_factory=dict)
    born: int = field(default_factory=_births.__next__)


@dataclass(slots=True, eq=False)
class Inst:
    """An instance of a class of the program: `env` holds the parameters of its constructor. `base`: what its superclass made of it.

    `fields`: what it holds, where the program is run; None where it is not, and a field is worked out when it is asked for.
    """

    cls: Cls
    env: "Env"
    args: Arr
    base: "Value | None" = None
    fields: dict[str, Lazy] | None = None
    born: int = field(default_factory=_births.__next__)


@individual
class Res:
    """A resource. `kind`: "aws.lb.Listener". `lookup`: the id it is fetched by, where it is not created but only looked up."""

    kind: str
    name: Lazy
    args: Lazy
    lookup: Lazy | None = None


@record
class Space:
    """A name inside a package that is known: ("aws", "lb", "ListenerRule"), ("pulumi", "interpolate"), ("Object", "entries")."""

    path: tuple[str, ...]


@record
class Names:
    """All that a module exports."""

    module: Module


Value = Lit | Sym | Arr | Obj | Table | Choice | Func | Cls | Inst | Res | Space | Names

NOTHING: Final = Lit(None)


@dataclass(slots=True, eq=False)
class Frame:
    """One call that is being followed. `node`: the call or `new`; None for a callback and for the top of a file. `made`: rules made under it."""

    parent: "Frame | None"
    module: Module
    node: "Node | None"
    body: int = 0
    depth: int = 0
    made: list[Any] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Env:
    """The names of one block in one run through it.

    `label` tells runs apart; `this` is set where a function sets it; `turn` counts the turns of a loop; `fixed`: names that nothing changes.
    """

    module: Module
    node: "Node"
    parent: "Env | None"
    names: dict[str, Lazy] = field(default_factory=dict)
    label: str = ""
    this: "Value | None" = None
    turn: int = -1
    fixed: bool = False
    born: int = field(default_factory=_births.__next__)

    def child(self, node: "Node", names: dict[str, Lazy] | None = None, *, turn: int = -1, label: str = "", fixed: bool = False) -> "Env":
        """The block `node` within this one."""
        return Env(self.module, node, self, {} if names is None else names, label or self.label, None, turn, fixed)


def lazy(value: Value) -> Lazy:
    """A value that is known already."""
    return Lazy(None, value)

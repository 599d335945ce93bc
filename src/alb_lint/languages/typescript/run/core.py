"""What a run is made of: variables that change, a log by which a branch is taken back, and the order of what runs later."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from alb_lint.languages.typescript.evaluator import Evaluator
from alb_lint.languages.typescript.flow import Draft
from alb_lint.languages.typescript.parse import Module
from alb_lint.languages.typescript.presence import Literals, join, literals, truth
from alb_lint.languages.typescript.project import Project
from alb_lint.languages.typescript.render import render
from alb_lint.languages.typescript.values import (
    NO_READS,
    Arr,
    Choice,
    Cls,
    Env,
    Frame,
    Func,
    Inst,
    Lazy,
    Lit,
    Obj,
    Space,
    Table,
    Value,
    birth,
    lazy,
)

if TYPE_CHECKING:
    from tree_sitter import Node

T = TypeVar("T")
Holder = Arr | Obj | Table | Inst | Cls | Env
"""What a program changes."""

_MISSING: Final = object()
PATHS: Final = 32
"""Ways through a program that are run one by one."""


class GivenUp(Exception):  # noqa: N818 - an answer, not an error
    """The run meets what it cannot follow for certain: `str()` says what."""


class Unordered(Exception):  # noqa: N818 - a way to go on
    """A variable, by its block and name, whose value depends on the order in which callbacks run."""

    def __init__(self, place: tuple[str, int, str]) -> None:
        super().__init__()
        self.place = place


class Thrown(Exception):  # noqa: N818 - the program's own
    """The program throws."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


@dataclass(frozen=True, slots=True)
class Done:
    """How a statement ends, but for the plain way: "return", "break" or "continue", with the value or to the label."""

    kind: str
    value: Value | None = None
    label: str = ""


@dataclass(slots=True)
class _Change:
    """One change: `key` of a dict, or an attribute of the holder where there is no dict."""

    holder: Holder
    table: dict[Any, Any] | None
    key: Any
    old: Any


@dataclass(slots=True)
class Branch:
    """What one side of an undecided condition came to. `changes`: (holder, table, key) → (before, after)."""

    result: Any
    thrown: Thrown | None
    changes: dict[tuple[int, int, Any], tuple[_Change, Any]]
    drafts: list[Draft]


@dataclass(slots=True)
class _Touch:
    """Which later part of the program looked at a variable, and whether it wrote to it. `parts`: several did."""

    part: int
    wrote: bool
    parts: bool = False
    holder: Any = None


HAVE_PARTS: Final = frozenset({Arr, Obj, Choice})
"""Values that have parts."""


class Core(Evaluator):
    """`known`: the literals that hold where the run is; `decided`: how this path decided the conditions that it met.

    `part`: 0 while the program itself runs; another number in what runs later, in an order that nobody knows: callbacks of outputs, and what
    stands behind an `await`. `tried`: branches within each other whose changes are taken back at their end.
    """

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self.drafts: list[Draft] = []
        self.known: Literals = ()
        self.decided: dict[str, bool] = {}
        self.open: list[dict[str, bool]] = []
        self.met: dict[str, Literals] = {}
        self.split: set[int] = set()
        self.changes: list[_Change] = []
        self.frames: dict[Any, Frame] = {}
        self.marks: dict[Any, int] = {}
        self.counts: dict[Any, int] = {}
        self.counter = Obj({})
        self.frame = Frame(None, next(module for module in project.modules.values() if module is not None), None)
        self.part = 0
        self.parts = 0
        self.same_part: dict[int, int] = {}
        self.touched: dict[tuple[int, Any], _Touch] = {}
        self.handed: dict[int, Any] = {}
        self.unordered: set[tuple[str, int, str]] = set()
        self.throws = 0
        self.uncertain = 0
        self.tried = 0
        self.loop_start = 0
        self.mark = ""
        self.asynchronous = False

    # what the whole runner does

    @abstractmethod
    def run_function(self, func: Func, args: Arr, call: "tuple[Module, Node] | None") -> Value:
        """What a call of a function gives, after all that it does."""

    @abstractmethod
    def statement(self, node: "Node", env: Env) -> Done | None:
        """Run a statement."""

    @abstractmethod
    def any_times(self, work: Callable[[], object], what: str, node: "Node", env: Env, *, gap: str = "", literal: str = "") -> None:
        """Run what runs an unknown number of times."""

    @abstractmethod
    def entered(self, body: "Node", module: Module, call: "tuple[Module, Node] | None") -> Frame:
        """The call of a function or class."""

    @abstractmethod
    def in_constructor(self, cls: Cls, instance: Inst, body: "Node", env: Env) -> None:
        """Run the body of a constructor."""

    @abstractmethod
    def of_package(self, made: Space, args: Arr, node: "Node", env: Env) -> None:
        """What `new` of a class of a package does."""

    @abstractmethod
    def assign(self, target: "Node", value: Lazy, env: Env) -> None:
        """`target = value`."""

    @abstractmethod
    def key_of(self, node: "Node", env: Env) -> str | None:
        """The name of a member, evaluated where it is computed."""

    @abstractmethod
    def named(self, value: Lazy, name: str, init: "Node") -> Lazy:
        """A value that has no name of its own goes by that of its variable."""

    @abstractmethod
    def export(self, module: Module, name: str, value: Lazy) -> None:
        """Keep what a file exports under a name that is no variable's."""

    @abstractmethod
    def handed_over(self, node: "Node", value: Lazy, env: Env) -> None:
        """Pulumi calls what the program exports as a whole."""

    @abstractmethod
    def iterate(self, value: Value) -> "tuple[Sequence[Lazy], str]":
        """The items that going through a value gives, and why there may be more."""

    def call(self, func: Func, args: Sequence[Lazy]) -> Value:
        return self.run_function(func, Arr(tuple(args)), None)

    @abstractmethod
    def later(self, node: "Node", env: Env) -> Lazy:
        """The value now: a program that is run works out nothing later."""

    def now(self, make: Callable[[], Value]) -> Lazy:
        """A value with the calls whose arguments it depends on."""
        outer, self.reads = self.reads, set()
        try:
            value = make()
            if value.__class__ in HAVE_PARTS:
                self.settled(value)
            return Lazy(None, value, frozenset(self.reads) if self.reads else NO_READS)
        finally:
            self.reads = outer

    def settled(self, value: Value, depth: int = 0) -> Value:
        """The value with all parts worked out, in order."""
        if value.__class__ not in HAVE_PARTS or depth > 6:
            return value
        parts: Iterable[Lazy] = ()
        if isinstance(value, Arr):
            parts = value.items
        elif isinstance(value, Obj):
            parts = value.entries.values()
        elif isinstance(value, Choice):
            parts = (value.yes, value.no)
        for part in [part for part in parts if part.value is None]:
            if part.value is None:  # one before may have been made of it
                self.settled(self.force(part), depth + 1)
        return value

    def label(self) -> str:
        return self.mark

    def marked(self, *key: Any) -> str:
        """A mark for one run through a part of the program, the same on every path."""
        return f"#{self.marks.setdefault(key, len(self.marks) + 1)}"

    def counted(self, *key: Any) -> int:
        """How often this was asked before on this path, branches that were taken back not counted."""
        before = self.counter.entries.get(str(key))
        number = before.value.value if before is not None and isinstance(before.value, Lit) and isinstance(before.value.value, int) else 0
        self._log(self.counter, self.counter.entries, str(key))
        self.counter.entries[str(key)] = lazy(Lit(number + 1))
        return number

    # changes

    def put(self, holder: Holder, table: dict[str, Lazy], key: str, value: Lazy) -> None:
        """Change one entry of a dict that belongs to the holder."""
        self.touch(holder, key if isinstance(holder, Env) else "", wrote=True)
        self._refuse_handed(holder)
        self._log(holder, table, key)
        table[key] = value

    def drop(self, holder: Holder, table: dict[str, Lazy], key: str) -> None:
        """Take one entry away."""
        self.touch(holder, "", wrote=True)
        self._refuse_handed(holder)
        if key in table:
            self._log(holder, table, key)
            del table[key]

    def change(self, holder: Holder, attribute: str, value: Any) -> None:
        """Change all items of a list or collection, or what an object may hold more."""
        self.touch(holder, "", wrote=True)
        self._refuse_handed(holder)
        self.changes.append(_Change(holder, None, attribute, getattr(holder, attribute)))
        setattr(holder, attribute, value)

    def _log(self, holder: Holder, table: dict[Any, Any], key: Any) -> None:
        self.changes.append(_Change(holder, table, key, table.get(key, _MISSING)))

    def _refuse_handed(self, holder: Holder) -> None:
        if id(holder) in self.handed:
            raise GivenUp("what a rule is made of changes after the rule was made")

    def hand(self, value: Value, depth: int = 0) -> None:
        """Remember the parts of a rule: Pulumi looks at them later than the constructor does."""
        if value.__class__ not in HAVE_PARTS or depth > 8 or id(value) in self.handed:
            return
        assert isinstance(value, Arr | Obj | Choice)
        if depth and not isinstance(value, Choice):
            self.handed[id(value)] = value
        parts = value.items if isinstance(value, Arr) else value.entries.values() if isinstance(value, Obj) else (value.yes, value.no)
        for part in tuple(parts):
            inner = self.at_hand(part)
            if inner.__class__ in HAVE_PARTS:
                self.hand(inner, depth + 1)

    def at_hand(self, item: Lazy) -> Value:
        """As `force`, for what is mostly worked out and depends on no call."""
        return self.force(item) if item.value is None or item.reads else item.value

    def kept(self, value: Value) -> Value:
        """What a rule is made of, as it is now. Its parts were handed over, so that only what is taken back changes them."""
        if self.tried:
            return self.copied(value)
        if isinstance(value, Arr):
            return Arr(value.items, value.more)
        return Obj(dict(value.entries), value.more) if isinstance(value, Obj) else value

    def copied(self, value: Value, depth: int = 0) -> Value:
        """The value as it is now, whatever the program changes afterwards."""
        if value.__class__ not in HAVE_PARTS or depth > 8:
            return value
        if isinstance(value, Arr):
            return Arr(tuple(self._copied(item, depth) for item in value.items), value.more)
        if isinstance(value, Obj):
            return Obj({name: self._copied(item, depth) for name, item in value.entries.items()}, value.more)
        if isinstance(value, Choice):
            return Choice(value.when, self._copied(value.yes, depth), self._copied(value.no, depth))
        return value

    def _copied(self, item: Lazy, depth: int) -> Lazy:
        value = self.force(item)
        return Lazy(None, self.copied(value, depth + 1) if value.__class__ in HAVE_PARTS else value, item.reads)

    # what runs later

    def touch(self, holder: Holder, key: str, *, wrote: bool = False) -> None:
        """A variable or value is looked at or changed; what depends on the order of what runs later is not followed."""
        if (not self.part and not self.touched) or (isinstance(holder, Env) and self.is_unordered(holder, key)):
            return
        place = (id(holder), key)
        before = self.touched.get(place)
        mine = self.same(self.part)
        if before is not None and (before.parts or self.same(before.part) != mine) and (wrote or before.wrote):
            if isinstance(holder, Env):
                raise Unordered((holder.module.name, holder.node.id, key))
            raise GivenUp("it depends on the order of callbacks")
        if not self.part:
            return
        if before is None:
            self.touched[place] = _Touch(mine, wrote, holder=holder)
        else:
            before.parts = before.parts or self.same(before.part) != mine
            before.wrote = before.wrote or wrote

    def is_unordered(self, env: Env, name: str) -> bool:
        return bool(self.unordered) and (env.module.name, env.node.id, name) in self.unordered

    def same(self, part: int) -> int:
        while part in self.same_part:
            part = self.same_part[part]
        return part

    @contextmanager
    def another_part(self) -> Iterator[None]:
        """Within, runs what runs later."""
        before = self.part
        self.parts += 1
        self.part = self.parts
        try:
            yield
        finally:
            self.part = before

    def joined_since(self, start: int) -> None:
        """All that was begun since is waited for."""
        mine = self.same(self.part)
        for part in range(start + 1, self.parts + 1):
            if self.same(part) != mine:
                self.same_part[self.same(part)] = mine

    # branches

    def holds(self, when: Value) -> bool | None:
        return truth(self, when, self.known)

    def either(
        self, when: Value, yes: Callable[[], T], no: Callable[[], T], place: "Node", combine: Callable[[T, T, Value], T | None]
    ) -> T:
        """Both ways of a condition: the one that is decided, else both side by side, else on this path one and on another the other."""
        decided = self.holds(when)
        if decided is not None:
            return yes() if decided else no()
        ways = [join(self.known, literals(self, when, way, self.known)) for way in (True, False)]
        if ways[0] is None or ways[1] is None:
            return no() if ways[0] is None else yes()
        if place.id not in self.split:
            start = birth()
            one = self._tried(yes, ways[0])
            held = join(ways[1], self._decisions())
            if held is None:
                raise GivenUp("conditions that contradict each other")
            other = self._tried(no, held)
            if one.thrown is None and other.thrown is None:
                found = combine(one.result, other.result, when)
                if found is not None and self._merge(when, one, other, start):
                    return found
            elif not self.throws and (one.thrown is None or other.thrown is None):
                # a program that throws deploys nothing
                return no() if one.thrown is not None else yes()
            self.split.add(place.id)
        return yes() if self._decide(when, ways[0], ways[1]) else no()

    def _tried(self, run: Callable[[], Any], held: Literals) -> Branch:
        before, known, drafts, frame = len(self.changes), self.known, len(self.drafts), self.frame
        self.known = held
        result, thrown = None, None
        self.tried += 1
        try:
            result = run()
        except Thrown as error:
            thrown = error
        finally:
            self.tried -= 1
        found: dict[tuple[int, int, Any], tuple[_Change, Any]] = {}
        for change in reversed(self.changes[before:]):
            now = getattr(change.holder, change.key) if change.table is None else change.table.get(change.key, _MISSING)
            place = (id(change.holder), 0 if change.table is None else id(change.table), change.key)
            found[place] = (change, found[place][1] if place in found else now)
            self._undo(change)
        del self.changes[before:]
        made = self.drafts[drafts:]
        del self.drafts[drafts:]
        # a condition that was decided on the way stays decided
        self.known = join(known, self._decisions()) or known
        self.frame = frame
        return Branch(result, thrown, found, made)

    @staticmethod
    def _undo(change: _Change) -> None:
        if change.table is None:
            setattr(change.holder, change.key, change.old)
        elif change.old is _MISSING:
            change.table.pop(change.key, None)
        else:
            change.table[change.key] = change.old

    def _merge(self, when: Value, one: Branch, other: Branch, start: int) -> bool:
        """Take over what both sides changed, as choices; False where a choice cannot stand for it."""
        plans: list[tuple[_Change, Any]] = []
        for place in {**one.changes, **other.changes}:
            sides = [branch.changes.get(place) for branch in (one, other)]
            change = next(side[0] for side in sides if side is not None)
            if change.holder is self.counter:
                plans.append((change, next(side[1] for side in reversed(sides) if side is not None)))
                continue
            values = [change.old if side is None else side[1] for side in sides]
            if values[0] is values[1]:
                plans.append((change, values[0]))
            elif change.holder.born > start:
                plans.append((change, next(side[1] for side in sides if side is not None)))
            elif change.table is None or _MISSING in values:
                return False
            else:
                plans.append((change, lazy(Choice(when, values[0], values[1]))))
        for change, value in plans:
            if change.table is None:
                self.changes.append(_Change(change.holder, None, change.key, getattr(change.holder, change.key)))
                setattr(change.holder, change.key, value)
            else:
                self._log(change.holder, change.table, change.key)
                if value is _MISSING:
                    change.table.pop(change.key, None)
                else:
                    change.table[change.key] = value
        self.drafts += one.drafts + other.drafts
        return True

    def _decisions(self) -> Literals:
        found: Literals = ()
        for held in self.met.values():
            found = join(found, held) or found
        return found

    def _decide(self, when: Value, yes: Literals, no: Literals) -> bool:
        """Go one way on this path, and leave the other to another path."""
        key = render(self, when)[1]
        if key not in self.decided:
            self.open.append({**self.decided, key: False})
            if len(self.open) > PATHS:
                raise GivenUp("too many ways through the program")
            self.decided[key] = True
        way = self.decided[key]
        more = literals(self, when, way, self.known)
        self.met[key] = more or ()
        self.known = yes if way else no
        return way

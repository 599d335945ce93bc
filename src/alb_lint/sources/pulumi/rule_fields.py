"""What was constructed → the fields of a rule, one set for each way that its own conditions, priority and listener may turn out."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from alb_lint.languages.typescript.flow import Draft
from alb_lint.languages.typescript.machine import Machine
from alb_lint.languages.typescript.operators import as_choice
from alb_lint.languages.typescript.presence import Literals, join, literals, truth
from alb_lint.languages.typescript.render import STACK, resource_names
from alb_lint.languages.typescript.values import Arr, Choice, Frame, Lazy, Lit, Obj, Res, Site, Sym, Value
from alb_lint.model import Unknown
from alb_lint.sources.pulumi.shape import Reference
from alb_lint.symbols import Symbol, SymbolicNumber, joined

_WAYS: Final = 8
"""Ways that one rule may turn out; with more of them its choices are unknown values."""

_STEPS: Final = 100_000
"""Steps for the values of one rule: half a second."""

_DEPTH: Final = 40
_ITEMS: Final = 20_000
"""Parts of one rule: lists that hold a list twice, which holds one twice, …"""

_OUTPUT: Final = re.compile(re.escape(STACK) + r':[^"]+\.getOutput\("[^"]+"\)', re.DOTALL)

_GIVEN: Final = ("new pulumi.Config(", "process.env", "aws.")

_SETTLED: Final = frozenset({Lit, Obj, Arr})
"""Values that are no choice, and stand for none."""

_SPLITTING: Final = ("listenerArn", "priority", "conditions")
_WHOLE: Final = ("actions", "transforms", "tags")


@dataclass(frozen=True, slots=True)
class ListenerRef:
    """What `listenerArn` is: `key` tells equal ones, `text` names it, `arn`: it is told literally; `resource`: the listener itself.

    `elsewhere`: it is an output of another stack, so that equal keys of several projects are one listener, in one environment.
    """

    text: str
    key: str
    arn: bool = False
    resource: Res | None = None
    elsewhere: bool = False

    @property
    def is_given(self) -> bool:
        """Whether the config, the environment or a lookup tells it, as they may tell another program the same listener."""
        return self.resource is None and not (self.arn or self.elsewhere) and self.key.startswith(_GIVEN)


@dataclass(frozen=True, slots=True)
class Way:
    """One way for a rule to turn out. `properties`: plain JSON, with Unknown and Reference leaves.

    `files`: where its number and conditions are written.

    `sites`: the literals that make its priority; `literal`: there is one, and it was passed on unchanged.
    """

    literals: Literals
    properties: dict[str, Any]
    listener: ListenerRef | None
    sites: tuple[Site, ...]
    literal: bool
    files: frozenset[str] = frozenset()


class _Fork(Exception):  # noqa: N818 - a way to go on, not an error
    def __init__(self, when: Value) -> None:
        super().__init__()
        self.when = when


class _TooMuch(Exception):  # noqa: N818 - an answer, not an error
    """More parts than any rule has."""


@dataclass(slots=True)
class _Reader:
    """Values → plain JSON under known literals. `split`: stop at a choice that they do not decide, rather than call it unknown."""

    machine: Machine
    known: Literals
    split: bool
    project: str = ""
    parts: int = 0
    files: set[str] = field(default_factory=set)

    def settled(self, value: Value) -> Value:
        """The value with no decided choice on top."""
        value = as_choice(value)
        while isinstance(value, Choice):
            decided = truth(self.machine, value.when, self.known)
            if decided is None:
                if (same := self._either(value)) is not None:
                    value = same
                    continue
                if self.split:
                    raise _Fork(value.when)
                break
            value = as_choice(self.machine.force(value.yes if decided else value.no))
        return value

    def _either(self, value: Choice) -> Value | None:
        """What both sides of a choice are; None where they may differ."""
        yes, no = (as_choice(self.machine.force(side)) for side in (value.yes, value.no))
        if self.machine.render(yes)[1] != self.machine.render(no)[1]:
            return None
        return Lit(yes.value, None, (*yes.sites, *no.sites)) if isinstance(yes, Lit) and isinstance(no, Lit) else yes

    def plain(self, value: Value, depth: int = 0) -> Any:
        self.parts += 1
        if self.parts > _ITEMS:
            raise _TooMuch
        if depth > _DEPTH:
            return Unknown("an object nested too deeply")
        if value.__class__ not in _SETTLED:
            value = self.settled(value)
        if isinstance(value, Lit):
            for site in value.sites:
                self.files.add(site.module.name)
            return value.value
        if isinstance(value, Arr):
            items = [self.plain(self.machine.force(item), depth + 1) for item in value.items]
            return [item for item in items if item is not None] + ([Unknown(value.more)] if value.more else [])
        if isinstance(value, Obj) and value.more is None:
            return {name: self.plain(self.machine.force(item), depth + 1) for name, item in value.entries.items()}
        if isinstance(value, Obj) and value.more is not None:
            return Reference(f"{{...{value.more.text}}}", value.more.why)
        if isinstance(value, Sym):
            return reference_of(value, self.project)
        text = self.machine.render(value)[0]
        return Reference(
            text, "a resource" if isinstance(value, Res) else "depends on a condition" if isinstance(value, Choice) else "not a value"
        )


def ways_of(machine: Machine, draft: Draft, project: str = "") -> list[Way]:
    """All ways for one rule to turn out, the choices being taken in the order they are met; one with nothing told if it takes too long.

    `project`: whose rule it is, for symbols that are its own.
    """

    def lost(why: str) -> list[Way]:
        unknown = Unknown(f"a value that is not followed ({why})")
        return [Way(draft.literals, dict.fromkeys((*_SPLITTING[1:], *_WHOLE), unknown), None, (), literal=False)]

    return machine.within(_STEPS, lambda: _ways(machine, draft, project), lost)


def _ways(machine: Machine, draft: Draft, project: str) -> list[Way]:
    pending: list[Literals] = [draft.literals]
    found: list[Way] = []
    while pending:
        known = pending.pop()
        if len(found) + len(pending) >= _WAYS:
            return [_way(_Reader(machine, draft.literals, split=False, project=project), draft)]
        try:
            found.append(_way(_Reader(machine, known, split=True, project=project), draft))
        except _Fork as fork:
            sides = [join(known, literals(machine, fork.when, holds, known)) for holds in (False, True)]
            if known in sides:  # a condition that its own literals do not decide
                return [_way(_Reader(machine, draft.literals, split=False, project=project), draft)]
            pending.extend(side for side in sides if side is not None)
    return found


def _way(reader: _Reader, draft: Draft) -> Way:
    given = reader.settled(reader.machine.force(draft.properties))
    fields = {name: reader.machine.get(given, name, draft.node, draft.env) for name in (*_SPLITTING, *_WHOLE)}
    properties: dict[str, Any] = {}
    for name in _SPLITTING[1:]:
        properties[name] = _bounded(reader, fields[name])
    priority = reader.settled(fields["priority"])
    listener = _listener(reader, reader.settled(_told(reader, fields["listenerArn"])))
    whole = _Reader(reader.machine, reader.known, split=False, project=reader.project)
    for name in _WHOLE:
        properties[name] = _bounded(whole, fields[name])
    sites = priority.sites if isinstance(priority, Lit) else ()
    files = frozenset({*reader.files, *(site.module.name for site in sites)})
    return Way(reader.known, properties, listener, sites, isinstance(priority, Lit) and priority.site is not None, files)


def reference_of(value: Sym, project: str = "") -> Reference:
    """A symbol as the model knows it."""
    return Reference(value.text, value.why, _text_of(value, project), _number_of(value, project))


def _text_of(value: Sym, project: str) -> tuple[str | Symbol, ...]:
    pieces = [piece if isinstance(piece, str) else _symbol(piece, project) for piece in value.pieces or (value,)]
    return () if None in pieces else tuple(joined([piece for piece in pieces if piece is not None]))


def _number_of(value: Sym, project: str) -> SymbolicNumber | None:
    base, plus = value.plus or (value, 0)
    before = after = ""
    if value.pieces:
        symbols = [piece for piece in value.pieces if isinstance(piece, Sym)]
        texts = [piece for piece in value.pieces if isinstance(piece, str)]
        if len(symbols) != 1 or not all(text.isdecimal() and text.isascii() for text in texts):
            return None
        base = symbols[0]
        at = value.pieces.index(base)
        before, after = "".join(texts[:at]), "".join(texts[at:])
    symbol = _symbol(base, project)
    return None if symbol is None else SymbolicNumber(symbol, plus, before, after)


def _symbol(value: Sym, project: str) -> Symbol | None:
    """The symbol with its identity; None where it may be another value each time."""
    if value.known is None:
        return None
    key = f"{project}:{value.key}" if value.known.local else value.key
    return Symbol(key, value.text, plain=value.known.plain, secret=value.known.secret)


def _bounded(reader: _Reader, value: Value) -> Any:
    try:
        return reader.plain(value)
    except _TooMuch:
        return Unknown("a value of too many parts")


def _field(reader: _Reader, draft: Draft, name: str) -> Value:
    properties = reader.settled(reader.machine.force(draft.properties))
    return reader.machine.get(properties, name, draft.node, draft.env)


def _told(reader: _Reader, value: Value) -> Value:
    """The side of a choice that may name a listener, where the other one names none: nothing is deployed with that."""
    value = as_choice(value)
    for _ in range(_DEPTH):
        if isinstance(value, Choice):
            decided = truth(reader.machine, value.when, reader.known)
            open_sides = (value.yes, value.no) if decided is None else (value.yes if decided else value.no,)
            sides = [as_choice(reader.machine.force(side)) for side in open_sides]
        elif isinstance(value, Sym) and value.logic is not None and value.logic[0] == "or":
            sides = [as_choice(side) for side in value.logic[1]]
        else:
            break
        naming = [side for side in sides if not (isinstance(side, Lit) and side.value in (None, ""))]
        if len(naming) != 1:
            break
        value = naming[0]
    return value


def listener_of(machine: Machine, value: Value) -> ListenerRef | None:
    """The listener that a value is; None where it names none."""
    return _listener(_Reader(machine, (), split=False), as_choice(value))


def _listener(reader: _Reader, value: Value) -> ListenerRef | None:
    if isinstance(value, Lit):
        return ListenerRef(value.value, value.value, arn=True) if isinstance(value.value, str) and value.value else None
    if isinstance(value, Sym):
        elsewhere = _OUTPUT.fullmatch(value.key) is not None
        return ListenerRef(value.text, value.key, resource=reader.machine.resources.get(value.key), elsewhere=elsewhere)
    text, key = resource_names(reader.machine, value) if isinstance(value, Res) else reader.machine.render(value)
    return ListenerRef(text, key, resource=value if isinstance(value, Res) else None)


def frames_read(machine: Machine, draft: Draft) -> frozenset[Frame]:
    """The calls whose arguments decide the name, the priority and the conditions."""

    def look() -> Value:
        reader = _Reader(machine, draft.literals, split=False)
        for name in ("priority", "conditions"):
            _bounded(reader, _field(reader, draft, name))
        return machine.force(draft.name)

    return machine.within(_STEPS, lambda: machine.all_reads([Lazy(look)])[1], lambda _: frozenset())


def name_of(machine: Machine, draft: Draft) -> str:
    """The name that Pulumi knows the rule by, as far as it can be told: a template may keep a part in `${}`."""

    def told() -> str:
        value = machine.force(draft.name)
        if isinstance(value, Lit):
            return value.value if isinstance(value.value, str) else ""
        text = machine.render(value)[0]
        return text if "${" in text else ""

    return machine.within(_STEPS, told, lambda _: "")


def plain_value(machine: Machine, value: Lazy) -> Any:
    """A value as plain JSON, what cannot be told being Unknown or a Reference."""
    return machine.within(_STEPS, lambda: _bounded(_Reader(machine, (), split=False), machine.force(value)), Unknown)

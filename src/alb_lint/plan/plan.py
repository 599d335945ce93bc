"""A plan as data: what moves, what is merged, what changes on purpose, and its JSON (contract `plan --format json`) both ways."""

from collections.abc import Mapping
from dataclasses import dataclass
from json import JSONDecodeError, loads
from typing import Any, Final

from alb_lint.errors import SourceError
from alb_lint.model import Forward, Request, Share
from alb_lint.model.shape import action_shape

SCHEMA: Final = "alb-lint.plan.v1"
ENTRIES: Final = 100_000
"""Entries of one list in a plan file that are read; a listener has a few thousand rules at the very most."""


@dataclass(frozen=True, slots=True)
class Move:
    """`range` is the name of the range that the rule belongs to, "" for none."""

    rule: str
    old: int
    new: int
    range: str = ""
    because: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"rule": self.rule, "from": self.old, "to": self.new, "range": self.range or None, "because": self.because}


@dataclass(frozen=True, slots=True)
class Merge:
    """Twins that become one rule: `keep` gets `action` as its last one, `drop` are deleted. `priority`: where `keep` ends up.

    `changes`: whether some request is then answered otherwise than today (or today's answer is not told); `request` is one that all take.
    """

    keep: str
    drop: tuple[str, ...]
    priority: int
    action: Forward
    changes: bool = False
    request: Request | None = None
    because: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "keep": self.keep,
            "drop": list(self.drop),
            "priority": self.priority,
            "action": action_shape(self.action),
            "changes": self.changes,
            "request": _shown(self.request),
            "because": self.because,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """An order that is reversed, or decided, on purpose.

    `request`: one that both take, and whose answer changes where that is so; `changes`: whether any does, "undecided" where not told.
    """

    first: str
    then: str
    request: Request | None
    because: str
    changes: bool | str = True

    def to_json(self) -> dict[str, Any]:
        return {
            "first": self.first,
            "then": self.then,
            "request": _shown(self.request),
            "because": self.because,
            "changes": self.changes,
        }


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rules of which the order matters, the earlier first. `witness`: a request that both take; None where none was found."""

    before: str
    after: str
    witness: Request | None = None

    def to_json(self) -> dict[str, Any]:
        return {"before": self.before, "after": self.after, "witness": _shown(self.witness)}


@dataclass(frozen=True, slots=True)
class ProofSummary:
    """`overlapping`, `sensitive`, `kept`: pairs. `certificate`: the sensitive ones but for `implied`, which follow from two listed ones each."""

    overlapping: int = 0
    sensitive: int = 0
    kept: int = 0
    certificate: tuple[Pair, ...] = ()
    implied: int = 0

    def to_json(self) -> dict[str, Any]:
        return {
            "pairs_overlapping": self.overlapping,
            "order_sensitive": self.sensitive,
            "order_kept": self.kept,
            "certificate": [pair.to_json() for pair in self.certificate],
            "implied": self.implied,
        }


@dataclass(frozen=True, slots=True)
class Step:
    """One move of one rule on the way; `parking` where it is not yet the rule's new number."""

    rule: str
    old: int
    new: int
    parking: bool = False

    def to_json(self) -> dict[str, Any]:
        return {"rule": self.rule, "from": self.old, "to": self.new, "parking": self.parking}


@dataclass(frozen=True, slots=True)
class Note:
    """What a person should know beside the plan; `rules` are ids."""

    reason: str
    rules: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"reason": self.reason, "rules": list(self.rules)}


Call = Mapping[str, Any]
"""One API call: `call` is the name on the command line, the rest its input."""


@dataclass(frozen=True, slots=True)
class ListenerPlan:
    """The plan of one listener. `kept` and `moved` count rules of the result; no plan of the kind moves fewer than `at_least`.

    `steps`: API calls in order; `rollback`: those that undo them. `one_at_a_time`: the moves for tools that change one rule after the other,
    None where no such way exists (a note says why). `digest` is that of the listener that the plan is for.
    """

    id: str
    name: str = ""
    digest: str = ""
    moves: tuple[Move, ...] = ()
    merges: tuple[Merge, ...] = ()
    intended_changes: tuple[Change, ...] = ()
    kept: int = 0
    at_least: int = 0
    proof: ProofSummary = ProofSummary()
    steps: tuple[Call, ...] = ()
    one_at_a_time: tuple[Step, ...] | None = ()
    rollback: tuple[Call, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def moved(self) -> int:
        return len(self.moves)

    @property
    def minimum_proved(self) -> bool:
        return self.moved == self.at_least

    @property
    def equivalent(self) -> bool:
        """Whether every request gets what it gets today."""
        return not any(change.changes for change in self.intended_changes) and not any(merge.changes for merge in self.merges)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "base_digest": self.digest,
            "moves": [move.to_json() for move in self.moves],
            "merges": [merge.to_json() for merge in self.merges],
            "intended_changes": [change.to_json() for change in self.intended_changes],
            "kept": self.kept,
            "moved": self.moved,
            "minimum_proved": self.minimum_proved,
            "at_least": self.at_least,
            "proof": self.proof.to_json(),
            "steps": [dict(call) for call in self.steps],
            "one_at_a_time": None if self.one_at_a_time is None else [step.to_json() for step in self.one_at_a_time],
            "rollback": [dict(call) for call in self.rollback],
            "notes": [note.to_json() for note in self.notes],
        }


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a listener gets no plan. `missing`: how many numbers too few there are, 0 where that is not it; `nearest`: what would work.

    `witnesses`: (role as in findings, request).
    """

    listener: str
    reason: str
    rules: tuple[str, ...] = ()
    witnesses: tuple[tuple[str, Request], ...] = ()
    missing: int = 0
    nearest: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "listener": self.listener,
            "reason": self.reason,
            "rules": list(self.rules),
            "witnesses": [{"role": role, "request": request.to_json()} for role, request in self.witnesses],
            "missing": self.missing,
            "nearest": self.nearest,
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """Plans by listener, in the order of the listeners; `digest` is over theirs."""

    listeners: tuple[ListenerPlan, ...] = ()
    refused: tuple[Refusal, ...] = ()
    digest: str = ""

    @property
    def equivalent(self) -> bool:
        return all(item.equivalent for item in self.listeners)

    def to_json(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "equivalent": self.equivalent,
            "base_digest": self.digest,
            "listeners": [item.to_json() for item in self.listeners],
            "refused": [item.to_json() for item in self.refused],
        }


def _shown(request: Request | None) -> dict[str, Any] | None:
    return request.to_json() if request is not None else None


def load_plan(text: str | bytes, where: str = "") -> Plan:
    """The plan in a file's content; raises SourceError for anything that is none."""
    try:
        data = loads(text)
    except (JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SourceError(f"the plan is not valid JSON: {error}", where=where, hint="write it with: alb-lint plan --format json") from error
    return plan_from_json(data, where)


def plan_from_json(data: Any, where: str = "") -> Plan:
    """The plan in parsed JSON; raises SourceError that names the first field that is wrong. What it does not know it passes over."""
    top = _Reader(data, "the plan", where)
    if top.text("schema") != SCHEMA:
        raise top.wrong("schema", f'must be "{SCHEMA}"')
    plan = Plan(
        listeners=tuple(_listener(item) for item in top.each("listeners")),
        refused=tuple(_refusal(item) for item in top.each("refused")),
        digest=top.text("base_digest"),
    )
    if top.truth("equivalent") != plan.equivalent:
        raise top.wrong("equivalent", "does not follow from the changes and merges")
    return plan


class _Reader:
    """Reads the fields of one JSON object; a field of the wrong kind is a SourceError that names it."""

    def __init__(self, data: Any, path: str, where: str) -> None:
        if not isinstance(data, dict):
            raise SourceError(f"{path} must be an object", where=where, hint="write it with: alb-lint plan --format json")
        self.data: dict[str, Any] = data
        self.path = path
        self.where = where

    def wrong(self, key: str, wanted: str) -> SourceError:
        return SourceError(f"{key!r} in {self.path} {wanted}", where=self.where, hint="write it with: alb-lint plan --format json")

    def text(self, key: str) -> str:
        value = self.data.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.wrong(key, "must be a text")
        return value

    def name(self, key: str) -> str:
        value = self.text(key)
        if not value:
            raise self.wrong(key, "is missing")
        return value

    def number(self, key: str, default: int | None = None) -> int:
        value = self.data.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.wrong(key, "must be a whole number")
        return value

    def truth(self, key: str) -> bool:
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "must be true or false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._list(key)
        if not all(isinstance(item, str) for item in value):
            raise self.wrong(key, "must be a list of texts")
        return tuple(value)

    def each(self, key: str) -> "list[_Reader]":
        return [_Reader(item, f"{key}[{place}] of {self.path}", self.where) for place, item in enumerate(self._list(key))]

    def one(self, key: str) -> "_Reader":
        return _Reader(self.data.get(key), f"{key} of {self.path}", self.where)

    def request(self, key: str) -> Request | None:
        if self.data.get(key) is None:
            return None
        item = self.one(key)
        return Request(
            item.name("method"),
            item.text("host"),
            item.name("path"),
            item.pairs("query"),
            item.pairs("headers"),
            item.name("source_ip"),
        )

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        found = []
        for pair in self._list(key):
            if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(text, str) for text in pair):
                raise self.wrong(key, "must be a list of pairs of texts")
            found.append((pair[0], pair[1]))
        return tuple(found)

    def _list(self, key: str) -> list[Any]:
        value = self.data.get(key)
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > ENTRIES:
            raise self.wrong(key, f"must be a list of at most {ENTRIES}")
        return value


def _listener(item: _Reader) -> ListenerPlan:
    proof = item.one("proof")
    moves = tuple(
        Move(one.name("rule"), one.number("from"), one.number("to"), one.text("range"), one.text("because")) for one in item.each("moves")
    )
    if item.number("moved") != len(moves):
        raise item.wrong("moved", "is not the number of moves")
    if item.truth("minimum_proved") != (item.number("at_least", len(moves)) == len(moves)):
        raise item.wrong("minimum_proved", "does not follow from at_least")
    return ListenerPlan(
        id=item.name("id"),
        name=item.text("name"),
        digest=item.text("base_digest"),
        moves=moves,
        merges=tuple(_merge(one) for one in item.each("merges")),
        intended_changes=tuple(_change(one) for one in item.each("intended_changes")),
        kept=item.number("kept"),
        at_least=item.number("at_least", len(moves)),
        proof=ProofSummary(
            proof.number("pairs_overlapping"),
            proof.number("order_sensitive"),
            proof.number("order_kept"),
            tuple(Pair(one.name("before"), one.name("after"), one.request("witness")) for one in proof.each("certificate")),
            proof.number("implied", 0),
        ),
        steps=tuple(one.data for one in item.each("steps")),
        one_at_a_time=_walk(item),
        rollback=tuple(one.data for one in item.each("rollback")),
        notes=tuple(Note(one.text("reason"), one.texts("rules")) for one in item.each("notes")),
    )


def _walk(item: _Reader) -> tuple[Step, ...] | None:
    if item.data.get("one_at_a_time") is None:
        return None
    return tuple(Step(one.name("rule"), one.number("from"), one.number("to"), one.truth("parking")) for one in item.each("one_at_a_time"))


def _merge(item: _Reader) -> Merge:
    config = item.one("action").one("ForwardConfig")
    sticky = config.one("TargetGroupStickinessConfig") if "TargetGroupStickinessConfig" in config.data else None
    action = Forward(
        tuple(Share(one.name("TargetGroupArn"), one.number("Weight")) for one in config.each("TargetGroups")),
        sticky.number("DurationSeconds") if sticky is not None and sticky.truth("Enabled") else None,
    )
    return Merge(
        item.name("keep"),
        item.texts("drop"),
        item.number("priority"),
        action,
        item.truth("changes"),
        item.request("request"),
        item.text("because"),
    )


def _change(item: _Reader) -> Change:
    changes: bool | str = "undecided" if item.data.get("changes") == "undecided" else item.truth("changes")
    return Change(item.name("first"), item.name("then"), item.request("request"), item.text("because"), changes)


def _refusal(item: _Reader) -> Refusal:
    witnesses = []
    for one in item.each("witnesses"):
        request = one.request("request")
        if request is not None:
            witnesses.append((one.text("role"), request))
    return Refusal(
        item.text("listener"), item.text("reason"), item.texts("rules"), tuple(witnesses), item.number("missing", 0), item.text("nearest")
    )

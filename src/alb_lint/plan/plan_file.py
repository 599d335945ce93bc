"""A plan file back into a Plan. The file may have been edited by anyone: every field is checked, and what contradicts another is refused."""

from typing import Any, Final

from alb_lint.errors import SourceError
from alb_lint.files import json_of
from alb_lint.model import Forward, Request, Share
from alb_lint.model.shape import condition_of
from alb_lint.plan.plan import (
    SCHEMA,
    Change,
    Compaction,
    Join,
    ListenerPlan,
    Merge,
    Move,
    Note,
    Pair,
    Piece,
    Plan,
    ProofSummary,
    Refusal,
    Split,
    Step,
    Way,
)

ENTRIES: Final = 100_000
"""Entries of one list in a plan file that are read; a listener has a few thousand rules at the very most."""


def load_plan(text: str | bytes, where: str = "") -> Plan:
    """The plan in a file's content; raises SourceError for anything that is none."""
    try:
        data = json_of(text.encode() if isinstance(text, str) else text)
    except ValueError as error:
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
            proof.number("witnesses_left", 0),
        ),
        steps=tuple(one.data for one in item.each("steps")),
        one_at_a_time=_walk(item),
        rollback=tuple(one.data for one in item.each("rollback")),
        notes=tuple(Note(one.text("reason"), one.texts("rules")) for one in item.each("notes")),
        compaction=_compaction(item.one("compaction")) if item.data.get("compaction") is not None else None,
        splits=tuple(Split(one.name("rule"), tuple(map(_piece, one.each("pieces"))), one.text("because")) for one in item.each("splits")),
    )


def _piece(item: _Reader) -> Piece:
    try:
        conditions = tuple(condition_of(one.data) for one in item.each("conditions"))
    except ValueError as error:
        raise item.wrong("conditions", f"cannot be read: {error}") from error
    return Piece(item.number("priority"), conditions)


def _compaction(item: _Reader) -> Compaction:
    """What its rules take together is worked out from the rules; the conditions in the file are for people."""
    joins = tuple(Join(one.name("keep"), one.texts("drop"), one.number("priority"), (), one.text("because")) for one in item.each("joins"))
    return Compaction(
        item.number("rules_before"),
        item.number("rules_after"),
        item.number("at_least", 0),
        item.number("limit", 0),
        joins,
        item.texts("removed"),
        item.number("target_groups_before", -1),
        item.number("target_groups_after", -1),
        item.number("target_groups_limit", 0),
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
    ways = tuple(Way(one.texts("flags"), one.text("config"), one.text("means")) for one in item.each("ways"))
    return Refusal(
        item.text("listener"),
        item.text("reason"),
        item.texts("rules"),
        tuple(witnesses),
        item.number("missing", 0),
        item.text("nearest"),
        ways=ways,
    )

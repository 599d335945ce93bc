"""A plan as data: what moves, what is merged, what changes on purpose, and its JSON (contract `plan --format json`)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from alb_lint.findings.wording import rule_text as called
from alb_lint.model import Condition, Forward, Request, Rule, stack_of
from alb_lint.model.shape import action_shape, condition_shape
from alb_lint.record import record

SCHEMA: Final = "alb-lint.plan.v1"


@record
class Move:
    """`range` is the name of the range that the rule belongs to, "" for none."""

    rule: str
    old: int
    new: int
    range: str = ""
    because: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"rule": self.rule, "from": self.old, "to": self.new, "range": self.range or None, "because": self.because}


@record
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


@record
class Join:
    """Rules that act alike become one: `keep` takes what all of them take, at its own number; `drop` are deleted.

    With nothing to drop, `keep` loses values that lie inside others of its own.
    """

    keep: str
    drop: tuple[str, ...]
    priority: int
    conditions: tuple[Condition, ...] = ()
    because: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "keep": self.keep,
            "drop": list(self.drop),
            "priority": self.priority,
            "conditions": [condition_shape(item) for item in self.conditions],
            "because": self.because,
        }


@record
class Compaction:
    """Fewer rules for the same answers. `removed`: rules that change no answer. No way of this kind leaves fewer rules than `at_least`.

    `groups_before`, `groups_after`: target groups that rules and the default action name; -1 where that is not told.
    """

    before: int
    after: int
    at_least: int
    limit: int
    joins: tuple[Join, ...] = ()
    removed: tuple[str, ...] = ()
    groups_before: int = -1
    groups_after: int = -1
    groups_limit: int = 0

    def to_json(self) -> dict[str, Any]:
        return {
            "rules_before": self.before,
            "rules_after": self.after,
            "at_least": self.at_least,
            "minimum_proved": self.after == self.at_least,
            "limit": self.limit,
            "target_groups_before": self.groups_before,
            "target_groups_after": self.groups_after,
            "target_groups_limit": self.groups_limit,
            "joins": [join.to_json() for join in self.joins],
            "removed": list(self.removed),
        }


@record
class Piece:
    """One of the rules that stand in place of one: its number and what it takes."""

    priority: int
    conditions: tuple[Condition, ...]

    def to_json(self) -> dict[str, Any]:
        return {"priority": self.priority, "conditions": [condition_shape(item) for item in self.conditions]}


@record
class Split:
    """A rule over its limits that becomes several: `pieces` take together what it takes and do what it does. The first is the rule itself."""

    rule: str
    pieces: tuple[Piece, ...]
    because: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"rule": self.rule, "pieces": [piece.to_json() for piece in self.pieces], "because": self.because}


def added(splits: Iterable[Split]) -> int:
    """How many rules there are more by them."""
    return sum(len(split.pieces) - 1 for split in splits)


def dropped(compaction: Compaction | None) -> tuple[str, ...]:
    """The rules that go by it."""
    if compaction is None:
        return ()
    return (*(name for join in compaction.joins for name in join.drop), *compaction.removed)


@record
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


@record
class Pair:
    """Two rules of which the order matters, the earlier first. `witness`: a request that both take; None where none was found."""

    before: str
    after: str
    witness: Request | None = None

    def to_json(self) -> dict[str, Any]:
        return {"before": self.before, "after": self.after, "witness": _shown(self.witness)}


@record
class ProofSummary:
    """`overlapping`, `sensitive`, `kept`: pairs. `certificate`: the sensitive ones but for `implied`, which follow from two listed ones each.

    `witnesses_left`: for how many listed ones no request was looked for.
    """

    overlapping: int = 0
    sensitive: int = 0
    kept: int = 0
    certificate: tuple[Pair, ...] = ()
    implied: int = 0
    witnesses_left: int = 0

    def to_json(self) -> dict[str, Any]:
        return {
            "pairs_overlapping": self.overlapping,
            "order_sensitive": self.sensitive,
            "order_kept": self.kept,
            "certificate": [pair.to_json() for pair in self.certificate],
            "implied": self.implied,
            **({"witnesses_left": self.witnesses_left} if self.witnesses_left else {}),
        }


@record
class Step:
    """One move of one rule on the way; `parking` where it is not yet the rule's new number."""

    rule: str
    old: int
    new: int
    parking: bool = False

    def to_json(self) -> dict[str, Any]:
        return {"rule": self.rule, "from": self.old, "to": self.new, "parking": self.parking}


@record
class Note:
    """What a person should know beside the plan; `rules` are ids."""

    reason: str
    rules: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"reason": self.reason, "rules": list(self.rules)}


LEFT_ALONE: Final = "its deployments leave its number as it is live (they ignore changes of it): change it on the live listener, and here"
"""Of a rule whose number in code does nothing once it is made."""


def kept_elsewhere(rules: Iterable[Rule], moves: Sequence[Move]) -> tuple[Note, ...]:
    """What has to change beside the moves: a CloudFormation stack puts back, or trips over, the number that its template says; and what a change
    of the code does not change.
    """
    known = {rule.id: rule for rule in rules}
    found = []
    for move in moves:
        stack = stack_of(known[move.rule]) if move.rule in known else None
        if stack is not None:
            what = f"its resource {stack[1]}" if stack[1] else "its template"
            told = (
                f"{called(known[move.rule])} is of the CloudFormation stack {stack[0]}: change the Priority in {what} to {move.new} as well"
            )
            found.append(Note(told, (move.rule,)))
        if move.rule in known and "priority" in known[move.rule].left_alone:
            found.append(Note(f"{called(known[move.rule])}: {LEFT_ALONE}", (move.rule,)))
    return tuple(found)


Call = Mapping[str, Any]
"""One API call: `call` is the name on the command line, the rest its input."""


@record
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
    compaction: Compaction | None = None
    splits: tuple[Split, ...] = ()

    @property
    def moved(self) -> int:
        return len(self.moves)

    @property
    def minimum_proved(self) -> bool:
        return self.moved == self.at_least

    @property
    def is_told(self) -> bool:
        """Whether a written report has a section for the listener; of others only the counts are told."""
        return bool(self.steps or self.intended_changes or self.notes)

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
            **({"compaction": self.compaction.to_json()} if self.compaction is not None else {}),
            **({"splits": [split.to_json() for split in self.splits]} if self.splits else {}),
        }


@record
class Way:
    """What was tried and gives a plan: `flags` of the command, with `config` lines where those are needed too. `means`: what it decides."""

    flags: tuple[str, ...] = ()
    config: str = ""
    means: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"flags": list(self.flags), "config": self.config, "means": self.means}


@record
class Refusal:
    """Why a listener gets no plan. `missing`: how many numbers too few there are, 0 where that is not it; `nearest`: what would work.

    `witnesses`: (role as in findings, request). `collision`: what rules of one number that stand against a plan are to each other, each two after
    the other in `rules`; `ways`: out of that; `apart`: why twins cannot be merged, which `reason` says as well.
    """

    listener: str
    reason: str
    rules: tuple[str, ...] = ()
    witnesses: tuple[tuple[str, Request], ...] = ()
    missing: int = 0
    nearest: str = ""
    collision: Literal["", "twins", "crossing"] = ""
    ways: tuple[Way, ...] = ()
    apart: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "listener": self.listener,
            "reason": self.reason,
            "rules": list(self.rules),
            "witnesses": [{"role": role, "request": request.to_json()} for role, request in self.witnesses],
            "missing": self.missing,
            "nearest": self.nearest,
            "ways": [way.to_json() for way in self.ways],
        }


@record
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

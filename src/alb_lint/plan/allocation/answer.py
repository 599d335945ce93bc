"""What `allocate` answers, as data, and its JSON (contract `allocate --format json`)."""

from typing import Any, Literal

from alb_lint.model import Request, Rule
from alb_lint.plan.plan import Move, Note, Refusal
from alb_lint.plan.steps.calls import priority_calls
from alb_lint.record import record

Where = Literal["fit", "first", "last", "before", "after"]


@record
class Place:
    """Where a rule is wanted. "fit": behind what is narrower or crosses it, before what is wider; `rule`: the id for "before" and "after"."""

    where: Where = "fit"
    rule: str = ""


@record
class Wish:
    """A rule without a number (its own does not matter, nor need it have actions), and what is asked of the number. `range`: "" for its own."""

    rule: Rule
    range: str = ""
    place: Place = Place()


@record
class Neighbour:
    """A rule and a request that both it and the new one take."""

    id: str
    witness: Request | None

    def to_json(self) -> dict[str, Any]:
        return {"id": self.id, "witness": _shown(self.witness)}


@record
class Allocation:
    """A number for one rule. `interval`: all numbers at which it answers what was asked and takes nothing else; `after`, `before`: the
    rules that bound it.

    At `priority`: `takes` are rules that lose requests to it, `loses` rules that keep requests which it takes too, `shadows` rules that then
    answer nothing any more; `default`: a request that no rule answers today. `because`: why this number of the interval.
    """

    rule: str
    range: str
    priority: int
    interval: tuple[int, int]
    after: tuple[Neighbour, ...] = ()
    before: tuple[Neighbour, ...] = ()
    alternatives: tuple[int, ...] = ()
    takes: tuple[Neighbour, ...] = ()
    loses: tuple[Neighbour, ...] = ()
    shadows: tuple[str, ...] = ()
    default: Request | None = None
    because: str = ""
    notes: tuple[Note, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "range": self.range or None,
            "priority": self.priority,
            "interval": list(self.interval),
            "order": {"after": [item.to_json() for item in self.after], "before": [item.to_json() for item in self.before]},
            "alternatives": list(self.alternatives),
            "takes": [item.to_json() for item in self.takes],
            "loses": [item.to_json() for item in self.loses],
            "shadows": list(self.shadows),
            "default": _shown(self.default),
            "because": self.because,
            "notes": [note.to_json() for note in self.notes],
        }


@record
class Allocations:
    """Numbers for all rules that were asked for, in their order. `moves`: rules that make room first; none: the numbers are free now."""

    listener: str
    items: tuple[Allocation, ...]
    moves: tuple[Move, ...] = ()
    notes: tuple[Note, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """One rule: its fields at the top, as the contract has them. Several: a list."""
        shared: dict[str, Any] = {
            "moves": [move.to_json() for move in self.moves],
            "steps": [dict(call) for call in priority_calls([(move.rule, move.new) for move in self.moves])],
        }
        if len(self.items) == 1:
            one = self.items[0].to_json()
            return one | shared | {"notes": [*one["notes"], *(note.to_json() for note in self.notes)]}
        told = [item.to_json() for item in self.items]
        return {"allocations": told, **shared, "notes": [note.to_json() for note in self.notes]}


@record
class NoNumber:
    """Why there is none; `instead`: what would work though it leaves the ranges, with the fewest moves."""

    refusal: Refusal
    instead: Allocations | None = None

    def to_json(self) -> dict[str, Any]:
        return self.refusal.to_json() | {"instead": None if self.instead is None else self.instead.to_json()}


def _shown(request: Request | None) -> dict[str, Any] | None:
    return request.to_json() if request is not None else None

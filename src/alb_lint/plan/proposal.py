"""A plan together with what it was made from: what reports and scripts are written from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.config import Config
from alb_lint.findings.summary import Summary
from alb_lint.model import Gap, Listener, Rule
from alb_lint.plan.plan import ListenerPlan, Plan
from alb_lint.record import record

Key = tuple[str, str, str]
"""A change of a plan beside its moves: its kind ("join", "removed" or "split"), the listener, the rule that it is known by."""


def key_of(kind: str, part: ListenerPlan, rule: str) -> Key:
    return kind, part.id, rule


@record
class Redraft:
    """Code in which joins, deletions and splits stand. `contents`, `was`: the new and old bytes of each file, with the numbers that move.

    `done`: what stands there; `reasons`: why the rest does not.
    """

    contents: Mapping[str, bytes] = MappingProxyType({})
    was: Mapping[str, bytes] = MappingProxyType({})
    done: frozenset[Key] = frozenset()
    reasons: Mapping[Key, str] = MappingProxyType({})


NOT_DRAFTED: Final = Redraft()


@dataclass(frozen=True)
class Proposal:
    """`facts`: all listeners that were read, as they are today. `sources`: files that the user gave, or `--live` and its flags; `wishes`: flags
    of `plan`; `reading`: flags that tell how the sources are read: for the commands that reports show.

    `made_on`: ISO date, "" where it is not told. `width`: columns of the text. `left`, `now`: the findings of the state after the plan, and
    of today's, where a report shows them; `unjudged`: listeners that it tells of without, since too much had to be looked at. `redraft`: the
    code with what a patch writes beside numbers.
    """

    plan: Plan
    facts: tuple[ListenerFacts, ...]
    config: Config
    gaps: tuple[Gap, ...] = ()
    sources: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    reading: tuple[str, ...] = ()
    made_on: str = ""
    width: int = 100
    left: Summary | None = None
    now: Summary | None = None
    unjudged: frozenset[str] = frozenset()
    redraft: Redraft = NOT_DRAFTED

    @property
    def live(self) -> bool:
        """Whether accounts were read, not files."""
        return self.sources[:1] == ("--live",)

    @cached_property
    def _known(self) -> dict[str, ListenerFacts]:
        """By the id of the listener; of several the first."""
        return {item.listener.id: item for item in reversed(self.facts)}

    def found(self, listener: str) -> ListenerFacts | None:
        """The facts of the listener of this id, where it was read."""
        return self._known.get(listener)

    def facts_of(self, part: ListenerPlan) -> ListenerFacts:
        return self._known[part.id]

    def base(self, part: ListenerPlan) -> Listener:
        """The listener of the part, as it is today."""
        return self.facts_of(part).listener

    def name(self, listener: str) -> str:
        """What people call the listener of this id."""
        found = self.found(listener)
        return found.listener.name or found.listener.id if found is not None else listener


def rules_by_id(listener: Listener) -> dict[str, Rule]:
    return {rule.id: rule for rule in listener.rules}

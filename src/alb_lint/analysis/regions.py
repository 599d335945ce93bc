"""One listener with further regions beside it: sets of requests that no rule of it stands for, asked about by the same engine.

A region is a rule that is asked after all others, so that it changes no answer. It stands for requests by its conditions alone.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Final

from alb_lint.analysis.facts import ListenerFacts, Undecided
from alb_lint.analysis.known import facts_of
from alb_lint.model import Condition, Listener, Request, Rule
from alb_lint.record import replace
from alb_lint.space.covers import bits_of

_DEFAULT: Final = 1_000_000
_REGIONS: Final = 1_000_001


def _name(region: int) -> str:
    return f"\0region {region}"


class Regions:
    """Facts on a listener whose default action stands behind the rules like one of them, and on regions, named by number.

    `regions`: the conditions of each, all of which must hold; () is every request.
    """

    def __init__(self, listener: Listener, regions: Sequence[tuple[Condition, ...]]) -> None:
        self.listener = listener
        self._regions = tuple(regions)
        self._own = facts_of(listener)
        self._own_places = {rule.id: index for index, rule in enumerate(self._own.rules)}

    @cached_property
    def facts(self) -> ListenerFacts:
        """Facts on the listener with the regions behind its rules."""
        listener = self.listener
        default = () if listener.default is None else (replace(listener.default, is_default=False, priority=_DEFAULT, conditions=()),)
        extra = tuple(Rule(_name(number), "", _REGIONS + number, conditions) for number, conditions in enumerate(self._regions))
        return ListenerFacts(replace(listener, rules=(*listener.rules, *default, *extra), default=None))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {rule.id: index for index, rule in enumerate(self.facts.rules)}

    @cached_property
    def _rules(self) -> dict[int, Rule]:
        own = (*self.listener.rules, *(() if self.listener.default is None else (self.listener.default,)))
        return {self._places[rule.id]: rule for rule in own}

    def _region(self, number: int) -> int:
        """The position of a region."""
        return self._places[_name(number)]

    def place(self, rule: Rule) -> int:
        """The position of a rule of the listener, the default rule too."""
        return self._places[rule.id]

    def answered(self, rule: Rule, inside: int, outside: Sequence[int] = (), never: Sequence[Rule] = ()) -> Request | Undecided | None:
        """A request of region `inside`, of none of the regions `outside` and matched by none of the rules `never`, that the rule answers.

        None: there is none. What may stand before the rule counts as standing there.
        """
        if not outside and not never:
            found = self._at_hand(rule, inside)
            if not isinstance(found, Undecided):
                return found
        here = self.place(rule)
        avoid = self._before(here)
        for number in outside:
            avoid |= 1 << self._region(number)
        for other in never:
            avoid |= 1 << self.place(other)
        return self.facts.search((here, self._region(inside)), avoid & ~(1 << here))

    def left(self, inside: int, outside: Sequence[int] = ()) -> Request | Undecided | None:
        """A request of region `inside` and of none of the regions `outside` that no rule matches for certain; None: there is none."""
        here = self._region(inside)
        avoid = 0
        for rule in self.listener.rules:
            avoid |= 0 if rule.presence else 1 << self._places[rule.id]
        for number in outside:
            avoid |= 1 << self._region(number)
        return self.facts.search((here,), avoid)

    def answers_some(self, rule: Rule, inside: int) -> bool | Undecided:
        """Whether the rule answers some request of region `inside`; cheaper than `answered`, which shows it."""
        found = self._at_hand(rule, inside)
        if not isinstance(found, Undecided):
            return found is not None
        here = self.place(rule)
        return self.facts.exists((here, self._region(inside)), self._before(here))

    def _at_hand(self, rule: Rule, inside: int) -> Request | Undecided | None:
        """As `answered`, from the facts on the rules of the listener alone; mostly they tell, and other checks have them at hand."""
        return self._own.answered_within(None if rule.is_default else self._own_places[rule.id], self._regions[inside])

    def _before(self, here: int) -> int:
        return self.facts.compiled.may_precede(here) & ~self.facts.excluded(here) & ~(1 << here)

    def meeting(self, inside: int) -> tuple[Rule, ...]:
        """The rules, the default among them, that may share a request with the region, in asking order."""
        bits = self.facts.meets[self._region(inside)] | self.facts.unsure[self._region(inside)]
        return tuple(self._rules[index] for index in bits_of(bits) if index in self._rules)

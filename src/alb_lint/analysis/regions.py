"""One listener with further regions beside it: sets of requests that no rule of it stands for, asked about by the same engine.

A region is a rule that is asked after all others, so that it changes no answer. It stands for requests by its conditions alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from alb_lint.analysis.facts import ListenerFacts, Undecided
from alb_lint.model import Condition, Listener, Request, Rule
from alb_lint.space.covers import bits_of

_DEFAULT: Final = 1_000_000
_REGIONS: Final = 1_000_001


class Regions:
    """Facts on a listener whose default action stands behind the rules like one of them, and on regions, named by number.

    `regions`: the conditions of each, all of which must hold; () is every request.
    """

    def __init__(self, listener: Listener, regions: Sequence[tuple[Condition, ...]]) -> None:
        self.listener = listener
        default = () if listener.default is None else (replace(listener.default, is_default=False, priority=_DEFAULT, conditions=()),)
        extra = tuple(Rule(f"\0region {number}", "", _REGIONS + number, conditions) for number, conditions in enumerate(regions))
        self.facts = ListenerFacts(replace(listener, rules=(*listener.rules, *default, *extra), default=None))
        places = {rule.id: index for index, rule in enumerate(self.facts.rules)}
        self.region = [places[rule.id] for rule in extra]
        own = (*listener.rules, *(() if listener.default is None else (listener.default,)))
        self._places = {rule.id: places[rule.id] for rule in own}
        self._rules = {places[rule.id]: rule for rule in own}

    def place(self, rule: Rule) -> int:
        """The position of a rule of the listener, the default rule too."""
        return self._places[rule.id]

    def answered(self, rule: Rule, inside: int, outside: Sequence[int] = (), never: Sequence[Rule] = ()) -> Request | Undecided | None:
        """A request of region `inside`, of none of the regions `outside` and matched by none of the rules `never`, that the rule answers.

        None: there is none. What may stand before the rule counts as standing there.
        """
        here = self.place(rule)
        avoid = self.facts.compiled.may_precede(here)
        for number in outside:
            avoid |= 1 << self.region[number]
        for other in never:
            avoid |= 1 << self.place(other)
        avoid &= ~self.facts.excluded(here) & ~(1 << here)
        return self.facts.search((here, self.region[inside]), avoid)

    def meeting(self, inside: int) -> tuple[Rule, ...]:
        """The rules, the default among them, that may share a request with the region, in asking order."""
        bits = self.facts.meets[self.region[inside]] | self.facts.unsure[self.region[inside]]
        return tuple(self._rules[index] for index in bits_of(bits) if index in self._rules)


Question = tuple[Rule, tuple[Condition, ...]]
"""A rule of a listener, and the conditions of a region: does the rule answer some request of it?"""


def answers(listener: Listener, questions: Iterable[Question]) -> dict[tuple[str, tuple[Condition, ...]], Request | Undecided | None]:
    """(id of the rule, region) → what `Regions.answered` says of it, for each question; the listener is compiled once for all of them."""
    asked = {(rule.id, region): rule for rule, region in questions}
    numbers = {region: number for number, region in enumerate(dict.fromkeys(region for _, region in asked))}
    beside = Regions(listener, tuple(numbers))
    return {key: beside.answered(rule, numbers[key[1]]) for key, rule in asked.items()}

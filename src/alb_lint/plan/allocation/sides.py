"""On which side of each rule a new one must stand, so that it answers what was asked and takes nothing else.

A rule j matters where the two share a request that j answers today and act differently. The new rule takes all those requests from a number below
j's and none from one above it, so that every wish is a side for each such j, and the numbers that grant it are one interval.
"""

from dataclasses import dataclass

from alb_lint.analysis.decisions import order_sensitive
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.config import Config, listener_fits, rule_fits
from alb_lint.findings.wording import rule_text as called
from alb_lint.model import HostHeader, PathPattern, Request, Rule
from alb_lint.model.action import Forward
from alb_lint.model.limits import PRIORITY_MAX, PRIORITY_MIN
from alb_lint.plan.allocation.answer import Neighbour, Place
from alb_lint.plan.plan import Refusal
from alb_lint.space.covers import bits_of

SHOWN = 200
"""Rules of one answer for which a request is looked for."""


@dataclass(slots=True)
class Sides:
    """Bitsets of rules by position: `first` come before the new rule, `then` after it; `crossed`: those of `first` that are not narrower.

    `live`: those of both that answer something that it takes too. `doubtful`: of which that, or what is wider, could not be decided.
    """

    first: int = 0
    then: int = 0
    crossed: int = 0
    live: int = 0
    doubtful: int = 0


class Listing:
    """A listener together with rules that have no number yet; they stand last in `facts.rules`, positions in `new`."""

    def __init__(self, facts: ListenerFacts, new: tuple[str, ...], config: Config) -> None:
        self.facts = facts
        self.config = config
        self.listener = facts.listener
        self.rules = facts.rules
        place = {rule.id: index for index, rule in enumerate(self.rules)}
        self.new = tuple(place[name] for name in new)
        mine = sum(1 << index for index in self.new)
        self.known = facts.compiled.everything & ~facts.compiled.floating & ~mine
        self.floating = facts.compiled.floating
        self.sensitive = order_sensitive(facts)

    def at(self, index: int) -> int:
        given = self.rules[index].priority
        assert isinstance(given, int)
        return given

    def sides(self, mine: int, place: Place) -> Sides | Refusal:
        """The sides of all rules of known number; a Refusal where the wish, the config and what the rules take do not go together."""
        found = Sides()
        facts = self.facts
        named = next((index for index in bits_of(self.known) if self.rules[index].id == place.rule), None)
        for index in bits_of(self.sensitive[mine] & self.known):
            answers = facts.exists((index, mine), facts.earlier[index])
            if answers is False:
                continue
            bit = 1 << index
            found.live |= bit
            if answers is not True:
                found.doubtful |= bit
            if index == named:
                continue
            relation = facts.relation(index, mine)
            if place.where == "first":
                found.then |= bit
            elif place.where == "last":
                found.first |= bit
            elif relation == "equal":
                return self._twin(mine, index)
            elif relation == "wider":
                found.then |= bit
            else:
                found.first |= bit
                found.crossed |= bit if relation != "narrower" else 0
                found.doubtful |= bit if relation == "undecided" else 0
        if named is not None:
            found.then, found.first = (
                (found.then | 1 << named, found.first) if place.where == "before" else (found.then, found.first | 1 << named)
            )
        return self._with_config(found, mine, place, named)

    def _with_config(self, found: Sides, mine: int, place: Place, named: int | None) -> Sides | Refusal:
        for item in self.config.before:
            if not listener_fits(item.listener, self.listener, self.config):
                continue
            for index in bits_of(self.known):
                bit = 1 << index
                if rule_fits(item.first, self.rules[index]) and rule_fits(item.then, self.rules[mine]):
                    wrong, found.first, found.then = found.then & bit, found.first | bit, found.then & ~bit
                elif rule_fits(item.first, self.rules[mine]) and rule_fits(item.then, self.rules[index]):
                    wrong, found.then, found.first = found.first & bit, found.then | bit, found.first & ~bit
                else:
                    continue
                if wrong and (index == named or place.where in ("first", "last")):
                    asked = f"--place {place.where}" + (f" {self.rules[index].label}" if index == named else "")
                    reason = f"{asked} and [[before]] {item.first!r}, {item.then!r} ask for opposite orders"
                    return Refusal(self.listener.id, reason, (self.rules[index].id,), nearest="drop one of the two")
        return found

    def _twin(self, mine: int, index: int) -> Refusal:
        other = self.rules[index]
        return Refusal(
            self.listener.id,
            f"{called(other)} matches exactly the same requests, so that one of the two would never answer",
            (other.id,),
            self.both(mine, index),
            nearest="give that rule a weighted forward to both, or narrow the new one",
        )

    def both(self, mine: int, index: int) -> tuple[tuple[str, Request], ...]:
        shared = self.facts.shared_request(index, mine)
        return (("both", shared),) if shared is not None else ()

    def interval(self, sides: Sides) -> tuple[int, int]:
        """The numbers between those that come first and those that come then; none where the first exceeds the second."""
        low = max((self.at(index) + 1 for index in bits_of(sides.first)), default=PRIORITY_MIN)
        high = min((self.at(index) - 1 for index in bits_of(sides.then)), default=PRIORITY_MAX)
        return max(low, PRIORITY_MIN), min(high, PRIORITY_MAX)

    def neighbours(self, mine: int, mask: int) -> tuple[Neighbour, ...]:
        """The rules of the mask, each with a request that both take."""
        found = []
        for place, index in enumerate(bits_of(mask)):
            found.append(Neighbour(self.rules[index].id, self.facts.shared_request(index, mine) if place < SHOWN else None))
        return tuple(found)

    def kin(self, mine: int) -> tuple[int, ...]:
        """Numbers of the rules most like the new one: same host, first part of the path, or target group."""
        wanted = _marks(self.rules[mine])
        likeness = {index: len(wanted & _marks(self.rules[index])) for index in bits_of(self.known)} if wanted else {}
        most = max(likeness.values(), default=0)
        return tuple(self.at(index) for index, shared in likeness.items() if shared == most) if most else ()


def _marks(rule: Rule) -> frozenset[tuple[str, str]]:
    """What tells the family of a rule: hosts, first parts of paths, target groups."""
    found = set()
    for condition in rule.conditions:
        for value in condition.values if isinstance(condition, HostHeader | PathPattern) else ():
            text = value.lower() if isinstance(value, str) and isinstance(condition, HostHeader) else value
            if not isinstance(text, str) or text in ("*", "/*"):
                continue
            if isinstance(condition, HostHeader):
                found.add(("host", text))
                continue
            first = text.removeprefix("/").split("/", 1)[0]
            if first and not set(first) & set("*?"):
                found.add(("path", first))
    for action in rule.actions:
        for share in action.shares if isinstance(action, Forward) else ():
            if isinstance(share.target_group, str):
                found.add(("group", share.target_group))
    return frozenset(found)


__all__ = ["Listing", "Sides"]

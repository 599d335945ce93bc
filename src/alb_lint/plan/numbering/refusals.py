"""Why there is no numbering, in words: which rules, how many numbers are missing, which order forces it, and what would work."""

from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.config import spell
from alb_lint.model import Request
from alb_lint.model.limits import PRIORITY_MAX, PRIORITY_MIN
from alb_lint.plan.naming import called, listed
from alb_lint.plan.numbering.numbering import LINKS, PINNED, Stuck
from alb_lint.plan.numbering.numbers import Numbers, singles
from alb_lint.plan.plan import Refusal
from alb_lint.plan.wanted.allowed_numbers import OUTSIDE, Homes
from alb_lint.plan.wanted.numbered_together import Unit
from alb_lint.plan.wanted.order import Order

SEARCHED: Final = 60
"""Jobs of a chain up to which its shortest part is searched."""


def explain(stuck: Stuck, units: Sequence[Unit], facts: ListenerFacts, homes: Homes, order: Order) -> Refusal:
    told = _Teller(units, facts, homes, order)
    if stuck.tangled:
        reason = f"more than {LINKS:,} pairs of its {facts.count:,} rules have to keep their order, and none follows from others: too many to plan"
        nearest = "let them share fewer requests, or act alike; alb-lint graph --format json tells which pairs share any"
        return Refusal(facts.listener.id, reason, nearest=nearest)
    if not stuck.missing:
        home = units[stuck.squeezed].home if stuck.squeezed >= 0 else PINNED
        members = tuple(place for place, unit in enumerate(units) if unit.home == home)
        if home != PINNED and len(members) > homes.numbers[home].size:
            # a chain that does not fit, because nothing would
            return told.crowded(Stuck(members, PRIORITY_MIN, PRIORITY_MAX, len(members) - homes.numbers[home].size))
        return told.squeezed(stuck)
    return told.crowded(stuck)


class _Teller:
    def __init__(self, units: Sequence[Unit], facts: ListenerFacts, homes: Homes, order: Order) -> None:
        self.units = units
        self.facts = facts
        self.homes = homes
        self.order = order

    def crowded(self, stuck: Stuck) -> Refusal:
        rules = [index for job in stuck.jobs for index in self.units[job].rules]
        home = self.units[stuck.jobs[0]].home
        numbers = self.homes.numbers[home]
        span = Numbers([(stuck.first, stuck.last)])
        free = numbers.size - (numbers - span).size
        few = f"{free} number{'' if free == 1 else 's'}"
        where = self._home(home)
        count = len(stuck.jobs)
        if free == numbers.size:
            reason = f"{where} has {few} for {count} rules: {stuck.missing} too few"
            return Refusal(
                self.facts.listener.id, reason, self._ids(rules), missing=stuck.missing, nearest=self._room(home, stuck.missing, rules)
            )
        between = spell([(stuck.first, stuck.last)])
        names = listed(called(self.facts.rules[index]) for index in rules)
        reason = f"the order leaves {few} of {where} ({between}) for {count} rules: {stuck.missing} too few for {names}"
        pairs = self._walls(stuck)
        told = "; ".join(self._pair(one, other) for one, other in pairs)
        nearest = f"{stuck.missing} more numbers next to {between} would do" + (f", or another order: {told}" if told else "")
        return Refusal(self.facts.listener.id, reason, self._ids(rules), self._witnesses(pairs), stuck.missing, nearest)

    def _room(self, home: int, missing: int, rules: Sequence[int]) -> str:
        """Ways to the missing numbers."""
        if home == OUTSIDE:
            return ""
        band = Numbers(self.homes.ranges[home - 1].priorities)
        ways = [f"widen {self._home(home)} by {missing}"]
        retired = band.size - (band - self.homes.gone).size
        if retired:
            ways.append(f"free {min(missing, retired)} of its retired numbers")
        twins = sum(any(self.facts.relation(one, other) == "equal" for one in rules[:place]) for place, other in enumerate(rules))
        if twins:
            ways.append(f"merge the {twins} twins among them with --merge-twins")
        return ", or ".join(ways)

    def squeezed(self, stuck: Stuck) -> Refusal:
        jobs = self._core(stuck)
        chain = [self.units[job].rules[0] for job in jobs]
        pairs = [(self._one(one, other)) for one, other in pairwise(jobs)]
        ids = self._ids(chain)
        if not pairs:
            where = self._home(self.units[jobs[0]].home)
            reason = f"{where} has no number for {called(self.facts.rules[chain[0]])}"
            return Refusal(self.facts.listener.id, reason, ids, missing=1, nearest=f"widen {where} by 1")
        told = ", and ".join(self._pair(one, other) for one, other in pairs)
        if stuck.undecided:
            told += "; no choice of intervals of their ranges that was tried fits with the rest"
        elif stuck.several:
            told += "; no choice of intervals of their ranges fits with the rest"
        else:
            told += f"; but {listed(self._place(self.units[job]) for job in jobs)}"
        one, other = pairs[0]
        nearest = (
            f"ranges in the order of these rules, or let {called(self.facts.rules[other])} come before {called(self.facts.rules[one])}, "
            "which changes the answers to requests that match both"
        )
        return Refusal(self.facts.listener.id, told, ids, self._witnesses(pairs), nearest=nearest)

    def _place(self, unit: Unit) -> str:
        verb = "stays at" if unit.home == PINNED else "may only lie in"
        return f"{called(self.facts.rules[unit.rules[0]])} {verb} {self._home(unit.home, unit)}"

    def _core(self, stuck: Stuck) -> list[int]:
        """The shortest part of the chain that cannot be by itself: two jobs, or three, else all of it."""
        jobs = list(stuck.jobs)
        if len(jobs) > SEARCHED:
            return jobs
        spans = {job: self._span(self.units[job]) for job in jobs}
        for one, other in combinations(jobs, 2):
            if spans[one].at(0) >= spans[other].at(spans[other].size - 1):
                return [one, other]
        for one, middle, other in combinations(jobs, 3):
            between = spans[middle]
            if between.rank(spans[one].at(0) + 1) >= between.rank(spans[other].at(spans[other].size - 1)):
                return [one, middle, other]
        return jobs

    def _span(self, unit: Unit) -> Numbers:
        """Where the unit may lie; never empty here."""
        return singles([unit.number]) if unit.home == PINNED else self.homes.numbers[unit.home]

    def _one(self, one: int, other: int) -> tuple[int, int]:
        """Two rules of two units, the first before the second."""
        for index in self.units[one].rules:
            for later in self.units[other].rules:
                if self.order.after[index] >> later & 1:
                    return index, later
        return self.units[one].rules[0], self.units[other].rules[0]

    def _walls(self, stuck: Stuck) -> list[tuple[int, int]]:
        """Ordered pairs of a crowded rule and one of another home: what keeps the crowd in."""
        inside = {index for job in stuck.jobs for index in self.units[job].rules}
        homes = {index: unit.home for unit in self.units for index in unit.rules}
        home = self.units[stuck.jobs[0]].home
        found = []
        for index in sorted(inside):
            for other, there in homes.items():
                if there == home:
                    continue
                if self.order.after[index] >> other & 1:
                    found.append((index, other))
                elif self.order.after[other] >> index & 1:
                    found.append((other, index))
        return found[:3]

    def _pair(self, one: int, other: int) -> str:
        wish = self.order.wishes.get((one, other))
        why = wish.because if wish is not None else "as today, since they act differently on requests that match both"
        return f"{called(self.facts.rules[one])} must come before {called(self.facts.rules[other])} ({why})"

    def _witnesses(self, pairs: Sequence[tuple[int, int]]) -> tuple[tuple[str, Request], ...]:
        shared = (self.facts.shared_request(one, other) for one, other in pairs if (one, other) not in self.order.wishes)
        return tuple(("both", request) for request in shared if request is not None)

    def _home(self, home: int, unit: Unit | None = None) -> str:
        if home == PINNED:
            return f"{unit.number}" if unit is not None else "its place"
        if home == OUTSIDE:
            return "what is outside all ranges"
        return f"{self.homes.ranges[home - 1].name} ({spell(self.homes.ranges[home - 1].priorities)})"

    def _ids(self, rules: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.facts.rules[index].id for index in rules)

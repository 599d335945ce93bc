"""Which rule of a listener must come before which, and why: today's order where it matters, and what the config wants otherwise.

A pair matters where the two share a request, or may, and do not surely act alike. If all those keep their order, so do all answers: had the
answer to a request changed hands, its old and new rule would both take it and have swapped, so they act alike.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import Final, Literal

from alb_lint.analysis.decisions import order_sensitive
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.config import Config
from alb_lint.model import Request
from alb_lint.plan.naming import called
from alb_lint.plan.plan import Note, Refusal
from alb_lint.plan.wanted.allowed_numbers import Homes
from alb_lint.plan.wanted.ranges import listener_fits, rule_fits
from alb_lint.plan.work import Work
from alb_lint.record import record
from alb_lint.space.budget import OutOfBudget
from alb_lint.space.covers import bits_of

SHOWN: Final = 20
"""Collisions that are told one by one; the rest would be more of the same."""

WISHES: Final = 400_000
"""Pairs of rules of which a config may ask for the order."""
_SPENT: Final = "was not looked at, since the steps for that were spent"

Why = Literal["before", "specific-first", "fix-shadowed", "follows"]


@record
class Wish:
    """An order that the config or a flag asks for, by position in `facts.rules`."""

    first: int
    then: int
    why: Why
    because: str


@dataclass(slots=True)
class Order:
    """`after[i]`: bitset of rules that must be asked later than rule i. `line`: all rules of known number in one order that fits.

    `sensitive[i]`: rules of which the order to i matters. `flips`: wishes that reverse, or decide, a pair that matters.
    `fixed`: shadowed rules that come first now.
    """

    after: list[int]
    sensitive: list[int]
    line: list[int] = field(default_factory=list)
    wishes: dict[tuple[int, int], Wish] = field(default_factory=dict)
    flips: list[Wish] = field(default_factory=list)
    fixed: frozenset[int] = frozenset()
    notes: list[Note] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def order_of(
    facts: ListenerFacts, homes: Homes, config: Config, work: Work, fix_shadowed: bool = False, leave: Collection[int] = ()
) -> Order:
    """The order that rules of known number must have; with refusals where there is none. `leave`: shadowed rules to leave so."""
    return _Orderer(facts, homes, config, work).run(fix_shadowed, leave)


class _Orderer:
    def __init__(self, facts: ListenerFacts, homes: Homes, config: Config, work: Work) -> None:
        self.work = work
        self.facts = facts
        self.rules = facts.rules
        self.homes = homes
        self.config = config
        self.known = facts.compiled.everything & ~facts.compiled.floating
        self.later = self._later()
        sensitive = [bits & self.known for bits in order_sensitive(facts)]
        for index in bits_of(facts.compiled.floating):
            sensitive[index] = 0
        self.fixed: dict[int, list[Wish]] = {}
        self.order = Order([bits & later for bits, later in zip(sensitive, self.later, strict=True)], sensitive)

    def _later(self) -> list[int]:
        later = [0] * self.facts.count
        for index in bits_of(self.known):
            for other in bits_of(self.facts.earlier[index] & ~(self.facts.earlier[index - 1] if index else 0)):
                later[other] = self.known & ~((1 << index) - 1)
        return later

    def run(self, fix_shadowed: bool, leave: Collection[int]) -> Order:
        try:
            self._decide(fix_shadowed, leave)
        except OutOfBudget as stop:
            nearest = "--listener takes one listener; ask for the order of fewer rules"
            self.order.refusals.append(Refusal(self.facts.listener.id, stop.reason, nearest=nearest))
        return self.order

    def _decide(self, fix_shadowed: bool, leave: Collection[int]) -> None:
        order = self.order
        for wish in self._befores():
            self._wish(wish)
        for wish in self._specific_first():
            self._wish(wish)
        cycle = self._cycle()
        if cycle:
            order.refusals.append(self._refuse_cycle(cycle))
            return
        if fix_shadowed:
            self._fix_shadowed(leave)
            self._undo_in_vain()
            order.fixed = frozenset(self.fixed)
        self._decide_collisions()
        order.line = self._line() or []
        order.flips = sorted(
            (wish for wish in order.wishes.values() if order.sensitive[wish.first] >> wish.then & 1 and not self._stands(wish)),
            key=lambda wish: (wish.first, wish.then),
        )

    def _stands(self, wish: Wish) -> bool:
        return bool(self.later[wish.first] >> wish.then & 1)

    def _wish(self, wish: Wish) -> None:
        order = self.order
        order.wishes.setdefault((wish.first, wish.then), wish)
        if (wish.then, wish.first) not in order.wishes:
            order.after[wish.then] &= ~(1 << wish.first)
        order.after[wish.first] |= 1 << wish.then

    # -- what the config asks for ----------------------------------------------------------------------------------------------

    def _befores(self) -> list[Wish]:
        found: list[Wish] = []
        for item in self.config.before:
            if not listener_fits(item.listener, self.facts.listener, self.config):
                continue
            firsts = [index for index in bits_of(self.known) if rule_fits(item.first, self.rules[index])]
            thens = [index for index in bits_of(self.known) if rule_fits(item.then, self.rules[index])]
            because = f"[[before]] {item.first} → {item.then}" + (f": {item.reason}" if item.reason else "")
            self._few_enough(len(found) + len(firsts) * len(thens), f"[[before]] {item.first} → {item.then}")
            found += [Wish(first, then, "before", because) for first in firsts for then in thens if first != then]
        return found

    def _few_enough(self, many: int, what: str) -> None:
        """Raises OutOfBudget where more pairs of rules are asked for than are planned for."""
        if many > WISHES:
            raise OutOfBudget(f"{what} asks for the order of more than {WISHES:,} pairs of rules")

    def _specific_first(self) -> list[Wish]:
        """Within a range that asks for it: the narrower rule first, wherever the order of the two matters."""
        found: list[Wish] = []
        wished = self.order.wishes
        for item, members in zip(self.homes.ranges, self.homes.members, strict=True):
            if item.order != "specific-first":
                continue
            inside = sum(1 << index for index in members)
            asked = f'order = "specific-first" in {item.name}'
            here: list[Wish] = []
            for narrow in bits_of(inside & self.known):
                around = self.facts.inside[narrow] & self.order.sensitive[narrow] & inside
                self._spend(3 * around.bit_count())
                for wide in bits_of(around):
                    if (wide, narrow) in wished or (narrow, wide) in wished:
                        continue
                    if self.facts.relation(narrow, wide) == "narrower":
                        here.append(Wish(narrow, wide, "specific-first", asked))
                self._few_enough(len(found) + len(here), asked)
            found += sorted(here, key=lambda wish: (wish.then, wish.first))
        return found

    def _fix_shadowed(self, leave: Collection[int]) -> None:
        """Each shadowed rule before the rules that hide it, as far as that goes together with everything else."""
        for index in bits_of(self.known):
            here = self.facts.reach(index)
            if here.state != "shadowed" or here.differs is False:
                continue
            if self.work.turning <= 0:
                self._leave(index, _SPENT, [])
                continue
            if index in leave:
                self._leave(index, "has no number before what hides it, for the ranges and retired numbers", [])
                continue
            hiding = self.order.sensitive[index] & ~self.later[index]
            self.work.turning -= self.facts.count + 3 * hiding.bit_count()
            relations = {other: self.facts.relation(index, other) for other in bits_of(hiding)}
            twins = [other for other, relation in relations.items() if relation == "equal"]
            if twins:
                self._leave(index, f"matches the same requests as {called(self.rules[twins[0]])}: merge the two, or delete one", twins[:1])
                continue
            before = [other for other, relation in relations.items() if relation == "narrower" or other in here.blockers]
            refused = next((other for other in before if (other, index) in self.order.wishes), None)
            if refused is not None:
                self._leave(index, f"would have to come before {called(self.rules[refused])}, and the config wants it after", [refused])
                continue
            because = f"no request reaches {called(self.rules[index])} otherwise"
            self.fixed[index] = [Wish(index, other, "fix-shadowed", because) for other in before if (index, other) not in self.order.wishes]
            for wish in self.fixed[index]:
                self._wish(wish)
            cycle = self._round(index)
            if cycle:
                told = self._told(cycle)
                self._undo(index)
                self._leave(index, f"cannot come first: {told}", [step for step in cycle if step != index])

    def _undo(self, index: int) -> None:
        """Takes back that the shadowed rule comes first."""
        for wish in self.fixed.pop(index):
            del self.order.wishes[wish.first, wish.then]
            self.order.after[wish.first] &= ~(1 << wish.then)
            self.order.after[wish.then] |= self.order.sensitive[wish.then] & self.later[wish.then] & 1 << wish.first

    def _undo_in_vain(self) -> None:
        """Takes back what does not let the rule answer, or takes all requests from another."""
        while self.fixed:
            if self._around() > self.work.turning:
                for index in list(self.fixed):
                    self._undo(index)
                    self._leave(index, _SPENT, [])
                return
            line = self._line()
            if line is None:
                # what was taken back for one stands in the way of another
                cycle = self._cycle()
                index = next(step for step in cycle if step in self.fixed)
                told = self._told(cycle)
                self._undo(index)
                self._leave(index, f"cannot come first: {told}", [step for step in cycle if step != index])
                continue
            before, begun = 0, self.facts.effort
            earlier: dict[int, int] = {}
            for index in line:
                earlier[index] = before
                before |= 1 << index
            vain = next((index for index in self.fixed if not isinstance(self.facts.search((index,), earlier[index]), Request)), None)
            if vain is not None:
                self.work.turning -= (self.facts.effort - begun) // 6
                self._undo(vain)
                self._leave(vain, "still is hidden by rules that do the same, or that it cannot pass", [])
                continue
            passed = dict.fromkeys(wish.then for wishes in self.fixed.values() for wish in wishes)
            hidden = next((other for other in passed if self._newly_hidden(other, earlier[other])), None)
            self.work.turning -= (self.facts.effort - begun) // 6
            if hidden is None:
                return
            for index in [index for index, wishes in self.fixed.items() if any(wish.then == hidden for wish in wishes)]:
                self._undo(index)
                self._leave(index, f"would take all that {called(self.rules[hidden])} answers", [hidden])

    def _newly_hidden(self, index: int, before: int) -> bool:
        return self.facts.reach(index).state == "reachable" and not isinstance(self.facts.search((index,), before), Request)

    def _leave(self, index: int, reason: str, others: Sequence[int]) -> None:
        rules = (self.rules[index].id, *(self.rules[other].id for other in others))
        self.order.notes.append(Note(f"shadowed {called(self.rules[index])} stays so: it {reason}", rules))

    # -- collisions ------------------------------------------------------------------------------------------------------------

    def _decide_collisions(self) -> None:
        """Rules of one number whose order matters must be told apart by a wish, or by what follows from wishes."""
        below: list[int] | None = None
        for index in bits_of(self.known):
            tied = self.order.sensitive[index] & ~self.later[index] & ~self.facts.earlier[index] & ~((1 << index) - 1)
            for other in bits_of(tied):
                if (index, other) in self.order.wishes or (other, index) in self.order.wishes:
                    continue
                below = below or self._closure()
                follows = (index, other) if below[index] >> other & 1 else (other, index) if below[other] >> index & 1 else None
                if follows is not None:
                    self.order.wishes[follows] = Wish(*follows, "follows", "it follows from the orders asked for")
                    continue
                found = self.facts.search((index, other), self.facts.earlier[index])
                if found is None:
                    continue  # whatever both take, a rule before them answers
                self.order.refusals.append(self._refuse_collision(index, other, found))
                if len(self.order.refusals) >= SHOWN:
                    return

    def _closure(self) -> list[int]:
        below = [0] * self.facts.count
        self._spend(self._around())
        for index in reversed(self._line() or []):
            for other in bits_of(self.order.after[index]):
                below[index] |= below[other] | 1 << other
        return below

    def _refuse_collision(self, index: int, other: int, found: object) -> Refusal:
        one, two = self.rules[index], self.rules[other]
        witnesses = [("both", found)] if isinstance(found, Request) else []
        for mine, theirs, role in ((index, other, "only-rule"), (other, index, "only-related")):
            alone = self.facts.only_request(mine, 1 << theirs)
            if alone is not None:
                witnesses.append((role, alone))
        matters = "and it matters which one AWS keeps" if isinstance(found, Request) else "and whether that matters could not be decided"
        return Refusal(
            self.facts.listener.id,
            f"{called(one)} and {called(two)} have the same number, {matters}",
            (one.id, two.id),
            tuple(witnesses),
            collision="twins" if self.facts.relation(index, other) == "equal" else "crossing",
        )

    # -- cycles and the line -----------------------------------------------------------------------------------------------------

    def _line(self) -> list[int] | None:
        """The rules in one order that fits, today's where nothing else decides; None where there is a cycle."""
        if not self.order.wishes:
            return list(bits_of(self.known))
        self._spend(self._around())
        missing = [0] * self.facts.count
        for index in bits_of(self.known):
            for other in bits_of(self.order.after[index]):
                missing[other] += 1
        ready = [index for index in bits_of(self.known) if not missing[index]]
        heapify(ready)
        line = []
        while ready:
            index = heappop(ready)
            line.append(index)
            for other in bits_of(self.order.after[index]):
                missing[other] -= 1
                if not missing[other]:
                    heappush(ready, other)
        return line if len(line) == self.known.bit_count() else None

    def _around(self) -> int:
        """The looks that walking along all pairs in order takes."""
        return sum([bits.bit_count() for bits in self.order.after]) // 4

    def _spend(self, looks: int) -> None:
        """Raises OutOfBudget where fewer looks are left."""
        if looks > self.work.turning:
            raise OutOfBudget("the order of rules is asked for, and more of them share requests than a run can put in order")
        self.work.turning -= looks

    def _cycle(self) -> list[int]:
        """A shortest cycle through a wish, [] where there is none. Today's order alone has none."""
        if not self.order.wishes or self._line() is not None:
            return []
        best: list[int] = []
        for wish in sorted(self.order.wishes.values(), key=lambda wish: (wish.first, wish.then)):
            if best and self.work.turning <= 0:
                break
            if not best:
                self._spend(0)
            way = self._path(wish.then, wish.first)
            best = way if way and (not best or len(way) < len(best)) else best
        return best

    def _round(self, index: int) -> list[int]:
        """A shortest cycle through the rule, [] where there is none."""
        seen = front = self.order.after[index]
        self.work.turning -= self.facts.count
        while front and not seen >> index & 1:
            reached = 0
            for other in bits_of(front):
                reached |= self.order.after[other]
            front = reached & ~seen
            seen |= reached
        if not seen >> index & 1:
            return []
        ways = [self._path(other, index) for other in bits_of(self.order.after[index]) if (index, other) in self.order.wishes]
        return min((way for way in ways if way), key=len, default=[])

    def _path(self, start: int, end: int) -> list[int]:
        """A shortest way from `start` to `end` along the order, both included; [] where there is none."""
        self.work.turning -= self.facts.count
        came = {start: -1}
        seen = 1 << start
        queue = [start]
        for index in queue:
            if index == end:
                break
            for other in bits_of(self.order.after[index] & ~seen):
                came[other] = index
                queue.append(other)
            seen |= self.order.after[index]
        if end not in came:
            return []
        path = [end]
        while came[path[-1]] >= 0:
            path.append(came[path[-1]])
        return path[::-1]

    def _steps(self, cycle: Sequence[int]) -> list[tuple[int, int, Wish | None]]:
        """(first, then, the wish, None for today's order) around the cycle."""
        around = [*cycle, cycle[0]]
        return [(one, other, self.order.wishes.get((one, other))) for one, other in pairwise(around)]

    def _told(self, cycle: Sequence[int]) -> str:
        parts = []
        for one, other, wish in self._steps(cycle):
            why = wish.because if wish is not None else "today's order, since they act differently on requests that match both"
            parts.append(f"{called(self.rules[one])} before {called(self.rules[other])} ({why})")
        return ", ".join(parts)

    def _refuse_cycle(self, cycle: Sequence[int]) -> Refusal:
        witnesses = []
        ways = []
        for one, other, wish in self._steps(cycle):
            if wish is None:
                shared = self.facts.shared_request(one, other)
                if shared is not None:
                    witnesses.append(("both", shared))
                ways.append(
                    f"let {called(self.rules[other])} come before {called(self.rules[one])}, which changes the answers to requests that match both"
                )
            elif wish.why == "before":
                ways.append(f"drop {wish.because}")
            else:
                ways.append(f"keep the order of {called(self.rules[one])} and {called(self.rules[other])}: [[before]] the other way round")
        return Refusal(
            self.facts.listener.id,
            f"these orders contradict each other: {self._told(cycle)}",
            tuple(self.rules[index].id for index in cycle),
            tuple(witnesses),
            nearest="any one of: " + "; ".join(ways),
        )

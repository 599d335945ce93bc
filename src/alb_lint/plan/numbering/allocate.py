"""The next number for a new rule, by what it means: behind the narrower rules that it would take requests from, before the wider that would
hide it; in its range, on a free number, least disturbing first; and where none is free, with the fewest moves that make room.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from alb_lint.analysis.decisions import order_sensitive
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.config import Config, Range, spell
from alb_lint.errors import UsageError
from alb_lint.model import OpaqueAction, Request, Rule
from alb_lint.model.limits import PRIORITY_MAX, PRIORITY_MIN
from alb_lint.plan.naming import called, listed
from alb_lint.plan.numbering.numbering import PINNED, Job, Numbering, Problem, number
from alb_lint.plan.numbering.numbers import Numbers, singles
from alb_lint.plan.plan import Move, Note, Refusal
from alb_lint.plan.steps.calls import priority_calls
from alb_lint.plan.wanted.allowed_numbers import OUTSIDE, homes_of, managed
from alb_lint.plan.wanted.ranges import belongs, listener_fits, rule_fits
from alb_lint.record import record
from alb_lint.space.covers import bits_of

ALTERNATIVES: Final = 5
NEW: Final = "new"
"""The id of a rule that has none yet."""


@record
class Neighbour:
    """A rule and a request that both it and the new one take."""

    id: str
    witness: Request | None

    def to_json(self) -> dict[str, Any]:
        return {"id": self.id, "witness": self.witness.to_json() if self.witness is not None else None}


@record
class Allocation:
    """`interval`: numbers at which the rule does what it should; `after`, `before`: the rules that bound it.

    At `priority`: `takes` are rules that lose requests to it, `loses` rules that keep requests which it takes too, `shadows` rules that then
    answer nothing any more. `moves`: rules that make room first.
    """

    range: str
    priority: int
    interval: tuple[int, int]
    after: tuple[Neighbour, ...] = ()
    before: tuple[Neighbour, ...] = ()
    alternatives: tuple[int, ...] = ()
    takes: tuple[Neighbour, ...] = ()
    loses: tuple[Neighbour, ...] = ()
    shadows: tuple[str, ...] = ()
    moves: tuple[Move, ...] = ()
    notes: tuple[Note, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Contract `allocate --format json`, and more: what changes at the number, and what has to move."""
        return {
            "range": self.range,
            "priority": self.priority,
            "interval": list(self.interval),
            "order": {"after": [item.to_json() for item in self.after], "before": [item.to_json() for item in self.before]},
            "alternatives": list(self.alternatives),
            "takes": [item.to_json() for item in self.takes],
            "loses": [item.to_json() for item in self.loses],
            "shadows": list(self.shadows),
            "moves": [move.to_json() for move in self.moves],
            "steps": [dict(call) for call in priority_calls([(move.rule, move.new) for move in self.moves])],
            "notes": [note.to_json() for note in self.notes],
        }


def allocate(facts: ListenerFacts, config: Config, rule: Rule, range_name: str, today: str) -> Allocation | Refusal:
    """A number for the `rule` (its own number does not matter, nor need it have actions) in the range; or why there is none.

    Raises UsageError for a range that the config does not have on this listener.
    """
    return _Allocator(facts, config, rule, range_name, today).run()


class _Allocator:
    def __init__(self, facts: ListenerFacts, config: Config, rule: Rule, range_name: str, today: str) -> None:
        self.config = config
        self.listener = facts.listener
        actions = rule.actions or (OpaqueAction("", "not told"),)
        names = {item.id for item in self.listener.rules}
        self.rule = replace(rule, id=rule.id if rule.id and rule.id not in names else NEW, actions=actions, priority=PRIORITY_MAX + 1)
        self.facts = ListenerFacts(replace(self.listener, rules=(*self.listener.rules, self.rule)))
        self.rules = self.facts.rules
        self.mine = self.rules.index(self.rule)
        self.known = self.facts.compiled.everything & ~self.facts.compiled.floating & ~(1 << self.mine)
        # homes of the rules that are there: where they belong is not asked here, only what may be used
        self.homes = homes_of(self.listener, [], config, today)
        self.range = self._range(range_name)
        self.sensitive = order_sensitive(self.facts)
        self.notes: list[Note] = []
        self.first = 0  # bitsets: rules that must come before the new one, and after it
        self.then = 0
        self.beside = 0

    def _range(self, name: str) -> Range:
        found = next((item for item in self.homes.ranges if item.name == name), None)
        if found is None:
            known = listed(item.name for item in self.homes.ranges) or "none"
            raise UsageError(f"no range called {name!r} on {self.listener.name or self.listener.id}", hint=f"its ranges: {known}")
        return found

    def run(self) -> Allocation | Refusal:
        unread = self.listener.unread
        if unread is not None:
            reason = f"not all rules of the listener were read ({unread.reason}), and one that was not may hold any number"
            return Refusal(self.listener.id, reason, nearest="read the listener again; the gap tells what failed")
        refusal = self._bounds()
        if refusal is not None:
            return refusal
        self._tell()
        low = max((self._at(index) + 1 for index in bits_of(self.first)), default=PRIORITY_MIN)
        high = min((self._at(index) - 1 for index in bits_of(self.then)), default=PRIORITY_MAX)
        if low > high + 1:
            return self._contradiction()
        usable = self.homes.numbers[self.homes.ranges.index(self.range) + 1]
        taken = singles(self._at(index) for index in bits_of(self.known))
        inside = Numbers([(low, high)])
        free = usable - taken - (usable - inside)
        if not free.size:
            return self._make_room(low, high)
        chosen = self._least_disturbing(free)
        return self._allocation(chosen[0], (low, high), chosen[1:], ())

    def _at(self, index: int) -> int:
        given = self.rules[index].priority
        assert isinstance(given, int)
        return given

    def _bounds(self) -> Refusal | None:
        """Which rules must come before the new one, which after it, and which it only crosses."""
        facts = self.facts
        for index in bits_of(self.sensitive[self.mine] & self.known):
            relation = facts.relation(index, self.mine)
            bit = 1 << index
            if relation == "equal":
                other = self.rules[index]
                return Refusal(
                    self.listener.id,
                    f"{called(other)} takes exactly the same requests, so that one of the two would answer nothing",
                    (other.id,),
                    self._both(index),
                    nearest="give that rule a weighted forward to both, or narrow the new one",
                )
            if relation == "wider":
                self.then |= bit
            elif relation == "narrower":
                # a rule that answers nothing has nothing to lose
                if facts.search((index,), facts.earlier[index]) is not None:
                    self.first |= bit
            elif facts.search((index, self.mine), facts.earlier[index]) is not None:
                self.beside |= bit
        for item in self.config.before:
            if not listener_fits(item.listener, self.listener, self.config):
                continue
            for index in bits_of(self.known):
                if rule_fits(item.first, self.rules[index]) and rule_fits(item.then, self.rule):
                    self.first, self.then = self.first | 1 << index, self.then & ~(1 << index)
                elif rule_fits(item.first, self.rule) and rule_fits(item.then, self.rules[index]):
                    self.then, self.first = self.then | 1 << index, self.first & ~(1 << index)
        return None

    def _tell(self) -> None:
        if belongs(self.rule, self.range.match) is False:
            self.notes.append(Note(f"by its match the rule does not belong to {self.range.name}; a plan would move it out again"))
        others = [item.name for item in self.homes.ranges if item is not self.range and belongs(self.rule, item.match)]
        if others:
            self.notes.append(Note(f"by its match the rule belongs to {listed(others)}"))
        floating = self.facts.compiled.floating
        if floating:
            names = tuple(self.rules[index].id for index in bits_of(floating))
            self.notes.append(Note("rules of unknown number may hold the number, or hide the rule", names))

    def _contradiction(self) -> Refusal:
        last = max(bits_of(self.first), key=self._at)
        hiding = min(bits_of(self.then), key=self._at)
        one, other = self.rules[last], self.rules[hiding]
        return Refusal(
            self.listener.id,
            f"the rule must come after {called(one)} and before {called(other)}, which stand the other way round",
            (one.id, other.id),
            (*self._both(last), *self._both(hiding)),
            nearest=f"let {called(one)} come before {called(other)}, or narrow the new rule",
        )

    def _both(self, index: int) -> tuple[tuple[str, Request], ...]:
        shared = self.facts.shared_request(index, self.mine)
        return (("both", shared),) if shared is not None else ()

    def _least_disturbing(self, free: Numbers) -> list[int]:
        """The best free number and alternatives: behind as many of the crossed rules as can be, then the lowest."""
        fences = sorted(self._at(index) for index in bits_of(self.beside))
        found: list[int] = []
        # behind more fences is better, so the stretch behind the last one first
        ends = [*fences, PRIORITY_MAX + 1]
        for place in reversed(range(len(ends))):
            stretch = Numbers([(ends[place - 1] + 1 if place else PRIORITY_MIN, ends[place] - 1)])
            here = free - (free - stretch)
            found += [here.at(rank) for rank in range(min(here.size, 1 + ALTERNATIVES - len(found)))]
            if len(found) > ALTERNATIVES:
                break
        return found

    # -- room ------------------------------------------------------------------------------------------------------------------

    def _make_room(self, low: int, high: int) -> Allocation | Refusal:
        """The fewest moves after which the range has a number at the right place; every rule stays in the range, or outside, as it is."""
        line = sorted(bits_of(self.known), key=lambda index: (self._at(index), index))
        place = next((place for place, index in enumerate(line) if self.then >> index & 1), len(line))
        line.insert(place, self.mine)
        jobs = [self._job(index) for index in line]
        pinned = singles(job.number for job in jobs if job.home == PINNED)
        homes = tuple(numbers - pinned for numbers in self.homes.numbers)
        found = number(Problem(homes, tuple(jobs), self._after(line), near=frozenset((OUTSIDE,))))
        if not isinstance(found, Numbering):
            where = f"{self.range.name} ({spell(self.range.priorities)})"
            bounds = [*bits_of(self.first), *bits_of(self.then)]
            after = [f"after {called(self.rules[index])}" for index in bits_of(self.first)]
            before = [f"before {called(self.rules[index])}" for index in bits_of(self.then)]
            reason = f"{where} has no free number {listed((*after, *before))}"
            return Refusal(
                self.listener.id,
                f"{reason}, and no moves within the ranges make room",
                tuple(self.rules[index].id for index in bounds),
                tuple(witness for index in bounds for witness in self._both(index)),
                missing=1,
                nearest=f"widen {where}",
            )
        given = dict(zip(line, found.numbers, strict=True))
        chosen = given.pop(self.mine)
        moves = tuple(
            Move(self.rules[index].id, self._at(index), new, self._range_at(new), f"makes room for the new rule at {chosen}")
            for index, new in sorted(given.items(), key=lambda item: item[1])
            if new != self._at(index)
        )
        if not found.proved:
            self.notes.append(Note(f"fewer moves may do: {found.at_least - 1} at least are needed"))
        return self._allocation(chosen, (low, high), (), moves)

    def _job(self, index: int) -> Job:
        if index == self.mine:
            return Job(PRIORITY_MAX + 1, self.homes.ranges.index(self.range) + 1)
        at = self._at(index)
        home = next((place for place, numbers in enumerate(self.homes.numbers) if at in numbers), PINNED)
        shared = sum(1 for other in bits_of(self.known) if self._at(other) == at) > 1
        uncertain = bool(self.sensitive[index] & self.facts.compiled.floating)
        return Job(at, PINNED if managed(self.rules[index]) or shared or uncertain else home)

    def _after(self, line: Sequence[int]) -> list[int]:
        place = {index: position for position, index in enumerate(line)}
        after = []
        for index in line:
            later = self.sensitive[index] & self.known & self._later(index) if index != self.mine else self.then
            bits = sum(1 << place[other] for other in bits_of(later))
            after.append(bits | (1 << place[self.mine] if self.first >> index & 1 else 0))
        return after

    def _later(self, index: int) -> int:
        return sum(1 << other for other in bits_of(self.sensitive[index] & self.known) if self.facts.earlier[other] >> index & 1)

    def _range_at(self, at: int) -> str:
        return next((item.name for item in self.homes.ranges if at in item), "")

    # -- the answer --------------------------------------------------------------------------------------------------------------

    def _allocation(self, at: int, interval: tuple[int, int], others: Sequence[int], moves: tuple[Move, ...]) -> Allocation:
        new = {move.rule: move.new for move in moves}
        rules = [replace(rule, priority=new.get(rule.id, rule.priority)) for rule in self.listener.rules]
        done = ListenerFacts(replace(self.listener, rules=(*rules, replace(self.rule, priority=at))))
        mine = next(index for index, rule in enumerate(done.rules) if rule.id == self.rule.id)
        place = {rule.id: index for index, rule in enumerate(done.rules)}
        takes: list[Neighbour] = []
        loses: list[Neighbour] = []
        shadows = []
        for index in bits_of((self.then | self.beside) & self.known):
            rule = self.rules[index]
            witness = self.facts.search((index, self.mine), self.facts.earlier[index])
            if witness is None:
                continue  # what both take, other rules answer today
            neighbour = Neighbour(rule.id, witness if isinstance(witness, Request) else None)
            (loses if done.earlier[mine] >> place[rule.id] & 1 else takes).append(neighbour)
            if done.reach(place[rule.id]).state == "shadowed" and self.facts.reach(index).state != "shadowed":
                shadows.append(rule.id)
        state = done.reach(mine)
        if state.state != "reachable":
            hiding = [done.rules[blocker] for blocker in state.blockers]
            told = f" by {listed(called(rule) for rule in hiding)}" if hiding else state.reason and f": {state.reason}"
            self.notes.append(Note(f"at {at} the rule is {state.state}{told}", tuple(rule.id for rule in hiding)))
        return Allocation(
            self.range.name,
            at,
            interval,
            self._neighbours(self.first),
            self._neighbours(self.then),
            tuple(others),
            tuple(takes),
            tuple(loses),
            tuple(shadows),
            moves,
            tuple(self.notes),
        )

    def _neighbours(self, mask: int) -> tuple[Neighbour, ...]:
        return tuple(Neighbour(self.rules[index].id, self.facts.shared_request(index, self.mine)) for index in bits_of(mask))


__all__ = ["Allocation", "Neighbour", "allocate"]

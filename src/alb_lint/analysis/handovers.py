"""Which numbers pass from one rule to another in a deployment, and whether AWS refuses them on the way.

AWS refuses CreateRule and SetRulePriorities with PriorityInUse while another rule holds the number (API reference, both calls). A tool changes one
rule with one call, in an order of which only a part is fixed. Let P be what the tool keeps ("u is done before v is begun") and R "the rule that
gives a number up has done so before the one that takes it asks". Every order goes well if P implies R; none does for what lies in a circle of P and
R, since each of its calls would have to succeed before itself. All else depends on the order that is taken.
"""

from collections import deque
from collections.abc import Iterable
from typing import Literal

from alb_lint.model import Change, Deployment, Rule
from alb_lint.record import record

Outcome = Literal["safe", "order", "deletes-last", "replaced", "circle", "stuck"]


@record
class Handover:
    """`number` passes from the rule of `giver` to that of `taker`.

    `outcome`: "safe": no order is refused. "order": some are. Refused in every order: "deletes-last": the tool deletes the giver after it makes or
    moves the taker; "replaced": the two are one resource, made anew before it is deleted; "circle": each move of `way` waits for the next;
    "stuck": the giver cannot leave, since its own new number is refused. `way`: for "order" the changes that must come before the taker's, in
    a good order; for "circle" its members.
    """

    number: int
    giver: Change
    taker: Change
    outcome: Outcome
    way: tuple[Change, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether every order is refused."""
        return self.outcome not in ("safe", "order")


def handovers(deployment: Deployment) -> tuple[Handover, ...]:
    """By number. What a rule that stays holds is not told here: two rules of the result on one number are a collision (ALB001)."""
    return _Calls(deployment).handovers()


def number_after(change: Change) -> int | None:
    """The number of the rule after the change; None where there is none, or where it is not known."""
    if change.after is None:
        return None
    if change.before is not None and not change.replaces and "priority" in change.after.left_alone:
        return _number(change.before)
    return _number(change.after)


def _number(rule: Rule | None) -> int | None:
    return rule.priority if rule is not None and isinstance(rule.priority, int) else None


class _Calls:
    """The calls of a deployment by position: at most one that makes or rewrites each resource, one that deletes it."""

    def __init__(self, deployment: Deployment) -> None:
        self._changes: list[Change | None] = []
        """The change of each call; None for what stands between makings and deletions."""
        self._kept: list[set[int]] = []
        """P: per call those that are done before it."""
        self._wanted: list[set[int]] = []
        """R, likewise."""
        made: dict[str, int] = {}
        deleted: dict[str, int] = {}
        for change in deployment.changes:
            if change.after is not None:
                made[change.identity] = self._call(change)
            if change.before is not None and (change.after is None or change.replaces):
                deleted[change.identity] = self._call(change)
        self._order(deployment, made, deleted)
        self._held: dict[int, tuple[int, Change]] = {}
        """Per number that is given up the call that does so."""
        self._asked: list[tuple[int, int, Change]] = []
        for change in deployment.changes:
            before, after = _number(change.before), number_after(change)
            if before is not None and (change.replaces or before != after):
                self._held[before] = (deleted.get(change.identity, made.get(change.identity, 0)), change)
            if after is not None and (change.replaces or before != after):
                self._asked.append((after, made[change.identity], change))
        for number, call, change in self._asked:
            giver = self._held.get(number)
            if giver is not None and (giver[1] is not change or change.replaces == "create-first"):
                self._wanted[call].add(giver[0])

    def _call(self, change: Change | None) -> int:
        self._changes.append(change)
        self._kept.append(set())
        self._wanted.append(set())
        return len(self._changes) - 1

    def _order(self, deployment: Deployment, made: dict[str, int], deleted: dict[str, int]) -> None:
        early: set[int] = set()
        for change in deployment.changes:
            name = change.identity
            if change.replaces == "delete-first":
                self._kept[made[name]].add(deleted[name])
                early.add(deleted[name])
            elif change.replaces:
                self._kept[deleted[name]].add(made[name])
            for other in change.waits_for:
                if name in made and other in made:
                    self._kept[made[name]].add(made[other])
                if name in deleted and other in deleted:
                    self._kept[deleted[other]].add(deleted[name])
        if deployment.deletes_last and made:
            barrier = self._call(None)
            self._kept[barrier].update(made.values())
            early = self._before(early, both=False)  # with what must be deleted before them
            for call in deleted.values():
                if call not in early:
                    self._kept[call].add(barrier)

    def handovers(self) -> tuple[Handover, ...]:
        never = self._never()
        found = []
        for number, call, change in self._asked:
            if number not in self._held or (self._held[number][1] is change and change.replaces != "create-first"):
                continue
            giving, giver = self._held[number]
            before = self._before(self._kept[call], both=True)
            if giving in before:
                found.append(Handover(number, giver, change, "safe"))
            elif not never & self._before(self._kept[call], both=False):  # else the call is never made: what it waits for fails
                found.append(self._judged(number, giver, change, giving, call, giving in never))
        return tuple(sorted(found, key=lambda item: (item.number, item.taker.identity)))

    def _judged(self, number: int, giver: Change, taker: Change, giving: int, call: int, never: bool) -> Handover:
        if not never:
            earlier = self._before({giving}, both=True)
            return Handover(number, giver, taker, "order", self._named(self._sorted(earlier)))
        if giver is taker:
            return Handover(number, giver, taker, "replaced")
        if call in self._before({giving}, both=False):
            return Handover(number, giver, taker, "deletes-last")
        path = self._path(call, giving)
        return Handover(number, giver, taker, "circle", self._named(path)) if path else Handover(number, giver, taker, "stuck")

    def _never(self) -> set[int]:
        """Calls that succeed in no order: those in a circle with an R in it, and all that need one of them."""
        after: list[set[int]] = [set() for _ in self._changes]
        for call, earlier in enumerate(self._kept):
            for other in earlier | self._wanted[call]:
                after[other].add(call)
        found: set[int] = set()
        for call, wanted in enumerate(self._wanted):
            if call not in found and any(call in self._before({other}, both=True) for other in wanted):
                reached = deque([call])
                while reached:
                    one = reached.popleft()
                    if one not in found:
                        found.add(one)
                        reached.extend(after[one])
        return found

    def _before(self, calls: Iterable[int], *, both: bool) -> set[int]:
        """The calls and all that come before them, by P alone or by P and R."""
        found: set[int] = set()
        waiting = list(calls)
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting.extend(self._kept[one] | self._wanted[one] if both else self._kept[one])
        return found

    def _path(self, first: int, last: int) -> list[int]:
        """A shortest way from `first` to `last`, each before the next by P or R; empty where there is none."""
        came: dict[int, int] = {last: last}
        queue = deque([last])
        while queue:
            one = queue.popleft()
            if one == first:
                path = [one]
                while path[-1] != last:
                    path.append(came[path[-1]])
                return path
            for other in sorted(self._kept[one] | self._wanted[one]):
                if other not in came:
                    came[other] = one
                    queue.append(other)
        return []

    def _sorted(self, calls: set[int]) -> list[int]:
        """The calls, each after those that it needs; no circle is among them."""
        done: list[int] = []
        seen: set[int] = set()
        stack = [(call, False) for call in sorted(calls, reverse=True)]
        while stack:
            call, ready = stack.pop()
            if ready:
                done.append(call)
            elif call not in seen:
                seen.add(call)
                stack.append((call, True))
                stack.extend((other, False) for other in sorted(self._kept[call] | self._wanted[call], reverse=True) if other not in seen)
        return done

    def _named(self, calls: Iterable[int]) -> tuple[Change, ...]:
        return tuple(dict.fromkeys(change for call in calls if (change := self._changes[call]) is not None))

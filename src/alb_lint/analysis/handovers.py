"""Which numbers pass from one rule to another in a deployment, and whether AWS refuses them on the way.

AWS refuses CreateRule and SetRulePriorities with PriorityInUse while another rule holds the number (API reference, both calls). A tool changes one
rule with one call, in an order of which only a part is fixed. Let P be what the tool keeps ("u is done before v is begun") and R "the rule that
gives a number up has done so before the one that takes it asks". Every order goes well if P implies R; none does for what lies in a circle of P and
R, since each of its calls would have to succeed before itself. All else depends on the order that is taken.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final, Literal

from alb_lint.model import Change, Deployment, Rule
from alb_lint.record import record, replace
from alb_lint.space.covers import bits_of

WAYS: Final = 100_000
"""Changes of all ways of a deployment: 400 rules that all move on by one number, each to where the next one stands, have as many."""

_KEPT: Final = 16
_LATEST: Final[dict[int, tuple[Deployment, tuple["Handover", ...]]]] = {}
"""By the identity of a deployment what was told of it, since several checks of a run ask; it is held, so that no other can have its identity."""

Outcome = Literal["safe", "order", "deletes-last", "waits", "replaced", "circle", "stuck"]


@record
class Handover:
    """`number` passes from the rule of `giver` to that of `taker`.

    `outcome`: "safe": no order is refused. "order": some are. Refused in every order: "deletes-last": the tool deletes the giver after it makes or
    moves the taker; "waits": the giver moves, and waits for the taker; "replaced": the two are one resource, made anew before it is deleted;
    "circle": each move of `way` waits for the next; "stuck": the giver cannot leave, since its own new number is refused. `way`: for "order" the
    changes that must come before the taker's, in a good order; for "circle" its members. Where all ways together are longer than WAYS: none, and
    two of the members.
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
    known = _LATEST.get(id(deployment))
    if known is None:
        if len(_LATEST) == _KEPT:
            _LATEST.clear()
        known = _LATEST[id(deployment)] = deployment, _Calls(deployment).handovers()
    return known[1]


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
        """The change of each call; None for what stands between calls."""
        self._kept: list[set[int]] = []
        """P: per call those that are done before it."""
        self._wanted: list[set[int]] = []
        """R, likewise."""
        self._ways = 0
        """Changes of the ways so far."""
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
        self._order_groups(deployment, made, deleted)
        if deployment.deletes_last and made:
            barrier = self._call(None)
            self._kept[barrier].update(made.values())
            before = _with(_before(self._kept), early)  # with what must be deleted before them
            for call in deleted.values():
                if not before >> call & 1:
                    self._kept[call].add(barrier)

    def _order_groups(self, deployment: Deployment, made: dict[str, int], deleted: dict[str, int]) -> None:
        """For each group that some wait for one call between it and all of them, and one between their deletions."""
        between: dict[int, tuple[int, int]] = {}
        for change in deployment.changes:
            name = change.identity
            for group in change.behind:
                if id(group) not in between:
                    between[id(group)] = self._call(None), self._call(None)
                    making, deleting = between[id(group)]
                    self._kept[making].update([made[other] for other in group if other in made])
                    for other in group:
                        if other in deleted:
                            self._kept[deleted[other]].add(deleting)
                making, deleting = between[id(group)]
                if name in made:
                    self._kept[made[name]].add(making)
                if name in deleted:
                    self._kept[deleting].add(deleted[name])

    def handovers(self) -> tuple[Handover, ...]:
        both = _before([kept | wanted for kept, wanted in zip(self._kept, self._wanted, strict=True)])
        kept = _before(self._kept)
        never = self._never(both)
        found = []
        for number, call, change in self._asked:
            if number not in self._held or (self._held[number][1] is change and change.replaces != "create-first"):
                continue
            giving, giver = self._held[number]
            if _with(both, self._kept[call]) >> giving & 1:
                found.append(Handover(number, giver, change, "safe"))
            elif not never & kept[call]:  # else the call is never made: what it waits for fails
                earlier, first = both[giving] | 1 << giving, kept[giving] | 1 << giving
                found.append(
                    self._judged(Handover(number, giver, change, "stuck"), giving, call, earlier, first, bool(never >> giving & 1))
                )
        return tuple(sorted(found, key=lambda item: (item.number, item.taker.identity)))

    def _judged(self, told: Handover, giving: int, call: int, earlier: int, first: int, never: bool) -> Handover:
        """The handover with its outcome. `earlier`: calls that come before the number is free, by P and R; `first`: by P alone."""
        short = self._ways <= WAYS
        if not never:
            return replace(told, outcome="order", way=self._counted(self._sorted(set(bits_of(earlier)))) if short else ())
        if told.giver is told.taker:
            return replace(told, outcome="replaced")
        if first >> call & 1:
            moves = told.giver.after is not None and not told.giver.replaces
            return replace(told, outcome="waits" if moves else "deletes-last")
        if not earlier >> call & 1:
            return told
        return replace(told, outcome="circle", way=self._counted(self._path(call, giving)) if short else (told.taker, told.giver))

    def _counted(self, calls: Collection[int]) -> tuple[Change, ...]:
        self._ways += len(calls)
        return self._named(calls)

    def _never(self, both: Sequence[int]) -> int:
        """Calls that succeed in no order: those in a circle with an R in it, and all that need one of them."""
        circles = sum(
            [1 << call for call, wanted in enumerate(self._wanted) if any(both[other] >> call & 1 or other == call for other in wanted)]
        )
        return circles | sum([1 << call for call, earlier in enumerate(both) if earlier & circles])

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
        return tuple({id(change): change for call in calls if (change := self._changes[call]) is not None}.values())


def _with(before: Sequence[int], calls: Iterable[int]) -> int:
    """The calls and all that come before them."""
    found = 0
    for call in calls:
        found |= before[call] | 1 << call
    return found


def _before(edges: Sequence[set[int]]) -> list[int]:
    """Per call all that come before it, as a bitset, from those that come right before it; itself too where it is in a circle.

    Tarjan's algorithm: circles are finished after all that come before them.
    """
    begun, lowest, found = [0] * len(edges), [0] * len(edges), [-1] * len(edges)
    waiting: list[int] = []
    at = 0
    for first in range(len(edges)):
        walk: list[tuple[int, Iterator[int]]] = [] if begun[first] else [(first, iter(edges[first]))]
        while walk:
            call, others = walk[-1]
            if not begun[call]:
                at += 1
                begun[call] = lowest[call] = at
                waiting.append(call)
            for other in others:
                if not begun[other]:
                    walk.append((other, iter(edges[other])))
                    break
                if found[other] < 0:
                    lowest[call] = min(lowest[call], begun[other])
            else:
                walk.pop()
                if walk:
                    lowest[walk[-1][0]] = min(lowest[walk[-1][0]], lowest[call])
                if lowest[call] == begun[call]:
                    members = [waiting.pop()]
                    while members[-1] != call:
                        members.append(waiting.pop())
                    bits = 0
                    for one in members:
                        for other in edges[one]:
                            bits |= 1 << other | max(found[other], 0)
                    for one in members:
                        found[one] = bits
    return found

"""What may happen on the way where a tool changes one rule after the other in an order of its own, as deployments of code do.

Terraform, Pulumi and CloudFormation send a call for each rule, several at a time. Two rules that both move keep their order at every moment only
where neither passes a place of the other; and no rule can take a number that another has still.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from alb_lint.analysis.decisions import order_sensitive
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.findings.wording import clean, counted, request_text
from alb_lint.plan.naming import called, listed
from alb_lint.plan.plan import ListenerPlan, Move, Step
from alb_lint.record import record
from alb_lint.space.covers import bits_of

LOOKS: Final = 100_000
"""Pairs of rules that are looked at, all of 450; past that it is said that there may be more."""


@record
class Taken:
    """A number that one rule goes to and another leaves."""

    number: int
    taker: int
    holder: int


@record
class Passing:
    """`early` may be asked before `late` for a while, though it is neither today nor in the end."""

    early: int
    late: int


class Run:
    """Steps that are made in any order. Rules are named by position in the facts."""

    def __init__(self, facts: ListenerFacts, sensitive: Sequence[int]) -> None:
        self.facts = facts
        self.sensitive = sensitive
        self.hops: dict[int, tuple[int, int]] = {}
        self.leaves: dict[int, list[int]] = {}
        self.takes: dict[int, list[int]] = {}
        self.moved = 0

    def add(self, index: int, old: int, new: int) -> None:
        self.hops[index] = old, new
        self.leaves.setdefault(old, []).append(index)
        self.takes.setdefault(new, []).append(index)
        self.moved |= 1 << index

    def hazards(self, index: int, old: int, new: int) -> Iterator[Taken | Passing]:
        """What the step may do to those that are there, and they to it."""
        apart = self.facts.excluded(index)
        yield from (Taken(new, index, other) for other in self.leaves.get(new, ()) if not apart >> other & 1)
        yield from (Taken(old, other, index) for other in self.takes.get(old, ()) if not apart >> other & 1)
        for other in bits_of(self.sensitive[index] & self.moved):
            was, becomes = self.hops[other]
            if (old < was) != (new < becomes):
                continue  # a pair that changes its order has one of the two at every moment
            if old < was and max(old, new) > min(was, becomes):
                yield Passing(other, index)
            elif old > was and max(was, becomes) > min(old, new):
                yield Passing(index, other)


@record
class _Unseen:
    """There may be more: not all pairs were looked at."""


def _hazards(facts: ListenerFacts, sensitive: Sequence[int], moves: Sequence[Move]) -> Iterator[Taken | Passing | _Unseen]:
    place = {rule.id: index for index, rule in enumerate(facts.rules)}
    run = Run(facts, sensitive)
    looks = 0
    for move in moves:
        if move.rule in place:
            looks += (sensitive[place[move.rule]] & run.moved).bit_count()
            if looks > LOOKS:
                yield _Unseen()
                return
            yield from run.hazards(place[move.rule], move.old, move.new)
            run.add(place[move.rule], move.old, move.new)


def parts_of(facts: ListenerFacts, sensitive: Sequence[int], steps: Sequence[Step]) -> list[list[Step]]:
    """The steps, in their order, in as few parts as that leaves: within each, any order will do."""
    place = {rule.id: index for index, rule in enumerate(facts.rules)}
    found: list[list[Step]] = []
    run = Run(facts, sensitive)
    for step in steps:
        hop = (place[step.rule], step.old, step.new)
        if not found or run.moved >> hop[0] & 1 or next(run.hazards(*hop), None) is not None:
            run = Run(facts, sensitive)
            found.append([])
        run.add(*hop)
        found[-1].append(step)
    return found


def dangers(facts: ListenerFacts, moves: Sequence[Move]) -> bool:
    """Whether anything may happen that neither today's numbers nor the new ones do; yes where that takes too many looks."""
    return next(_hazards(facts, order_sensitive(facts), moves), None) is not None


def halfway(facts: ListenerFacts, done: Sequence[Move], left: Sequence[Move], doomed: Sequence[str] = ()) -> str:
    """What is wrong, in words, where some of the moves are deployed and the others are not yet; "" where nothing is.

    `doomed`: rules that are to be deleted, and are there still.
    """
    place = {rule.id: index for index, rule in enumerate(facts.rules)}
    gone = {place[move.rule]: move for move in done if move.rule in place}
    takers = {move.new: index for index, move in gone.items()}
    sensitive = order_sensitive(facts)
    moved = sum(1 << index for index in gone)
    stays = [
        Move(name, number, number) for name in doomed if name in place and isinstance(number := facts.rules[place[name]].priority, int)
    ]
    for move in (*left, *stays):
        index = place.get(move.rule, -1)
        if index < 0:
            continue
        taker = takers.get(move.old, -1)
        if taker >= 0 and not facts.excluded(index) >> taker & 1:
            return f"{called(facts.rules[taker])} gets {move.old}, which {called(facts.rules[index])} still has, and AWS refuses it"
        for other in bits_of(sensitive[index] & moved):
            first = move.old < gone[other].new
            ordered = {move.old < gone[other].old} if move.old != gone[other].old else set()
            ordered |= {move.new < gone[other].new} if move.rule not in doomed or not ordered else set()
            if first not in ordered:
                return _asked(facts, Passing(index, other) if first else Passing(other, index), "is asked")
    return ""


def told(facts: ListenerFacts, part: ListenerPlan) -> tuple[str, ...]:
    """Sentences: what may happen while the moves are deployed, and the ways round it. None where any order will do."""
    if len(part.moves) < 2:
        return ()
    sensitive = order_sensitive(facts)
    found = list(_hazards(facts, sensitive, part.moves))
    if not found:
        return ()
    passing = [one for one in found if isinstance(one, Passing)]
    taken = sorted({one.number: one for one in found if isinstance(one, Taken)}.items())
    unseen = ", and not all pairs of rules were looked at" if isinstance(found[-1], _Unseen) else ""
    where = clean(part.name or part.id)
    said = [
        f"a deployment changes the rules of {where} one after the other, in an order of its own"
        + (_passing(facts, passing) if passing else "")
        + unseen
    ]
    if taken:
        first = taken[0][1]
        more = f", and so {counted(len(taken) - 1, 'more number')}" if len(taken) > 1 else ""
        said.append(
            f"{called(facts.rules[first.taker])} gets {first.number}, which {called(facts.rules[first.holder])} has until it moves{more}: AWS "
            "refuses a number that is in use"
        )
    said.append(_ways(facts, sensitive, part))
    return tuple(said)


def _passing(facts: ListenerFacts, found: Sequence[Passing]) -> str:
    more = f"; so may {counted(len(found) - 1, 'more pair')} of rules" if len(found) > 1 else ""
    return f": meanwhile {_asked(facts, found[0], 'may be asked')}{more}"


def _asked(facts: ListenerFacts, one: Passing, verb: str) -> str:
    request = facts.shared_request(one.early, one.late)
    both = f": both take {request_text(request)}" if request is not None else ""
    return f"{called(facts.rules[one.early])} {verb} before {called(facts.rules[one.late])}{both}"


def _ways(facts: ListenerFacts, sensitive: Sequence[int], part: ListenerPlan) -> str:
    live = "change the live listener first, in one call (alb-lint plan --live --format aws-cli), then deploy the code"
    if part.one_at_a_time is None:
        return live
    runs = parts_of(facts, sensitive, part.one_at_a_time)
    parts = [listed([f"{step.old} to {step.new}" for step in run]) for run in runs]
    return f"{live}; or deploy {counted(len(runs), 'part')} one after the other: {'; then '.join(_some(parts))}"


def _some(parts: Sequence[str], most: int = 6) -> list[str]:
    if len(parts) <= most:
        return list(parts)
    return [*parts[:most], f"{counted(len(parts) - most, 'more part')}, in the order of one_at_a_time (--format json)"]

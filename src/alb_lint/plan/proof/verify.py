"""A plan file against the listeners as they are now: whether its base is still there, its parts agree, and it does what it says and no more.

Everything is worked out again from the rules (`proof`, `walk`); nothing of the planner takes part.
"""

from collections.abc import Sequence
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.model import Listener
from alb_lint.plan.plan import Call, Change, ListenerPlan, Merge, Plan, dropped
from alb_lint.plan.proof.digest import digest, joint_digest
from alb_lint.plan.proof.joins import check_compaction
from alb_lint.plan.proof.pieces import check_splits
from alb_lint.plan.proof.proof import Flaw, Proof, check_merges
from alb_lint.plan.proof.walk import check_walk
from alb_lint.plan.steps.apply import apply_plan, compacted, merged, renumbered
from alb_lint.plan.steps.calls import forward_calls, rollback_calls
from alb_lint.record import record

_CHANGED: Final = "the listener is not what the plan was made for: its rules have changed since, so make the plan anew"
_CARRIED_OUT: Final = "the plan is carried out already: each rule has the number that it gives, and nothing else has changed"


@record
class Verdict:
    """One listener. `flaws` empty: the plan holds; then `changes` and `merges` are all that is answered otherwise."""

    listener: str
    flaws: tuple[Flaw, ...] = ()
    changes: tuple[Change, ...] = ()
    merges: tuple[Merge, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.flaws


def verify_plan(plan: Plan, listeners: Sequence[Listener]) -> tuple[Verdict, ...]:
    """One verdict per listener of the plan, in its order. Listeners that the plan does not name are none of its business."""
    known = {listener.id: listener for listener in listeners}
    verdicts = []
    named: set[str] = set()
    for part in plan.listeners:
        listener = known.get(part.id)
        if listener is None:
            verdicts.append(Verdict(part.id, (Flaw("the plan is for a listener that is not here"),)))
        elif part.id in named:
            verdicts.append(Verdict(part.id, (Flaw("the plan names this listener twice"),)))
        else:
            verdicts.append(_verify(part, listener))
        named.add(part.id)
    if plan.digest != joint_digest((part.id, part.digest) for part in plan.listeners):
        verdicts.append(Verdict("", (Flaw("the plan's base_digest is not that of its listeners: the file was changed"),)))
    return tuple(verdicts)


def _verify(part: ListenerPlan, listener: Listener) -> Verdict:
    if listener.unread is not None:
        return Verdict(part.id, (Flaw(f"not all rules of the listener were read: {listener.unread.reason}"),))
    if part.digest != digest(listener):
        return Verdict(part.id, (Flaw(_CARRIED_OUT if _is_carried_out(part, listener) else _CHANGED),))
    flaws = _check_moves(part, listener)
    facts = ListenerFacts(listener)
    flaws += check_merges(facts, part.merges)
    if not flaws and part.compaction is not None:
        flaws += check_compaction(merged(listener, part.merges), part.compaction)
    if flaws:
        return Verdict(part.id, tuple(flaws))
    whole = compacted(merged(listener, part.merges), part.compaction)
    after = ListenerFacts(whole) if part.merges or part.compaction is not None else facts
    new = {move.rule: move.new for move in part.moves}
    proof = Proof(after, new)
    flaws += check_splits(renumbered(whole, new), part.splits)
    if flaws:
        return Verdict(part.id, tuple(flaws))
    flaws += proof.check(part.intended_changes)
    flaws += _check_certificate(part, proof)
    if part.one_at_a_time is not None:
        flaws += check_walk(proof, part.one_at_a_time)
    flaws += _check_calls("steps", part.steps, forward_calls(listener, part.merges, part.moves, part.compaction, part.splits))
    flaws += _check_calls("rollback", part.rollback, rollback_calls(listener, part.merges, part.moves, part.compaction, part.splits))
    return Verdict(part.id, tuple(flaws), part.intended_changes, part.merges)


def _is_carried_out(part: ListenerPlan, listener: Listener) -> bool:
    """Whether all moves of a plan that has nothing but moves were made, and nothing else."""
    if part.merges or part.splits or part.compaction is not None:
        return False
    numbers = {rule.id: rule.priority for rule in listener.rules}
    if any(numbers.get(move.rule) != move.new for move in part.moves):
        return False
    return digest(renumbered(listener, {move.rule: move.old for move in part.moves})) == part.digest


def _check_moves(part: ListenerPlan, listener: Listener) -> list[Flaw]:
    numbers = {rule.id: rule.priority for rule in listener.rules}
    gone = {name for merge in part.merges for name in merge.drop}
    gone |= set(dropped(part.compaction))
    flaws = []
    seen: set[str] = set()
    for move in part.moves:
        if move.rule not in numbers or move.rule in gone:
            flaws.append(Flaw("a move names a rule that is not there", (move.rule,)))
        elif move.rule in seen:
            flaws.append(Flaw("a rule is moved twice", (move.rule,)))
        elif numbers[move.rule] != move.old or move.new == move.old:
            flaws.append(Flaw(f"a move from {move.old} to {move.new} for a rule that has {numbers[move.rule]}", (move.rule,)))
        seen.add(move.rule)
    if not flaws:
        result = {rule.id: rule.priority for rule in apply_plan(part, listener).rules}
        flaws += [
            Flaw(f"the joined rule is said to get {join.priority}, and gets {result[join.keep]}", (join.keep,))
            for join in (part.compaction.joins if part.compaction is not None else ())
            if join.keep in result and result[join.keep] != join.priority
        ]
        flaws += [
            Flaw(f"the merged rule is said to get {merge.priority}, and gets {result[merge.keep]}", (merge.keep,))
            for merge in part.merges
            if merge.keep in result and result[merge.keep] != merge.priority
        ]
    return flaws


def _check_certificate(part: ListenerPlan, proof: Proof) -> list[Flaw]:
    pairs, implied = proof.pairs()
    told = part.proof
    counts = (told.overlapping, told.sensitive, told.kept, told.implied)
    flaws = []
    if counts != (proof.overlapping, proof.order_sensitive, len(pairs) + implied, implied):
        flaws.append(Flaw("the counts of pairs in the proof are not those of the rules"))
    if [(pair.before, pair.after) for pair in told.certificate] != pairs:
        different = sorted({(pair.before, pair.after) for pair in told.certificate} ^ set(pairs))
        flaws.append(Flaw("the certificate is not the list of pairs whose order matters", different[0] if different else ()))
        return flaws
    place = {rule.id: index for index, rule in enumerate(proof.rules)}
    for pair in told.certificate:
        indexes = place[pair.before], place[pair.after]
        if pair.witness is not None and not all(proof.facts.takes(index, pair.witness) for index in indexes):
            flaws.append(Flaw("the witness of a pair does not match both", (pair.before, pair.after), pair.witness))
    return flaws


def _check_calls(name: str, told: Sequence[Call], expected: Sequence[Call]) -> list[Flaw]:
    if [dict(call) for call in told] == [dict(call) for call in expected]:
        return []
    return [Flaw(f"the calls in {name} do not carry out the moves and merges of the plan")]

"""Goes through moves one by one, as a tool that changes one rule at a time does, and says whether any moment is wrong."""

from collections.abc import Sequence

from alb_lint.plan.naming import called
from alb_lint.plan.plan import Step
from alb_lint.plan.proof.proof import Flaw, Proof
from alb_lint.space.covers import bits_of
from alb_lint.space.standing import Standing


def check_walk(proof: Proof, steps: Sequence[Step]) -> list[Flaw]:
    """Flaws of the way from today's numbers to the proof's new ones: a number taken twice, or a pair that passes too early or back again.

    A pair whose order matters has today's order or the new one at every moment.
    """
    place = {rule.id: index for index, rule in enumerate(proof.rules)}
    now = [rule.priority if isinstance(rule.priority, int) else None for rule in proof.rules]
    earlier = proof.facts.earlier
    standing, ends = Standing(_told(proof, now)), Standing(_told(proof, proof.new))
    for number, step in enumerate(steps, 1):
        index = place.get(step.rule, -1)
        if index < 0 or not proof.known >> index & 1 or now[index] != step.old or step.new < 1 or step.new > 50_000:
            return [Flaw(f"step {number} moves {step.rule} from {step.old}, where it is not, or out of bounds", (step.rule,))]
        for holder in bits_of(standing.at(step.new) & ~(1 << index) & ~proof.facts.excluded(index)):
            reason = f"step {number} moves {called(proof.rules[index])} to {step.new}, where {called(proof.rules[holder])} still is"
            return [Flaw(reason, (step.rule, proof.rules[holder].id))]
        standing.move(index, step.old, step.new)
        now[index] = step.new
        behind_it = standing.beyond(step.new)
        unlike_the_end = behind_it ^ ends.beyond(proof.new[index] or 0)
        before, after = earlier[index], proof.facts.compiled.later[index]
        as_today = (behind_it & after) | (before & ~behind_it)
        turned = (behind_it & before) | (after & ~behind_it)
        sensitive = proof.sensitive[index] & proof.known
        for other in bits_of(sensitive & ((unlike_the_end & ~as_today) | (turned & ~unlike_the_end))):
            if not unlike_the_end >> other & 1:
                first = behind_it >> other & 1
                ahead, behind = (index, other) if first else (other, index)
                late = _late(proof, now, ahead, behind)
                if late is not None:
                    names = tuple(proof.rules[one].id for one in (index, other, late))
                    reason = f"step {number} moves {called(proof.rules[index])} past {called(proof.rules[other])} before "
                    return [Flaw(f"{reason}{called(proof.rules[late])} has passed both", names)]
                continue
            reason = f"step {number} moves {called(proof.rules[index])} past {called(proof.rules[other])}"
            request = proof.facts.shared_request(index, other)
            return [Flaw(reason, (step.rule, proof.rules[other].id), request)]
    if any(now[index] != proof.new[index] for index in bits_of(proof.known)):
        return [Flaw("the steps do not end at the new numbers")]
    return []


def _told(proof: Proof, numbers: Sequence[int | None]) -> dict[int, int]:
    return {index: number for index in bits_of(proof.known) if (number := numbers[index]) is not None}


def _late(proof: Proof, now: Sequence[int | None], first: int, then: int) -> int | None:
    """Of a reversed pair: a rule that is to pass the first too and has not, so that meanwhile the first would answer what is not its own."""
    touching = proof.facts.may_meet[then]
    passing = proof.sensitive[first] & proof.before[first] & touching & ~(1 << then)
    for third in bits_of(passing):
        here, there = now[third], now[first]
        if proof.facts.earlier[third] >> first & 1 and here is not None and there is not None and here > there:
            return third
    return None

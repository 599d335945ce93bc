"""Goes through moves one by one, as a tool that changes one rule at a time does, and says whether any moment is wrong."""

from collections.abc import Sequence

from alb_lint.plan.plan import Step
from alb_lint.plan.proof import Flaw, Proof
from alb_lint.plan.words import called
from alb_lint.space.covers import bits_of


def check_walk(proof: Proof, steps: Sequence[Step]) -> list[Flaw]:
    """Flaws of the way from today's numbers to the proof's new ones: a number taken twice, or a pair that passes too early or back again.

    A pair whose order matters has today's order or the new one at every moment.
    """
    place = {rule.id: index for index, rule in enumerate(proof.rules)}
    now = [rule.priority if isinstance(rule.priority, int) else None for rule in proof.rules]
    for number, step in enumerate(steps, 1):
        index = place.get(step.rule, -1)
        if index < 0 or not proof.known >> index & 1 or now[index] != step.old or step.new < 1 or step.new > 50_000:
            return [Flaw(f"step {number} moves {step.rule} from {step.old}, where it is not, or out of bounds", (step.rule,))]
        holder = next((other for other in bits_of(proof.known & ~(1 << index)) if now[other] == step.new), None)
        if holder is not None and not proof.facts.excluded(index) >> holder & 1:
            reason = f"step {number} moves {called(proof.rules[index])} to {step.new}, where {called(proof.rules[holder])} still is"
            return [Flaw(reason, (step.rule, proof.rules[holder].id))]
        now[index] = step.new
        for other in bits_of(proof.sensitive[index] & proof.known):
            there = now[other]
            first = there is not None and step.new < there
            if first == bool(proof.before[other] >> index & 1):
                continue
            as_today = proof.facts.earlier[other] >> index & 1 if first else proof.facts.earlier[index] >> other & 1
            if not as_today:
                reason = f"step {number} puts {called(proof.rules[index])} past {called(proof.rules[other])}"
                request = proof.facts.shared_request(index, other)
                return [Flaw(reason, (step.rule, proof.rules[other].id), request)]
    if any(now[index] != proof.new[index] for index in bits_of(proof.known)):
        return [Flaw("the steps do not end at the new numbers")]
    return []

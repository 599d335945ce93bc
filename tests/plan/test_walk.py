"""Whether each step of a walk is allowed: held to a walk that looks at every pair."""

from random import Random

import pytest

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.plan.plan import Step
from alb_lint.plan.proof.proof import Proof
from alb_lint.plan.proof.walk import check_walk
from alb_lint.space.covers import bits_of
from shorthand import listener


def slow(proof: Proof, steps: list[Step]) -> str:
    """What is wrong first; "" where nothing is."""
    place = {rule.id: index for index, rule in enumerate(proof.rules)}
    now = [rule.priority if isinstance(rule.priority, int) else None for rule in proof.rules]
    earlier = proof.facts.earlier
    for number, step in enumerate(steps, 1):
        index = place[step.rule]
        if any(now[other] == step.new for other in bits_of(proof.known) if other != index and not proof.facts.excluded(index) >> other & 1):
            return f"{number} taken"
        now[index] = step.new
        for other in bits_of(proof.sensitive[index] & proof.known):
            first = step.new < now[other]
            ahead, behind = (index, other) if first else (other, index)
            if first == (proof.new[index] < proof.new[other]):
                for third in bits_of(proof.sensitive[ahead] & proof.facts.may_meet[behind] & ~(1 << behind)):
                    passes = proof.new[third] is not None and proof.new[third] < proof.new[ahead] and earlier[third] >> ahead & 1 == 1
                    if earlier[ahead] >> behind & 1 and passes and now[third] > now[ahead]:
                        return f"{number} early {other} {third}"
            elif not (earlier[other] >> index & 1 if first else earlier[index] >> other & 1):
                return f"{number} past {other}"
    return "" if all(now[index] == proof.new[index] for index in bits_of(proof.known)) else "end"


def fast(proof: Proof, steps: list[Step]) -> str:
    place = {rule.id: index for index, rule in enumerate(proof.rules)}
    found = check_walk(proof, steps)
    if not found:
        return ""
    (flaw,) = found
    number = flaw.reason.split()[1]
    if "still is" in flaw.reason:
        return f"{number} taken"
    if "has passed both" in flaw.reason:
        return f"{number} early {place[flaw.rules[1]]} {place[flaw.rules[2]]}"
    return f"{number} past {place[flaw.rules[1]]}" if "past" in flaw.reason else "end"


@pytest.mark.parametrize("seed", range(200))
def test_against_every_pair(seed):
    random = Random(f"walk {seed}")
    count = random.randint(2, 7)
    now = random.choices(range(1, 9), k=count) if seed % 3 == 0 else random.sample(range(1, 12), count)
    paths = ("/a*", "/*b", "/a*b", "/c", "/*")
    rules = [
        f"{'${x}' if random.random() < 0.05 else number} path={random.choice(paths)} name=r{place} -> g{random.randint(1, 3)}"
        for place, number in enumerate(now)
    ]
    facts = ListenerFacts(listener(*rules))
    known = {rule.id: rule.priority for rule in facts.rules if isinstance(rule.priority, int)}
    goal = dict(zip(known, random.sample(range(1, 14), len(known)), strict=True))
    proof = Proof(facts, goal)
    at = dict(known)
    steps = []
    for name in random.sample(list(known), len(known)):
        if random.random() < 0.2:
            steps.append(Step(name, at[name], random.randint(14, 18), True))
            at[name] = steps[-1].new
        steps.append(Step(name, at[name], goal[name], False))
        at[name] = goal[name]
    assert fast(proof, steps) == slow(proof, steps)

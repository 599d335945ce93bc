"""Listeners with everything at once: unknowns, presences, collisions, pins, twins, several intervals. No plan fails its own proof or a second one."""

from collections import Counter
from dataclasses import replace
from json import dumps
from random import Random

import pytest

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.config import Before, Config, Match, Range, Retired, WeightPolicy
from alb_lint.model import Forward, Listener, OpaqueAction, OpaqueCondition, PathPattern, Share, Unknown
from alb_lint.plan.plan import ListenerPlan, Plan
from alb_lint.plan.plan_file import load_plan
from alb_lint.plan.planner import Options, plan_listener
from alb_lint.plan.proof.digest import joint_digest
from alb_lint.plan.proof.verify import verify_plan
from worlds import listener

KINDS = (("path",), ("host", "path"), ("method", "path"), ("path", "source"), ("path", "header"))


def mangled(random: Random) -> Listener:
    told = listener(random, random.choice(KINDS), random.choice((6, 10, 16)))
    step = random.choice((1, 1, 3))
    rules = []
    for rule in told.rules:
        rule = replace(rule, priority=rule.priority * step)
        if random.random() < 0.05:
            rule = replace(rule, priority=Unknown("n"))
        if random.random() < 0.25:
            rule = replace(rule, presence=((random.choice("ab"), random.random() < 0.5),))
        if random.random() < 0.05:
            rule = replace(rule, tags=(("elbv2.k8s.aws/cluster", "c"),))
        if random.random() < 0.06:
            rule = replace(rule, conditions=(*rule.conditions, OpaqueCondition("f", "new")))
        if random.random() < 0.05:
            rule = replace(rule, conditions=(PathPattern((Unknown("p"),)),))
        if random.random() < 0.5:
            groups = random.sample("pqrs", random.choice((1, 1, 2)))
            rule = replace(rule, actions=(Forward(tuple(Share(group, random.choice((0, 1, 50))) for group in groups)),))
        if random.random() < 0.04:
            rule = replace(rule, actions=(OpaqueAction("a", "new"),))
        if rules and random.random() < 0.15:
            rule = replace(rule, conditions=random.choice(rules).conditions)
        rules.append(rule)
    return replace(told, rules=tuple(rules))


def settings(random: Random, told: Listener) -> Config:
    names = sorted(rule.id for rule in told.rules)
    random.shuffle(names)
    ranges = []
    at = random.randint(1, 8)
    for number in range(random.randint(0, 3)):
        members = tuple(names.pop() for _ in range(random.randint(1, 4)) if names)
        intervals = []
        for _ in range(random.choice((1, 1, 2))):
            first = at + random.randint(0, 3)
            at = first + random.randint(0, len(members) + 2)
            intervals.append((first, at))
            at += 2
        order = random.choice(("keep", "specific-first"))
        ranges.append(Range(f"g{number}", tuple(intervals), match=Match(rules=members), order=order, was=((60 + number, 60 + number),)))
    retired = tuple(Retired(((number, number),)) for number in random.sample(range(1, 20), random.randint(0, 3)))
    before = tuple(Before(*random.sample([rule.id for rule in told.rules], 2)) for _ in range(random.choice((0, 0, 1, 2))))
    weights = (WeightPolicy("e", (("p", 30.0),)),) if random.random() < 0.5 else ()
    return Config(ranges=tuple(ranges), retired=retired, before=before, weights=weights)


def run(seeds: range) -> Counter:
    ends: Counter = Counter()
    for seed in seeds:
        random = Random(f"anything {seed}")
        told = mangled(random)
        config = settings(random, told)
        options = Options(
            "2026-11-23",
            spread=random.random() < 0.3,
            fix_shadowed=random.random() < 0.4,
            merge_twins=random.random() < 0.5,
            environment="e",
        )
        made = plan_listener(ListenerFacts(told), config, options)
        if not isinstance(made, ListenerPlan):
            assert all(refusal.reason and refusal.listener == told.id for refusal in made)
            ends["refused"] += 1
            continue
        whole = Plan((made,), (), joint_digest([(made.id, made.digest)]))
        again = load_plan(dumps(whole.to_json()))
        assert again.to_json() == whole.to_json()
        assert all(verdict.holds for verdict in verify_plan(again, [told])), seed
        ends["planned"] += 1
        ends["changes"] += bool(made.intended_changes)
        ends["merges"] += bool(made.merges)
        ends["stays"] += any(note.rules for note in made.notes)
    return ends


def test_anything() -> None:
    ends = run(range(800))
    assert min(ends.values()) > 5
    assert set(ends) == {"refused", "planned", "changes", "merges", "stays"}


@pytest.mark.long
def test_anything_long() -> None:
    run(range(10_000, 40_000))

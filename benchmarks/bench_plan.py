"""The planner against a constraint solver, and against the time that the engine takes for the same listener.

    python benchmarks/bench_plan.py [SECONDS]

First: numbering problems of 20, 60 and 100 rules, each given to the planner and to OR-Tools CP-SAT (one worker, SECONDS at most, default 10).
Then: whole plans of generated listeners, proved; `engine` is overlap, containment and reach of all rules.
"""

import json
import sys
import time
from pathlib import Path
from random import Random
from statistics import median

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "src"), str(HERE.parent / "tests")]

from generate import listener as export  # noqa: E402

from alb_lint.analysis.facts import ListenerFacts  # noqa: E402 - found through the line above
from alb_lint.config import Config, Match, Range, Retired  # noqa: E402
from alb_lint.model import Listener  # noqa: E402
from alb_lint.plan.numbering.numbering import Numbering, number  # noqa: E402
from alb_lint.plan.plan import ListenerPlan  # noqa: E402
from alb_lint.plan.planner import Options, plan_listener  # noqa: E402
from alb_lint.sources import aws_json  # noqa: E402
from alb_lint.sources.source import ReadOptions, Target  # noqa: E402
from numbering_instances import KINDS, optimum, problem  # noqa: E402

EACH = {20: 12, 60: 8, 100: 6}


def against_solver(count: int, seconds: float) -> None:
    ours, theirs, ratios = [], [], []
    agreed = unproved = undecided = 0
    for kind in KINDS:
        for seed in range(EACH[count]):
            random = Random(f"bench {kind} {seed}")
            told = problem(random, kind, count)
            start = time.perf_counter()
            found = number(told)
            middle = time.perf_counter()
            best = optimum(told, seconds)
            ours.append(middle - start)
            theirs.append(time.perf_counter() - middle)
            ratios.append(theirs[-1] / ours[-1])
            moved = found.moved if isinstance(found, Numbering) else None
            unproved += isinstance(found, Numbering) and not found.proved
            undecided += best == "undecided"
            agreed += best == moved
    print(
        f"{count:5} rules, {len(ours)} problems: ours {median(ours) * 1e3:.1f} ms (most {max(ours) * 1e3:.0f}, sum {sum(ours):.2f} s), "
        f"CP-SAT {median(theirs) * 1e3:.0f} ms (most {max(theirs) * 1e3:.0f}, sum {sum(theirs):.1f} s), "
        f"{median(ratios):.0f} times as fast (least {min(ratios):.0f}); "
        f"{agreed} agree, CP-SAT undecided {undecided}, ours with a bound only {unproved}"
    )


def read(count: int) -> Listener:
    data = json.dumps(export(count)).encode()
    (told,) = aws_json.read([Target("rules.json", None, data)], ReadOptions()).listeners
    return told


def settings(told: Listener) -> Config:
    """A range around every other group of 25 rules, by name; the last group is to move far up, and some numbers are retired."""
    random = Random("settings")
    rules = sorted(told.rules, key=lambda rule: rule.priority)
    numbers = [rule.priority for rule in rules]
    ranges = [
        Range(
            f"r{first}",
            ((numbers[first], numbers[first + 24] + 4),),
            match=Match(rules=tuple(rule.id for rule in rules[first : first + 25])),
        )
        for first in range(0, len(rules) - 25, 50)
    ]
    ranges.append(Range("last", ((49_500, 49_600),), match=Match(rules=tuple(rule.id for rule in rules[-25:]))))
    retired = tuple(Retired(((number, number),)) for number in random.sample(numbers, len(numbers) // 20))
    return Config(ranges=tuple(ranges), retired=retired)


def whole(count: int) -> None:
    told = read(count)
    start = time.perf_counter()
    facts = ListenerFacts(told)
    _ = facts.meets, facts.inside, facts.unsure
    for index in range(facts.count):
        facts.reach(index)
    engine = time.perf_counter() - start
    for name, config, options in (
        ("ranges", settings(told), Options("2026-01-01")),
        ("fix-shadowed", Config(), Options("2026-01-01", fix_shadowed=True)),
    ):
        start = time.perf_counter()
        made = plan_listener(facts, config, options)
        taken = time.perf_counter() - start
        told_of = (
            f"{made.moved} moves, at least {made.at_least}, {made.proof.sensitive} pairs kept"
            if isinstance(made, ListenerPlan)
            else made[0].reason
        )
        print(
            f"{count:5} rules, {name}: engine {engine * 1e3:.0f} ms, plan and proof {taken * 1e3:.0f} ms ({taken / engine:.1f}); {told_of}"
        )


if __name__ == "__main__":
    limit = float(sys.argv[1]) if len(sys.argv) > 1 else 10
    for size in EACH:
        against_solver(size, limit)
    for size in (100, 1000):
        whole(size)

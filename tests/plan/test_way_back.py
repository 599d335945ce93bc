"""The way back, replayed on a model of AWS that refuses a number in use, and held against enumeration."""

from itertools import combinations, pairwise, product
from random import Random

import pytest

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.model import Listener, owner_of
from alb_lint.plan.plan import ListenerPlan
from alb_lint.plan.planner import Options, plan_listener
from alb_lint.plan.steps import restored as module
from alb_lint.plan.steps.calls import rollback_calls
from alb_lint.plan.steps.restored import restored
from alb_lint.presence import exclusive
from plan.test_anything import mangled, settings
from shorthand import TODAY, config, listener


class Aws:
    """Numbers by rule. Every call is refused (asserted) that AWS refuses."""

    def __init__(self, told: Listener, there: set[str]) -> None:
        self.numbers = {rule.id: rule.priority for rule in told.rules if isinstance(rule.priority, int) and rule.id in there}
        self.actions = {rule.id: rule.actions for rule in told.rules}
        self.there = there
        self.made: list[int] = []

    def run(self, calls: tuple) -> None:
        for call in calls:
            match call["call"]:
                case "modify-rule":
                    assert call["rule_arn"] not in self.there or call["rule_arn"] in self.numbers
                case "delete-rule":
                    self.numbers.pop(call["rule_arn"], None)
                case "create-rule":
                    assert 1 <= call["priority"] <= 50_000
                    assert call["priority"] not in [*self.numbers.values(), *self.made]
                    self.made.append(call["priority"])
                case _:
                    for item in call["rule_priorities"]:
                        if item["RuleArn"] in self.there:
                            assert 1 <= item["Priority"] <= 50_000
                            self.numbers[item["RuleArn"]] = item["Priority"]
                    assert len(set(self.numbers.values())) == len(self.numbers)


def worlds(told: Listener):
    """The rules that exist, for each way a deployment may decide."""
    for values in product((True, False), repeat=2):
        known = dict(zip("ab", values, strict=True))
        yield {rule.id for rule in told.rules if all(known[name] is holds for name, holds in rule.presence)}


def test_replayed() -> None:
    planned = ties = 0
    for seed in range(600):
        random = Random(f"anything {seed}")
        told = mangled(random)
        options = Options("2026-11-23", merge_twins=True, fix_shadowed=random.random() < 0.4, environment="e")
        made = plan_listener(ListenerFacts(told), settings(random, told), options)
        if not isinstance(made, ListenerPlan) or not made.steps:
            continue
        planned += 1
        numbers = [rule.priority for rule in told.rules if isinstance(rule.priority, int)]
        distinct = len(set(numbers)) == len(numbers)
        ties += not distinct and bool(made.rollback)
        gone = {name for merge in made.merges for name in merge.drop}
        for there in worlds(told):
            account = Aws(told, there)
            account.run(made.steps)
            account.run(made.rollback)
            if distinct:
                assert account.numbers == {
                    rule.id: rule.priority for rule in told.rules if rule.id in there - gone and isinstance(rule.priority, int)
                }
    assert planned > 100
    assert ties > 10


def test_as_few_as_can_be_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """Against every way to give distinct numbers in the same order."""
    monkeypatch.setattr(module, "PRIORITY_MAX", 9)
    random = Random("restored")
    for _ in range(2_000):
        wanted = sorted(random.choices(range(1, 10), k=random.randint(1, 6)))
        found = module._apart(wanted)
        assert all(1 <= number <= 9 for number in found)
        assert all(one < other for one, other in pairwise(found))
        best = max(sum(one == other for one, other in zip(wanted, way, strict=True)) for way in combinations(range(1, 10), len(wanted)))
        assert sum(one == other for one, other in zip(wanted, found, strict=True)) == best


def test_restored_keeps_the_order_and_the_rules_of_services() -> None:
    for seed in range(2_000):
        random = Random(f"restored {seed}")
        told = mangled(random)
        found = restored(told, {})
        known = [rule for rule in told.rules if isinstance(rule.priority, int)]
        if found is None:
            assert any(owner_of(rule) for rule in known)
            continue
        for one in known:
            assert found[one.id] == one.priority or not owner_of(one)
            for other in known:
                if one.priority < other.priority:
                    assert found[one.id] < found[other.id]
                elif one is not other and not exclusive(one.presence, other.presence):
                    assert found[one.id] != found[other.id]


@pytest.mark.parametrize(
    ("rules", "after", "wanted"),
    [
        (("5 path=/a", "7 path=/b"), {}, {"r5": 5, "r7": 7}),
        (("5 path=/a", "5 path=/b"), {}, {"r5": 4, "r5#2": 5}),
        (("5 path=/a", "5 path=/b"), {"r5": 9, "r5#2": 8}, {"r5": 5, "r5#2": 4}),
        (("1 path=/a", "1 path=/b", "2 path=/c"), {}, {"r1": 1, "r1#2": 2, "r2": 3}),
        (("49999 path=/a", "50000 path=/b", "50000 path=/c"), {}, {"r49999": 49_998, "r50000": 49_999, "r50000#2": 50_000}),
        (("5 path=/a if=p", "5 path=/b unless=p"), {}, {"r5": 5, "r5#2": 5}),
        (("5 path=/a tag:elbv2.k8s.aws/cluster=c", "5 path=/b"), {}, {"r5": 5, "r5#2": 6}),
        (("5 path=/a", "5 path=/b tag:elbv2.k8s.aws/cluster=c", "6 path=/c"), {}, {"r5": 4, "r5#2": 5, "r6": 6}),
        (("5 path=/a tag:elbv2.k8s.aws/cluster=c", "5 path=/b tag:elbv2.k8s.aws/cluster=c"), {}, None),
    ],
)
def test_rows(rules: tuple[str, ...], after: dict[str, int], wanted: dict[str, int] | None) -> None:
    assert restored(listener(*(f"{rule} -> x" for rule in rules)), after) == wanted


def test_twins_of_one_number_come_back_side_by_side() -> None:
    told = listener("5 path=/a name=x -> x", "5 path=/a name=y -> x:0,y:100", "9 path=/b -> b")
    made = plan_listener(ListenerFacts(told), config('[[retired]]\npriorities = "4-6"\n'), Options(TODAY, merge_twins=True))
    assert isinstance(made, ListenerPlan)
    assert [(merge.keep, merge.drop) for merge in made.merges] == [("y", ("x",))]
    assert [call["call"] for call in made.steps] == ["delete-rule", "set-rule-priorities"]
    assert [call["call"] for call in made.rollback] == ["set-rule-priorities", "create-rule"]
    # the one that answers comes first
    assert [made.rollback[0]["rule_priorities"][0]["Priority"], made.rollback[1]["priority"]] == [4, 5]
    assert rollback_calls(told, made.merges, made.moves) == made.rollback

"""The steps of a run are spent on one listener after the other: where they end, a plan is smaller or proves less, and still holds."""

import json

import pytest

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.model import Listener
from alb_lint.plan.plan import Plan
from alb_lint.plan.plan_file import load_plan
from alb_lint.plan.planner import Options, make_plan
from alb_lint.plan.proof.verify import verify_plan
from alb_lint.plan.work import Effort, Work
from shorthand import TODAY, config, listener

RANGE = '[[range]]\nname = "r"\npriorities = "100-119"\nmatch = { paths = ["/z*"] }\n'
SHADOWED = ("1 path=/a* -> x", "2 path=/a/b -> y", "3 path=/c* -> x", "4 path=/c/d -> y")
ALIKE = ("1 path=/a -> x", "2 path=/b -> x", "3 path=/c -> x", "4 path=/d -> x", "5 path=/d -> x", "6 path=/e host=h -> y")
CROSSING = tuple(f"{n} path=/z{n}*,*{n} -> {'a' if n % 2 else 'b'}" for n in range(90, 110))


def made(rules: tuple[str, ...], work: Work, toml: str = RANGE, listeners: int = 3, **wishes: bool) -> Plan:
    told = [listener(*rules, id=f"l{n}") for n in range(listeners)]
    plan = make_plan([ListenerFacts(one) for one in told], config(toml), Options(TODAY, work=work, **wishes))
    holds(plan, told)
    return plan


def holds(plan: Plan, told: list[Listener]) -> None:
    verdicts = verify_plan(load_plan(json.dumps(plan.to_json())), told)
    assert [item.flaws for item in verdicts] == [()] * len(verdicts)


@pytest.mark.parametrize("left", [0, 100, 2_000, 10_000, 40_000, 10**7])
def test_fewer_rules_as_far_as_the_work_goes(left):
    found = [part.compaction for part in made(ALIKE, Work(joining=left), compact=True).listeners]
    whole = made(ALIKE, Work(), compact=True).listeners[0].compaction
    assert all(whole.after <= one.after <= one.before == 6 for one in found)
    assert all(one.at_least <= whole.after for one in found)
    assert [one.after for one in found] == sorted(one.after for one in found)
    if not left:
        assert [one.after for one in found] == [6] * 3
    if left == 10**7:
        assert [one.after for one in found] == [whole.after] * 3
        assert whole.after < 6


@pytest.mark.parametrize("left", [0, 1, 20, 50, 100, 150, 10**6])
def test_shadowed_rules_come_first_as_far_as_the_looks_go(left):
    plan = made(SHADOWED, Work(turning=left), fix_shadowed=True)
    changed = [len(part.intended_changes) for part in plan.listeners]
    assert changed == sorted(changed, reverse=True)
    for part, many in zip(plan.listeners, changed, strict=True):
        spent = [note for note in part.notes if "the steps for that were spent" in note.reason]
        assert len(spent) + many == 2
    assert {0: sum(changed) == 0, 10**6: sum(changed) == 6}.get(left, True)


@pytest.mark.parametrize("left", [0, 200, 1_000, 5_000, 3_000_000])
def test_numbers_as_far_as_the_steps_go(left):
    plan = made(CROSSING, Work(Effort(left, blocks=0)))
    whole = made(CROSSING, Work()).listeners[0]
    assert whole.moved == whole.at_least
    for part in plan.listeners:
        assert part.at_least <= whole.moved <= part.moved
    assert plan.listeners[0].moved == whole.moved or left < 3_000_000


def test_pairs_that_keep_their_order_are_those_of_all_listeners(monkeypatch):
    monkeypatch.setattr("alb_lint.plan.numbering.numbering.LEAST_LINKS", 20)
    monkeypatch.setattr("alb_lint.plan.planner.LEAST_LINKS", 20)
    # each of one half before each of the other: 100 pairs, none of which follows from others
    halves = tuple(f"{n} path=*{n}* -> {'a' if n < 100 else 'b'}" for n in range(90, 110))
    few = made(halves, Work(Effort(links=250)))
    assert [part.id for part in few.listeners] == ["l0", "l1"]
    assert [refusal.listener for refusal in few.refused] == ["l2"]
    assert len(made(halves, Work(Effort(links=0)), toml="").refused) == 3
    # a small one is planned for whatever others took
    assert len(made(halves[6:14], Work(Effort(links=0))).listeners) == 3


def test_requests_of_certificates_as_far_as_the_work_goes():
    whole = [part.proof.witnesses_left for part in made(CROSSING, Work()).listeners]
    some = [part.proof.witnesses_left for part in made(CROSSING, Work(showing=4_000)).listeners]
    assert whole == [0, 0, 0]
    assert 0 <= some[0] < some[2]


@pytest.mark.parametrize(
    "toml",
    [
        RANGE.replace("100-119", "80-119") + 'order = "specific-first"\n',
        RANGE + '[[before]]\nfirst = "*"\nthen = "*"\n',
    ],
)
def test_orders_of_too_many_pairs_are_refused(toml, monkeypatch):
    monkeypatch.setattr("alb_lint.plan.wanted.order.WISHES", 3)
    rules = tuple(f"{90 + n} path=/z{'/a' * (6 - n)}* name=r{n} -> g{n}" for n in range(6))
    told = [listener(*rules)]
    plan = make_plan([ListenerFacts(one) for one in told], config(toml), Options(TODAY))
    (refusal,) = plan.refused
    assert "asks for the order of more than 3 pairs of rules" in refusal.reason

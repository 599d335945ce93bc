"""What may happen while a tool makes the moves in an order of its own: held to every state that it may pass through."""

from itertools import combinations
from random import Random

import pytest

from alb_lint.analysis.decisions import order_sensitive
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.plan.plan import ListenerPlan, Move, Step
from alb_lint.plan.steps.any_order import dangers, halfway, parts_of, told
from shorthand import listener

PATHS = ("/a*", "/b*", "/a/b", "*")


def some(random: Random) -> tuple[ListenerFacts, list[Move]]:
    """Rules on the numbers 1 to 9, and some of them on others in the same order as far as it matters."""
    now = sorted(random.sample(range(1, 10), random.randint(2, 5)))
    rules = [f"{number} path={random.choice(PATHS)} -> tg{random.randint(1, 2)}" for number in now]
    facts = ListenerFacts(listener(*rules))
    sensitive = order_sensitive(facts)
    while True:
        goal = random.sample(range(1, 10), len(now))
        pairs = combinations(range(len(now)), 2)
        if all(goal[one] < goal[other] for one, other in pairs if sensitive[one] >> other & 1):
            return facts, [Move(rule.id, rule.priority, new) for rule, new in zip(facts.rules, goal, strict=True) if rule.priority != new]


def states(start: dict[str, int], steps: list) -> list[dict[str, int]]:
    """What may stand on the listener while the steps are made in any order."""
    return [
        start | {step.rule: step.new for step in chosen} for many in range(len(steps) + 1) for chosen in combinations(steps, many)
    ]  # fmt: skip


def fine(facts: ListenerFacts, state: dict[str, int]) -> bool:
    numbers = [state[rule.id] for rule in facts.rules]
    sensitive = order_sensitive(facts)
    pairs = combinations(range(len(numbers)), 2)
    return len(set(numbers)) == len(numbers) and all(numbers[one] < numbers[other] for one, other in pairs if sensitive[one] >> other & 1)


@pytest.mark.parametrize("seed", range(300))
def test_a_danger_is_told_exactly_where_some_state_is_wrong(seed):
    facts, moves = some(Random(seed))
    today = {rule.id: rule.priority for rule in facts.rules}
    assert dangers(facts, moves) == (not all(fine(facts, state) for state in states(today, moves)))


@pytest.mark.parametrize("seed", range(100))
def test_the_parts_are_harmless_each_and_no_fewer_would_do(seed):
    facts, moves = some(Random(seed))
    steps = [Step(move.rule, move.old, move.new) for move in moves]
    parts = parts_of(facts, order_sensitive(facts), steps)
    assert [step for part in parts for step in part] == steps
    for place, part in enumerate(parts):
        assert not dangers(facts, part)
        if place:
            assert dangers(facts, [*parts[place - 1], part[0]])


@pytest.mark.parametrize("seed", range(300))
def test_half_of_the_moves_is_wrong_exactly_where_their_state_is(seed):
    random = Random(seed)
    facts, moves = some(random)
    done = [move for move in moves if random.random() < 0.5]
    left = [move for move in moves if move not in done]
    state = {rule.id: rule.priority for rule in facts.rules} | {move.rule: move.new for move in done}
    assert (halfway(facts, done, left) == "") == fine(facts, state)


def test_a_twin_that_is_to_be_deleted_and_is_there_still():
    facts = ListenerFacts(listener("10 path=/a name=keep -> x", "20 path=/a name=drop -> y"))
    assert halfway(facts, [Move("keep", 10, 500)], [], ["drop"]).startswith("20 drop (/a) is asked before 10 keep (/a)")
    assert halfway(facts, [Move("keep", 10, 15)], [], ["drop"]) == ""
    assert "AWS refuses it" in halfway(facts, [Move("keep", 10, 20)], [], ["drop"])


ORDERS = listener("10 name=narrow path=/v2/models/* -> tg1", "20 name=wide path=/v2/* -> tg2", name="web")


def plan(numbers: tuple[int, int], walk: tuple[Step, ...] | None) -> ListenerPlan:
    moves = (Move("narrow", 10, numbers[0]), Move("wide", 20, numbers[1]))
    return ListenerPlan("web", "web", moves=moves, one_at_a_time=walk)


def test_a_rule_that_may_be_asked_too_early_is_told_with_a_request_and_the_ways_round():
    walk = (Step("narrow", 10, 1), Step("wide", 20, 2))
    first, ways = told(ListenerFacts(ORDERS), plan((1, 2), walk))
    assert first == (
        "a deployment changes the rules of web one after the other, in an order of its own: meanwhile 20 wide (/v2/*) may be asked before "
        "10 narrow (/v2/models/*): both take GET  example.com/v2/models/x"
    )
    assert ways == (
        "change the live listener first, in one call (alb-lint plan --live --format aws-cli), then deploy the code; or deploy 2 parts one after "
        "the other: 10 to 1; then 20 to 2"
    )


def test_a_number_that_is_passed_on_is_told():
    _, taken, _ = told(ListenerFacts(ORDERS), plan((20, 30), (Step("wide", 20, 30), Step("narrow", 10, 20))))
    assert taken == "10 narrow (/v2/models/*) gets 20, which 20 wide (/v2/*) has until it moves: AWS refuses a number that is in use"


def test_where_no_way_of_single_steps_is_known_the_one_call_is_left():
    assert told(ListenerFacts(ORDERS), plan((1, 2), None))[-1].endswith("then deploy the code")


def test_nothing_is_told_where_any_order_will_do():
    assert told(ListenerFacts(ORDERS), plan((11, 21), (Step("narrow", 10, 11), Step("wide", 20, 21)))) == ()


def test_more_pairs_than_are_looked_at_are_said(monkeypatch):
    rules = [f"{number} path=/a{number}*,*b -> tg{number}" for number in range(10, 20)]
    facts = ListenerFacts(listener(*rules))
    moves = [Move(rule.id, rule.priority, rule.priority + 100) for rule in facts.rules]
    part = ListenerPlan("web", moves=tuple(moves), one_at_a_time=None)
    whole = told(facts, part)
    assert "44 more pairs" in whole[0]
    monkeypatch.setattr("alb_lint.plan.steps.any_order.LOOKS", 10)
    some = told(facts, part)
    assert some[0].endswith("so may 9 more pairs of rules, and not all pairs of rules were looked at")
    assert dangers(facts, moves)
    monkeypatch.setattr("alb_lint.plan.steps.any_order.LOOKS", 0)
    assert "not all pairs of rules were looked at" in told(facts, part)[0]
    assert dangers(facts, moves)

"""One move at a time: held to a breadth-first search over all ways, and simulated."""

from collections import deque
from random import Random

import pytest

from alb_lint.plan.steps import one_at_a_time as steps
from alb_lint.plan.steps.one_at_a_time import Blocked, Hop, Spent, Trip, hops


def trip(now: list[int], goal: list[int], pairs: list[tuple[int, int]] = ()) -> Trip:
    sensitive = [0] * len(now)
    for one, other in pairs:
        sensitive[one] |= 1 << other
        sensitive[other] |= 1 << one
    reversals = frozenset(
        (one, other)
        for one in range(len(now))
        for other in range(len(now))
        if sensitive[one] >> other & 1 and now[other] < now[one] and goal[one] < goal[other]
    )
    return Trip(now, goal, sensitive, [0] * len(now), sensitive, reversals)


def legal(told: Trip, state: tuple[int, ...], index: int, number: int) -> bool:
    """The number is free, and each pair that matters has today's order or the final one."""
    if number in state:
        return False
    for other in range(len(state)):
        if other != index and told.sensitive[index] >> other & 1:
            first = number < state[other]
            if first not in (told.now[index] < told.now[other], told.goal[index] < told.goal[other]):
                return False
    return True


def shortest(told: Trip, top: int) -> int | None:
    start, goal = tuple(told.now), tuple(told.goal)
    seen = {start: 0}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        if state == goal:
            return seen[state]
        for index in range(len(state)):
            for number in range(1, top + 1):
                if number != state[index] and legal(told, state, index, number):
                    after = (*state[:index], number, *state[index + 1 :])
                    if after not in seen:
                        seen[after] = seen[state] + 1
                        queue.append(after)
    return None


def simulate(told: Trip, found: list[Hop]) -> None:
    state = tuple(told.now)
    for hop in found:
        assert legal(told, state, hop.index, hop.number)
        assert hop.parking == (hop.number != told.goal[hop.index])
        state = (*state[: hop.index], hop.number, *state[hop.index + 1 :])
    assert state == tuple(told.goal)


def test_against_all_ways(monkeypatch):
    random = Random("ways")
    longer = missed = total = parked = 0
    for _ in range(500):
        count = random.choice((3, 4))
        top = count + random.choice((1, 2, 3))
        monkeypatch.setattr(steps, "PRIORITY_MAX", top)
        now, goal = random.sample(range(1, top + 1), count), random.sample(range(1, top + 1), count)
        pairs = [
            (one, other)
            for one in range(count)
            for other in range(one)
            if random.random() < 0.4 and (now[one] < now[other]) == (goal[one] < goal[other])
        ]
        told = trip(now, goal, pairs)
        found, best = hops(told), shortest(told, top)
        total += 1
        if isinstance(found, Blocked):
            # in so few numbers others may have to step aside; that is not tried
            missed += best is not None
            continue
        simulate(told, found)
        assert best is not None
        longer += len(found) > best
        parked += any(hop.parking for hop in found)
    assert missed <= total * 0.03
    assert longer <= total * 0.01
    assert parked > 50


def test_free_goals_need_no_parking():
    told = trip([1, 2, 3, 4], [11, 12, 13, 14], [(0, 1), (1, 2), (2, 3)])
    found = hops(told)
    simulate(told, found)
    assert [hop.index for hop in found] == [3, 2, 1, 0]


def test_a_chain_waits_for_its_head():
    told = trip([1, 2, 3], [2, 3, 4])
    assert [(hop.index, hop.number) for hop in hops(told)] == [(2, 4), (1, 3), (0, 2)]


@pytest.mark.parametrize("count", [2, 3, 50])
def test_one_parking_per_circle(count):
    numbers = [10 * (place + 1) for place in range(count)]
    told = trip(numbers, [*numbers[1:], numbers[0]])
    found = hops(told)
    simulate(told, found)
    assert sum(hop.parking for hop in found) == 1
    assert len(found) == count + 1


def test_two_circles_with_a_rule_between():
    told = trip([10, 20, 30, 40], [20, 10, 40, 30])
    found = hops(told)
    simulate(told, found)
    assert sum(hop.parking for hop in found) == 2


def test_a_thousand_rules_turned_around():
    numbers = list(range(1, 1001))
    told = trip(numbers, numbers[::-1])
    found = hops(told)
    simulate(told, found)
    assert sum(hop.parking for hop in found) == 500


def test_nowhere_to_park():
    # 1 and 2 swap their numbers, and neither may leave the two numbers between its neighbours
    told = trip([1, 2, 3, 4], [1, 3, 2, 4], [(0, 1), (0, 2), (1, 3), (2, 3)])
    assert hops(told) == Blocked(1, 2, 0)


def test_reversals_go_in_the_final_order():
    # c passes b before b passes a: else b would answer for a what c will
    told = trip([10, 20, 30], [60, 50, 40], [(0, 1), (0, 2), (1, 2)])
    state = list(told.now)
    for hop in hops(told):
        state[hop.index] = hop.number
        order = sorted(range(3), key=state.__getitem__)
        assert order[0] in (0, 2)


def test_a_number_that_two_claim_is_dissolved():
    told = trip([5, 5], [5, 6], [(0, 1)])
    assert hops(told) == [Hop(1, 6)]


def test_rules_that_never_meet_move_to_one_number():
    told = Trip([5, 5], [4, 4], [0, 0], [0b10, 0b01], [0, 0])
    assert hops(told) == [Hop(0, 4), Hop(1, 4)]


@pytest.mark.parametrize("effort", [1, 30, 500, 1_400])
def test_a_walk_ends_with_its_steps(effort):
    numbers = list(range(1, 301))
    told = trip(numbers, numbers[::-1])
    found = hops(told, effort)
    assert isinstance(found, Spent) == (effort < 1_400)
    assert not isinstance(found, Spent) or 0 < found.left <= 300

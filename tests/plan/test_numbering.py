"""Numberings: every constraint holds, and no independent solver moves fewer."""

from random import Random

import pytest

from alb_lint.plan.numbering.numbering import PINNED, Job, Numbering, Problem, Stuck, number
from alb_lint.plan.numbering.numbers import Numbers
from alb_lint.plan.work import Effort
from numbering_instances import KINDS, optimum, problem


def hold(told: Problem, found: Numbering) -> None:
    assert len(set(found.numbers)) == len(told.jobs)
    for job, given in zip(told.jobs, found.numbers, strict=True):
        assert given == job.number if job.home == PINNED else given in told.homes[job.home]
    for one, later in enumerate(told.after):
        for other in range(len(told.jobs)):
            if later >> other & 1:
                assert found.numbers[one] < found.numbers[other]
    assert found.moved == sum(job.number != given for job, given in zip(told.jobs, found.numbers, strict=True))
    assert found.at_least <= found.moved


def judge(kind: str, seed: int, least: int, most: int) -> str:
    """Holds one instance to the solver; "stuck", "numbered", or "undecided" where the solver ran out of time on one that has no numbering."""
    random = Random(f"{kind} {seed}")
    told = problem(random, kind, random.randint(least, most))
    found = number(told)
    best = optimum(told)
    if isinstance(found, Stuck):
        assert best in (None, "undecided"), (kind, seed, best, found)
        hold_stuck(told, found)
        return "stuck" if best is None else "undecided"
    hold(told, found)
    assert found.proved
    assert best in (found.moved, "undecided"), (kind, seed, best, found)
    return "numbered" if best == found.moved else "undecided"


def hold_stuck(told: Problem, found: Stuck) -> None:
    """The reason itself: so many rules, all of one home, and too few numbers of it between the bounds."""
    if found.missing:
        (home,) = {told.jobs[job].home for job in found.jobs}
        free = sum(1 for given in range(found.first, found.last + 1) if given in told.homes[home])
        assert len(found.jobs) - free == found.missing > 0


@pytest.mark.parametrize("kind", KINDS)
def test_as_few_as_the_solver(kind: str) -> None:
    ends = [judge(kind, seed, 20, 30) for seed in range(8)]
    assert "numbered" in ends
    assert ends.count("undecided") <= 1


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_as_few_as_the_solver_long(kind: str) -> None:
    ends = [judge(kind, seed, 20, 60) for seed in range(100, 200)]
    assert ends.count("numbered") > 20
    assert ends.count("stuck") > 10
    assert ends.count("undecided") <= 5


@pytest.mark.parametrize("kind", KINDS)
def test_every_constraint_holds(kind: str) -> None:
    for seed in range(60):
        random = Random(f"hold {kind} {seed}")
        told = problem(random, kind, random.randint(2, 80))
        found = number(told)
        if isinstance(found, Numbering):
            hold(told, found)
        else:
            hold_stuck(told, found)


def made(homes: list[list[tuple[int, int]]], jobs: list[tuple[int, int]], pairs: list[tuple[int, int]] = (), **more) -> Problem:
    after = [0] * len(jobs)
    for one, other in pairs:
        after[one] |= 1 << other
    return Problem(tuple(Numbers(home) for home in homes), tuple(Job(*job) for job in jobs), after, **more)


def test_nothing_moves_where_all_is_well() -> None:
    found = number(made([[(1, 50)]], [(3, 0), (9, 0)], [(0, 1)]))
    assert found == Numbering((3, 9), 0, 0)


def test_members_come_in_at_the_low_end_in_their_order() -> None:
    found = number(made([[(1, 99)], [(2110, 2112)]], [(2021, 1), (2022, 1), (2023, 1)]))
    assert found == Numbering((2110, 2111, 2112), 3, 3)


def test_free_numbers_before_those_that_others_leave() -> None:
    # 10 and 11 are left by the two that move out, yet 12 and 13 need no waiting
    told = made([[(1, 9), (100, 200)], [(10, 20)]], [(10, 0), (11, 0), (50, 1), (51, 1)], near=frozenset((0,)))
    found = number(told)
    assert found.numbers == (9, 100, 12, 13)


def test_what_has_no_range_stays_near() -> None:
    found = number(made([[(1, 1000), (1021, 50_000)]], [(1010, 0)], near=frozenset((0,))))
    assert found.numbers == (1000,)


def test_too_few_numbers() -> None:
    found = number(made([[(1, 9)], [(20, 21)]], [(1, 1), (2, 1), (3, 1), (4, 0)]))
    assert found == Stuck((0, 1, 2), 20, 21, 1)


def test_order_against_the_ranges() -> None:
    found = number(made([[(100, 199)], [(10, 19)]], [(110, 0), (11, 1)], [(0, 1)]))
    assert found == Stuck((0, 1), squeezed=1)


def test_pinned_jobs_bound_the_others() -> None:
    found = number(made([[(1, 4), (6, 9)]], [(5, PINNED), (2, 0)], [(0, 1)]))
    assert found == Numbering((5, 6), 1, 1)
    assert number(made([[(1, 4)]], [(5, PINNED), (2, 0)], [(0, 1)])) == Stuck((0, 1), squeezed=1)


def test_jobs_of_two_homes_pass_each_other_between_intervals() -> None:
    # the second must follow the first, so it takes the second interval of its home
    found = number(made([[(5, 6)], [(1, 2), (9, 10)]], [(5, 0), (1, 1)], [(0, 1)]))
    assert found == Numbering((5, 9), 1, 1)


def test_several_intervals_that_do_not_help() -> None:
    told = made([[(5, 5)], [(1, 2), (9, 9)]], [(5, 0), (1, 1), (2, 1)], [(0, 1), (0, 2)])
    found = number(told)
    assert isinstance(found, Stuck)


def test_even_gaps() -> None:
    found = number(made([[(1, 9)], [(100, 199)]], [(1, 1), (2, 1), (3, 1)], spread=frozenset((1,))))
    assert found.numbers == (124, 149, 174)
    full = number(made([[(1, 9)], [(100, 102)]], [(1, 1), (2, 1), (3, 1)], spread=frozenset((1,))))
    assert full.numbers == (100, 101, 102)


def test_little_effort_gives_a_bound() -> None:
    random = Random("bound")
    seen = 0
    for _ in range(40):
        told = problem(random, "full", 40)
        found = number(told, Effort(60))
        best = number(told)
        if isinstance(found, Numbering) and isinstance(best, Numbering):
            hold(told, found)
            assert found.at_least <= best.moved <= found.moved
            seen += not found.proved
    assert seen


def test_same_input_same_numbers() -> None:
    for kind in KINDS:
        told = problem(Random(f"same {kind}"), kind, 30)
        assert number(told) == number(told)


def test_more_pairs_that_have_to_keep_their_order_than_are_planned_for(monkeypatch):
    jobs = tuple(Job(number, 0) for number in range(1, 21))
    after = [((1 << 10) - 1) << 10 if place < 10 else 0 for place in range(20)]
    problem = Problem((Numbers([(1, 50)]),), jobs, after)
    assert isinstance(number(problem), Numbering)
    monkeypatch.setattr("alb_lint.plan.numbering.numbering.LINKS", 80)
    assert number(problem) == Stuck((), undecided=True, tangled=True)
    # those that follow from others do not count
    chain = [((1 << 20) - 1) & ~((1 << place + 1) - 1) for place in range(20)]
    assert isinstance(number(Problem((Numbers([(1, 50)]),), jobs, chain)), Numbering)

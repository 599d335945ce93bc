"""Random numbering problems, and a constraint solver as their judge. Nothing here comes from the planner but the record of a problem."""

from random import Random

from alb_lint.plan.numbering.numbering import Job, Problem
from alb_lint.plan.numbering.numbers import Numbers

KINDS = ("sparse", "mixed", "full", "collide", "multi")


def problem(random: Random, kind: str, count: int) -> Problem:
    """Rules on numbers up to `top`, some ranges ("multi": of several intervals), retired numbers, members out of place, orders turned round."""
    top = {"sparse": 12 * count, "full": count}.get(kind) or random.choice((count + 2, int(count * 1.3) + 2, count * 3, count * 10))
    distinct = kind != "collide" and random.random() < 0.6
    today = random.sample(range(1, top + 1), count) if distinct else [random.randint(1, top) for _ in range(count)]
    homes = _homes(random, kind, top)
    astray = random.choice((0, 0.03, 0.1))
    jobs = []
    for number in today:
        here = next((place for place, home in enumerate(homes[1:], 1) if number in home), 0)
        home = random.randrange(len(homes)) if random.random() < astray else here
        jobs.append(Job(number, home if homes[home].size else here))
    # the order that must hold is nearly today's
    noise = random.choice((0, 1, 2, 4, top / 10, top / 4))
    line = sorted(range(count), key=lambda job: (today[job] + (random.uniform(-noise, noise) if random.random() < 0.6 else 0), job))
    dense = random.choice((0.01, 0.02, 0.05, 0.1, 0.3))
    after = [sum(1 << later for later in range(job + 1, count) if random.random() < dense) for job in range(count)]
    return Problem(tuple(homes), tuple(jobs[job] for job in line), after)


def _homes(random: Random, kind: str, top: int) -> list[Numbers]:
    wanted = random.choice((0, 1, 2, 3))
    ends = sorted(random.sample(range(1, top + 1), min(2 * wanted, top)))
    groups: list[list[tuple[int, int]]] = [[] for _ in range(wanted)]
    for place in range(len(ends) // 2):
        groups[random.randrange(wanted) if kind == "multi" else place].append((ends[2 * place], ends[2 * place + 1]))
    bands = [Numbers(group) for group in groups if group]
    retired = Numbers((number, number) for number in random.sample(range(1, top + 1), random.randint(0, max(1, top // 10))))
    outside = Numbers([(1, random.choice((top, top, 2 * top)))])
    for band in bands:
        outside = outside - band
    return [outside - retired, *(band - retired for band in bands)]


def optimum(told: Problem, seconds: float = 20, workers: int = 1) -> int | str | None:
    """The fewest moves by CP-SAT; None: there is no numbering; "undecided" where the time ran out."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    numbers, stays = [], []
    for job in told.jobs:
        home = told.homes[job.home]
        if not home.size:
            return None
        number = model.new_int_var_from_domain(cp_model.Domain.from_intervals([list(interval) for interval in home.intervals]), "")
        numbers.append(number)
        if job.number in home:
            stay = model.new_bool_var("")
            model.add(number == job.number).only_enforce_if(stay)
            stays.append(stay)
    model.add_all_different(numbers)
    for job, later in enumerate(told.after):
        for other in range(len(told.jobs)):
            if later >> other & 1:
                model.add(numbers[job] < numbers[other])
    model.maximize(sum(stays))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    return len(told.jobs) - round(solver.objective_value) if status == cp_model.OPTIMAL else "undecided"

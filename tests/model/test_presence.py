"""Presences against every valuation of their expressions."""

from collections.abc import Iterable
from itertools import product
from random import Random

import pytest

from alb_lint.presence import All, AnyOf, Apart, Formula, Literal, Presence, Some, exclusive, facts_of, implies, never, said, spelled_out

ATOMS = ("a", "b", "c", "x == 1", "x == 2", "x == 3")


def true_of(formula: Formula, known: dict[str, bool]) -> bool:
    if isinstance(formula, All):
        return all(true_of(part, known) for part in formula.parts)
    if isinstance(formula, Some):
        return any(true_of(part, known) for part in formula.parts)
    return known[formula[0]] is formula[1]


def met(presence: Presence, known: dict[str, bool]) -> bool:
    for fact in presence:
        if isinstance(fact, AnyOf):
            if not any(known[text] is holds for text, holds in fact.literals):
                return False
        elif not isinstance(fact, Apart) and known[fact[0]] is not fact[1]:
            return False
    return True


def valuations(*, apart: bool) -> Iterable[dict[str, bool]]:
    for values in product((False, True), repeat=len(ATOMS)):
        if not apart or sum(values[3:]) <= 1:
            yield dict(zip(ATOMS, values, strict=True))


def some_formula(random: Random, depth: int = 3) -> Formula:
    if depth == 0 or random.random() < 0.25:
        return (random.choice(ATOMS), random.random() < 0.5)
    parts = tuple(some_formula(random, depth - 1) for _ in range(random.randint(0 if random.random() < 0.1 else 1, 3)))
    return random.choice((All, Some))(parts)


def test_facts_say_what_the_formula_says() -> None:
    random = Random("facts")
    read = 0
    for _ in range(400):
        formula = some_formula(random)
        facts = facts_of(formula)
        if facts is not None:
            read += 1
            assert all(met(facts, known) is true_of(formula, known) for known in valuations(apart=False)), formula
            assert never(facts) is not any(true_of(formula, known) for known in valuations(apart=False)), formula
    assert read > 350


def test_questions_are_answered_exactly() -> None:
    random = Random("questions")
    answers = {True: 0, False: 0}
    for _ in range(600):
        one, other = (facts_of(some_formula(random, 2)) or () for _ in range(2))
        together = [met(other, known) for known in valuations(apart=False) if met(one, known)]
        assert exclusive(one, other) is not any(together), (one, other)
        assert implies(one, other) is all(together), (one, other)
        answers[any(together)] += 1
    assert min(answers.values()) > 50


def test_one_thing_has_one_value() -> None:
    random = Random("equations")
    decided = 0
    for _ in range(400):
        groups = [facts_of(some_formula(random, 2)) or () for _ in range(3)]
        table = spelled_out(groups, lambda text: "x" if text.startswith("x") else None)
        spelled = [table[group] for group in groups]
        worlds = list(valuations(apart=True))
        for group, found in zip(groups, spelled, strict=True):
            assert found is not None or not any(met(group, known) for known in worlds)
        one, other = spelled[:2]
        if one is not None and other is not None:
            together = [met(groups[1], known) for known in worlds if met(groups[0], known)]
            assert not exclusive(one, other) or not any(together), (one, other)
            assert not implies(one, other) or all(together), (one, other)
            decided += exclusive(one, other)
            if all({"x == 1", "x == 2", "x == 3"} <= set(_atoms(group)) for group in groups[:2]):
                assert exclusive(one, other) is not any(together), (one, other)
    assert decided > 20


def _atoms(presence: Presence) -> Iterable[str]:
    for fact in presence:
        yield from (text for text, _ in fact.literals) if isinstance(fact, AnyOf) else () if isinstance(fact, Apart) else (fact[0],)


A, B = ("a", True), ("b", True)
NOT_A, NOT_B = ("a", False), ("b", False)


@pytest.mark.parametrize(
    ("one", "other", "apart", "follows"),
    [
        ((AnyOf((A, B)),), (NOT_A, NOT_B), True, False),
        ((AnyOf((A, B)), NOT_A), (B,), False, True),
        ((AnyOf((A, B)),), (NOT_A,), False, False),
        ((AnyOf((A, B)),), (AnyOf((NOT_A, NOT_B)),), False, False),
        ((AnyOf((A, B)), AnyOf((NOT_A, B))), (B,), False, True),
        ((A, B), (AnyOf((A, NOT_B)),), False, True),
        ((), (), False, True),
        ((A,), (NOT_A,), True, False),
    ],
)
def test_small_questions(one: Presence, other: Presence, apart: bool, follows: bool) -> None:
    assert (exclusive(one, other), implies(one, other)) == (apart, follows)


def test_a_formula_that_is_too_long_has_no_facts() -> None:
    pairs = tuple(All(((f"a{n}", True), (f"b{n}", True))) for n in range(12))
    assert facts_of(Some(pairs)) is None
    assert facts_of(All(pairs)) is not None


def test_a_long_search_ends_with_the_careful_answer() -> None:
    random = Random("long")
    texts = [f"v{n}" for n in range(150)]
    clauses: list[AnyOf] = []
    for _ in range(640):
        literals: tuple[Literal, ...] = tuple((text, random.random() < 0.5) for text in random.sample(texts, 3))
        clauses.append(AnyOf(literals))
    assert exclusive(tuple(clauses[:320]), tuple(clauses[320:])) in (True, False)


def test_for_people() -> None:
    assert said((A, NOT_B, AnyOf((A, NOT_B)), Apart(("x", "y")))) == "a is true, b is false, a or not b"
    assert said((('v == "x"', True), ('w == "y"', False), AnyOf((A, ('w == "y"', False))))) == 'v == "x", w != "y", a or w != "y"'

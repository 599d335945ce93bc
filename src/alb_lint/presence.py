"""When something exists at all: a formula over conditions that only a deployment decides, in a bounded canonical form, and what follows.

A presence is a conjunction of facts. A literal is (expression, holds); expressions are compared as texts, so equal texts must stand for
equal conditions. Answers are exact for what the facts say; where the search is too long, the answer is the careful one: they may hold together.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain, product
from typing import Final, TypeAlias

from alb_lint.record import record

Literal: TypeAlias = tuple[str, bool]

CLAUSES: Final = 48
"""Facts that a formula is written out to; a longer one stands under its own text, which is exact for itself and its negation."""

_RIVALS: Final = 200
"""Constants that one expression is compared with; more are not told apart."""

_STEPS: Final = 20_000
"""Facts looked at in one search."""

_DEEP: Final = 100
"""Cases within each other in one search."""


@record
class AnyOf:
    """At least one of the literals holds; none: never."""

    literals: tuple[Literal, ...]


@record
class Apart:
    """At most one of the expressions holds, in every deployment: comparisons of one thing with different constants."""

    expressions: tuple[str, ...]


Fact: TypeAlias = Literal | AnyOf | Apart
Presence: TypeAlias = tuple[Fact, ...]


@record
class All:
    """A formula: every part holds."""

    parts: "tuple[Formula, ...]"


@record
class Some:
    """A formula: at least one part holds."""

    parts: "tuple[Formula, ...]"


Formula: TypeAlias = Literal | All | Some


def facts_of(formula: Formula) -> Presence | None:
    """The formula as facts, sorted: literals, then alternatives; `(AnyOf(()),)` where it can never hold. None: more than `CLAUSES`."""
    found = _clauses(formula)
    if found is None:
        return None
    known: dict[str, bool] = {}
    while True:
        single = {next(iter(clause)) for clause in found if len(clause) == 1}
        fresh = {literal for literal in single if literal[0] not in known}
        if any(known.setdefault(text, holds) is not holds for text, holds in single):
            return (AnyOf(()),)
        if not fresh:
            break
        found = {
            frozenset(literal for literal in clause if known.get(literal[0], literal[1]) is literal[1])
            for clause in found
            if not any(known.get(text) is holds for text, holds in clause)
        }
        if frozenset() in found:
            return (AnyOf(()),)
    if frozenset() in found:
        return (AnyOf(()),)
    wider = [clause for clause in found if not any(other < clause for other in found)]
    return (*sorted(known.items()), *(AnyOf(literals) for literals in sorted(tuple(sorted(clause)) for clause in wider)))


def formula_of(presence: Presence) -> Formula:
    """The facts as one formula; what is apart follows from the constants that are compared, and is left out."""
    parts = (fact if isinstance(fact, tuple) else Some(fact.literals) for fact in presence if not isinstance(fact, Apart))
    return All(tuple(parts))


def atoms(presence: Presence) -> Iterable[str]:
    """The expressions that its literals and alternatives speak of, with repeats."""
    for fact in presence:
        if isinstance(fact, AnyOf):
            yield from (text for text, _ in fact.literals)
        elif not isinstance(fact, Apart):
            yield fact[0]


def never(presence: Sequence[Fact]) -> bool:
    """Whether it holds in no deployment."""
    return exclusive(presence, ())


def said(presence: Presence) -> str:
    """For people: `var.a is true, var.b == "x" or not var.c`."""
    parts = []
    for fact in presence:
        if isinstance(fact, AnyOf):
            parts.append(" or ".join(_compared(text, holds) or (text if holds else f"not {text}") for text, holds in fact.literals))
        elif not isinstance(fact, Apart):
            parts.append(_compared(*fact) or f"{fact[0]} is {'true' if fact[1] else 'false'}")
    return ", ".join(parts)


def _compared(text: str, holds: bool) -> str:
    """A comparison as it is written, or denied; "" for any other expression."""
    left, equals, right = text.rpartition(" == ")
    return "" if not equals else text if holds else f"{left} != {right}"


def spelled_out(presences: Iterable[Presence], subject_of: Callable[[str], str | None]) -> dict[Presence, Presence | None]:
    """Each presence with what its equations deny: `x == "a"` denies every other `x == …` in use; None where it never holds.

    `subject_of`: what an expression compares with a constant, None where it is no such comparison; two expressions of one subject compare it
    with different constants.
    """
    groups = list(dict.fromkeys(presences))
    rivals: dict[str, set[str]] = {}
    for text in {text for group in groups for text in atoms(group)}:
        if (subject := subject_of(text)) is not None:
            rivals.setdefault(subject, set()).add(text)
    return {group: _spelled_out(group, rivals, subject_of) for group in groups}


def _spelled_out(group: Presence, rivals: Mapping[str, set[str]], subject_of: Callable[[str], str | None]) -> Presence | None:
    known: dict[str, bool] = {}
    others: dict[AnyOf | Apart, None] = {}
    for fact in group:
        if isinstance(fact, AnyOf):
            others[fact] = None
            subjects = {subject for text, _ in fact.literals if (subject := subject_of(text)) is not None}
            for subject in sorted(subjects):
                if 1 < len(rivals[subject]) <= _RIVALS:
                    others[Apart(tuple(sorted(rivals[subject])))] = None
        elif isinstance(fact, Apart):
            others[fact] = None
        elif known.setdefault(fact[0], fact[1]) is not fact[1]:
            return None
    for text in [text for text, holds in known.items() if holds]:
        subject = subject_of(text)
        group_of = rivals.get(subject, set()) if subject is not None else set()
        for other in group_of if len(group_of) <= _RIVALS else ():
            if other != text and known.setdefault(other, False):
                return None
    found = (*sorted(known.items()), *others)
    return None if never(found) else found


def exclusive(one: Sequence[Fact], other: Sequence[Fact]) -> bool:
    """Whether the two presences never hold together."""
    plain = True
    for fact in one:
        if type(fact) is tuple:
            if (fact[0], not fact[1]) in other:
                return True
        else:
            plain = False
    if plain and all(type(fact) is tuple for fact in other):
        return False
    return not _possible((*one, *other))


def implies(one: Sequence[Fact], other: Sequence[Fact]) -> bool:
    """Whether `other` holds wherever `one` does."""
    given = set(one)
    missing = [fact for fact in other if fact not in given and not isinstance(fact, Apart)]
    if not missing:
        return True
    if all(type(fact) is tuple for fact in chain(one, missing)):
        return False
    rivals = [fact for fact in other if isinstance(fact, Apart)]
    return all(not _possible((*one, *rivals, *_denied(fact))) for fact in missing)


def _denied(fact: Fact) -> Iterable[Literal]:
    if isinstance(fact, Apart):
        return ()
    literals = fact.literals if isinstance(fact, AnyOf) else (fact,)
    return ((text, not holds) for text, holds in literals)


def _clauses(formula: Formula) -> "set[frozenset[Literal]] | None":
    if isinstance(formula, All):
        found: set[frozenset[Literal]] = set()
        for part in formula.parts:
            more = _clauses(part)
            if more is None or len(found | more) > CLAUSES:
                return None
            found |= more
        return found
    if isinstance(formula, Some):
        found = {frozenset()}
        for part in formula.parts:
            more = _clauses(part)
            if more is None or len(found) * len(more) > CLAUSES**2:
                return None
            joined = {one | other for one, other in product(found, more)}
            joined = {clause for clause in joined if not any((text, not holds) in clause for text, holds in clause)}
            found = {clause for clause in joined if not any(other < clause for other in joined)}
            if len(found) > CLAUSES:
                return None
        return found
    return {frozenset((formula,))}


@lru_cache(maxsize=1 << 15)
def _possible(facts: Presence) -> bool:
    """Whether all facts can hold together; True where the search is too long."""
    known: dict[str, bool] = {}
    for fact in facts:
        if not isinstance(fact, AnyOf | Apart) and known.setdefault(fact[0], fact[1]) is not fact[1]:
            return False
    try:
        return _search(
            known,
            [fact.literals for fact in facts if isinstance(fact, AnyOf)],
            [fact.expressions for fact in facts if isinstance(fact, Apart)],
            [_STEPS, _DEEP],
        )
    except _TooLong:
        return True


class _TooLong(Exception):  # noqa: N818 - an answer, not an error
    """The budget is spent."""


def _search(known: dict[str, bool], clauses: list[tuple[Literal, ...]], apart: list[tuple[str, ...]], budget: list[int]) -> bool:
    """Whether the alternatives can be met. `budget`: steps that are left in all, cases that may still be within each other."""
    changed = True
    while changed:
        changed = False
        for group in apart:
            budget[0] -= len(group)
            holding = [text for text in group if known.get(text)]
            if len(holding) > 1:
                return False
            if holding:
                for text in group:
                    known.setdefault(text, False)
        left = []
        for clause in clauses:
            budget[0] -= 1 + len(clause)
            if budget[0] < 0:
                raise _TooLong
            if any(known.get(text) is holds for text, holds in clause):
                continue
            remaining = tuple(literal for literal in clause if literal[0] not in known)
            if not remaining:
                return False
            if len(remaining) == 1:
                known[remaining[0][0]] = remaining[0][1]
                changed = True
            else:
                left.append(remaining)
        clauses = left
    if not clauses:
        return True
    if budget[1] <= 0:
        raise _TooLong
    for text, holds in min(clauses, key=len):
        budget[1] -= 1
        if _search({**known, text: holds}, clauses, apart, budget):
            return True
        budget[1] += 1
        known[text] = not holds
    return False

"""Conditions as formulas over what the template does not tell: decided where they can be, else literals that others can be held against."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from alb_lint.presence import All, Presence, Some, facts_of
from alb_lint.presence import Formula as PresenceFormula

LENGTH: Final = 1_000
"""Characters of a formula's text; a longer one stands under its name alone, which is exact for itself and its negation."""


@dataclass(frozen=True, slots=True)
class Formula:
    """`text` is canonical: equal formulas have equal texts. `operator`: "true", "false", "atom", "not", "and" or "or".

    `subject`, `literal`: of an atom that says `subject == literal`.
    """

    text: str
    operator: str
    parts: tuple["Formula", ...] = ()
    subject: str = ""
    literal: str = ""


TRUE: Final = Formula("true", "true")
FALSE: Final = Formula("false", "false")


def atom(text: str) -> Formula:
    return Formula(text, "atom")


def equals(subject: str, literal: str) -> Formula:
    """The atom that the unknown `subject` has the value `literal`."""
    return Formula(f"{subject} == {json.dumps(literal, ensure_ascii=False)}", "atom", (), subject, literal)


def negated(formula: Formula) -> Formula:
    if formula.operator == "not":
        return formula.parts[0]
    if formula.operator in {"true", "false"}:
        return FALSE if formula is TRUE else TRUE
    return Formula(f"not ({formula.text})", "not", (formula,))


def conjoined(parts: Iterable[Formula], name: str) -> Formula:
    """All of them; `name` stands for the formula where its text would be too long."""
    return _joined(parts, name, "and", TRUE, FALSE)


def disjoined(parts: Iterable[Formula], name: str) -> Formula:
    """Any of them; `name` stands for the formula where its text would be too long."""
    return _joined(parts, name, "or", FALSE, TRUE)


def _joined(parts: Iterable[Formula], name: str, operator: str, neutral: Formula, final: Formula) -> Formula:
    found: dict[str, Formula] = {}
    for part in parts:
        if part.operator == final.operator:
            return final
        for inner in part.parts if part.operator == operator else (part,):
            if inner.operator != neutral.operator:
                found[inner.text] = inner
    if any(negated(part).text in found for part in found.values()):
        return final
    if len(found) <= 1:
        return next(iter(found.values()), neutral)
    texts = sorted(found)
    text = f" {operator} ".join(f"({each})" for each in texts)
    return atom(name) if len(text) > LENGTH else Formula(text, operator, tuple(found[each] for each in texts))


def truth(formula: Formula, known: Mapping[str, bool]) -> bool | None:
    """Whether it holds, given literals that do; None where they do not tell."""
    if formula.operator in {"true", "false"}:
        return formula.operator == "true"
    if formula.text in known:
        return known[formula.text]
    if formula.operator == "atom":
        return None
    values = [truth(part, known) for part in formula.parts]
    if formula.operator == "not":
        return None if values[0] is None else not values[0]
    final = formula.operator == "or"
    if final in values:
        return final
    return None if None in values else not final


def literals(formula: Formula, *, holds: bool = True) -> dict[str, bool]:
    """What holds if the formula does (or does not): the formula itself and all that follows part by part."""
    if formula.operator in {"true", "false"}:
        return {}
    if formula.operator == "not":
        return literals(formula.parts[0], holds=not holds)
    found = {formula.text: holds}
    if (formula.operator == "and") == holds and formula.operator != "atom":
        for part in formula.parts:
            found |= literals(part, holds=holds)
    return found


def facts(known: Mapping[str, bool], compounds: Mapping[str, Formula]) -> Presence:
    """The literals as facts, those of `compounds` taken apart as far as that stays short."""
    given = tuple(sorted(known.items()))
    found = facts_of(All(tuple(_apart(compounds[text], holds) if text in compounds else (text, holds) for text, holds in given)))
    return given if found is None else found


def _apart(formula: Formula, holds: bool) -> PresenceFormula:
    if formula.operator == "atom":
        return formula.text, holds
    if formula.operator == "not":
        return _apart(formula.parts[0], not holds)
    join = All if (formula.operator in {"and", "true"}) is holds else Some
    whole = join(tuple(_apart(part, holds) for part in formula.parts))
    return (formula.text, holds) if facts_of(whole) is None else whole


def compounds(formula: Formula) -> Iterable[Formula]:
    """The formula and those within it that join others."""
    if formula.operator in {"and", "or"}:
        yield formula
    for part in formula.parts:
        yield from compounds(part)


def atoms(formula: Formula) -> Iterable[Formula]:
    """Its atoms, with repeats."""
    if formula.operator == "atom":
        yield formula
    for part in formula.parts:
        yield from atoms(part)

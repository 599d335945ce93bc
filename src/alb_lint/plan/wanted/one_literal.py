"""Literals that give rules of several listeners their number, as in a module that each environment calls: one number for all of them."""

from collections.abc import Iterable, Mapping, Sequence

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.model import Rule
from alb_lint.plan.plan import ListenerPlan

Literal = tuple[str, int]
"""A file and the byte in it."""


def literal_key(rule: Rule) -> Literal | None:
    """The literal that gives the rule its number, and others as well."""
    shared = rule.shared_site
    return (shared.site.file, shared.site.offset) if shared is not None else None


def given_by_literal(facts: ListenerFacts, plan: ListenerPlan) -> dict[Literal, int]:
    """The number that the plan gives to the rules of each shared literal, those that stay included."""
    new = {move.rule: move.new for move in plan.moves}
    given = {}
    for rule in facts.listener.rules:
        key, number = literal_key(rule), new.get(rule.id, rule.priority)
        if key is not None and isinstance(number, int):
            given[key] = number
    return given


def leading(parts: Iterable[tuple[ListenerFacts, ListenerPlan]]) -> dict[Literal, int]:
    """Per literal the number in the plan of the listener with most rules of such literals: it has least room."""
    found: dict[Literal, int] = {}
    for given in sorted((given_by_literal(facts, plan) for facts, plan in parts), key=len, reverse=True):
        for key, number in given.items():
            found.setdefault(key, number)
    return found


def adopted(
    facts: ListenerFacts, new: Sequence[int | None], wanted: Mapping[Literal, int], after: Sequence[Iterable[int]], free: Sequence[bool]
) -> list[int | None] | None:
    """The numbers with those that are wanted for literals; None where two rules would meet or change their order, or more would move.

    `after`: per rule those that must come after it; `free`: which of them may move.
    """
    found = list(new)
    for index, rule in enumerate(facts.rules):
        key = literal_key(rule)
        if key is not None and key in wanted and new[index] is not None and free[index]:
            found[index] = wanted[key]
    at = [rule.priority if number is None else number for number, rule in zip(found, facts.rules, strict=True)]
    holders: dict[int, int] = {}
    for index, number in enumerate(at):
        if not isinstance(number, int):
            continue
        if holders.get(number, 0) & ~facts.excluded(index):
            return None
        holders[number] = holders.get(number, 0) | 1 << index
        if any(isinstance(there := at[other], int) and number >= there for other in after[index]):
            return None
    return found if _moved(facts, found) <= _moved(facts, new) else None


def _moved(facts: ListenerFacts, new: Sequence[int | None]) -> int:
    return sum(number is not None and number != rule.priority for number, rule in zip(new, facts.rules, strict=True))

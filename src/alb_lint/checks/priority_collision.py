"""ALB001: two rules claim one priority on one listener. AWS refuses the second: PriorityInUse (API CreateRule)."""

from collections.abc import Iterator
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.moves import free_beside
from alb_lint.checks._earlier import numbers_for
from alb_lint.checks._wording import listed
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.findings.fingerprint import identity
from alb_lint.findings.wording import conditions_text, deployments_text, group_name, number
from alb_lint.model import Forward, Rule, Share
from alb_lint.presence import exclusive
from alb_lint.symbols import SymbolicNumber

_NAMED: Final = 6
"""Rules whose conditions the message tells; all are related."""


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    groups: dict[object, list[int]] = {}
    for index, rule in enumerate(facts.rules):
        if isinstance(rule.priority, int) or isinstance(rule.priority.number, SymbolicNumber):
            groups.setdefault(_claim(rule), []).append(index)
    for indexes in groups.values():
        if len(indexes) > 1:
            for cluster, sure in _clusters(facts, indexes):
                yield _finding(facts, cluster, context, sure)


def _claim(rule: Rule) -> object:
    """What is equal for two rules whose numbers are, under every valuation of symbols."""
    if isinstance(rule.priority, int):
        return rule.priority
    number = rule.priority.number
    assert isinstance(number, SymbolicNumber)
    return (number.symbol.key, number.plus, number.before, number.after)


def _clusters(facts: ListenerFacts, indexes: list[int]) -> Iterator[tuple[list[int], bool]]:
    """The rules of one number that can exist together, and whether they have it in every deployment; those that exclude all others are left out."""
    rules = [facts.rules[index] for index in indexes]
    sure, all_of_them = ([index for index, one in zip(indexes, rules, strict=True) if _meets(one, rules, fixed)] for fixed in (True, False))
    if len(sure) > 1:
        yield sure, True
    if len(all_of_them) > len(sure):
        yield all_of_them, False


def _meets(rule: Rule, others: list[Rule], fixed: bool) -> bool:
    """Whether it may exist beside one of the others; where `fixed`, beside one that has the same number in every deployment."""
    return any(
        other is not rule and not exclusive(rule.presence, other.presence) and not (fixed and _given_apart(rule, other)) for other in others
    )


def _given_apart(one: Rule, other: Rule) -> bool:
    """Whether one number is a default, and the other is told by what is deployed by itself."""
    told = {rule.number_by_default[0] if rule.number_by_default else rule.location.file for rule in (one, other)}
    return len(told) > 1 and bool(one.number_by_default or other.number_by_default)


def _finding(facts: ListenerFacts, indexes: list[int], context: Context, sure: bool) -> Finding:
    # the one that the finding is about must not depend on line numbers, nor the other way round
    indexes = sorted(indexes, key=lambda index: (identity(facts.rules[index]), index))
    rules = [facts.rules[index] for index in indexes]
    first, others = rules[0], rules[1:]
    twins = sure and all(
        facts.relation(indexes[0], index) == "equal" and _forwards(facts.rules[index]) and _forwards(first) for index in indexes[1:]
    )
    maybe = not sure or any(rule.presence for rule in rules)
    where = f" where {found}" if (found := deployments_text(rules)) else ""
    if not sure:
        where += f" by the default of {listed(sorted({rule.number_by_default[1] for rule in rules if rule.number_by_default}))}"
    if twins:
        names = listed(list(dict.fromkeys(group_name(share.target_group) for rule in rules for share in _shares(rule))))
        message = f"{_count(rules)} claim priority {number(first)}{where} and match the same requests; they forward to {names}"
        way_out = f"make one weighted forward rule of them, with a share for each of {names}; `alb-lint plan --merge-twins` writes it"
    elif not sure:
        message = f"{_count(rules)} of stacks that are deployed each by itself claim priority {number(first)}{where}"
        way_out = (
            "nothing to do where each stack is given a number of its own; with the default,"
            f" AWS refuses {'the second' if len(rules) == 2 else 'all but the first'} with PriorityInUse"
        )
    else:
        wants = " and ".join([conditions_text(rule) for rule in rules[:_NAMED]])
        more = f" and {len(rules) - _NAMED:,} more" if len(rules) > _NAMED else ""
        message = f"{_count(rules)} claim priority {number(first)}{where}: {wants}{more}"
        way_out = (
            f"{_choice(facts, indexes, context)}; AWS refuses {'the second' if len(rules) == 2 else 'all but the first'} with PriorityInUse"
        )
    return CHECK.finding(
        facts.listener.id,
        first,
        message,
        way_out,
        confidence="possible" if maybe else "proved",
        related=tuple(Related("twin" if twins else "stranger", rule) for rule in others),
        witnesses=_witnesses(facts, indexes),
        facets=tuple(part for rule in others for part in identity(rule)),
        severity=None if sure else Severity.WARNING,
    )


def _choice(facts: ListenerFacts, indexes: list[int], context: Context) -> str:
    """Which of the rules may go where; a number is said only where it is proved that no rule loses its requests by it."""
    if len(indexes) > 2:
        return "choose which of them keeps the number; `alb-lint allocate` finds one for each of the others"
    first, second = indexes
    for one, other in ((first, second), (second, first)):
        allowed = numbers_for(facts, one, context)
        free = free_beside(facts, one, other, allowed) if allowed is not None else None
        if free is not None:
            named = facts.rules[one].name if facts.rules[one].name != facts.rules[other].name else ""
            return f"give {named or conditions_text(facts.rules[one])} the number {free}, which is free and hides no rule"
    if facts.relation(first, second) == "equal":
        return "choose which of them is meant: whatever their numbers are, the first leaves the other no request"
    return "choose which of them keeps the number; `alb-lint allocate` finds one for the other"


def _count(rules: list[Rule]) -> str:
    return "two rules" if len(rules) == 2 else f"{len(rules)} rules"


def _forwards(rule: Rule) -> bool:
    return bool(_shares(rule))


def _shares(rule: Rule) -> tuple[Share, ...]:
    last = rule.actions[-1] if rule.actions else None
    return last.shares if isinstance(last, Forward) else ()


def _witnesses(facts: ListenerFacts, indexes: list[int]) -> tuple[Witness, ...]:
    first, other = indexes[0], indexes[1]
    both = facts.shared_request(first, other) if facts.meets[first] >> other & 1 else None
    if both is not None:
        return (Witness("both", both, "both rules want it"),)
    found = []
    mine, theirs = facts.any_request(first), facts.any_request(other)
    if mine is not None:
        found.append(Witness("only-rule", mine))
    if theirs is not None:
        found.append(Witness("only-related", theirs))
    return tuple(found)


CHECK = Check(
    CheckInfo("ALB001", "priority-collision", Severity.ERROR, "Two rules claim one priority on one listener."),
    run=run,
)

"""ALB408: requests that are answered by another action once the code is deployed. One finding per rule of the code that takes or loses them."""

from collections.abc import Iterator
from typing import Final

from alb_lint.analysis.decisions import Difference, differences
from alb_lint.analysis.guards import denies
from alb_lint.checks.against._after import After, after
from alb_lint.checks.against._sameness import actions_differ
from alb_lint.checks.against.comparison import Compared
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.findings.wording import actions_text, rule_text
from alb_lint.model import Rule

_SHOWN: Final = 4
"""Requests of one finding."""


def run(compared: Compared, _context: Context) -> Iterator[Finding]:
    result = after(compared)
    if not result.changed or not result.clear:
        return
    by_rule: dict[str, list[Difference]] = {}
    for found in differences(compared.live, result.listener).differences:
        if found.confidence != "proved" and found.old is not None and found.new is not None and not actions_differ(found.old, found.new):
            continue  # a reference in the code may well be the group that is live
        identifier = _cause(found, result)
        if identifier and not {rule.id for rule in (found.old, found.new) if rule is not None} & result.tied:
            by_rule.setdefault(identifier, []).append(found)
    for identifier, found_ in by_rule.items():
        yield _finding(compared, result.changed[identifier], found_)


def _cause(found: Difference, result: After) -> str:
    """The id of the rule whose change does it: the one that answers now, else the one that no longer does; "" where it is neither."""
    for rule in (found.new, found.old):
        if rule is not None and rule.id in result.changed:
            return rule.id
    return ""


def _finding(compared: Compared, wanted: Rule, found: list[Difference]) -> Finding:
    opened = [item for item in found if item.old is not None and denies(item.old) and (item.new is None or not denies(item.new))]
    first = (opened or found)[0]
    losers = [item.old for item in found if item.old is not None and not item.old.is_default and item.old.id != wanted.id]
    more = f", and {len(found) - 1} more such changes" if len(found) > 1 else ""
    return CHECK.finding(
        compared.live.id,
        wanted,
        f"once deployed, {_answer(first.new)} answers what {_answer(first.old)} answers today{more}",
        "a request that is refused today gets through: give it a number behind the rule that refuses, unless that is meant"
        if opened
        else "check that the change is meant to do this",
        confidence="proved" if first.confidence == "proved" and compared.live_whole and not wanted.presence else "possible",
        severity=Severity.WARNING if opened else None,
        related=tuple(Related("partner", rule) for rule in dict.fromkeys(losers)),
        witnesses=tuple(Witness("both", item.request, f"{_does(item.old)} today, {_does(item.new)} then") for item in found[:_SHOWN]),
    )


def _answer(rule: Rule | None) -> str:
    if rule is None or rule.is_default:
        return "the default rule"
    return rule_text(rule)


def _does(rule: Rule | None) -> str:
    return actions_text(rule) if rule is not None else "a default action that is not known"


CHECK = Check(
    CheckInfo("ALB408", "changed-answers", Severity.INFO, "Once the code is deployed, requests are answered by another action than today."),
    run_against=run,
)

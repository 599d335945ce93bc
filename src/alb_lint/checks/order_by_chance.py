"""ALB108: two rules share requests and act differently, and the number of one is not set, random, hashed or the highest plus one.

Which of the two answers is then settled by a deployment, and another one may settle it otherwise.
"""

from collections.abc import Iterator
from typing import Final

from alb_lint.analysis.chance import chance, is_unset, rivals
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.findings.finding import Confidence
from alb_lint.findings.wording import rules_list
from alb_lint.model import Request
from alb_lint.space.covers import bits_of

_SHOWN: Final = 5
"""Partners of one finding that get a request."""
_MOST: Final = 20
"""Partners that are looked for; a rule that has so many in no order wants a number, whatever the rest is."""
_LOOKS: Final = 200
"""Pairs of one rule of which it is decided whether earlier rules take all that they share."""


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    told = 0
    for index, rule in enumerate(facts.rules):
        how = chance(rule)
        if not how:
            continue
        either, behind = rivals(facts, index)
        found = _left(facts, index, either & ~told)
        told |= 1 << index
        if found and all(is_unset(facts.rules[one]) for one in (index, *(other for other, _ in found))):
            said = f"its number {how}: whether it or {_named(facts, found)} answers what both match is left to chance"
            yield _finding(facts, index, found, said, CHECK.info.severity, "proved")
        elif found:
            # the numbers that a resource may draw, or a hash may give, are not known here
            said = f"its number {how}: whether it or {_named(facts, found)} answers what both match may be left to chance"
            yield _finding(facts, index, found, said, Severity.INFO, "possible")
        elif behind and (found := _left(facts, index, behind)):
            said = f"its number {how}: it comes after {_named(facts, found)} only if {'that one is' if len(found) == 1 else 'those are'} made first"
            yield _finding(facts, index, found, said, Severity.INFO, "proved")


def _left(facts: ListenerFacts, index: int, others: int) -> list[tuple[int, Request | None]]:
    """Those of the others with which the rule certainly shares requests that no rule before both may take."""
    found: list[tuple[int, Request | None]] = []
    for looks, other in enumerate(bits_of(others)):
        if looks == _LOOKS or len(found) == _MOST:
            break
        first, second = min(index, other), max(index, other)
        before = facts.earlier[first] & facts.earlier[second]
        if facts.needs_repeat(first, second):
            continue
        if len(found) < _SHOWN:
            request = facts.shared_request(first, second, before)
            if request is not None:
                found.append((other, request))
        elif facts.exists((first, second), before) is True:
            found.append((other, None))
    return found


def _named(facts: ListenerFacts, found: list[tuple[int, Request | None]]) -> str:
    return rules_list([facts.rules[other] for other, _ in found], 3)


def _finding(
    facts: ListenerFacts, index: int, found: list[tuple[int, Request | None]], said: str, severity: Severity, confidence: Confidence
) -> Finding:
    word = "dependsOn" if facts.listener.source_kind.startswith("pulumi") else "depends_on"
    return CHECK.finding(
        facts.listener.id,
        facts.rules[index],
        said,
        "give it a number: `alb-lint allocate --from FILE:LINE` finds one"
        + (f"; or let the later rule wait for the other (`{word}`)" if is_unset(facts.rules[index]) else ""),
        related=tuple(Related("partner", facts.rules[other], request) for other, request in found),
        witnesses=tuple(Witness("both", request) for _, request in found if request is not None),
        severity=severity,
        confidence=confidence,
    )


CHECK = Check(
    CheckInfo(
        "ALB108",
        "order-by-chance",
        Severity.WARNING,
        "Rules share requests and act differently, and the number of one is not set, random, hashed or the highest plus one.",
    ),
    run=run,
    whole=True,
)

"""ALB007: a `[[before]]` of the config that the numbers break."""

from collections.abc import Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.config import Before, listener_fits, rule_fits
from alb_lint.findings.wording import rules_list


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    for wanted in context.config.before:
        if not listener_fits(wanted.listener, facts.listener, context.config):
            continue
        thens = [index for index, rule in enumerate(facts.rules) if rule_fits(wanted.then, rule)]
        for first, rule in enumerate(facts.rules if thens else ()):
            if rule_fits(wanted.first, rule):
                broken = [then for then in thens if _asked_before(facts, then, first)]
                if broken:
                    yield _finding(facts, wanted, first, broken)


def _asked_before(facts: ListenerFacts, then: int, first: int) -> bool:
    """Whether `then` has the lower number and may exist together with `first`."""
    return bool(then != first and facts.earlier[first] >> then & 1 and not facts.excluded(first) >> then & 1)


def _finding(facts: ListenerFacts, wanted: Before, first: int, broken: list[int]) -> Finding:
    requests = [(facts.rules[then], facts.shared_request(first, then)) for then in broken]
    shown = next((request for _, request in requests if request is not None), None)
    reason = f": {wanted.reason}" if wanted.reason else ""
    return CHECK.finding(
        facts.listener.id,
        facts.rules[first],
        f"it must come before {rules_list([rule for rule, _ in requests])}, but comes after{reason}",
        "give it a lower number, or drop the [[before]] if the order no longer matters",
        related=tuple(Related("before", rule, request) for rule, request in requests),
        witnesses=(Witness("both", shown, "both rules match it"),) if shown is not None else (),
        facets=(wanted.first, wanted.then),
    )


CHECK = Check(CheckInfo("ALB007", "broken-order", Severity.ERROR, "A `[[before]]` of the config does not hold."), run=run)

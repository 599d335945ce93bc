"""ALB604: most rules of a listener that forward ask for one secret header, and a few forward without it."""

from collections.abc import Iterator
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.guards import guards_of, is_secret_header
from alb_lint.checks._answers import Answers
from alb_lint.checks._wording import listed, named, quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.findings.wording import counted
from alb_lint.model import Forward, HttpHeader, Rule
from alb_lint.model.listener import rules_and_default

_LEAST: Final = 2
"""Forwarding rules that ask for the header, at least; and at least twice as many as those that do not."""


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    if not any(isinstance(item, HttpHeader) and is_secret_header(item) for item in facts.conditions):
        return
    forwarding = [
        rule for rule in rules_and_default(facts.listener) if rule.actions and isinstance(rule.actions[-1], Forward) and not rule.presence
    ]
    asked: dict[str, int] = {}
    for rule in forwarding:
        for name in _names(rule):
            asked[name] = asked.get(name, 0) + 1
    for name, count in sorted(asked.items()):
        missing = [rule for rule in forwarding if name not in _names(rule)]
        if count < _LEAST or not missing or count < 2 * len(missing):
            continue
        answers = Answers(facts)
        open_ways = [(rule, request) for rule in missing if not guards_of(rule) and (request := answers.own_request(rule)) is not None]
        if not open_ways:
            continue
        shown = next(_spelled(rule, name) for rule in forwarding if name in _names(rule))
        rules = [rule for rule, _ in open_ways]
        yield CHECK.finding(
            facts.listener.id,
            rules[0] if not rules[0].is_default else None,
            f"{counted(count, 'rule')} of this listener forward only with the header {quoted(shown)}, and"
            f" {listed([named(rule) for rule in rules])} {'forwards' if len(rules) == 1 else 'forward'} without it",
            f"add the condition on {quoted(shown)}, or write an `[[allow]]` with the reason",
            related=tuple(Related("partner", rule, request) for rule, request in open_ways[1:]),
            witnesses=(Witness("only-rule", open_ways[0][1], "forwarded without the header"),),
            location=facts.listener.location,
            facets=(name,),
        )


def _names(rule: Rule) -> frozenset[str]:
    return frozenset(item.name.lower() for item in _secret(rule) if isinstance(item.name, str))


def _spelled(rule: Rule, name: str) -> str:
    return next(str(item.name) for item in _secret(rule) if str(item.name).lower() == name)


def _secret(rule: Rule) -> Iterator[HttpHeader]:
    return (item for item in rule.conditions if isinstance(item, HttpHeader) and is_secret_header(item))


CHECK = Check(
    CheckInfo("ALB604", "header-gate-missing", Severity.WARNING, "Most rules forward only with a secret header, and a few without it."),
    run=run,
    whole=True,
)

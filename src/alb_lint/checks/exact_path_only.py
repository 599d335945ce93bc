"""ALB223: a rule forwards one exact path, and what lies below it goes to a rule that asks for anything."""

from collections.abc import Iterator

from alb_lint.analysis.actions import action_key, action_known
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._answers import Answers
from alb_lint.checks._values import path_values
from alb_lint.checks._wording import named, quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.model import Forward, Rule
from alb_lint.record import replace


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    answers: Answers | None = None
    starts: list[str] | None = None
    for rule, values in zip(facts.rules, facts.path_values, strict=True):
        exact = [value for value in values if _is_exact(value)]
        if not exact or len(exact) != len(values) or not _forwards(rule):
            continue
        answers = answers or Answers(facts)
        if starts is None:
            starts = sorted({value for told in facts.path_values for value in told})
        for value in exact:
            below = value.rstrip("/") + "/"
            if any(other != value and other.startswith(below) and other != "/*" for other in starts):
                continue
            own = next((request for request in answers.own_requests(rule) if request.path == value), None)
            if own is None:
                continue
            under = replace(own, path=f"{below}x")
            winner = answers.rule(under, rule.presence)
            if winner is None or not _asks_for_anything(winner) or not _differs(rule, winner) or not (value == "/" or _forwards(winner)):
                continue
            yield CHECK.finding(
                facts.listener.id,
                rule,
                f"{named(rule)} matches {quoted(value)} alone: {quoted(under.path)} goes to {named(winner)}",
                f"add the value {quoted(below + '*')} if what lies below belongs to it too",
                related=() if winner.is_default else (Related("partner", winner),),
                witnesses=(Witness("escapes", under, f"answered by {named(winner)}"),),
                facets=(value,),
            )


def _is_exact(value: str) -> bool:
    """Whether the value is one path that may have others below it: no wildcard, no file name."""
    return value.startswith("/") and "*" not in value and "?" not in value and "." not in value.rsplit("/", 1)[-1]


def _forwards(rule: Rule) -> bool:
    return bool(rule.actions) and isinstance(rule.actions[-1], Forward)


def _asks_for_anything(rule: Rule) -> bool:
    """Whether the rule names no path of its own: nobody else asks for what it gets here."""
    values = path_values(rule)
    return not values or any(value in ("/*", "*") for value in values)


def _differs(rule: Rule, winner: Rule) -> bool:
    return action_known(rule) and action_known(winner) and action_key(rule) != action_key(winner)


CHECK = Check(
    CheckInfo("ALB223", "exact-path-only", Severity.INFO, "A rule forwards one exact path, and what lies below it goes elsewhere."),
    run=run,
    whole=True,
)

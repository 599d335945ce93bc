"""ALB410: a rule that its tool replaces when something else changes: refused by AWS, or away for a moment.

Source: Terraform language, "The lifecycle meta-argument"; API CreateRule: a number that is in use is refused with PriorityInUse; AWS provider,
`aws_lb_listener_rule`: where no number is set, the highest on the listener + 1 is taken.
"""

from collections.abc import Iterator
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._answers import Answers
from alb_lint.checks._wording import listed, named, quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.model import Rule, Unknown
from alb_lint.symbols import Unset


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    answers = Answers(facts)
    for rule in facts.listener.rules:
        if rule.replacement is None:
            continue
        changed = f"when {listed([quoted(trigger) for trigger in rule.replacement.triggers])} changes"
        if rule.replacement.refused:
            yield CHECK.finding(
                facts.listener.id,
                rule,
                f"{changed}, Terraform must replace it, and `prevent_destroy` refuses that: no such change can be applied",
                "take `replace_triggered_by` or `prevent_destroy` out",
                severity=Severity.WARNING,
                facets=("which `prevent_destroy` refuses",),
            )
        elif not rule.replacement.made_first:
            yield from _away(answers, rule, changed)
        elif isinstance(rule.priority, Unknown) and isinstance(rule.priority.number, Unset):
            yield CHECK.finding(
                facts.listener.id,
                rule,
                f"{changed}, Terraform makes it anew after all others: no number is set, so that it gets the highest + 1 each time",
                "set a number and take `create_before_destroy` out, or take `replace_triggered_by` out",
                severity=Severity.WARNING,
                facets=("and come after all others from then on",),
            )
        else:
            yield CHECK.finding(
                facts.listener.id,
                rule,
                f"{changed}, Terraform makes it anew before it deletes the old one, which holds the number: AWS refuses it with PriorityInUse",
                f"{_IN_PLACE}; or take `create_before_destroy` out, and for a moment no rule takes its requests",
                facets=("which AWS refuses with PriorityInUse, since the new one is made first",),
            )


_IN_PLACE: Final = "take `replace_triggered_by` out: Terraform changes a rule in place"


def _away(answers: Answers, rule: Rule, changed: str) -> Iterator[Finding]:
    """What may answer the requests of the rule while it is away, where that is certain."""
    request = answers.own_request(rule) if answers.listener.unread is None else None
    meanwhile = answers.rule(request, rule.presence, without=rule) if request is not None else None
    if request is None or meanwhile is None:
        return
    yield CHECK.finding(
        answers.listener.id,
        rule,
        f"{changed}, Terraform deletes it and makes it anew: in between, {named(meanwhile)} may answer its requests",
        _IN_PLACE,
        severity=Severity.INFO,
        related=() if meanwhile.is_default else (Related("partner", meanwhile),),
        witnesses=(Witness("escapes", request, f"answered by {named(meanwhile)} in between"),),
        facets=("and others answer for a moment",),
    )


CHECK = Check(
    CheckInfo(
        "ALB410", "replaced-rule", Severity.ERROR, "A rule is replaced when something else changes, which AWS refuses or clients notice."
    ),
    run=run,
)

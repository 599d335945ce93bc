"""ALB207: a regex that means one thing if AWS searches it in the text and another if the whole text must match.

Which of the two AWS does is not documented; `^…$` means the same under both.
"""

from collections.abc import Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.readings import anchoring_matters
from alb_lint.checks._wording import quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.model import HostHeader, HttpHeader, PathPattern
from alb_lint.space.budget import OutOfBudget
from alb_lint.space.hunt import only_in
from alb_lint.space.regex import Reading, compiled


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    for rule in facts.rules:
        for condition in rule.conditions:
            if not isinstance(condition, HostHeader | PathPattern | HttpHeader) or not condition.regexes:
                continue
            what = {HostHeader: "host", PathPattern: "path", HttpHeader: "header"}[type(condition)]
            for regex in condition.regexes:
                if not isinstance(regex, str) or not anchoring_matters(regex):
                    continue
                told = _difference(regex, what)
                if told != "":
                    yield CHECK.finding(
                        facts.listener.id,
                        rule,
                        f"the {what} regex {quoted(regex)} matches {quoted(told)} if AWS searches the text for it, but not if the whole text must"
                        " match"
                        if told is not None
                        else f"the {what} regex {quoted(regex)} is not anchored, and whether that matters was too much work to decide",
                        "write `^` in front and `$` behind, with `.*` where anything may stand",
                        confidence="proved" if told is not None else "undecided",
                        facets=(what, regex),
                    )


def _difference(regex: str, what: str) -> str | None:
    """A text that the two readings treat differently; "" where there is none, None where that was too much work."""
    searched, whole = compiled(regex, Reading(True, False)), compiled(regex, Reading(False, False))
    try:
        return only_in(searched, whole, "/" if what == "path" else "") or ""
    except OutOfBudget:
        return None


CHECK = Check(
    CheckInfo("ALB207", "unanchored-regex", Severity.WARNING, "The meaning of a regex depends on search or full match."),
    run=run,
)

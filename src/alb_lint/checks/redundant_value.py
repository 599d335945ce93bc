"""ALB204: a value that takes nothing which another value of its condition does not take."""

from collections.abc import Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.needless import covered_values
from alb_lint.checks._conditions import having
from alb_lint.checks._wording import quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.model import QueryPair


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    for rule, condition in having(facts, lambda condition: any(covered_values(condition))):
        for what, inner, outer in covered_values(condition):
            same = "is there twice" if _spelled(inner) == _spelled(outer) else f"matches nothing that {_spelled(outer)} does not match"
            yield CHECK.finding(
                facts.listener.id,
                rule,
                f"the {what} {_spelled(inner)} {same}",
                "remove it: the rule matches the same requests without it, and the value limit has room for another",
                facets=(what, _spelled(inner)),
            )


def _spelled(value: str | QueryPair) -> str:
    if isinstance(value, str):
        return quoted(value)
    return quoted(str(value.value) if value.key is None else f"{value.key}={value.value}")


CHECK = Check(
    CheckInfo("ALB204", "redundant-value", Severity.WARNING, "A value is covered by another one of its condition."),
    run=run,
)

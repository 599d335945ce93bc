"""ALB201: more condition values than a rule may have.

What counts is in `analysis/counting.py`. The limit per condition that the guide names is not enforced.
"""

from collections.abc import Iterator

from alb_lint.analysis.counting import most_of, values_in
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.needless import families_of, joined_blocks, meets_all
from alb_lint.checks._conditions import summed
from alb_lint.checks._wording import listed, quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.findings.wording import counted
from alb_lint.model import Rule, SourceIp
from alb_lint.model.excess import MORE


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    limit = most_of(facts.listener).values
    for rule, number in zip(facts.rules, summed(facts, values_in), strict=True):
        if number > limit:
            yield CHECK.finding(
                facts.listener.id,
                rule,
                f"it has {'more than ' if _cut(rule) else ''}{number} condition values and regexes, the limit is {limit}",
                _way_out(rule, number, families_of(facts)),
            )


def _way_out(rule: Rule, number: int, families: int) -> str:
    """What can go without a change of what the rule matches, else what else can be done."""
    steps: list[str] = []
    for condition in rule.conditions:
        needless = meets_all(condition, families) if len(rule.conditions) > 1 else ()
        blocks = joined_blocks(condition) if isinstance(condition, SourceIp) and not needless else None
        if needless:
            steps.append(f"drop {listed([quoted(value) for value in needless])}, which every request meets")
            number -= values_in(condition)
        elif blocks is not None:
            steps.append(
                f"write {listed([quoted(value) for value in blocks[1]], 5)} for {listed([quoted(value) for value in blocks[0]], 5)}"
            )
            number -= len(blocks[0]) - len(blocks[1])
    if steps:
        return f"{', and '.join(steps)}: the rule matches the same requests, with {counted(number, 'value')}"
    return "cover several values with one wildcard, or split the rule: `alb-lint plan --split` tells how"


def _cut(rule: Rule) -> bool:
    """Whether not all of its values are there."""
    return any(MORE in (*getattr(condition, "values", ()), *getattr(condition, "regexes", ())) for condition in rule.conditions)


CHECK = Check(
    CheckInfo("ALB201", "too-many-values", Severity.ERROR, "More condition values and regexes than a rule may have."),
    run=run,
)

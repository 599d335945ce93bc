"""ALB202: more wildcards than a rule may have; what counts is in `analysis/counting.py`."""

from collections.abc import Iterator

from alb_lint.analysis.counting import most_of, wildcards_in
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._conditions import summed
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    most = most_of(facts.listener)
    for rule, number in zip(facts.rules, summed(facts, wildcards_in), strict=True):
        if number > most.wildcards:
            whose = f"this account's limit is {most.wildcards}" if most.told else f"the limit is {most.wildcards}, in some accounts 5"
            yield CHECK.finding(
                facts.listener.id,
                rule,
                f"it has {number} wildcards, {whose}",
                "write fewer of them: `/a/*` takes `/a/b/c` too, since `*` crosses every `/` and `.`;"
                " or split the rule: `alb-lint plan --split` tells how",
            )


CHECK = Check(CheckInfo("ALB202", "too-many-wildcards", Severity.ERROR, "More wildcards than a rule may have."), run=run)

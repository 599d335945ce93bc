"""ALB221: a condition that takes no request away, or address blocks that are one: each costs a value of the few that a rule may have.

Source: ELB quotas, "Condition values per rule": 5, counted over all conditions of the rule.
"""

from collections.abc import Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.needless import families_of, joined_blocks, meets_all
from alb_lint.checks._conditions import having
from alb_lint.checks._wording import listed, named, quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.model import SourceIp


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    families = families_of(facts)
    for rule, condition in having(facts, lambda condition: isinstance(condition, SourceIp) or bool(meets_all(condition, families))):
        if len(rule.conditions) > 1 and (everything := meets_all(condition, families)):
            yield CHECK.finding(
                facts.listener.id,
                rule,
                f"{named(rule)} asks for {listed([quoted(value) for value in everything])}, which every request meets",
                "drop the condition: the rule matches the same requests, and has room for another value",
                facets=everything,
            )
        elif isinstance(condition, SourceIp) and (blocks := joined_blocks(condition)) is not None:
            before, after = blocks
            yield CHECK.finding(
                facts.listener.id,
                rule,
                f"{named(rule)} lists {listed([quoted(value) for value in before], 5)}, which {listed([quoted(value) for value in after], 5)}"
                f" {'covers' if len(after) == 1 else 'cover'} exactly",
                f"write {listed([quoted(value) for value in after], 5)}: the rule matches the same requests, and has room for another value",
                facets=tuple(before),
            )


CHECK = Check(
    CheckInfo("ALB221", "needless-value", Severity.INFO, "A condition that every request meets, or address blocks that are one."), run=run
)

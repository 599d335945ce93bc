"""ALB102: a rule that can match nothing, by itself."""

from collections.abc import Iterator

from alb_lint.analysis.compile import path_globs
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.findings.wording import condition_text
from alb_lint.model import PathPattern, Rule, SourceIp


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    del context
    for index, rule in enumerate(facts.rules):
        if facts.reach(index).state == "empty":
            yield CHECK.finding(facts.listener.id, rule, f"no request can match it: {_why(rule)}", _way_out(rule))


def _why(rule: Rule) -> str:
    for condition in rule.conditions:
        if isinstance(condition, PathPattern) and condition.values and not condition.regexes:
            if not any(path_globs(value) for value in condition.values if isinstance(value, str)):
                return f"a path starts with `/`, and {condition_text(condition)} does not"
        elif isinstance(condition, SourceIp):
            continue
    if any(isinstance(condition, SourceIp) for condition in rule.conditions):
        return "its load balancer has IPv4 addresses only, and its source addresses are IPv6"
    return "one of its conditions matches no text at all"


def _way_out(rule: Rule) -> str:
    for condition in rule.conditions:
        if isinstance(condition, PathPattern):
            for value in condition.values:
                if isinstance(value, str) and not path_globs(value):
                    return f"write `/{value}`, or delete the rule"
    return "correct the condition, or delete the rule"


CHECK = Check(
    CheckInfo("ALB102", "contradictory-conditions", Severity.ERROR, "The rule can match nothing, by itself."),
    run=run,
)

"""ALB203: what the API refuses at deploy time: a character, a length, a form. Sources stand with the parts."""

from collections.abc import Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._invalid_actions import action_problems
from alb_lint.checks._invalid_conditions import condition_problems, is_sound, of_each_kind
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    listener = facts.listener
    sound = {id(condition) for condition in facts.conditions if is_sound(condition)}
    for rule in (*facts.rules, *([listener.default] if listener.default is not None else [])):
        fine = rule.is_default or (of_each_kind(rule) and sound.issuperset(map(id, rule.conditions)))
        problems = [*(() if fine else condition_problems(rule)), *action_problems(rule, listener.protocol)]
        for problem in dict.fromkeys(problems) if problems else ():
            yield CHECK.finding(listener.id, rule, problem.message, problem.way_out, facets=(problem.facet,))


CHECK = Check(CheckInfo("ALB203", "invalid-value", Severity.ERROR, "A character, length or form that the API refuses."), run=run)

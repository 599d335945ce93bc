"""Rules to which the code gives one of two numbers, as for a maintenance page: with one of them no request reaches them, and it is meant."""

from collections.abc import Sequence
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._wording import quoted
from alb_lint.model import Rule
from alb_lint.record import replace

MEANT: Final = "nothing to do if the numbers are switched on purpose"


def switched_off(facts: ListenerFacts, rule: Rule, blockers: Sequence[Rule]) -> str:
    """The condition by which the code gives the rule, or one before it, another number with which requests reach it; "" for none."""
    for text in dict.fromkeys(one.switched[0] for one in (rule, *blockers) if one.switched is not None):
        rules = [
            replace(one, priority=one.switched[1]) if one.switched is not None and one.switched[0] == text else one
            for one in facts.listener.rules
        ]
        other = ListenerFacts(replace(facts.listener, rules=tuple(rules)))
        place = next(place for place, one in enumerate(other.rules) if one.id == rule.id)
        if other.reach(place).state == "reachable":
            return text
    return ""


def otherwise(condition: str) -> str:
    """What the message of a finding adds for such a condition."""
    return f"; some do reach it where {quoted(condition)} turns out otherwise" if condition else ""

"""What is asked of every condition of a listener, each object once: rules name the same few hosts and paths again and again."""

from collections.abc import Callable, Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.model import Condition, Rule


def having(facts: ListenerFacts, fits: Callable[[Condition], bool]) -> Iterator[tuple[Rule, Condition]]:
    """Each rule with each of its conditions that fits."""
    chosen = {id(condition) for condition in facts.conditions if fits(condition)}
    for rule in facts.rules if chosen else ():
        for condition in rule.conditions:
            if id(condition) in chosen:
                yield rule, condition


def summed(facts: ListenerFacts, measure: Callable[[Condition], int]) -> list[int]:
    """Per rule the measures of its conditions together."""
    known = {id(condition): measure(condition) for condition in facts.conditions}
    return [sum([known[id(condition)] for condition in rule.conditions]) for rule in facts.rules]

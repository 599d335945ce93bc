"""Numbers that several rules have at once: code can say so, no listener of AWS holds it."""

from alb_lint.model import Listener, Rule
from alb_lint.presence import exclusive


def claimed_twice(listener: Listener) -> tuple[int, ...]:
    """The numbers, ascending, that two rules have which can exist together. Source: CreateRule and SetRulePriorities, PriorityInUse."""
    holders: dict[int, list[Rule]] = {}
    for rule in listener.rules:
        if isinstance(rule.priority, int):
            holders.setdefault(rule.priority, []).append(rule)
    return tuple(sorted(number for number, rules in holders.items() if len(rules) > 1 and not _apart(rules)))


def _apart(rules: list[Rule]) -> bool:
    return all(exclusive(one.presence, other.presence) for place, one in enumerate(rules) for other in rules[:place])

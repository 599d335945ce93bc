"""Values of conditions, as checks on paths look at them."""

from alb_lint.analysis.compile import is_behind
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.model import PathPattern, Rule
from alb_lint.model.limits import PRIORITY_MAX


def path_values(rule: Rule) -> list[str]:
    """The known path values of a rule, in order."""
    return [value for item in rule.conditions if isinstance(item, PathPattern) for value in item.values if isinstance(value, str)]


def no_number_left(facts: ListenerFacts, rule: Rule) -> bool:
    """Whether the rule's number is picked behind the last one there is: AWS refuses it (ALB002), so it never stands anywhere."""
    return is_behind(rule.priority) and any(other.priority == PRIORITY_MAX and not other.presence for other in facts.rules)

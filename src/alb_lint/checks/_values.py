"""Values of conditions, as checks on paths look at them."""

from alb_lint.model import PathPattern, Rule


def path_values(rule: Rule) -> list[str]:
    """The known path values of a rule, in order."""
    return [value for item in rule.conditions if isinstance(item, PathPattern) for value in item.values if isinstance(value, str)]

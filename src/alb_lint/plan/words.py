"""How the planner's messages name things."""

from collections.abc import Iterable

from alb_lint.model import Rule


def called(rule: Rule) -> str:
    """The rule as a person knows it, with its number where that is known."""
    return f"{rule.label} ({rule.priority})" if isinstance(rule.priority, int) else rule.label


def listed(names: Iterable[str], most: int = 6) -> str:
    """The names with commas and an "and"; of more than `most` names the first ones and how many more."""
    shown = list(names)
    if len(shown) > most:
        return f"{', '.join(shown[:most])} and {len(shown) - most} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""

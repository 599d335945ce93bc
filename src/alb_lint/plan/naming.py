"""How the planner's messages name things: rules as everywhere, several of them with commas."""

from collections.abc import Iterable

from alb_lint.findings.wording import rule_text as called


def listed(names: Iterable[str], most: int = 6) -> str:
    """The names with commas and an "and"; of more than `most` the first ones and how many more."""
    shown = list(names)
    if len(shown) > most:
        return f"{', '.join(shown[:most])} and {len(shown) - most} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


class Names:
    """Gives names, no two alike: of those that are asked for again a number makes the difference."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._tried: dict[str, int] = {}

    def new(self, base: str) -> str:
        name, number = base, self._tried.get(base, 1)
        while name in self._taken:
            number += 1
            name = f"{base}-{number}"
        self._tried[base] = number
        self._taken.add(name)
        return name


__all__ = ["Names", "called", "listed"]

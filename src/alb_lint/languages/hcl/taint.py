"""Which literals do more than being passed on: changing such a number in place would change more than one priority."""

from typing import Final

from alb_lint.languages.hcl.values import Value, sited

_BUDGET: Final = 2_000
"""Values looked at inside one argument."""


def site_key(value: Value) -> tuple[str, int] | None:
    """(file, offset) of the literal that the value is written as."""
    span = sited(value)
    return (span.document.name, span.start) if span is not None else None


def taint(value: Value, tainted: set[tuple[str, int]]) -> None:
    """Marks the literals of a value and of all inside it."""
    if value is None or type(value) in {int, str, bool}:
        return
    budget = _BUDGET
    stack = [value]
    while stack and budget:
        budget -= 1
        item = stack.pop()
        key = site_key(item)
        if key is not None:
            tainted.add(key)
        elif isinstance(item, tuple):
            stack.extend(item)
        elif isinstance(item, dict):
            stack.extend(item.values())

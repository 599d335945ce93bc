"""What several roots know by one name is one thing only where they are deployed to one environment."""

from collections.abc import Iterable
from typing import Final

from alb_lint.model.rule import Rule
from alb_lint.model.valuation import has_symbols

ONE_ENVIRONMENT: Final = "one environment"
"""The word of the contract."""


def environments(listener: str, rules: Iterable[Rule]) -> tuple[str, ...]:
    """What a claim about these rules assumes: nothing where they are of one root, or where an ARN and no symbol says what is one."""
    told = tuple(rules)
    if len({rule.root for rule in told if rule.root}) < 2:
        return ()
    return (ONE_ENVIRONMENT,) if not listener.startswith("arn:") or any(map(has_symbols, told)) else ()

"""Which conditions of Terraform speak of one thing."""

import re
from typing import Final

from alb_lint.patterns import pattern
from alb_lint.presence import AnyOf, Presence
from alb_lint.sources.terraform.naming import prefixed

_EQUALS: Final = pattern(r'(.+) == ("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?)', re.DOTALL)


def subject_of(text: str) -> str | None:
    """`x` of `x == "a"`."""
    match = _EQUALS.fullmatch(text)
    return match[1] if match else None


def within(prefix: str, presence: Presence) -> Presence:
    """The facts of a root among those of others: each expression under the root's own name. `Apart` is not of them: it is found over all roots."""
    return tuple(
        AnyOf(tuple((prefixed(prefix, text), holds) for text, holds in fact.literals))
        if isinstance(fact, AnyOf)
        else (prefixed(prefix, fact[0]), fact[1])
        for fact in presence
        if isinstance(fact, AnyOf | tuple)
    )

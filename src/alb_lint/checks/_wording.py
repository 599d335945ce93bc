"""How messages quote foreign text and list things; what rules and actions are called stands in `findings.wording`."""

from collections.abc import Sequence
from typing import Final

from alb_lint.findings.wording import rule_text
from alb_lint.model import Rule, owner_of

_LONGEST: Final = 80
"""Characters of a foreign text that a message repeats; values may have 128, names any number."""


def quoted(text: str) -> str:
    """The text between backticks, on one line, printable and cut."""
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    if shown.isprintable():
        return f"`{shown}`"
    return "`" + "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in shown) + "`"


def named(rule: Rule) -> str:
    """A rule in a sentence, the default rule too."""
    return "the default action" if rule.is_default else rule_text(rule)


def owned(rule: Rule) -> str:
    """The way out for a rule that a service keeps where it wants it; "" for others."""
    owner = owner_of(rule)
    return (
        f"{owner} owns it and would undo a move: give the ranges room around it, or keep its rules on a listener of their own"
        if owner
        else ""
    )


def listed(items: Sequence[str], most: int = 3) -> str:
    """The items as `a, b and c`; past `most` as `a, b, c and 4 more`."""
    if len(items) > most:
        return f"{', '.join(items[:most])} and {len(items) - most} more"
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)

"""How messages name things: foreign text is escaped and cut, rules are named alike everywhere."""

from collections.abc import Sequence
from typing import Final

from alb_lint.model import Rule, Text

_LONGEST: Final = 80
"""Characters of a foreign text that a message repeats; values may have 128, names any number."""


def quoted(text: Text) -> str:
    """The text between backticks, on one line, printable and cut; an unknown one as its reason between angle brackets."""
    if not isinstance(text, str):
        return f"<{_plain(text.reason)}>"
    return f"`{_plain(text)}`"


def named(rule: Rule) -> str:
    """How a message calls another rule: "`api` (priority 10)"."""
    if rule.is_default:
        return "the default action"
    number = f"priority {rule.priority}" if isinstance(rule.priority, int) else "priority unknown"
    return f"{quoted(rule.label)} ({number})"


def listed(items: Sequence[str], most: int = 3) -> str:
    """The items as `a, b and c`; past `most` as `a, b, c and 4 more`."""
    if len(items) > most:
        return f"{', '.join(items[:most])} and {len(items) - most} more"
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def counted(number: int, noun: str) -> str:
    """The number with its noun: `1 rule`, `2 rules`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _plain(text: str) -> str:
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return "".join(character if character.isprintable() else character.encode("unicode_escape").decode() for character in shown)

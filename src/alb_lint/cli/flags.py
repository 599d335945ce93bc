"""Flags as commands declare them: once, for help, completion and errors (`main`) and for the short way of `check` (`lean`).

The command line library takes as long to load as reading and linting a small file does, so that what declares flags must not need it.
"""

from collections.abc import Callable
from typing import Any, Final

from alb_lint.record import record


@record
class Flag:
    """An option. `completion`: from what was typed so far to what it may become. `panel`: its heading in the help."""

    names: tuple[str, ...]
    metavar: str
    help: str
    completion: Callable[[str], list[str]] | None
    panel: str = ""


@record
class Words:
    """What stands on the command line without a flag."""

    metavar: str
    help: str


LIVE_PANEL: Final = "Which accounts are read"
INPUT_PANEL: Final = "What is read"
OUTPUT_PANEL: Final = "What is shown"


def flag(
    *names: str,
    metavar: str = "",
    help: str,  # noqa: A002 - its name
    autocompletion: Callable[[str], list[str]] | None = None,
    rich_help_panel: str = "",
) -> Flag:
    """The declaration of an option, for an `Annotated`. `rich_help_panel`: the heading of the help under which it stands."""
    return Flag(names, metavar, help, autocompletion, rich_help_panel)


def declared(annotation: Any) -> tuple[Any, Flag | Words | None]:
    """The type of a parameter, and how it is declared; None where it is in another way."""
    for told in getattr(annotation, "__metadata__", ()):
        if isinstance(told, Flag | Words):
            return annotation.__origin__, told
    return annotation, None

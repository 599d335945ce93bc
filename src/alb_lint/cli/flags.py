"""Flags as commands declare them: once, for help, completion and errors (`main`) and for the short way of `check` (`lean`).

The command line library takes as long to load as reading and linting a small file does, so that what declares flags must not need it.
"""

from collections.abc import Callable
from typing import Any

from alb_lint.record import record


@record
class Flag:
    """An option. `completion`: from what was typed so far to what it may become."""

    names: tuple[str, ...]
    metavar: str
    help: str
    completion: Callable[[str], list[str]] | None


@record
class Words:
    """What stands on the command line without a flag."""

    metavar: str
    help: str


def flag(*names: str, metavar: str = "", help: str, autocompletion: Callable[[str], list[str]] | None = None) -> Flag:  # noqa: A002 - its name
    """The declaration of an option, for an `Annotated`."""
    return Flag(names, metavar, help, autocompletion)


def declared(annotation: Any) -> tuple[Any, Flag | Words | None]:
    """The type of a parameter, and how it is declared; None where it is in another way."""
    for told in getattr(annotation, "__metadata__", ()):
        if isinstance(told, Flag | Words):
            return annotation.__origin__, told
    return annotation, None

"""What `--help`, the manual page and docs/commands.md say of a command besides its flags: examples and exit codes.

Each command declares them once, as `HELP` in its module.
"""

import copy
from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from alb_lint.cli.examples import DONE, UNREADABLE, USAGE, Help
from alb_lint.cli.flags import INPUT_PANEL, LIVE_PANEL, OUTPUT_PANEL

__all__ = [
    "DONE",
    "INPUT_PANEL",
    "LIVE_PANEL",
    "OUTPUT_PANEL",
    "OVERALL",
    "UNREADABLE",
    "USAGE",
    "Group",
    "Help",
    "command_class",
    "folded",
    "lines",
    "of",
]

WIDTH: Final = 80
"""Columns that examples and exit codes keep to."""

OVERALL: Final = Help(
    examples=(
        ("alb-lint check", "lint this folder"),
        ("alb-lint show rules.json", "rules as a table"),
        ("alb-lint trace rules.json --url https://example.com/api", "who answers"),
        ("alb-lint audit --profile prod", "lint an account"),
    ),
    codes=(
        (0, "nothing found at or above --fail-on"),
        (1, "something was found; answers differ; a plan does not hold"),
        USAGE,
        UNREADABLE,
        (4, "something could not be read, with --require-complete"),
        (5, "no plan, or no free number"),
        (70, "a bug in alb-lint"),
        (130, "interrupted"),
    ),
)


def lines(told: Help) -> Iterator[str]:
    """Examples and exit codes, no line longer than WIDTH."""
    widest = max(len(command) for command, _ in told.examples)
    yield from ("", " Examples", *(f"   {command:<{widest}}  {what}" for command, what in told.examples))
    yield from ("", " Exit codes", *(f"   {code:>3}  {what}" for code, what in told.codes))


def folded(params: list[Any]) -> list[Any]:
    """The flags without those that tell which accounts are read, where the command reads files unless `--live` is given."""
    if all(param.name != "live" for param in params):
        return params
    return [param for param in params if getattr(param, "rich_help_panel", None) != LIVE_PANEL]


def of(command: str) -> Help:
    """What the module of the command declares."""
    told: Help = import_module(f"alb_lint.cli.{command.replace('-', '_')}").HELP
    return told


def command_class(told: Help) -> type[TyperCommand]:
    """The class of a command whose help ends with its examples and exit codes."""

    class Command(TyperCommand):
        def format_help(self, ctx: Any, formatter: Any) -> None:
            shown = copy.copy(self)
            shown.params = [_untyped(param) for param in folded(self.params)]
            TyperCommand.format_help(shown, ctx, formatter)
            _print(told)

    return Command


class Group(TyperGroup):
    """The whole program, whose help ends with its examples and exit codes."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        super().format_help(ctx, formatter)
        _print(OVERALL)


def _print(told: Help) -> None:
    typer.echo("\n".join(lines(told)))


def _untyped(param: Any) -> Any:
    """An argument without the name of its type, which says nothing: all of them are texts."""
    if param.param_type_name != "argument":
        return param
    bare = copy.copy(param)
    bare.type = copy.copy(param.type)
    bare.type.get_metavar = lambda *_, **__: ""
    return bare

"""The app of the command line library: help, completion, errors of usage, and every command that `lean` does not read."""

import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any

import typer

from alb_lint import __version__
from alb_lint.cli import helping, options
from alb_lint.cli.commands import COMMANDS
from alb_lint.cli.flags import Words, declared
from alb_lint.cli.saying import show_tracebacks

app = typer.Typer(
    name="alb-lint",
    cls=helping.Group,
    help="Find out what the listener rules of AWS Application Load Balancers really do.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"alb-lint {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
    debug: bool = typer.Option(False, "--debug", help="Print a traceback with an error."),
    color: str = typer.Option("auto", "--color", metavar="WHEN", help="auto, always or never; may stand after the command too."),
) -> None:
    """Lint, explain and renumber the rules of AWS Application Load Balancers."""
    del version
    options.colors(color)
    show_tracebacks(debug)


def _register(arguments: list[str]) -> None:
    """Puts commands into the app: only the one asked for where that is plain, since each import delays every commit."""
    asked = next((word for word in arguments if not word.startswith("-")), "")
    for name in (asked,) if asked in COMMANDS else COMMANDS:
        module = import_module(f"alb_lint.cli.{name.replace('-', '_')}")
        app.command(name, cls=helping.command_class(module.HELP))(_typed(module.command))


def _typed(command: Callable[..., int]) -> Callable[..., int]:
    """The command with its flags as the library declares them."""
    told = inspect.signature(command)

    def run(**given: Any) -> int:
        return command(**given)

    parameters = [parameter.replace(annotation=_annotation(parameter.annotation)) for parameter in told.parameters.values()]
    run.__signature__ = told.replace(parameters=parameters)  # type: ignore[attr-defined]  # what typer reads
    run.__doc__ = command.__doc__
    return run


def _annotation(annotation: Any) -> Any:
    kind, told = declared(annotation)
    if told is None:
        return annotation
    if isinstance(told, Words):
        return Annotated[kind, typer.Argument(metavar=told.metavar, help=told.help, show_default=False)]
    return Annotated[
        kind,
        typer.Option(
            *told.names,
            metavar=told.metavar or None,
            help=told.help,
            autocompletion=told.completion,
            rich_help_panel=told.panel or None,
        ),
    ]


def call(words: list[str]) -> Any:
    """Runs the command of the words; its exit code. Raises the library's own errors too."""
    app.registered_commands.clear()
    _register(words)
    return app(args=words, prog_name="alb-lint", standalone_mode=False)


def everything() -> Any:
    """All commands, with their flags and help, as the command line library has them."""
    from typer.main import get_command

    known = app.registered_commands[:]
    app.registered_commands.clear()
    _register([])
    group = get_command(app)
    app.registered_commands[:] = known
    return group


__all__ = ["app", "call", "everything"]

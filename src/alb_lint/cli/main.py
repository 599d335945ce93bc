"""The app, its commands, and the one place where errors become exit codes."""

import os
import signal
import sys
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final

import typer

from alb_lint import __version__
from alb_lint.cli import exit_codes, helping, options
from alb_lint.cli.saying import clean, say, say_usage
from alb_lint.errors import AlbLintError, UsageError
from alb_lint.files import is_there

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
    global _debug  # noqa: PLW0603 - read by run() after an error, when the context is gone
    _debug = debug


_debug = False
COMMANDS: Final = (
    "check",
    "show",
    "audit",
    "plan",
    "verify",
    "allocate",
    "trace",
    "diff",
    "graph",
    "ranges",
    "ways",
    "export",
    "explain",
    "init",
    "config",
    "schema",
    "man",
    "iam-policy",
)
"""The table of commands: a module of this package for each with a function `command`."""


def _register(arguments: list[str]) -> None:
    """Puts commands into the app: only the one asked for where that is plain, since each import delays every commit."""
    asked = next((word for word in arguments if not word.startswith("-")), "")
    for name in (asked,) if asked in COMMANDS else COMMANDS:
        module = import_module(f"alb_lint.cli.{name.replace('-', '_')}")
        app.command(name, cls=helping.command_class(module.HELP))(module.command)


def everything() -> Any:
    """All commands, with their flags and help, as the command line library has them."""
    from typer.main import get_command

    known = app.registered_commands[:]
    app.registered_commands.clear()
    _register([])
    group = get_command(app)
    app.registered_commands[:] = known
    return group


def _spelled(arguments: list[str]) -> list[str]:
    """The arguments as the command's flags take them."""
    _refuse_names_as_flags(arguments)
    arguments = _global_first(arguments)
    asked = next((word for word in arguments if not word.startswith("-")), "")
    return import_module("alb_lint.cli.allocate").spelled(arguments) if asked == "allocate" else arguments


def _global_first(arguments: list[str]) -> list[str]:
    """`--color WHEN` before the command, wherever it stands."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    told: list[str] = []
    rest: list[str] = []
    waiting = arguments[:end]
    while waiting:
        word = waiting.pop(0)
        if word == "--color" and waiting:
            told = [word, waiting.pop(0)]
        elif word.startswith("--color="):
            told = [word]
        else:
            rest.append(word)
    return [*told, *rest, *arguments[end:]]


def _refuse_names_as_flags(arguments: list[str]) -> None:
    """Raises UsageError for a hook that is given, among the names of files, one that would be read as a flag."""
    if "--project" not in arguments:
        return
    flags = arguments[: arguments.index("--")] if "--" in arguments else arguments
    for word in flags:
        if word.startswith("-") and len(word) > 1 and is_there(word):
            raise UsageError("a file has this name, and it would be read as a flag", where=word, hint="write -- before the names of files")


def run() -> int:
    """Runs the command of the command line; returns its exit code."""
    _open_streams()
    _heed_signals()
    _register(sys.argv[1:])
    return _guarded(sys.argv[1:])


def _open_streams() -> None:
    """Whatever the terminal speaks, every report can be written: UTF-8 into pipes and files, escapes for what a terminal cannot show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    if sys.stdout is None or sys.stderr is None:  # closed by the caller: `>&-`
        nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open as long as the process
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere


def _heed_signals() -> None:
    """Whoever ends the run, it ends as for Ctrl-C: what it has made is taken down. What the caller ignores (nohup) stays ignored."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def _guarded(arguments: list[str]) -> int:
    try:
        code: Any = app(args=_spelled(arguments), prog_name="alb-lint", standalone_mode=False)
    except AlbLintError as error:
        if _debug:
            _show_traceback()
        say(error)
        return exit_codes.of(error)
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except typer.Abort:
        return exit_codes.INTERRUPTED
    except MemoryError:
        sys.stderr.write("error: there is not enough memory for this input\n  help: give less at once\n")
        return exit_codes.UNREADABLE
    except Exception as error:  # noqa: BLE001 - the last resort: no traceback ever
        if hasattr(error, "show") and hasattr(error, "exit_code"):  # usage errors of the command line library
            message = str(getattr(error, "format_message", str)())
            if message:
                say_usage(message, next((word for word in arguments if word in COMMANDS), ""))
            else:
                error.show()  # the help, where nothing was asked
            return int(error.exit_code)
        if _debug:
            _show_traceback()
        sys.stderr.write(
            f"error: this is a bug in alb-lint: {type(error).__name__}: {clean(str(error))}\n"
            f"  alb-lint {__version__}, Python {sys.version.split()[0]}\n"
            "  help: run it again as `alb-lint --debug …` and report what it prints\n"
        )
        return exit_codes.BUG
    return code if isinstance(code, int) else exit_codes.CLEAN


def _show_traceback() -> None:
    import traceback

    traceback.print_exc()

"""Running a command: streams, signals, and the one place where errors become exit codes. It does not need the command line library."""

import _signal as signal  # type: ignore[import-not-found]  # that of `signal` without its enumerations, which take a hundredth of a run
import os
import sys
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from alb_lint import __version__
from alb_lint.cli import exit_codes, lean
from alb_lint.cli.commands import COMMANDS
from alb_lint.cli.saying import clean, say, say_usage, show_tracebacks, tell, trace_if_wanted
from alb_lint.errors import AlbLintError, UsageError
from alb_lint.files import is_there


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
    return guarded(sys.argv[1:])


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


def guarded(arguments: list[str]) -> int:
    """Runs the command of the arguments; returns its exit code, whatever happens."""
    show_tracebacks(False)
    try:
        words = _spelled(arguments)
        call = lean.call(words)
        code = call() if call is not None else _through_library(words)
    except AlbLintError as error:
        trace_if_wanted()
        say(error)
        return exit_codes.of(error)
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except MemoryError:
        tell("error: there is not enough memory for this input\n  help: give less at once\n")
        return exit_codes.UNREADABLE
    except Exception as error:  # noqa: BLE001 - the last resort: no traceback ever
        if type(error).__name__ == "Abort":  # that of the command line library
            return exit_codes.INTERRUPTED
        if hasattr(error, "show") and hasattr(error, "exit_code"):  # usage errors of the command line library
            message = str(getattr(error, "format_message", str)())
            if message:
                say_usage(message, next((word for word in arguments if word in COMMANDS), ""))
            else:
                error.show()  # the help, where nothing was asked
            return int(error.exit_code)
        trace_if_wanted()
        tell(
            f"error: this is a bug in alb-lint: {type(error).__name__}: {clean(str(error))}\n"
            f"  alb-lint {__version__}, Python {sys.version.split()[0]}\n"
            "  help: run it again as `alb-lint --debug …` and report what it prints\n"
        )
        return exit_codes.BUG
    return code if isinstance(code, int) else exit_codes.CLEAN


def _through_library(words: list[str]) -> Any:
    from alb_lint.cli import main

    return main.call(words)

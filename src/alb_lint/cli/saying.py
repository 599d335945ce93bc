"""How an error stands on standard error: what, where, next step."""

import sys
from contextlib import suppress
from typing import Final

from alb_lint.errors import AlbLintError, UsageError
from alb_lint.inert import inert


def clean(text: str) -> str:
    """The line without control characters and commands: what comes from input must not steer a terminal or a build server."""
    return inert(text if text.isprintable() else "".join(character if character.isprintable() else "\ufffd" for character in text))


def tell(text: str) -> None:
    """The text on standard error; where that is full or closed, the exit code alone tells."""
    with suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()


def say(error: AlbLintError) -> None:
    """An error, as it stands on standard error: what, where, next step."""
    lines = [f"error: {error.where}: {error.what.removeprefix('it ')}" if error.where else f"error: {error.what}"]
    lines.extend([f"  help: {error.hint}"] if error.hint else [])
    tell("".join(f"{clean(line)}\n" for text in lines for line in text.split("\n")))


_MEANT: Final = {
    ("check", "--live"): "`alb-lint audit` lints a live account",
    ("check", "--severity"): "--level shows only findings of a severity and above",
    ("audit", "--severity"): "--level shows only findings of a severity and above",
    ("audit", "--live"): "`audit` always reads a live account, or an export with --snapshot",
    ("plan", "--range"): "`alb-lint ranges` shows one range; `plan` renumbers into all of them",
}
"""Flags that people try, and what they look for."""


def say_usage(message: str, command: str) -> None:
    """A usage error of the command line library, as all others stand."""
    flag = next((word.rstrip(".,:") for word in message.split() if word.startswith("--")), "")
    hint = _MEANT.get((command, flag), f"`alb-lint {command} -h` lists what there is" if command else "`alb-lint -h` lists the commands")
    what = message[:1].lower() + message[1:].rstrip(".")
    say(UsageError(what, where=f"alb-lint {command}".strip(), hint=hint))


_traces = False


def show_tracebacks(wanted: bool) -> None:
    """Whether errors show where they come from, from now on."""
    global _traces  # noqa: PLW0603 - read after an error, when the command line library has forgotten its flags
    _traces = wanted


def trace_if_wanted() -> None:
    """The traceback of the error that is being handled, where that was asked for."""
    if _traces:
        import traceback

        traceback.print_exc()

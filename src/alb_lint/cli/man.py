"""`alb-lint man`: the manual page, made from what `--help` is made of."""

import re
from collections.abc import Iterator
from typing import Any

from alb_lint import __version__
from alb_lint.cli import exit_codes, helping, options

HELP = helping.Help(
    examples=(("alb-lint man | man -l -", "read it"),),
    codes=(helping.DONE, helping.USAGE),
)


def command(output: options.Output = "") -> int:
    """Print the manual page."""
    from alb_lint.cli.main import everything

    options.write("\n".join(_page(everything())) + "\n", output)
    return exit_codes.CLEAN


def _page(app: Any) -> Iterator[str]:
    yield f'.TH ALB\\-LINT 1 "" "alb\\-lint {__version__}" "User Commands"'
    yield from (".SH NAME", "alb\\-lint \\- exact linter and renumbering planner for the listener rules of AWS Application Load Balancers")
    yield from (".SH SYNOPSIS", ".B alb\\-lint", ".I COMMAND", "[\\fIOPTION\\fR]... [\\fISOURCE\\fR]...")
    yield from (".SH DESCRIPTION", _text(app.help or ""))
    yield ".SH OPTIONS"
    yield from _options(app)
    yield ".SH COMMANDS"
    for name, one in app.commands.items():
        arguments = " ".join(
            f"\\fI{_text(item.metavar or item.name.upper())}\\fR" for item in one.params if item.param_type_name == "argument"
        )
        yield f".SS alb\\-lint {_text(name)} {arguments}".rstrip()
        for place, paragraph in enumerate((one.help or "").strip().split("\n\n")):
            yield from ([".PP"] if place else [])
            yield _text(" ".join(paragraph.split()))
        yield from _options(one)
        told = helping.of(name)
        yield from (".PP", "Examples:")
        for line, what in told.examples:
            yield from (".TP", f".B {_text(line)}", _text(what))
        yield from (".PP", "Exit codes:")
        yield from _codes(told)
    yield ".SH EXIT STATUS"
    yield from _codes(helping.OVERALL)
    yield from (".SH FILES", ".TP", ".I alb\\-lint.toml", "The config; also [tool.alb\\-lint] in pyproject.toml.")
    yield from (
        ".SH ENVIRONMENT",
        ".TP",
        ".B NO_COLOR",
        "No colours.",
        ".TP",
        ".B AWS_PROFILE, AWS_REGION, ...",
        "As the AWS CLI reads them.",
    )


def _codes(told: helping.Help) -> Iterator[str]:
    for code, what in told.codes:
        yield from (".TP", f".B {code}", _text(what))


def _options(one: Any) -> Iterator[str]:
    for item in one.params:
        if item.param_type_name == "option" and not item.hidden:
            flags = ", ".join(f"\\fB{_text(flag)}\\fR" for flag in sorted(item.opts, key=len))
            value = "" if item.is_flag else f" \\fI{_text(item.metavar or item.name.upper())}\\fR"
            yield from (".TP", f"{flags}{value}", _text(item.help or ""))


def _text(text: str) -> str:
    """The text, with nothing in it that roff would read as a request."""
    plain = re.sub(r"`([^`]*)`", r"\1", text).replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("…", "...")
    return f"\\&{plain}" if plain.startswith(".") else plain

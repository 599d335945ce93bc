"""`alb-lint explain CODE`: what a check finds, why it matters, an example, the way out."""

import os
import re
import sys
from typing import Annotated

import typer

from alb_lint.cli import completing, exit_codes, helping, options
from alb_lint.errors import UsageError

HELP = helping.Help(
    examples=(
        ("alb-lint explain ALB101", "by code"),
        ("alb-lint explain shadowed-rule", "by name"),
        ("alb-lint explain --list", "all checks"),
    ),
    codes=(helping.DONE, helping.USAGE),
)


def command(
    code: Annotated[
        str,
        typer.Argument(
            metavar="CODE", help="A code or name, such as ALB101 or shadowed-rule.", show_default=False, autocompletion=completing.checks
        ),
    ] = "",
    list_: Annotated[bool, typer.Option("--list", help="List all checks, one on each line.")] = False,
    no_color: options.NoColor = False,
) -> int:
    """Explain a check, with an example and how to fix it."""
    from alb_lint.findings.pages import page
    from alb_lint.selections import known_codes

    known = known_codes()
    if list_:
        width = max(len(info.name) for info in known)
        rows = (f"{info.code}  {info.severity.label:<7}  {info.name:<{width}}  {info.summary}\n" for info in known)
        options.write("".join(rows), "")
        return exit_codes.CLEAN
    found = next((info for info in known if code.upper() == info.code or code.lower() == info.name), None)
    if found is None:
        from difflib import get_close_matches

        family = [f"{info.code} {info.name}" for info in known if code and info.code.startswith(code.upper()[:4])]
        if code[:4].upper() in {info.code[:4] for info in known}:
            raise UsageError(f"no check is called {code!r}", where="explain", hint="\n    ".join(("there are", *family)))
        close = get_close_matches(code.lower(), [info.name for info in known], 1) or get_close_matches(
            code.upper(), [info.code for info in known], 1
        )
        hint = f"did you mean {close[0]}?" if close else "`alb-lint explain --list` lists all codes"
        raise UsageError(f"no check is called {code!r}" if code else "name a code", where="explain", hint=hint)
    text = page(found.name)
    if options.in_color(no_color, ""):
        from rich.console import Console
        from rich.markdown import Markdown

        Console(width=min(Console().width, 100)).print(Markdown(text))
    elif sys.stdout.isatty() or os.environ.get("COLUMNS"):
        options.write(_in_columns(text, options.columns("")), "")
    else:
        options.write(text, "")
    return exit_codes.CLEAN


def _in_columns(text: str, width: int) -> str:
    """The page with its paragraphs broken to the width; headings, tables and what is between fences stay as they are."""
    from textwrap import fill

    parts = re.split(r"(?ms)(^```.*?^```$)", text)
    for place in range(0, len(parts), 2):
        blocks = parts[place].split("\n\n")
        parts[place] = "\n\n".join(
            fill(" ".join(block.split()), width, break_long_words=False, break_on_hyphens=False)
            if re.match(r"\n?[^\n#|>*\s-]", block)
            else block
            for block in blocks
        )
    return "".join(parts)

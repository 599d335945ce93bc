"""`alb-lint schema`: the JSON schema of the config, or of what a command writes."""

import json
from typing import Annotated

import typer

from alb_lint.cli import completing, exit_codes, helping, options

HELP = helping.Help(
    examples=(
        ("alb-lint schema", "the names"),
        ("alb-lint schema config -o alb-lint.schema.json", "for your editor"),
    ),
    codes=(helping.DONE, helping.USAGE),
)


def command(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="config, findings, plan, …", show_default=False, autocompletion=completing.schemas),
    ] = "",
    output: options.Output = "",
) -> int:
    """Print a JSON schema: of the config, or of a command's JSON.

    With no NAME it lists the names.
    """
    from alb_lint.reports.schemas import ALL

    if not name:
        options.write("".join(f"{known}\n" for known in ALL), output)
        return exit_codes.CLEAN
    options.one_of(name, tuple(ALL), "NAME")
    options.write(json.dumps(ALL[name](), indent=2) + "\n", output)
    return exit_codes.CLEAN

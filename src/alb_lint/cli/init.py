"""`alb-lint init`: a first config from what is there."""

from datetime import date, timedelta
from typing import Annotated, Final

import typer

from alb_lint.cli import exit_codes, helping, options
from alb_lint.config import FILE
from alb_lint.errors import UsageError
from alb_lint.files import is_there

HELP = helping.Help(
    examples=(
        ("alb-lint init rules.json", "write alb-lint.toml"),
        ("alb-lint init infra/ -o -", "print it"),
    ),
)
DAYS: Final = 90
"""How long nothing is said of what was found at the beginning."""


def command(
    sources: options.Sources = None,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="The file to write; - prints it.")] = FILE,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a config that exists.")] = False,
    kind: options.Kind = "",
) -> int:
    """Write a first alb-lint.toml from the rules that are there.

    It has the listeners, a range for each band that their numbers show, the order that matters, and what is found today. With it, the
    same input is clean but for errors.
    """
    from alb_lint import inputs, pipeline
    from alb_lint.config import Config
    from alb_lint.plan.wanted.first_config import inferred

    names = sources or ["."]
    if output != "-" and is_there(output) and not force:
        raise UsageError("it is there already", where=output, hint="--force overwrites it; --output - prints the draft instead")
    estate = inputs.only(inputs.read(names, Config(), kind), "")
    options.need_rules(estate, names)
    for gap in estate.gaps:
        options.note(f"gap: {gap.location}: {gap.reason}", quiet=False)
    today = options.today()
    text = pipeline.first_config(estate, today, (date.fromisoformat(today) + timedelta(days=DAYS)).isoformat())
    for line in inferred(estate):
        options.note(line, quiet=output == "-")
    options.write(text, "" if output == "-" else output)
    if output != "-":
        rules = sum(len(item.rules) for item in estate.listeners)
        options.note(
            f"wrote {output}: listeners: {len(estate.listeners)}, rules: {rules}; read the ranges, and give the reasons", quiet=False
        )
    return exit_codes.CLEAN

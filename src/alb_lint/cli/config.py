"""`alb-lint config show`: the config that counts, and where it stands."""

from typing import Annotated

import typer

from alb_lint.cli import completing, exit_codes, helping, options

HELP = helping.Help(
    examples=(("alb-lint config show", "of this folder"), ("alb-lint config show infra/", "of another")),
    codes=(helping.DONE, helping.USAGE),
)


def command(
    action: Annotated[
        str, typer.Argument(metavar="show", help="The only action there is.", show_default=False, autocompletion=completing.words("show"))
    ],
    sources: options.Sources = None,
    config: options.ConfigFile = "",
    output: options.Output = "",
) -> int:
    """Print the config in force, as TOML.

    Each table has the line where it is written. With no SOURCE it is the config of this folder.
    """
    from alb_lint.reports.settings import as_toml

    options.one_of(action, ("show",), "config")
    options.write(as_toml(options.load_config(config, sources or ["."])), output)
    return exit_codes.CLEAN

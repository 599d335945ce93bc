"""`alb-lint config show`: the config that counts, and where it stands."""

from typing import Annotated

import typer

from alb_lint.cli import completing, exit_codes, options


def command(
    action: Annotated[
        str, typer.Argument(metavar="show", help="show: print it.", show_default=False, autocompletion=completing.words("show"))
    ],
    sources: options.Sources = None,
    config: options.ConfigFile = "",
    output: options.Output = "",
) -> int:
    """Show the config that counts for these sources (default: for this folder), as TOML, with the line of each table."""
    from alb_lint.reports.settings import as_toml

    options.one_of(action, ("show",), "config")
    options.write(as_toml(options.load_config(config, sources or ["."])), output)
    return exit_codes.CLEAN

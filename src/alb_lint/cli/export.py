"""`alb-lint export`: live → snapshot file."""

from typing import Annotated, Final

import typer

from alb_lint.cli import exit_codes, helping, options
from alb_lint.cli.live import Live, reads_live

LEVELS: Final = ("none", "accounts", "names")


HELP = helping.Help(
    examples=(
        ("alb-lint export -o estate.json", "your account"),
        ("alb-lint export --redact names -o estate.json", "to hand on"),
    ),
    codes=(
        helping.DONE,
        helping.USAGE,
        (3, "an account or region could not be read"),
        (4, "something could not be read, with --require-complete"),
    ),
)


@reads_live
def command(
    output: options.Output = "",
    redact: Annotated[
        str, typer.Option("--redact", metavar="LEVEL", help="Hide account numbers (accounts), or all names too (names).")
    ] = "none",
    listener: options.OnlyListener = "",
    require_complete: Annotated[bool, typer.Option("--require-complete", help="Exit 4 if something could not be read.")] = False,
    quiet: options.Quiet = False,
    *,
    live: Live,
) -> int:
    """Save what accounts have to a file that every command reads.

    One account and region is one JSON object, several are a list of them. The same estate gives the same bytes, but for the time.
    """
    from alb_lint.sources.live.source import snapshot_text

    options.one_of(redact, LEVELS, "--redact")
    read = live.read(listener, quiet)
    options.write(snapshot_text(read.snapshots, "" if redact == "none" else redact), output, private=True)
    for gap in read.gaps:
        options.note(f"gap: {gap.location}: {gap.reason}", quiet)
    return live.code(exit_codes.INCOMPLETE if require_complete and read.gaps else exit_codes.CLEAN)

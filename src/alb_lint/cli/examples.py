"""Examples and exit codes of a command, as its module declares them (`HELP`). Needs no command line library, as the short way of `check` has none."""

from typing import Final

from alb_lint.record import record

DONE: Final = (0, "done")
USAGE: Final = (2, "a wrong flag, argument or config")
UNREADABLE: Final = (3, "a source could not be read, or there are no listener rules in it")


@record
class Help:
    """The part of a command's help that no flag says."""

    examples: tuple[tuple[str, str], ...]
    """Command lines, each with what it does."""
    codes: tuple[tuple[int, str], ...] = (DONE, USAGE, UNREADABLE)
    """Exit codes, ascending, each with what it means here; 70 (a bug) and 130 (interrupted) are those of every command."""

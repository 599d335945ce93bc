"""The one table of exit codes."""

from typing import Final

from alb_lint.errors import AlbLintError, ConfigError, PlanRefused, SourceError, UsageError

CLEAN: Final = 0
FINDINGS: Final = 1
USAGE: Final = 2
UNREADABLE: Final = 3
INCOMPLETE: Final = 4
REFUSED: Final = 5
BUG: Final = 70
INTERRUPTED: Final = 130

_BY_ERROR: Final = ((UsageError, USAGE), (ConfigError, USAGE), (SourceError, UNREADABLE), (PlanRefused, REFUSED))


def of(error: AlbLintError) -> int:
    """The exit code of an error; a class without a line here is a bug."""
    return next((code for kind, code in _BY_ERROR if isinstance(error, kind)), BUG)

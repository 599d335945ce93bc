"""How an error stands on standard error: what, where, next step."""

import sys

from alb_lint.errors import AlbLintError


def say(error: AlbLintError) -> None:
    """An error, as it stands on standard error: what, where, next step."""
    sys.stderr.write(f"error: {error.what}\n")
    if error.where:
        sys.stderr.write(f"  {error.where}\n")
    if error.hint:
        sys.stderr.write(f"  help: {error.hint}\n")

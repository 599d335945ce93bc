"""The table of commands: a module of this package for each with a function `command`."""

from typing import Final

COMMANDS: Final = (
    "check",
    "show",
    "audit",
    "plan",
    "verify",
    "allocate",
    "trace",
    "test",
    "replay",
    "diff",
    "graph",
    "ranges",
    "ways",
    "export",
    "explain",
    "init",
    "config",
    "schema",
    "man",
    "iam-policy",
)

"""The error tree. Every message tells what, where, and the next step; `cli` maps a class to an exit code.

AlbLintError
├── UsageError     2   a flag or argument that makes no sense
├── ConfigError    2   alb-lint.toml
├── SourceError    3   a source that could not be read
└── PlanRefused    5   no numbering exists
"""


class AlbLintError(Exception):
    """An error that the user can act on: `what`, `where` (file:line, ARN, flag; may be empty), `hint` (next step; may be empty)."""

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint


class UsageError(AlbLintError):
    pass


class ConfigError(AlbLintError):
    pass


class SourceError(AlbLintError):
    pass


class PlanRefused(AlbLintError):  # noqa: N818 - the contract calls it so
    pass

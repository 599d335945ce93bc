"""Where something was written, and what could not be read there."""

from alb_lint.record import record


@record
class Location:
    """A place: `file` as the user names it, 1-based `line` and `column` (0: not known), resource `address`, `arn`; all may be empty."""

    file: str = ""
    line: int = 0
    column: int = 0
    address: str = ""
    arn: str = ""

    def __str__(self) -> str:
        if self.file and self.line:
            return f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"
        if self.file and self.address:
            return f"{self.file} {self.address}"
        return self.file or self.address or self.arn


@record
class PrioritySite:
    """Where the number of a rule is written as a literal, so that a patch can change just that.

    `offset` and `length` count bytes of the file as UTF-8; `text` is what stands there (quotes excluded).
    """

    file: str
    line: int
    column: int
    offset: int
    length: int
    text: str


@record
class SharedSite:
    """A literal that gives several rules their number, in several listeners mostly: of how many `rules`."""

    site: PrioritySite
    rules: int


@record
class Gap:
    """Input that could not be read: a file, a page, a rule, a value. Never dropped, never guessed; it heads the report."""

    location: Location
    reason: str

"""A value that the input does not tell: fixed only at deploy time, or written in a way that cannot be read."""

from alb_lint.record import record


@record
class Unknown:
    """`reason`: what a person reads, the expression first: `var.priority (no default)`."""

    reason: str


Text = str | Unknown
Number = int | Unknown

"""`alb-lint: ignore[ALB101] reason` in a comment of any language."""

import re
from typing import Final

IGNORE: Final = re.compile(r"alb-lint:[ \t]*ignore\[([^\]\n]{0,200})\]([^\n]{0,1000})")
_REASON: Final = 500
"""Characters of a reason that are kept."""


def parse_ignore(comment: str) -> tuple[tuple[str, ...], str] | None:
    """(codes, reason) of a comment; the reason may be empty. None where the comment is something else."""
    match = IGNORE.search(comment)
    if match is None:
        return None
    codes = tuple(code for code in re.split(r"[,\s]+", match[1]) if code)
    return codes, match[2].strip().removesuffix("*/").strip()[:_REASON]

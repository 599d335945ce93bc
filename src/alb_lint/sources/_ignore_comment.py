"""`alb-lint: ignore[ALB101] reason` in a comment of any language."""

import re
from typing import Final

_IGNORE: Final = re.compile(r"alb-lint:\s*ignore\[([^\]\n]{0,400})\]([^\n]{0,1000})")


def parse_ignore(comment: str) -> tuple[tuple[str, ...], str] | None:
    """(codes, reason) of a comment; the reason may be empty. None where the comment is something else."""
    match = _IGNORE.search(comment)
    if match is None:
        return None
    codes = tuple(code.strip() for code in match[1].split(",") if code.strip())
    return codes, match[2].strip().removesuffix("*/").removesuffix("-->").strip()

"""Which conditions of Terraform speak of one thing."""

import re
from typing import Final

_EQUALS: Final = re.compile(r'(.+) == ("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?)', re.DOTALL)


def subject_of(text: str) -> str | None:
    """`x` of `x == "a"`."""
    match = _EQUALS.fullmatch(text)
    return match[1] if match else None

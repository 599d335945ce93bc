"""JSON that may be shown on a terminal and written as UTF-8, whatever the input holds."""

import json
import re
from typing import Any, Final

_UNSAFE: Final = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What json.dumps leaves as it is although it steers terminals (C1, text direction), ends lines, or is half a character."""


def dumps(value: Any, indent: int | None = None) -> str:
    """The value as JSON, readable text as it is, everything that is no text escaped."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    return text if text.isascii() and "\x7f" not in text else _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)

"""JSON that may be shown on a terminal and written as UTF-8, whatever the input holds."""

import json
import re
from typing import Any, Final

from alb_lint.inert import inert_json

_UNSAFE: Final = re.compile("[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""What json.dumps leaves as it is although it steers terminals (C1, text direction), ends lines, is not seen, or is half a character."""


def dumps(value: Any, indent: int | None = None) -> str:
    """The value as JSON, readable text as it is, everything that is no text escaped."""
    text = inert_json(json.dumps(value, indent=indent, ensure_ascii=False))
    return text if text.isascii() and "\x7f" not in text else _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)

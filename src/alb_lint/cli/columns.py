"""How wide the text of a report may be."""

import os
import sys
from shutil import get_terminal_size
from typing import Final

USUAL: Final = 100
_LEAST: Final = 40
_MOST: Final = 160


def columns(output: str) -> int:
    """Columns of the terminal, or what COLUMNS says; 100 where the text goes into a file or a pipe and nothing says otherwise."""
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told):
        wide = int(told)
    elif not output and sys.stdout.isatty():
        wide = get_terminal_size((USUAL, 24)).columns
    else:
        wide = USUAL
    return min(max(wide, _LEAST), _MOST)

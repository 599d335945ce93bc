"""The entry point. It loads nothing before the collector is off."""

import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn

_INTERRUPTED = 130


def run() -> NoReturn:
    """Runs the command line and exits with its code."""
    # a run is short and leaves no circles worth finding: the collector takes a third of the time on large input, and some of every start
    gc.disable()
    try:
        from alb_lint.cli.running import run as run_app

        code = run_app()
    except KeyboardInterrupt:  # while it was loading, or at its very end
        code = _INTERRUPTED
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, AttributeError):  # full, closed, or never there: run_app has told so where that was possible
            stream.flush()
    # taking the interpreter apart would take longer than linting the file did
    os._exit(code)

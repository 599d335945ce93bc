"""The entry point. It loads nothing before the collector is off."""

import gc
import sys
from typing import NoReturn


def run() -> NoReturn:
    """Runs the command line and exits with its code."""
    # a run is short and leaves no circles worth finding: the collector takes a third of the time on large input, and some of every start
    gc.disable()
    from alb_lint.cli.main import run as run_app

    sys.exit(run_app())

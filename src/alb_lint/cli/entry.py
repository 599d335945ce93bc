"""The entry point. It loads nothing before the collector is off, and next to nothing where an earlier run has the answer."""

import gc
import os
import sys

TYPE_CHECKING = False  # that of `typing`, which takes longer to load than the answer of an earlier run
if TYPE_CHECKING:
    from typing import NoReturn

_INTERRUPTED = 130


def run() -> "NoReturn":
    """Runs the command line and exits with its code."""
    # a run is short and leaves no circles worth finding: the collector takes a third of the time on large input, and some of every start
    gc.disable()
    try:
        code = _answer() if sys.argv[1:2] == ["check"] else _run()
    except KeyboardInterrupt:  # while it was loading, or at its very end
        code = _INTERRUPTED
    for stream in (sys.stdout, sys.stderr):
        try:  # noqa: SIM105 - contextlib is not loaded, see above
            stream.flush()
        except (OSError, AttributeError):  # full, closed, or never there: run_app has told so where that was possible
            pass
    # taking the interpreter apart would take longer than linting the file did
    os._exit(code)


def _run() -> int:
    from alb_lint.cli.running import run as run_app

    return run_app()


def _answer() -> int:
    """That of an earlier run, else of this one, which is kept."""
    from alb_lint.cli import again

    name = again.name_of(sys.argv[1:])
    if not name:
        return _run()
    kept = again.found(name)
    if kept is not None:
        code, report = kept
        return again.tell(report) or code
    from alb_lint.cli.noting import Noting

    notes = Noting(name)
    code = _run()
    notes.keep(code)
    return code

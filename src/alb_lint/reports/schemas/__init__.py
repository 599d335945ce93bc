"""JSON schemas (draft-07) of the config and of every JSON document, made from what the code reads and writes. The table of their names."""

from collections.abc import Callable
from typing import Any, Final

from alb_lint.reports.schemas import configuration, numbering, outputs, testing

ALL: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "config": configuration.config,
    "findings": outputs.findings,
    "finding-line": outputs.finding_line,
    "baseline": outputs.baseline,
    "graph": outputs.graph,
    "show": outputs.show,
    "trace": outputs.trace,
    "test": testing.results,
    "routes": testing.routes,
    "replay": outputs.replay,
    "diff": outputs.diff,
    "ranges": outputs.ranges,
    "ways": outputs.ways,
    "plan": numbering.plan,
    "verify": numbering.verify,
    "allocate": numbering.allocate,
}
__all__ = ["ALL"]

"""Graph → text. The table of graph formats; the name is the format."""

from collections.abc import Callable, Sequence
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.reports.graphs import dot, graphml, json_v1, mermaid

ALL: Final[dict[str, Callable[[Sequence[ListenerFacts]], str]]] = {
    "json": json_v1.render,
    "dot": dot.render,
    "mermaid": mermaid.render,
    "graphml": graphml.render,
}
__all__ = ["ALL"]

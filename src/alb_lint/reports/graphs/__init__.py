"""Graph → text, or its pieces. The table of graph formats; the name is the format. `everything`: also pairs that act alike, or follow from others."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.reports.graphs import dot, graphml, json_v1, mermaid, svg, terminal

ALL: Final[dict[str, Callable[[Sequence[ListenerFacts], bool], str | Iterable[str]]]] = {
    "text": terminal.render,
    "json": json_v1.render,
    "svg": svg.render,
    "dot": dot.render,
    "mermaid": mermaid.render,
    "graphml": graphml.render,
}
as_text: Final = terminal.render
"""The text at a width."""
__all__ = ["ALL", "as_text"]

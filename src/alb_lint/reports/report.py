"""What a report is: a name and a pure function."""

from collections.abc import Callable, Iterator
from typing import Literal

from alb_lint.findings.summary import Summary
from alb_lint.record import record


@record
class Report:
    """`render` gives the whole text, with a final newline. `color`: whether it may hold terminal colours; only `text` does.

    `whole`: it shows listeners too, and asks for `Summary.estate` and `config`. `routing`: it asks for `Summary.rerouted`.
    `pieces`: the same text piece by piece, where all of it may not fit into memory. `requests`: of which findings it shows requests: of all, of
    those that it lists (infos only if they are asked for), or of none.
    """

    name: str
    render: Callable[[Summary, bool], str]
    whole: bool = False
    routing: bool = False
    pieces: Callable[[Summary, bool], Iterator[str]] | None = None
    requests: Literal["all", "listed", "none"] = "all"

    def written(self, summary: Summary, color: bool) -> Iterator[str]:
        """The text in one piece or in several."""
        if self.pieces is not None:
            yield from self.pieces(summary, color)
        else:
            yield self.render(summary, color)

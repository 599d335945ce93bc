"""What a report is: a name and a pure function."""

from collections.abc import Callable

from alb_lint.findings.summary import Summary
from alb_lint.record import record


@record
class Report:
    """`render` gives the whole text, with a final newline. `color`: whether it may hold terminal colours; only `text` does.

    `whole`: it shows listeners too, and asks for `Summary.estate` and `config`. `routing`: it asks for `Summary.rerouted`.
    """

    name: str
    render: Callable[[Summary, bool], str]
    whole: bool = False
    routing: bool = False

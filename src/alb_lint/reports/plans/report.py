"""What a report of a plan is: a name and a pure function."""

from collections.abc import Callable

from alb_lint.plan.proposal import Proposal
from alb_lint.record import record


@record
class PlanReport:
    """`render` gives the whole text, with a final newline. `color`: whether it may hold terminal colours; only `text` does."""

    name: str
    render: Callable[[Proposal, bool], str]

"""What a script is: a name and a pure function."""

from collections.abc import Callable, Mapping

from alb_lint.plan.proposal import Proposal
from alb_lint.record import record


@record
class Script:
    """`render` gives the whole text, with a final newline. Its second argument: the content of the files that `patch.files` names."""

    name: str
    render: Callable[[Proposal, Mapping[str, bytes]], str]

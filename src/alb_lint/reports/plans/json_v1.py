"""`alb-lint.plan.v1`: the file that `verify` and `diff` read, with what could not be read beside it."""

from alb_lint.json_text import dumps
from alb_lint.plan.proposal import Proposal
from alb_lint.reports.json_v1 import place
from alb_lint.reports.plans.report import PlanReport


def render(proposal: Proposal, color: bool) -> str:
    del color
    document = {
        **proposal.plan.to_json(),
        "complete": not proposal.gaps,
        "gaps": [{"location": place(gap.location), "reason": gap.reason} for gap in proposal.gaps],
    }
    return dumps(document, indent=2) + "\n"


REPORT = PlanReport("json", render)

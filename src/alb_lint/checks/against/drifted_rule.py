"""ALB404: a live rule matches or acts otherwise than the code says. Weights are set apart: traffic that is being moved is no drift."""

from collections.abc import Iterator
from typing import Final

from alb_lint.checks.against._matching import by_index
from alb_lint.checks.against._sameness import actions_differ, conditions_differ
from alb_lint.checks.against.comparison import Compared
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity
from alb_lint.findings.wording import action_text, conditions_text, group_name
from alb_lint.model import Forward, Rule


def run(compared: Compared, _context: Context) -> Iterator[Finding]:
    for match in compared.pairs:
        differences = [_difference(match.live, rule) for rule in match.wanted]
        if not all(differences):
            continue
        rule = match.wanted[0]
        yield CHECK.finding(
            compared.live.id,
            rule,
            differences[0],
            _IN_PLACE
            if by_index(rule) and not match.certain
            else "deploy the code, or write what is live into it; the next deployment puts the code's rule in place of the live one",
            confidence="proved" if match.certain else "possible",
            related=(Related("live", match.live),),
        )


_IN_PLACE: Final = (
    "Terraform knows it by its index and rewrites the live rules in place, one by one, so that in between some requests are answered by another"
    " rule; `terraform show -json` of a plan tells which. Keys of `for_each` that are names keep a rule and its number together"
)


def _difference(live: Rule, wanted: Rule) -> str:
    """The sentence that tells it; "" where none is certain."""
    told = []
    if conditions_differ(live, wanted):
        told.append(f"live it matches {conditions_text(live)}, and the code says {conditions_text(wanted)}")
    if actions_differ(live, wanted):
        there, here = _acts(live), _acts(wanted)
        told.append(
            f"its live action is {there}, and the code says {here}"
            if here != there
            else f"its live action, {there}, has other settings than the code says"
        )
    return "; ".join(told)


def _acts(rule: Rule) -> str:
    """The actions without weights."""
    said = (
        " + ".join(group_name(share.target_group) for share in action.shares) if isinstance(action, Forward) else action_text(action)
        for action in rule.actions
    )
    return ", then ".join(said)


CHECK = Check(
    CheckInfo("ALB404", "drifted-rule", Severity.WARNING, "A live rule matches or acts otherwise than the code says."), run_against=run
)

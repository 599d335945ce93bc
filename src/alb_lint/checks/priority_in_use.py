"""ALB401: a deployment asks for a number that another rule still holds, so that AWS refuses it with PriorityInUse.

Source: API CreateRule and SetRulePriorities. From a plan, a preview or a change set, or from two versions of the code, it is decided over all orders
in which the tool may work (`analysis.handovers`); `audit --against` holds the code against the live rules (`against._held_numbers`).
"""

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.handovers import Handover, handovers, number_after
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity
from alb_lint.findings.wording import rule_text
from alb_lint.model import Change, Deployment, Rule

if TYPE_CHECKING:
    from alb_lint.checks.against.comparison import Compared

_NAMED: Final = 6
"""Members of a circle or steps of a way that a message names."""
_WAIT: Final = {"Terraform": "depends_on", "Pulumi": "dependsOn", "CloudFormation": "DependsOn"}
_ONE_CALL: Final = (
    "move them with one SetRulePriorities call before the deployment, or deploy twice with one of them on a free number in between"
)


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    del context
    for deployment in facts.listener.deployments:
        yield from refusals(facts.listener.id, deployment)


def refusals(listener: str, deployment: Deployment) -> Iterator[Finding]:
    """One finding per number that a rule of the deployment holds and another one asks for; a circle of moves is told once."""
    circles: set[frozenset[str]] = set()
    for passed in handovers(deployment):
        if passed.outcome == "circle":
            members = frozenset(change.identity for change in passed.way)
            if members in circles:
                continue
            circles.add(members)
        if passed.outcome != "safe":
            yield _finding(listener, deployment, passed)


def run_against(compared: "Compared", context: Context) -> Iterator[Finding]:
    from alb_lint.checks.against._held_numbers import held_numbers

    return held_numbers(compared, CHECK, context)


def _finding(listener: str, deployment: Deployment, passed: Handover) -> Finding:
    message, way_out = _words(deployment, passed)
    taker = passed.taker.after
    others = [change for change in (passed.giver, *passed.way) if change is not passed.taker]
    related = {id(rule): Related("holder", rule) for change in others if (rule := change.before) is not None}
    return CHECK.finding(
        listener,
        taker,
        message,
        way_out,
        confidence="proved" if passed.refused and deployment.certain else "possible",
        related=tuple(related.values()),
    )


def _words(deployment: Deployment, passed: Handover) -> tuple[str, str]:
    """(message, way out)."""
    tool, number = deployment.tool, passed.number
    holder = _now(passed.giver) + ("" if deployment.certain else " of the older version")
    if passed.outcome == "replaced":
        return (
            f"{tool} makes the new rule on {number} before it deletes the old one, which holds the number",
            _replaced(deployment),
        )
    if passed.outcome == "waits":
        done = "made" if passed.taker.before is None else "moved"
        return (
            f"priority {number} is in use by {holder}, which waits for this rule: {tool} moves it only after it has {done} this one",
            f"take out what it waits by (`{_WAIT[tool]}`, or a reference), take another number, or deploy twice: first that one, then this",
        )
    if passed.outcome == "deletes-last":
        return (
            f"priority {number} is in use by {holder}: {tool} deletes it only after it has made or moved all others",
            f"{_renamed(deployment, passed)}take another number, or deploy twice: first without this rule, then with it",
        )
    if passed.outcome == "circle":
        steps = _listed([f"{_number(change.before)} to {number_after(change) or 'nothing'}" for change in reversed(passed.way)])
        return f"priority {number} is in use by {holder}, and each of these moves waits for another: {steps}", _ONE_CALL
    if passed.outcome == "stuck":
        return (
            f"priority {number} is in use by {holder}, which cannot leave it: its own change is refused",
            "mend that one first; it has a finding of its own",
        )
    leaves = "is deleted" if passed.giver.after is None else f"has moved to {number_after(passed.giver)}"
    if passed.giver.replaces:
        leaves = "is replaced"
    message = f"priority {number} is in use until {holder} {leaves}, and {tool} keeps no order between the two"
    if tool == "Terraform" and (passed.giver.after is None or passed.giver.replaces):
        targets = _listed([f"terraform apply -target={shlex.quote(change.identity)}" for change in passed.way])
        # a long way is not told
        steps = f"apply in steps: {targets}, then the rest" if targets else "apply in steps, with -target, those first that have to leave"
        return message, f"{_renamed(deployment, passed)}{steps}; or take another number"
    return message, f"{_renamed(deployment, passed)}let it wait for {_called(passed.giver)} with `{_WAIT[tool]}`, or take another number"


def _renamed(deployment: Deployment, passed: Handover) -> str:
    """The way to keep a rule that goes and comes back under another name; "" where it does not look like one."""
    old, new = passed.giver.before, passed.taker.after
    if passed.giver.after is not None or passed.taker.before is not None or old is None or new is None:
        return ""
    if frozenset(old.conditions) != frozenset(new.conditions):
        return ""
    was, is_ = passed.giver.identity, passed.taker.identity
    if deployment.tool == "Terraform":
        return f"if it is the same rule under a new name, say so and it stays: moved {{ from = {was}, to = {is_} }}; else "
    if deployment.tool == "Pulumi":
        return f'if it is the same rule under a new name, say so and it stays: aliases: [{{ name: "{_called(passed.giver)}" }}]; else '
    return f"if it is the same rule under a new name, keep the logical id {was}; else "


def _replaced(deployment: Deployment) -> str:
    if deployment.tool == "Pulumi":
        return "set `deleteBeforeReplace: true`, and for a moment no rule takes its requests; or give it another number in the same change"
    if deployment.tool == "Terraform":
        return "take `create_before_destroy` out, and for a moment no rule takes its requests; or give it another number in the same change"
    return "give it another number in the same change"


def _called(change: Change) -> str:
    """The name by which the code knows it."""
    return change.identity.rpartition("::")[2]


def _now(change: Change) -> str:
    rule = change.before
    return rule_text(rule) if rule is not None else change.identity


def _number(rule: Rule | None) -> str:
    return str(rule.priority) if rule is not None else "nothing"


def _listed(steps: list[str]) -> str:
    return ", then ".join(steps[:_NAMED]) + (f" and {len(steps) - _NAMED} more" if len(steps) > _NAMED else "")


CHECK = Check(
    CheckInfo("ALB401", "priority-in-use", Severity.ERROR, "A rule holds the number that a deployment asks for: AWS would refuse it."),
    run=run,
    run_against=run_against,
)

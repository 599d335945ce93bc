"""ALB409: while a deployment runs, requests may be answered otherwise than before and than after it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.meanwhile import Between, answered_meanwhile
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.findings.wording import actions_text, counted, rule_text
from alb_lint.model import Change, Deployment, Listener, Rule

if TYPE_CHECKING:
    from alb_lint.checks.against.comparison import Compared

_SHOWN: Final = 3
_WAY_OUT: Final = (
    "make the change in two deployments: first add the new rules under free numbers, then remove the old ones; keys of `for_each`"
    " that are names, `moved` and `aliases` keep a rule and what it answers together"
)


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    del context
    for deployment in facts.listener.deployments:
        named = {change.after.id for change in deployment.changes if change.after is not None}
        rest = [rule for rule in facts.listener.rules if rule.id not in named]
        yield from _findings(facts.listener, deployment, rest)


def run_against(compared: "Compared", _context: Context) -> Iterator[Finding]:
    for deployment in compared.deployments:
        named = {change.before.id for change in deployment.changes if change.before is not None}
        yield from _findings(compared.live, deployment, [rule for rule in compared.live.rules if rule.id not in named])


def _findings(listener: Listener, deployment: Deployment, rest: Sequence[Rule]) -> Iterator[Finding]:
    found = answered_meanwhile(listener, deployment, rest) if deployment.certain and listener.unread is None else ()
    if not found:
        return
    first = found[0]
    rule = next((change.after or change.before for change in (*first.done, *first.open)), None)
    kinds = f", and {counted(len(found) - 1, 'more kind')} of requests" if len(found) > 1 else ""
    yield CHECK.finding(
        listener.id,
        rule,
        f"while {deployment.tool} works, {_answer(first.meanwhile)} may answer what {_sides(first)}{kinds}",
        _WAY_OUT,
        confidence="possible",
        related=tuple(
            dict.fromkeys(Related("partner", item.before) for item in found if item.before is not None and item.before is not rule)
        ),
        witnesses=tuple(Witness("both", item.request, _note(item)) for item in found[:_SHOWN]),
    )


def _answer(rule: Rule | None) -> str:
    return rule_text(rule) if rule is not None else "the default rule"


def _sides(item: Between) -> str:
    if item.before is item.after or (item.before is not None and item.after is not None and item.before.actions == item.after.actions):
        return f"{_answer(item.before)} answers before and after"
    return f"{_answer(item.before)} answers now and {_answer(item.after)} afterwards"


def _note(item: Between) -> str:
    """How far the deployment is then, and what the request gets."""
    gets = actions_text(item.meanwhile) if item.meanwhile is not None else "the default action"
    told = [f"{_called(item.done)} done" if item.done else "", f"{_called(item.open)} not yet" if item.open else ""]
    return f"{gets} with {' and '.join(part for part in told if part)}"


def _called(changes: Sequence[Change]) -> str:
    names = [change.identity.rpartition("::")[2] for change in changes]
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


CHECK = Check(
    CheckInfo(
        "ALB409",
        "answered-meanwhile",
        Severity.WARNING,
        "While a deployment runs, requests may get another answer than before and after.",
    ),
    run=run,
    run_against=run_against,
)

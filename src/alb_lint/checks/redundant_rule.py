"""ALB103: a rule whose removal changes no answer."""

from collections.abc import Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._invalid_conditions import condition_problems
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.findings.wording import actions_text, rules_list


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    del context
    for index, rule in enumerate(facts.rules):
        here = facts.reach(index)
        if here.state == "shadowed" and not here.differs:
            blockers = [facts.rules[blocker] for blocker in here.blockers]
            if any(next(iter(condition_problems(blocker)), None) is not None for blocker in blockers):
                continue  # the API refuses it as it stands (ALB203): to delete this one for it would leave none
            known = here.differs is False
            witness = facts.hidden_request(index)
            yield CHECK.finding(
                facts.listener.id,
                rule,
                f"it changes no answer: {rules_list(blockers)} before it take all its requests and act the same"
                if known
                else f"no request reaches it: {rules_list(blockers)} before it take all its requests; whether they act the same is not told",
                "delete it" if known else "if it is meant to act, give it a number before theirs; delete it only if they act the same",
                confidence="proved" if known else "possible",
                related=tuple(Related("blocker", blocker) for blocker in blockers),
                witnesses=() if witness is None else (Witness("both", witness, f"an earlier rule answers{', alike' if known else ''}"),),
            )
        elif here.state == "reachable" and facts.redundant(index) is True:
            request = facts.own_request(index)
            yield CHECK.finding(
                facts.listener.id,
                rule,
                f"it changes no answer: without it every request of its own still goes to {actions_text(rule)}",
                "delete it, or keep it on purpose with an `[[allow]]` and a reason",
                witnesses=() if request is None else (Witness("only-rule", request, "answered alike without it"),),
            )


CHECK = Check(CheckInfo("ALB103", "redundant-rule", Severity.WARNING, "Removing the rule changes no answer."), run=run, whole=True)

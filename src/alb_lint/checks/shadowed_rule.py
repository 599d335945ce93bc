"""ALB101: earlier rules, one or several together, take every request of a rule, and some act differently."""

from collections.abc import Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._earlier import earlier_number
from alb_lint.checks._switches import MEANT, otherwise, switched_off
from alb_lint.checks._values import no_number_left
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.findings.wording import rules_list


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    for index, rule in enumerate(facts.rules):
        here = facts.reach(index)
        if here.state != "shadowed" or not here.differs or no_number_left(facts, rule):
            continue
        blockers = [facts.rules[blocker] for blocker in here.blockers]
        together = "takes all its requests first" if len(blockers) == 1 else "together take all its requests first"
        different = sum(1 << blocker for blocker in here.blockers if facts.surely_differs(blocker, index))
        witness = facts.hidden_request(index, different)
        off = switched_off(facts, rule, blockers)
        yield CHECK.finding(
            facts.listener.id,
            rule,
            f"no request reaches it: {rules_list(blockers)} {together}{otherwise(off)}",
            MEANT if off else _way_out(facts, index, here.blockers[0], context),
            related=tuple(Related("blocker", blocker) for blocker in blockers),
            witnesses=() if witness is None else (Witness("both", witness, "it matches, an earlier rule answers"),),
            confidence="possible" if off else "proved",
            severity=Severity.INFO if off else None,
        )


def _way_out(facts: ListenerFacts, index: int, blocker: int, context: Context) -> str:
    step, why_not = earlier_number(facts, index, blocker, context)
    return f"{step and f'{step}, '}narrow the rules before it, or delete it{why_not}"


CHECK = Check(
    CheckInfo(
        "ALB101", "shadowed-rule", Severity.ERROR, "No request reaches the rule: earlier rules take them all, and some act differently."
    ),
    run=run,
)

"""ALB407: a rule of the code that no request would reach once it is deployed, since live rules, of other code or of none, take them all."""

from collections.abc import Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.moves import move_before
from alb_lint.checks._earlier import numbers_for
from alb_lint.checks.against._after import after
from alb_lint.checks.against.comparison import Compared
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.findings.wording import number, rules_list


def run(compared: Compared, context: Context) -> Iterator[Finding]:
    result = after(compared)
    if not result.changed:
        return
    facts = ListenerFacts(result.listener)
    dead = frozenset[str]() if result.changed.keys() <= result.made else _dead(ListenerFacts(compared.live))
    for index, rule in enumerate(facts.rules):
        wanted = result.changed.get(rule.id)
        if wanted is None or rule.id in dead or facts.reach(index).state != "shadowed":
            continue
        here = facts.reach(index)
        blockers = [facts.rules[blocker] for blocker in here.blockers]
        if any(blocker.id in result.tied for blocker in blockers) or all(blocker.id in result.known for blocker in blockers):
            continue  # ALB401 tells of the first, and `check` of what the code does to itself
        witness = facts.hidden_request(index)
        who = "is live and not in this code, takes all" if len(blockers) == 1 else "are live and not all in this code, together take all"
        alike = here.differs is False
        yield CHECK.finding(
            compared.live.id,
            wanted,
            f"no request will reach it: {rules_list(blockers)}, which {who} its requests first{' and act the same' if alike else ''}",
            "it is not needed: leave it out" if alike else _way_out(facts, index, here.blockers[0], context),
            confidence="proved" if compared.live_whole and not wanted.presence else "possible",
            severity=Severity.WARNING if alike else None,
            related=tuple(Related("blocker", blocker) for blocker in blockers),
            witnesses=() if witness is None else (Witness("both", witness, "it matches, an earlier rule answers"),),
        )


def _dead(facts: ListenerFacts) -> frozenset[str]:
    """Ids of the rules that no request reaches."""
    return frozenset(rule.id for index, rule in enumerate(facts.rules) if facts.reach(index).state == "shadowed")


def _way_out(facts: ListenerFacts, index: int, blocker: int, context: Context) -> str:
    """A free number before the blocker at which the rule is reached and hides no other; proved, and let by the config, before it is said."""
    allowed, first = numbers_for(facts, index, context), number(facts.rules[blocker])
    move = move_before(facts, index, blocker, allowed) if allowed is not None else None
    if allowed is None:
        return "narrow the rules before it; `alb-lint allocate` finds a number that the config lets it have"
    if move is None or not move.works or move.free is None:
        return f"narrow the rules before it; no free number below {first} leaves the rules before that as they are"
    return f"{move.free} is free and would do: of the rules that act differently it passes none but {first} and later ones"


CHECK = Check(
    CheckInfo(
        "ALB407",
        "shadowed-when-deployed",
        Severity.ERROR,
        "Once deployed no request reaches the rule: live rules outside the code take them.",
    ),
    run_against=run,
)

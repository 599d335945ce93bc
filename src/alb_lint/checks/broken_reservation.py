"""ALB008: a reservation of the lock file that does not hold: its number is another rule's or reserved twice, its day has passed, or it has served."""

from collections.abc import Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._wording import named, quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.config import listener_fits
from alb_lint.findings.wording import conditions_text
from alb_lint.model import Rule
from alb_lint.reservations import Reservation


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    mine = [item for item in context.config.reservations if listener_fits(item.listener, facts.listener, context.config)]
    if not mine:
        return
    holders: dict[int, list[Rule]] = {}
    for rule in facts.rules:
        if isinstance(rule.priority, int):
            holders.setdefault(rule.priority, []).append(rule)
    made = {conditions_text(rule): rule for rule in reversed(facts.rules)}
    first: dict[int, Reservation] = {}
    for item in mine:
        who = f"the reservation of {item.priority} for {_whose(item)}"
        if context.today > item.until:
            said = f"{who} ended on {item.until}"
            yield _finding(facts, item, None, said, "remove the line, or reserve the number again", Severity.WARNING, "ended")
            continue
        before = first.setdefault(item.priority, item)
        if before is not item:
            said = f"{item.priority} is reserved twice: for {_whose(before)}, and for {_whose(item)}"
            way_out = "remove one of the lines, and reserve another number for its rule: `alb-lint allocate --reserve`"
            yield _finding(facts, item, None, said, way_out, Severity.ERROR, "twice")
        strangers = [rule for rule in holders.get(item.priority, ()) if conditions_text(rule) != item.what]
        if strangers:
            said = f"{item.priority} is reserved for {_whose(item)} until {item.until}, and {named(strangers[0])} has it"
            way_out = "give the rule another number, which `alb-lint allocate` finds; or remove the line, if the rule was reworded"
            yield _finding(facts, item, strangers[0], said, way_out, Severity.ERROR, "held")
        elif item.what in made:
            said = f"{who} is no longer needed: {named(made[item.what])} is there"
            yield _finding(facts, item, made[item.what], said, "remove the line", Severity.INFO, "served")


def _whose(item: Reservation) -> str:
    return f"{quoted(item.what)} by {quoted(item.by)}"


def _finding(facts: ListenerFacts, item: Reservation, rule: Rule | None, said: str, way_out: str, severity: Severity, kind: str) -> Finding:
    return CHECK.finding(
        facts.listener.id,
        rule,
        said,
        way_out,
        location=item.location,
        severity=severity,
        facets=(kind, item.what, item.by),
    )


CHECK = Check(
    CheckInfo(
        "ALB008", "broken-reservation", Severity.ERROR, "A reservation of `alb-lint.lock` does not hold, has ended or is no longer needed."
    ),
    run=run,
)

"""ALB610: a `[[require]]` of the config that some request breaks, decided over all requests."""

from collections.abc import Iterator
from functools import partial

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._wording import listed, named
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.config import Requirement, listener_fits, rule_fits
from alb_lint.model import Rule
from alb_lint.routes.breaking import Broken, breaking, regions_of
from alb_lint.routes.expected import does


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    wanted = [
        item
        for item in context.config.require
        if listener_fits(item.listener, facts.listener, context.config) and not (item.until and context.today > item.until)
    ]
    if not wanted:
        return
    if facts.listener.unread is not None:
        yield from (_unread(facts, item) for item in wanted)
        return
    regions, places = regions_of(facts.listener, [item.when for item in wanted])
    for item, place in zip(wanted, places, strict=True):
        yield from _told(facts, item, breaking(regions, place, partial(_breaks, item)))


def _breaks(wanted: Requirement, rule: Rule) -> bool | None:
    holds = does(rule, wanted.then)
    if any(rule_fits(glob, rule) for glob in wanted.but):
        return False
    return None if holds is None else not holds


def _unread(facts: ListenerFacts, wanted: Requirement) -> Finding:
    return CHECK.finding(
        facts.listener.id,
        None,
        f"whether the requirement `{wanted.name}` holds could not be decided: not all rules of the listener were read",
        "the gap tells what failed; read the listener again, whole",
        location=wanted.location,
        facets=(wanted.name,),
        confidence="undecided",
        severity=Severity.WARNING,
    )


def _told(facts: ListenerFacts, wanted: Requirement, found: Broken) -> Iterator[Finding]:
    reason = f" ({wanted.reason})" if wanted.reason else ""
    if found.broken:
        rule, request = found.broken[0]
        yield CHECK.finding(
            facts.listener.id,
            None if rule.is_default else rule,
            f"the requirement `{wanted.name}` does not hold{reason}: {listed([named(item) for item, _ in found.broken])}"
            f" {'answers' if len(found.broken) == 1 else 'answer'} requests otherwise",
            "change the rule, put a rule that does what is required before it, or name it in `except` with the reason",
            related=tuple(Related("partner", item, shown) for item, shown in found.broken[1:]),
            witnesses=(Witness("only-rule", request, f"answered by {named(rule)}"),),
            location=wanted.location,
            facets=(wanted.name,),
            confidence="possible" if all(item.presence for item, _ in found.broken) else "proved",
        )
    elif found.doubts:
        doubtful, why = found.doubts[0]
        yield CHECK.finding(
            facts.listener.id,
            None if doubtful is None or doubtful.is_default else doubtful,
            f"whether the requirement `{wanted.name}` holds{reason} could not be decided: {f'{named(doubtful)}: ' if doubtful else ''}{why}",
            "give the value that is not known, or name the rule in `except`"
            if doubtful is not None
            else "give the code of the listener too, or an export of it",
            location=wanted.location,
            facets=(wanted.name,),
            confidence="undecided",
            severity=Severity.WARNING,
        )


CHECK = Check(
    CheckInfo("ALB610", "requirement-broken", Severity.ERROR, "A `[[require]]` of the config does not hold for every request."), run=run
)

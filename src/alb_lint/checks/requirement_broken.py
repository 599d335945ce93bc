"""ALB610: a `[[require]]` of the config that some request breaks, decided over all requests."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from alb_lint.analysis.facts import ListenerFacts, Undecided
from alb_lint.analysis.guards import signs_in
from alb_lint.analysis.regions import Regions
from alb_lint.checks._groups import rules_and_default
from alb_lint.checks._wording import listed, named
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.config import Requirement, Then, When, listener_fits, rule_fits
from alb_lint.findings.wording import group_name
from alb_lint.model import (
    Condition,
    FixedResponse,
    Forward,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    OpaqueAction,
    PathPattern,
    Redirect,
    Request,
    Rule,
    SourceIp,
    Text,
)


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    wanted = [
        item
        for item in context.config.require
        if listener_fits(item.listener, facts.listener, context.config) and not (item.until and context.today > item.until)
    ]
    if not wanted:
        return
    conditions: list[tuple[Condition, ...]] = []
    places: list[tuple[int, tuple[int, ...]]] = []
    for item in wanted:
        inside, *outside = (_inside(item.when), *_outside(item.when))
        places.append((len(conditions), tuple(range(len(conditions) + 1, len(conditions) + 1 + len(outside)))))
        conditions.extend((inside, *outside))
    if facts.listener.unread is not None:
        yield from (_unread(facts, item) for item in wanted)
        return
    regions = Regions(facts.listener, conditions)
    for item, (inside_at, outside_at) in zip(wanted, places, strict=True):
        yield from _judged(facts, regions, item, inside_at, outside_at)


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


def _judged(facts: ListenerFacts, regions: Regions, wanted: Requirement, inside: int, outside: Sequence[int]) -> Iterator[Finding]:
    broken: list[tuple[Rule, Request]] = []
    doubts: list[tuple[Rule, str]] = []
    meeting = {rule.id for rule in regions.meeting(inside)}
    for rule in rules_and_default(facts.listener):
        holds = _holds(rule, wanted.then)
        if holds is True or rule.id not in meeting or any(rule_fits(glob, rule) for glob in wanted.but):
            continue
        found = regions.answered(rule, inside, outside)
        if isinstance(found, Undecided):
            doubts.append((rule, found.reason))
        elif found is not None and holds is None:
            doubts.append((rule, "its action could not be read"))
        elif found is not None:
            broken.append((rule, found))
    reason = f" ({wanted.reason})" if wanted.reason else ""
    if broken:
        rule, request = broken[0]
        yield CHECK.finding(
            facts.listener.id,
            None if rule.is_default else rule,
            f"the requirement `{wanted.name}` does not hold{reason}: {listed([named(item) for item, _ in broken])}"
            f" {'answers' if len(broken) == 1 else 'answer'} requests otherwise",
            "change the rule, put a rule that does what is required before it, or name it in `except` with the reason",
            related=tuple(Related("partner", item, shown) for item, shown in broken[1:]),
            witnesses=(Witness("only-rule", request, f"answered by {named(rule)}"),),
            location=wanted.location,
            facets=(wanted.name,),
            confidence="possible" if all(item.presence for item, _ in broken) else "proved",
        )
    elif doubts:
        rule, why = doubts[0]
        yield CHECK.finding(
            facts.listener.id,
            None if rule.is_default else rule,
            f"whether the requirement `{wanted.name}` holds{reason} could not be decided: {named(rule)}: {why}",
            "give the value that is not known, or name the rule in `except`",
            location=wanted.location,
            facets=(wanted.name,),
            confidence="undecided",
            severity=Severity.WARNING,
        )


def _inside(when: When) -> tuple[Condition, ...]:
    found: list[Condition] = []
    if when.host:
        found.append(HostHeader(when.host))
    if when.path:
        found.append(PathPattern(when.path))
    if when.method:
        found.append(HttpRequestMethod(when.method))
    if when.source_ip:
        found.append(SourceIp(when.source_ip))
    found.extend(HttpHeader(name, values) for name, values in when.header)
    return tuple(found)


def _outside(when: When) -> Iterator[tuple[Condition, ...]]:
    for name in when.without_header:
        yield (HttpHeader(name, ("*",)),)
    if when.not_source_ip:
        yield (SourceIp(when.not_source_ip),)


def _holds(rule: Rule, then: Then) -> bool | None:
    """Whether the rule does what is required; None where its action could not be read."""
    if not rule.actions or any(isinstance(action, OpaqueAction) for action in rule.actions):
        return None
    told = [
        *([_any(_groups(rule), then.target_group)] if then.target_group else []),
        *([_status(rule, then.status)] if then.status else []),
        *([_redirected(rule, then.redirect)] if then.redirect else []),
        *([signs_in(rule)] if then.authenticated else []),
    ]
    if then.any_of:
        options = [_holds(rule, option) for option in then.any_of]
        told.append(True if True in options else None if None in options else False)
    return False if False in told else None if None in told else True


def _groups(rule: Rule) -> list[Text] | None:
    last = rule.actions[-1] if rule.actions else None
    if not isinstance(last, Forward):
        return None
    return [share.target_group for share in last.shares if len(last.shares) == 1 or share.weight != 0]


def _any(groups: Sequence[Text] | None, globs: Sequence[str]) -> bool | None:
    """Whether each of the groups fits a glob; False where nothing is forwarded."""
    if groups is None:
        return False
    known = [group for group in groups if isinstance(group, str)]
    if any(not any(fnmatchcase(group, glob) or fnmatchcase(group_name(group), glob) for glob in globs) for group in known):
        return False
    return True if len(known) == len(groups) else None


def _status(rule: Rule, wanted: Sequence[str]) -> bool | None:
    last = rule.actions[-1] if rule.actions else None
    if not isinstance(last, FixedResponse):
        return False
    return last.status in wanted if isinstance(last.status, str) else None


def _redirected(rule: Rule, globs: Sequence[str]) -> bool | None:
    last = rule.actions[-1] if rule.actions else None
    if not isinstance(last, Redirect):
        return False
    parts = (last.protocol, last.host, last.port, last.path)
    if not all(isinstance(part, str) for part in parts):
        return None
    target = f"{last.protocol}://{last.host}:{last.port}{last.path}".lower()
    short = f"{last.protocol}://{last.host}{last.path}".lower()
    return any(fnmatchcase(text, glob.lower()) for text in (target, short) for glob in globs)


CHECK = Check(
    CheckInfo("ALB610", "requirement-broken", Severity.ERROR, "A `[[require]]` of the config does not hold for every request."), run=run
)

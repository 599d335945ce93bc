"""Suppressions in one place: [[allow]] of the config, inline comments, baseline. What they hide is counted, what hides nothing is reported."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from alb_lint.config import Allow, Config, listener_fits, rule_fits
from alb_lint.findings.finding import CheckInfo, Finding, Severity, Suppression
from alb_lint.findings.fingerprint import fingerprint
from alb_lint.model import Ignore, Listener, Location, Rule
from alb_lint.record import record, replace

STALE = CheckInfo("ALB901", "stale-suppression", Severity.WARNING, "A suppression hides nothing, has no reason, or is past its date.")


@record
class Suppressed:
    """`kept`: what is reported, stale suppressions included. `hidden`: what is not, in order."""

    kept: tuple[Finding, ...]
    hidden: tuple[Finding, ...]


def suppress(
    findings: Sequence[Finding],
    listeners: Sequence[Listener],
    config: Config,
    today: str,
    baseline: frozenset[str],
    ran: frozenset[str],
    whole: bool,
) -> Suppressed:
    """Findings without those that are suppressed. `ran`: codes of the checks that ran: only their suppressions can be stale.

    `whole`: the input is a whole project, so that an [[allow]] for a rule that is not there is stale too. `today` is ISO.
    """
    by_id = {listener.id: listener for listener in listeners}
    used_allows: set[int] = set()
    used_ignores: set[tuple[str, int]] = set()
    kept: list[Finding] = []
    hidden: list[Finding] = []
    for finding in findings:
        listener = by_id.get(finding.listener)
        allows = {
            place: item.reason for place, item in enumerate(config.allow) if _live(item, today) and _allows(item, finding, listener, config)
        }
        ignores = {
            (rule.id, place): item.reason
            for rule in _rules(finding)
            for place, item in enumerate(rule.ignores)
            if finding.info.code in item.codes
        }
        used_allows.update(allows)
        used_ignores.update(ignores)
        if ignores:
            hidden.append(replace(finding, suppressed=Suppression("comment", next(iter(ignores.values())))))
        elif allows:
            hidden.append(replace(finding, suppressed=Suppression("config", next(iter(allows.values())))))
        elif baseline and fingerprint(finding) in baseline:
            hidden.append(replace(finding, suppressed=Suppression("baseline")))
        else:
            kept.append(finding)
    if STALE.code in ran:
        stale = [*_stale_allows(config, listeners, used_allows, today, ran, whole), *_stale_ignores(listeners, used_ignores, ran)]
        for finding in stale:
            if fingerprint(finding) in baseline:
                hidden.append(replace(finding, suppressed=Suppression("baseline")))
            else:
                kept.append(finding)
    return Suppressed(tuple(kept), tuple(hidden))


def _rules(finding: Finding) -> Iterable[Rule]:
    """The rules whose inline comments count: its own, and for a claim about a pair the others too."""
    if finding.rule is not None:
        yield finding.rule
    for related in finding.related:
        yield related.rule


def _live(item: Allow, today: str) -> bool:
    return not item.until or today <= item.until


def _allows(item: Allow, finding: Finding, listener: Listener | None, config: Config) -> bool:
    if item.code != finding.info.code:
        return False
    if item.listener and (listener is None or not listener_fits(item.listener, listener, config)):
        return False
    if finding.rule is None:
        return item.rule == "*" or fnmatchcase(finding.listener, item.rule)
    return rule_fits(item.rule, finding.rule)


def _stale_allows(
    config: Config, listeners: Sequence[Listener], used: set[int], today: str, ran: frozenset[str], whole: bool
) -> Iterable[Finding]:
    for place, item in enumerate(config.allow):
        about = f"[[allow]] {item.code} for {item.rule!r}"
        if not item.reason.strip():
            yield _stale(f"{about} gives no reason", "write down why the finding is intended", item.location, about)
        if not _live(item, today):
            yield _stale(f"{about} ended on {item.until}", "decide anew: delete it, or move the date", item.location, about)
        elif place not in used and item.code in ran and (whole or _in_sight(item, listeners)):
            yield _stale(f"{about} hides nothing", "delete it", item.location, about)


def _in_sight(item: Allow, listeners: Sequence[Listener]) -> bool:
    return item.rule != "*" and any(rule_fits(item.rule, rule) for listener in listeners for rule in listener.rules)


def _stale_ignores(listeners: Sequence[Listener], used: set[tuple[str, int]], ran: frozenset[str]) -> Iterable[Finding]:
    for listener in listeners:
        for rule in listener.rules:
            for place, item in enumerate(rule.ignores):
                yield from _stale_ignore(listener, rule, item, (rule.id, place) in used, ran)


def _stale_ignore(listener: Listener, rule: Rule, item: Ignore, used: bool, ran: frozenset[str]) -> Iterable[Finding]:
    about = f"ignore[{', '.join(item.codes)}]"
    if not item.reason.strip():
        yield _stale(f"{about} gives no reason", "write the reason behind it", item.location, about, listener.id)
    if not used and ran.issuperset(item.codes):
        yield _stale(f"{about} on {rule.label} hides nothing", "delete the comment", item.location, about, listener.id)


def _stale(message: str, way_out: str, location: Location, about: str, listener: str = "") -> Finding:
    return Finding(STALE, STALE.severity, listener, None, message, way_out, location=location, facets=(about, message))

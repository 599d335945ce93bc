"""What a text says once: gaps of one kind, findings of one cause on several listeners, and listeners with the very same findings."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from alb_lint.findings.finding import Finding
from alb_lint.findings.summary import ListenerLine
from alb_lint.findings.wording import conditions_text, number
from alb_lint.model import Gap
from alb_lint.patterns import pattern
from alb_lint.record import record

_DETAIL: Final = pattern(r" \([^()]*\)")


@record
class Alike:
    """A finding, and those that other listeners have of the same cause."""

    finding: Finding
    others: tuple[Finding, ...] = ()


def together(findings: Iterable[Finding]) -> list[Alike]:
    """The findings in their order, each with those that say the same of the same lines of code on other listeners.

    Lines that make several rules of one listener bring a finding for each: the first goes with the first on other listeners, and so on.
    """
    found: dict[object, list[Finding]] = {}
    times: Counter[object] = Counter()
    for finding in findings:
        cause = _cause(finding)
        times[cause, finding.listener] += 1
        found.setdefault((cause, times[cause, finding.listener]), []).append(finding)
    return [Alike(first, tuple(others)) for first, *others in found.values()]


def _cause(finding: Finding) -> object:
    """Equal for findings of one cause: the same code, help and places; where no rule is at fault, the same words."""
    kind = (finding.info.code, finding.severity, finding.confidence, finding.help)
    places = tuple(str(rule.location) for rule in finding.everyone)
    if finding.rule is None and not finding.parts and finding.message:
        return (*kind, finding.message)
    if not places or not all(places) or any(rule.location.line == 0 for rule in finding.everyone):
        return id(finding)
    return (*kind, places, len(finding.parts))


def alike(findings: Sequence[Finding], listeners: dict[str, ListenerLine]) -> dict[str, tuple[str, ...]]:
    """Listener → the later ones of which every finding is the same but for account, region, ARNs and places; only listeners that are told of.

    A listener that another one stands for is not a key.
    """
    told: dict[str, list[tuple[object, ...]]] = {}
    for finding in findings:
        told.setdefault(finding.listener, []).append(_words(finding))
    groups: dict[tuple[str, int, tuple[tuple[object, ...], ...]], list[str]] = {}
    for listener, words in told.items():
        line = listeners.get(listener)
        key = (line.name if line is not None else listener, line.rules if line is not None else 0, tuple(words))
        groups.setdefault(key, []).append(listener)
    return {members[0]: tuple(members[1:]) for members in groups.values()}


def _words(finding: Finding) -> tuple[object, ...]:
    rules = tuple((number(rule), conditions_text(rule)) for rule in finding.everyone)
    return (finding.info.code, finding.severity, finding.confidence, finding.message, finding.help, rules)


@record
class Kind:
    """Gaps of one kind: why, and those gaps in their order, without repetitions."""

    reason: str
    gaps: tuple[Gap, ...]

    def detail(self, gap: Gap) -> str:
        """What is said of this one alone."""
        found = _DETAIL.search(gap.reason)
        return found[0].strip(" ()") if found is not None and len(self.gaps) > 1 else ""


def kinds(gaps: Sequence[Gap]) -> list[Kind]:
    """The gaps by kind: what stands in the first parentheses aside."""
    found: dict[str, dict[tuple[str, str], Gap]] = {}
    for gap in gaps:
        found.setdefault(_DETAIL.sub("", gap.reason, count=1), {}).setdefault((str(gap.location), gap.reason), gap)
    return [Kind(reason, tuple(these.values())) for reason, these in found.items()]

"""Findings that hold equal things once: those on rules that cross many name the same others again and again."""

from collections.abc import Iterable, Iterator
from operator import is_

from alb_lint.findings.finding import Finding, Related
from alb_lint.record import replace


def shared(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, each mention of a rule in one role without a request of its own the same object."""
    known: dict[tuple[str, int], Related] = {}
    for finding in findings:
        if len(finding.related) < 2:
            yield finding
            continue
        related = [one if one.request is not None else known.setdefault((one.role, id(one.rule)), one) for one in finding.related]
        same = all(map(is_, related, finding.related))
        yield finding if same else replace(finding, related=tuple(related))

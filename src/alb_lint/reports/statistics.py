"""Counts alone: how many findings each code has, and on how many rules where that is more."""

from collections.abc import Iterator

from alb_lint.findings.finding import Severity
from alb_lint.findings.summary import Summary
from alb_lint.findings.wording import counted
from alb_lint.reports.closing import closing
from alb_lint.reports.layout import SEVERITY_STYLES, Span, paint
from alb_lint.reports.report import Report


def render(summary: Summary, color: bool) -> str:
    """A line for each code, the most severe and most frequent first, and the last lines of every text."""
    return paint(_lines(summary), color)


def _lines(summary: Summary) -> Iterator[list[Span]]:
    counts: dict[tuple[Severity, str, str], int] = {}
    rules: dict[tuple[Severity, str, str], set[tuple[str, str]]] = {}
    for finding in summary.findings:
        key = (finding.severity, finding.info.code, finding.info.name)
        counts[key] = counts.get(key, 0) + 1
        rules.setdefault(key, set()).update((finding.listener, rule.id) for rule in finding.concerned)
    for key, count in sorted(counts.items(), key=lambda entry: (-entry[0][0], -entry[1], entry[0][1])):
        severity, code, name = key
        many = f"  on {counted(len(rules[key]), 'rule')}" if len(rules[key]) > count else ""
        yield [
            (f"{count:>6}  ", ""),
            (f"{severity.label:<7}", SEVERITY_STYLES[severity]),
            (f"  {code} ", "bold"),
            (name, ""),
            (many, "dim"),
        ]
    if counts:
        yield []
    yield from closing(summary, 0, full=True)


REPORT = Report("statistics", render, requests="none")

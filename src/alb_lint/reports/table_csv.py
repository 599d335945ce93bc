"""CSV (RFC 4180) for spreadsheets: each finding by itself in a row, gaps first."""

from csv import writer
from io import StringIO
from typing import Final

from alb_lint.findings.finding import Finding
from alb_lint.findings.fingerprint import fingerprint
from alb_lint.findings.grouping import apart
from alb_lint.findings.summary import Summary
from alb_lint.findings.wording import clean, number
from alb_lint.inert import inert
from alb_lint.model import Entrance, Gap
from alb_lint.reports.report import Report
from alb_lint.reports.sentences import command, doors_of

HEAD: Final = (
    "code",
    "name",
    "severity",
    "confidence",
    "listener",
    "priority",
    "rule",
    "file",
    "line",
    "address",
    "arn",
    "message",
    "help",
    "related",
    "witness",
    "fingerprint",
)


def render(summary: Summary, color: bool) -> str:
    del color
    names = {line.id: line.name or line.id for line in summary.listeners}
    doors = doors_of(summary)
    buffer = StringIO()
    rows = writer(buffer, lineterminator="\n")
    rows.writerow(HEAD)
    rows.writerows([_cell(text) for text in _gap(gap)] for gap in summary.gaps)
    rows.writerows([_cell(text) for text in _row(finding, names, doors)] for finding in apart(summary.findings))
    return buffer.getvalue()


def _row(finding: Finding, names: dict[str, str], doors: dict[str, Entrance]) -> tuple[str, ...]:
    rule, place = finding.rule, finding.place
    return (
        finding.info.code,
        finding.info.name,
        finding.severity.label,
        finding.confidence,
        names.get(finding.listener, finding.listener),
        number(rule) if rule is not None else "",
        rule.label if rule is not None else "",
        place.file,
        str(place.line or ""),
        place.address,
        place.arn,
        finding.said,
        finding.help,
        " ".join(number(related.rule) for related in finding.related),
        command(finding, finding.witnesses[0], doors) if finding.witnesses else "",
        fingerprint(finding),
    )


def _gap(gap: Gap) -> tuple[str, ...]:
    place = gap.location
    told = {
        "code": "gap",
        "file": place.file,
        "line": str(place.line or ""),
        "address": place.address,
        "arn": place.arn,
        "message": gap.reason,
    }
    return tuple(told.get(name, "") for name in HEAD)


def _cell(text: str) -> str:
    """What a spreadsheet would take for a formula becomes text (OWASP, "CSV Injection")."""
    said = inert(clean(text))
    return f"'{said}" if said.startswith(("=", "+", "-", "@")) else said


REPORT = Report("csv", render)

"""JSON Lines: each finding by itself on a line, in the fields of a finding of `json`."""

from collections.abc import Iterator

from alb_lint.findings.grouping import apart
from alb_lint.findings.summary import Summary
from alb_lint.json_text import dumps
from alb_lint.reports.json_v1 import finding_json, place
from alb_lint.reports.report import Report


def render(summary: Summary, color: bool) -> str:
    """Gaps first, as lines with `gap` in place of `code`."""
    return "".join(pieces(summary, color))


def pieces(summary: Summary, color: bool) -> Iterator[str]:
    """The lines, one by one."""
    del color
    for gap in summary.gaps:
        yield f"{dumps({'gap': gap.reason, 'location': place(gap.location)})}\n"
    for finding in apart(summary.findings):
        yield f"{dumps(finding_json(finding))}\n"


REPORT = Report("jsonl", render, pieces=pieces)

"""JSON Lines: each finding by itself on a line, in the fields of a finding of `json`."""

from alb_lint.findings.grouping import apart
from alb_lint.findings.summary import Summary
from alb_lint.json_text import dumps
from alb_lint.reports.json_v1 import finding_json, place
from alb_lint.reports.report import Report


def render(summary: Summary, color: bool) -> str:
    """Gaps first, as lines with `gap` in place of `code`."""
    del color
    gaps = ({"gap": gap.reason, "location": place(gap.location)} for gap in summary.gaps)
    return "".join(f"{dumps(item)}\n" for item in (*gaps, *map(finding_json, apart(summary.findings))))


REPORT = Report("jsonl", render)

"""GitLab's code quality report (GitLab docs, "Code Quality report format"): a list of findings, each with a fingerprint of its own.

GitLab shows nothing without a path; the path of what stands in no file, as live rules do, is the rule's ARN.
"""

from collections import Counter
from typing import Any, Final

from alb_lint.findings.finding import Finding, Severity
from alb_lint.findings.fingerprint import fingerprint
from alb_lint.findings.grouping import apart
from alb_lint.findings.summary import Summary
from alb_lint.findings.wording import clean
from alb_lint.json_text import dumps
from alb_lint.reports.report import Report
from alb_lint.reports.sentences import in_a_file, primary, sentence

_SEVERITIES: Final = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(summary: Summary, color: bool) -> str:
    del color
    seen: Counter[str] = Counter()
    found = [_entry(finding, summary.changed, seen) for finding in apart(summary.findings)]
    for gap in summary.gaps:
        where = str(gap.location)
        path = gap.location.file if in_a_file(gap.location) else where or "input"
        found.append(
            _violation("not-read", f"not read: {gap.reason}", _unique(f"gap {where} {gap.reason}", seen), "minor", path, gap.location.line)
        )
    return dumps(found, indent=1) + "\n"


def _entry(finding: Finding, changed: frozenset[str] | None, seen: Counter[str]) -> dict[str, Any]:
    where = primary(finding, changed)
    path = where.file if in_a_file(where) else (finding.rule.id if finding.rule is not None else "") or finding.listener or "config"
    said = f"{finding.info.code} {sentence(finding)}. {finding.help}"
    return _violation(finding.info.name, said, _unique(fingerprint(finding), seen), _SEVERITIES[finding.severity], path, where.line)


def _violation(name: str, text: str, print_: str, severity: str, path: str, line: int) -> dict[str, Any]:
    return {
        "description": clean(text),
        "check_name": name,
        "fingerprint": print_,
        "severity": severity,
        "location": {"path": clean(path.removeprefix("./")), "lines": {"begin": max(line, 1)}},
    }


def _unique(print_: str, seen: Counter[str]) -> str:
    """GitLab drops what repeats a fingerprint."""
    import hashlib

    seen[print_] += 1
    told = print_ if seen[print_] == 1 else f"{print_} {seen[print_]}"
    return told if len(told) == 32 else hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()[:32]


REPORT = Report("gitlab", render)

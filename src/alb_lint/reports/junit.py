"""JUnit's XML as Jenkins and GitLab read it (jenkinsci/xunit-plugin, junit-10.xsd): a suite for each listener, a test for each finding.

Errors and warnings fail; infos and what is suppressed are skipped tests; a listener without findings is one test that passes; a gap is an error.
"""

from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

from alb_lint.findings.finding import Finding, Severity
from alb_lint.findings.grouping import apart
from alb_lint.findings.summary import Summary
from alb_lint.findings.wording import clean, number
from alb_lint.inert import inert_xml
from alb_lint.model import Entrance, Gap
from alb_lint.reports.report import Report
from alb_lint.reports.sentences import command, doors_of, sentence

Case = tuple[str, str, str, str]
"""(name, kind of outcome or "", its message, its text)"""
_KINDS: Final = ("failure", "error", "skipped")


def render(summary: Summary, color: bool) -> str:
    del color
    suites: dict[str, list[Case]] = {line.id: [] for line in summary.listeners}
    doors = doors_of(summary)
    names = {line.id: line.name or line.id for line in summary.listeners}
    for finding in (*apart(summary.findings), *summary.hidden):
        suites.setdefault(finding.listener, []).append(_case(finding, doors))
    shown = [(names.get(listener, listener) or "config", cases or [("no findings", "", "", "")]) for listener, cases in suites.items()]
    if summary.gaps:
        shown.append(("what could not be read", [_gap(gap) for gap in summary.gaps]))
    return written(shown)


def written(shown: Sequence[tuple[str, Sequence[Case]]]) -> str:
    """The document of suites, each with its name and its tests."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="alb-lint"{_counts([case for _, cases in shown for case in cases])}>',
    ]
    for name, cases in shown:
        lines.append(f'  <testsuite name="{_attribute(name)}"{_counts(cases, skipped=True)}>')
        lines.extend(_element(case, name) for case in cases)
        lines.append("  </testsuite>")
    return "\n".join((*lines, "</testsuites>", ""))


def _case(finding: Finding, doors: dict[str, Entrance]) -> Case:
    who = f" {number(finding.rule)}" if finding.rule is not None else ""
    label = f" {finding.rule.label}" if finding.rule is not None else ""
    if finding.suppressed is not None:
        kind, lead = "skipped", f"suppressed ({finding.suppressed.kind}): "
    else:
        kind, lead = ("failure", "") if finding.severity > Severity.INFO else ("skipped", "info: ")
    told = [f"{finding.severity.label} at {finding.place}" if str(finding.place) else finding.severity.label]
    told += [
        f"{related.role}: rule {number(related.rule)}" + (f" at {related.rule.location}" if str(related.rule.location) else "")
        for related in finding.related
    ]
    told += [f"try: {command(finding, witness, doors)}" for witness in finding.witnesses[:1]]
    return (
        f"{finding.info.code} {finding.info.name}{who}{label}",
        kind,
        f"{lead}{sentence(finding)}",
        "\n".join((*map(clean, told), finding.help)),
    )


def _gap(gap: Gap) -> Case:
    return str(gap.location) or "input", "error", f"not read: {gap.reason}", ""


def _counts(cases: Sequence[Case], skipped: bool = False) -> str:
    failures, errors, skips = (sum(kind == wanted for _, kind, _, _ in cases) for wanted in _KINDS)
    told = f' tests="{len(cases)}" failures="{failures}" errors="{errors}"'
    return f'{told} skipped="{skips}"' if skipped else told


def _element(case: Case, suite: str) -> str:
    name, kind, message, text = case
    head = f'    <testcase classname="{_attribute(suite)}" name="{_attribute(name)}"'
    return f'{head}><{kind} message="{_attribute(message)}">{_content(text)}</{kind}></testcase>' if kind else f"{head}/>"


def _content(text: str) -> str:
    return inert_xml(escape("\n".join(map(clean, text.split("\n")))))


def _attribute(text: str) -> str:
    return inert_xml(escape(clean(text), {'"': "&quot;"}))


REPORT = Report("junit", render)

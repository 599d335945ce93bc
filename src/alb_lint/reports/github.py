"""Annotations of GitHub Actions: one workflow command for each finding (GitHub docs, "Workflow commands").

GitHub shows ten errors and ten warnings of a step: the first of each code come first. This is the one report that emits commands; all foreign text
in it is escaped as actions/toolkit `command.ts` does, so that it ends no property and begins no command.
"""

from collections import Counter
from typing import Final

from alb_lint.findings.finding import Finding, Severity
from alb_lint.findings.grouping import apart
from alb_lint.findings.summary import Summary
from alb_lint.findings.wording import clean, number
from alb_lint.inert import inert
from alb_lint.model import Entrance, Location
from alb_lint.reports.report import Report
from alb_lint.reports.sentences import command, doors_of, in_a_file, others, primary, sentence

_COMMANDS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(summary: Summary, color: bool) -> str:
    del color
    doors = doors_of(summary)
    lines = [_line(finding, summary.changed, doors) for finding in _ranked(list(apart(summary.findings)))]
    lines += [_command("warning", gap.location, "alb-lint: not read", gap.reason) for gap in summary.gaps]
    return "".join(f"{line}\n" for line in lines)


def _ranked(findings: list[Finding]) -> list[Finding]:
    """Errors first, and of each severity one of every code before the second of any."""
    seen: Counter[str] = Counter()
    keys = {}
    for finding in findings:
        seen[finding.info.code] += 1
        keys[id(finding)] = (-finding.severity, seen[finding.info.code])
    return sorted(findings, key=lambda finding: keys[id(finding)])


def _line(finding: Finding, changed: frozenset[str] | None, doors: dict[str, Entrance]) -> str:
    told = [sentence(finding)]
    told += [
        f"{role}: rule {number(rule)}" + (f" at {rule.location}" if str(rule.location) else "")
        for role, rule in others(finding, changed)[:6]
    ]
    told += [f"try: {command(finding, witness, doors)}" for witness in finding.witnesses[:1]]
    told.append(f"help: {finding.help}")
    where = primary(finding, changed)
    return _command(_COMMANDS[finding.severity], where, f"{finding.info.code} {finding.info.name}", *told)


def _command(name: str, location: Location, title: str, *lines: str) -> str:
    properties = []
    if in_a_file(location):
        properties.append(f"file={_property(location.file)}")
        if location.line:
            properties.append(f"line={location.line}")
        if location.column:
            properties.append(f"col={location.column}")
    properties.append(f"title={_property(title)}")
    return f"::{name} {','.join(properties)}::{'%0A'.join(_data(line) for line in lines)}"


def _data(text: str) -> str:
    return inert(clean(text)).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


REPORT = Report("github", render)

"""One line a finding: `place: CODE message`."""

from alb_lint.findings.finding import Finding
from alb_lint.findings.summary import Summary
from alb_lint.findings.wording import number
from alb_lint.inert import inert
from alb_lint.reports.report import Report


def render(summary: Summary, color: bool) -> str:
    del color
    lines = [_one_line(f"{str(gap.location) or '-'}: gap: {gap.reason}") for gap in summary.gaps]
    lines.extend(_line(finding) for finding in summary.findings)
    return "".join(f"{line}\n" for line in lines)


def _line(finding: Finding) -> str:
    place = str(finding.place) or finding.listener
    rule = finding.rule
    who = f" {number(rule)}{f' {rule.name}' if rule.name else ''}:" if rule is not None else ""
    return _one_line(f"{place}: {finding.info.code} {finding.severity.label}:{who} {finding.said}")


def _one_line(text: str) -> str:
    return inert(text if text.isprintable() else "".join(character if character.isprintable() else "?" for character in text))


REPORT = Report("concise", render, requests="none")

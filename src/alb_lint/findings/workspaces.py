"""Summaries of one project in several workspaces as one: each finding once, with the workspaces where it holds, if these are not all."""

from collections.abc import Sequence
from typing import Final

from alb_lint.findings.finding import Finding
from alb_lint.findings.fingerprint import fingerprint
from alb_lint.findings.summary import ListenerLine, Summary
from alb_lint.record import replace

_STALE: Final = "ALB901"


def over_workspaces(told: Sequence[tuple[str, Summary]]) -> Summary:
    """One summary of (workspace, its summary), at least one: what holds in all in the words of the first, of the rest its workspaces named.

    What hides nothing in one workspace may hide something in another: that is stale only where it is in all.
    """
    first = told[0][1]
    found: dict[str, dict[str, Finding]] = {}
    for name, summary in told:
        for finding in summary.findings:
            found.setdefault(f"{fingerprint(finding)}\n{finding.severity}", {})[name] = finding
    kept = []
    for by_name in found.values():
        finding = next(iter(by_name.values()))
        if len(by_name) == len(told):
            alike = all(other.message == finding.message for other in by_name.values())
            kept.append(finding if alike else _named(finding, f"every workspace, here {told[0][0]}", list(by_name)))
        elif finding.info.code != _STALE:
            kept.append(_named(finding, f"workspace{'s' * (len(by_name) > 1)} {', '.join(by_name)}", list(by_name)))
    lines: dict[str, ListenerLine] = {}
    for _, summary in told:
        for line in summary.listeners:
            if line.id not in lines or lines[line.id].rules < line.rules:
                lines[line.id] = line
    return replace(
        first,
        findings=tuple(kept),
        hidden=tuple({fingerprint(item): item for _, summary in told for item in summary.hidden}.values()),
        listeners=tuple(sorted(lines.values(), key=lambda line: (line.name, line.id))),
        gaps=tuple(dict.fromkeys(gap for _, summary in told for gap in summary.gaps)),
        files=tuple(dict.fromkeys(file for _, summary in told for file in summary.files)),
    )


def _named(finding: Finding, where: str, names: Sequence[str]) -> Finding:
    """The finding with the workspaces that its words are about."""
    return replace(finding, message=f"in {where}: {finding.message}", workspaces=tuple(names))

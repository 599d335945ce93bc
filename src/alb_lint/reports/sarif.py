"""SARIF 2.1.0 (OASIS), as `sarif` with everything that was found, and as `github-sarif` for GitHub code scanning.

GitHub reads neither `suppressions` nor `baselineState` (GitHub docs, "SARIF support for code scanning") and would open an alert for what is
suppressed: `github-sarif` leaves it out. A result without a file, as live rules are, has a logical location alone.
"""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from alb_lint import __version__
from alb_lint.findings import pages
from alb_lint.findings.finding import CheckInfo, Finding, Severity
from alb_lint.findings.fingerprint import fingerprint
from alb_lint.findings.grouping import apart
from alb_lint.findings.summary import Summary
from alb_lint.findings.wording import clean, number
from alb_lint.json_text import dumps
from alb_lint.model import Gap, Location
from alb_lint.reports.report import Report
from alb_lint.reports.sentences import in_a_file, others, primary, sentence

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEMS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}


def render(summary: Summary, color: bool) -> str:
    """What is reported and what is suppressed, the latter with its reason."""
    del color
    return _text(summary, [*apart(summary.findings), *summary.hidden])


def render_open(summary: Summary, color: bool) -> str:
    """What is reported alone."""
    del color
    return _text(summary, list(apart(summary.findings)))


def _text(summary: Summary, findings: list[Finding]) -> str:
    infos = sorted({finding.info.code: finding.info for finding in findings}.values(), key=lambda info: info.code)
    places = {info.code: place for place, info in enumerate(infos)}
    suppressing = any(finding.suppressed for finding in findings)
    results = [
        {
            "ruleId": finding.info.code,
            "ruleIndex": places[finding.info.code],
            "level": _LEVELS[finding.severity],
            **_result(finding, summary),
            # all results of a run tell their suppressions, or none does (SARIF 2.1.0 §3.27.23)
            **({"suppressions": _suppressions(finding)} if suppressing else {}),
        }
        for finding in findings
    ]
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "alb-lint",
                "fullName": f"alb-lint {__version__}",
                "version": __version__,
                "semanticVersion": __version__,
                "informationUri": pages.about(__version__),
                "rules": [_rule(info) for info in infos],
            }
        },
        "automationDetails": {"id": "alb-lint/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": [_notification(gap) for gap in summary.gaps]}],
        "results": results,
    }
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _rule(info: CheckInfo) -> dict[str, Any]:
    told, at = pages.page(info.name), pages.address(info.name)
    return {
        "id": info.code,
        "name": "".join(word.capitalize() for word in info.name.split("-")),
        "shortDescription": {"text": f"{info.name}: {info.summary}"},
        "fullDescription": {"text": info.summary},
        "help": {"text": told, "markdown": told},
        **({"helpUri": at} if at else {}),
        "defaultConfiguration": {"level": _LEVELS[info.severity]},
        "properties": {"precision": "very-high", "problem.severity": _PROBLEMS[info.severity], "tags": ["aws", "load-balancer"]},
    }


def _result(finding: Finding, summary: Summary) -> dict[str, Any]:
    shown = primary(finding, summary.changed)
    related = [
        {"id": place, "message": {"text": f"{role}: rule {number(rule)}"}, **_location(rule.location, rule.id)}
        for place, (role, rule) in enumerate(
            ((role, rule) for role, rule in others(finding, summary.changed) if in_a_file(rule.location)), start=1
        )
    ]
    see = "".join(f" [{item['message']['text'].partition(':')[0]}]({item['id']})" for item in related[:6])
    text = _plain(f"{sentence(finding)}. {finding.help}")
    return {
        "message": {"text": f"{text}. See{see}." if see else f"{text}."},
        "locations": [_location(shown, finding.rule.id if finding.rule is not None else finding.listener)],
        **({"relatedLocations": related} if related else {}),
        "partialFingerprints": {"albLint/v1": fingerprint(finding)},
        **({"baselineState": _state(finding)} if summary.compared else {}),
        "properties": {
            "confidence": finding.confidence,
            "listener": finding.listener,
            "witnesses": [{"role": witness.role, "request": witness.request.to_json()} for witness in finding.witnesses],
        },
    }


def _plain(text: str) -> str:
    """The text, in which nothing foreign is a link (SARIF 2.1.0 §3.11.6)."""
    return clean(text).replace("](", "] (")


def _state(finding: Finding) -> str:
    return "unchanged" if finding.suppressed is not None and finding.suppressed.kind == "baseline" else "new"


def _suppressions(finding: Finding) -> Sequence[dict[str, str]]:
    why = finding.suppressed
    if why is None:
        return []
    reason = why.reason or ("it stands in the baseline" if why.kind == "baseline" else "")
    return [
        {"kind": "inSource" if why.kind == "comment" else "external", "status": "accepted", **({"justification": reason} if reason else {})}
    ]


def _notification(gap: Gap) -> dict[str, Any]:
    place = [_location(gap.location, str(gap.location))] if str(gap.location) else []
    return {"level": "warning", "message": {"text": _plain(f"not read: {gap.reason}")}, **({"locations": place} if place else {})}


def _location(location: Location, name: str) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if in_a_file(location):
        line, column = max(location.line, 1), max(location.column, 1)
        region = {"startLine": line, "startColumn": column, "endLine": line, "endColumn": column + 1}
        told["physicalLocation"] = {"artifactLocation": {"uri": _uri(location.file)}, "region": region}
    if name:
        told["logicalLocations"] = [{"name": (location.address or name).rpartition("/")[2], "fullyQualifiedName": name, "kind": "resource"}]
    return told


def _uri(file: str) -> str:
    """The path as a URI: absolute, or relative to where the command ran."""
    path = quote(file.replace("\\", "/").removeprefix("./"), safe="/~-._", errors="replace")
    return f"file://{path}" if path.startswith("/") else path


REPORT = Report("sarif", render)
GITHUB = Report("github-sarif", render_open)

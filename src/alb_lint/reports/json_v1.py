"""`alb-lint.findings.v1`: the fields of contract `check and audit`, written out one by one so that no inner change leaks into them."""

from typing import Any, Final

from alb_lint import __version__
from alb_lint.findings.finding import Finding, Severity
from alb_lint.findings.fingerprint import fingerprint
from alb_lint.findings.summary import Summary
from alb_lint.json_text import dumps
from alb_lint.model import Location, Rule
from alb_lint.reports.report import Report

SCHEMA: Final = "alb-lint.findings.v1"


def render(summary: Summary, color: bool) -> str:
    """One finding a line: small enough to read, and ten times faster to write than an indented tree."""
    del color
    parts = []
    for key, value in document(summary).items():
        if isinstance(value, list) and value:
            lines = ",\n    ".join(dumps(item) for item in value)
            parts.append(f'  "{key}": [\n    {lines}\n  ]')
        else:
            parts.append(f'  "{key}": {dumps(value)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def document(summary: Summary) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "tool": {"name": "alb-lint", "version": __version__},
        "complete": summary.complete,
        "gaps": [{"location": place(gap.location), "reason": gap.reason} for gap in summary.gaps],
        "listeners": [
            {
                "id": line.id,
                "name": line.name,
                "rules": line.rules,
                "source_kind": line.source_kind,
                **({"account": line.account, "region": line.region} if line.account else {}),
            }
            for line in summary.listeners
        ],
        "summary": {
            "error": summary.count(Severity.ERROR),
            "warning": summary.count(Severity.WARNING),
            "info": summary.count(Severity.INFO),
            "suppressed": len(summary.hidden),
        },
        "findings": [finding_json(finding) for finding in summary.findings],
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding with the fields of the contract."""
    rule = finding.rule
    return {
        "code": finding.info.code,
        "name": finding.info.name,
        "severity": finding.severity.label,
        "confidence": finding.confidence,
        "listener": finding.listener,
        "rule": None if rule is None else _rule(rule),
        **({"rules": [_rule(one) for one in finding.rules]} if finding.rules else {"rules": [] if rule is None else [_rule(rule)]}),
        "location": place(finding.place),
        "related": [
            {
                "role": related.role,
                "id": related.rule.id,
                "name": related.rule.name,
                "priority": priority(related.rule),
                "location": place(related.rule.location),
                **({"request": related.request.to_json()} if related.request is not None else {}),
            }
            for related in finding.related
        ],
        "message": finding.message,
        "help": finding.help,
        "witnesses": [
            {"role": witness.role, "request": witness.request.to_json(), **({"note": witness.note} if witness.note else {})}
            for witness in finding.witnesses
        ],
        **({"needs": list(finding.needs)} if finding.needs else {}),
        "fingerprint": fingerprint(finding),
        **({"parts": [finding_json(part) for part in finding.parts]} if finding.parts else {}),
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {"id": rule.id, "name": rule.name, "priority": priority(rule), "location": place(rule.location)}


def priority(rule: Rule) -> int | str | None:
    """An integer, "default", or None where it is unknown."""
    if rule.is_default:
        return "default"
    return rule.priority if isinstance(rule.priority, int) else None


def place(location: Location) -> dict[str, Any]:
    """The fields of a location that are told."""
    told = {
        "file": location.file,
        "line": location.line,
        "column": location.column,
        "address": location.address,
        "arn": location.arn,
    }
    return {key: value for key, value in told.items() if value}


REPORT = Report("json", render)

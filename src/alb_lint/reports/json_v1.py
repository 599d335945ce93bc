"""`alb-lint.findings.v1`: the fields of contract `check and audit`, written out one by one so that no inner change leaks into them."""

from collections.abc import Container, Iterator
from typing import Any, Final

from alb_lint import __version__
from alb_lint.findings.finding import Finding, Related, Severity
from alb_lint.findings.fingerprint import fingerprint
from alb_lint.findings.summary import Summary
from alb_lint.json_text import dumps
from alb_lint.model import Location, Rule
from alb_lint.reports.report import Report

SCHEMA: Final = "alb-lint.findings.v1"


def render(summary: Summary, color: bool) -> str:
    """The whole document; for large ones see `pieces`."""
    return "".join(pieces(summary, color))


def pieces(summary: Summary, color: bool) -> Iterator[str]:
    """The document in pieces. One finding a line: small enough to read, and ten times faster to write than an indented tree."""
    del color
    opening = "{\n"
    for key, value in _fields(summary):
        if isinstance(value, list | Iterator):
            begin, between, end = f'{opening}  "{key}": [', "\n    ", "]"
            for item in value:
                yield f"{begin}{between}{dumps(item)}"
                begin, between, end = "", ",\n    ", "\n  ]"
            yield f"{begin}{end}"
        else:
            yield f'{opening}  "{key}": {dumps(value)}'
        opening = ",\n"
    yield "\n}\n"


def _fields(summary: Summary) -> Iterator[tuple[str, Any]]:
    """The fields of the document; the findings one by one."""
    yield "schema", SCHEMA
    yield "tool", {"name": "alb-lint", "version": __version__}
    yield "complete", summary.complete
    yield "gaps", [{"location": place(gap.location), "reason": gap.reason} for gap in summary.gaps]
    yield (
        "listeners",
        [
            {
                "id": line.id,
                "name": line.name,
                "rules": line.rules,
                "source_kind": line.source_kind,
                **({"account": line.account, "region": line.region} if line.account else {}),
            }
            for line in summary.listeners
        ],
    )
    yield (
        "summary",
        {
            "error": summary.count(Severity.ERROR),
            "warning": summary.count(Severity.WARNING),
            "info": summary.count(Severity.INFO),
            "suppressed": len(summary.hidden),
        },
    )
    yield "findings", (finding_json(finding) for finding in summary.findings)


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding with the fields of the contract. One of several: what is told of all of them, and in `parts` what is told of each."""
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
        "related": _partners(finding) if finding.parts else [_related(related) for related in finding.related],
        "message": finding.message,
        "help": finding.help,
        "witnesses": _witnesses(finding),
        **({"config": finding.lines[0][1]} if finding.parts and finding.lines else {}),
        **({"needs": list(finding.needs)} if finding.needs else {}),
        "fingerprint": fingerprint(finding),
        **({"parts": _parts(finding)} if finding.parts else {}),
    }


def _partners(finding: Finding) -> list[dict[str, Any]]:
    """Of several findings each other rule once; `parts` tell what it shares with whom."""
    told = {(related.role, related.rule.id): related.rule for related in finding.related}
    return [{"role": role, "id": name, "priority": priority(rule), "location": place(rule.location)} for (role, name), rule in told.items()]


def _parts(finding: Finding) -> list[dict[str, Any]]:
    """Each of several findings, as far as it differs from what is told of all; of the others it names those that the cause is about."""
    named = {rule.id for rule in finding.rules}
    meant = set(map(id, finding.related))
    return [
        {
            "code": part.info.code,
            "severity": part.severity.label,
            "confidence": part.confidence,
            "rule": None if part.rule is None else _rule(part.rule),
            "related": [_related(related, named) for related in part.related if id(related) in meant],
            "message": part.message,
            "help": part.help,
            "witnesses": _witnesses(part, {id(related.request) for related in part.related if id(related) in meant}),
            **({"needs": list(part.needs)} if part.needs else {}),
            "fingerprint": fingerprint(part),
        }
        for part in finding.parts
    ]


def _related(related: Related, named: Container[str] = ()) -> dict[str, Any]:
    """Another rule; `named`: ids of those that are told elsewhere in the same finding."""
    rule = related.rule
    return {
        "role": related.role,
        "id": rule.id,
        **({} if rule.id in named else {"name": rule.name, "location": place(rule.location)}),
        "priority": priority(rule),
        **({"request": related.request.to_json()} if related.request is not None else {}),
    }


def _witnesses(finding: Finding, told: Container[int] = ()) -> list[dict[str, Any]]:
    """The witnesses but for requests that are told already, beside the rule that shares them."""
    return [
        {"role": witness.role, "request": witness.request.to_json(), **({"note": witness.note} if witness.note else {})}
        for witness in finding.witnesses
        if id(witness.request) not in told
    ]


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


REPORT = Report("json", render, pieces=pieces)

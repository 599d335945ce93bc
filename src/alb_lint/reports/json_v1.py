"""`alb-lint.findings.v1`: the fields of contract `check and audit`, written out one by one so that no inner change leaks into them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from alb_lint import __version__
from alb_lint.findings.finding import Finding, Related, Severity, Witness
from alb_lint.findings.fingerprint import fingerprint
from alb_lint.findings.summary import ListenerLine, Summary
from alb_lint.json_text import dumps
from alb_lint.model import Location, Rule
from alb_lint.record import replace
from alb_lint.reports.report import Report
from alb_lint.symbols import Equation

SCHEMA: Final = "alb-lint.findings.v1"


def render(summary: Summary, color: bool) -> str:
    """The whole document; for large ones see `pieces`."""
    return "".join(pieces(summary, color))


def pieces(summary: Summary, color: bool) -> Iterator[str]:
    """The document in pieces. One finding a line: small enough to read, and ten times faster to write than an indented tree."""
    del color
    opening = "{\n"
    for key, brackets, rows in _fields(summary):
        yield f'{opening}  "{key}": {brackets[:1]}'
        begin, end = "\n    " if brackets else "", ""
        for row in rows:
            yield f"{begin}{row}"
            begin, end = ",\n    ", "\n  " if brackets else ""
        yield f"{end}{brackets[1:]}"
        opening = ",\n"
    yield "\n}\n"


def _fields(summary: Summary) -> Iterator[tuple[str, str, Iterable[str]]]:
    """The fields of the document: name, brackets of what has many rows, and the rows."""
    yield "schema", "", [dumps(SCHEMA)]
    yield "tool", "", [dumps({"name": "alb-lint", "version": __version__})]
    yield "complete", "", [dumps(summary.complete)]
    yield "gaps", "[]", (dumps({"location": place(gap.location), "reason": gap.reason}) for gap in summary.gaps)
    yield "listeners", "[]", (dumps(_listener(line)) for line in summary.listeners)
    counts = {severity.label: summary.count(severity) for severity in sorted(Severity, reverse=True)}
    yield "summary", "", [dumps({**counts, "suppressed": len(summary.hidden)})]
    table = _table(summary.findings)
    yield "rules", "{}", (f"{dumps(listener)}: {dumps(dict(map(_entry, rules.values())))}" for listener, rules in table.items())
    yield "findings", "[]", (dumps(_pointing(finding, table.get(finding.listener, {}))) for finding in summary.findings)


def _listener(line: ListenerLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "name": line.name,
        "rules": line.rules,
        "source_kind": line.source_kind,
        **({"account": line.account, "region": line.region} if line.account else {}),
    }


def _table(findings: Iterable[Finding]) -> dict[str, dict[str, Rule]]:
    """Listener → id → rule, for all rules that findings on it name."""
    table: dict[str, dict[str, Rule]] = {}
    for finding in findings:
        known = table.setdefault(finding.listener, {})
        for rule in finding.everyone:
            known.setdefault(rule.id, rule)
    return {listener: known for listener, known in table.items() if known}


def _entry(rule: Rule) -> tuple[str, dict[str, Any]]:
    """A rule in the table: its id, and the rest; the ARN is not told twice."""
    location = rule.location if rule.location.arn != rule.id else replace(rule.location, arn="")
    return rule.id, {"name": rule.name, "priority": priority(rule), "location": place(location)}


def finding_json(finding: Finding) -> dict[str, Any]:
    """A single finding with the fields of the contract, by itself: every rule is written out where it is named."""
    return _fields_of(finding, [_rule(rule) for rule in _own(finding)], [_related(related, whole=True) for related in finding.related])


def _pointing(finding: Finding, table: Mapping[str, Rule]) -> dict[str, Any]:
    """A finding that names rules by their ids in the table. One of several: what is told of all, and in `parts` what is told of each."""
    rules = [_rule(rule) if _otherwise(rule, table) else rule.id for rule in _own(finding)]
    if not finding.parts:
        return _fields_of(finding, rules, [_related(related, whole=_otherwise(related.rule, table)) for related in finding.related])
    places: dict[tuple[str, str], int] = {}
    others: list[dict[str, Any]] = []
    for related in (related for _, meant in finding.told for related in meant):
        if (related.role, related.rule.id) not in places:
            places[related.role, related.rule.id] = len(others)
            others.append(_named(related, whole=_otherwise(related.rule, table)))
    common = _common(finding.parts[0])
    own = {rule.id: place for place, rule in enumerate(finding.rules)}
    parts = [_part(part, meant, common, own, places) for part, meant in finding.told]
    return {**_fields_of(finding, rules, others), "common": common, "parts": parts}


def _otherwise(rule: Rule, table: Mapping[str, Rule]) -> bool:
    """Whether the table tells another rule under this id, as workspaces and a live rule beside its code can have it."""
    known = table[rule.id]
    return known is not rule and _rule(known) != _rule(rule)


def _own(finding: Finding) -> tuple[Rule, ...]:
    """All rules that the finding is about."""
    return finding.rules or (() if finding.rule is None else (finding.rule,))


def _fields_of(finding: Finding, rules: list[Any], related: list[Any]) -> dict[str, Any]:
    rule = finding.rule
    return {
        "code": finding.info.code,
        "name": finding.info.name,
        "severity": finding.severity.label,
        "confidence": finding.confidence,
        "listener": finding.listener,
        "rule": None if rule is None else _rule(rule),
        "rules": rules,
        "location": place(finding.place),
        "related": related,
        "message": finding.message,
        "help": finding.help,
        "witnesses": [_witness(witness) for witness in finding.witnesses],
        **({"config": finding.lines[0][1]} if finding.parts and finding.lines else {}),
        **({"needs": list(finding.needs)} if finding.needs else {}),
        **({"depends": [equation(one) for one in finding.depends]} if finding.depends else {}),
        **({"assumes": list(finding.assumes)} if finding.assumes else {}),
        "fingerprint": fingerprint(finding),
    }


def _common(part: Finding) -> dict[str, Any]:
    """What the parts of a finding mostly have in common."""
    return {"code": part.info.code, "severity": part.severity.label, "confidence": part.confidence, "help": part.help}


def _part(
    part: Finding, meant: Sequence[Related], common: Mapping[str, Any], own: Mapping[str, int], places: Mapping[tuple[str, str], int]
) -> dict[str, Any]:
    """One of several findings as far as it differs from what they have in common. `own`, `places`: where a rule stands in `rules`, in `related`.

    `meant`: of the related rules those that this cause is about; another finding tells of the others.
    """
    assert part.rule is not None
    shown = {id(related.request) for related in part.related}
    witnesses = [
        _witness(witness) for witness in part.witnesses if id(witness.request) not in shown or witness.role != "both" or witness.note
    ]
    requests = [
        {"related": places[related.role, related.rule.id], "request": related.request.to_json()}
        for related in meant
        if related.request is not None
    ]
    return {
        **{key: value for key, value in _common(part).items() if value != common[key]},
        "rule": own[part.rule.id],
        **({"related": [places[related.role, related.rule.id] for related in meant]} if meant else {}),
        **({"requests": requests} if requests else {}),
        "message": part.message,
        **({"witnesses": witnesses} if witnesses else {}),
        **({"needs": list(part.needs)} if part.needs else {}),
        **({"depends": [equation(one) for one in part.depends]} if part.depends else {}),
        **({"assumes": list(part.assumes)} if part.assumes else {}),
        "fingerprint": fingerprint(part),
    }


def _named(related: Related, whole: bool) -> dict[str, Any]:
    """Another rule by its id; `whole`: with all that is told of a rule."""
    rule = related.rule
    return {
        "role": related.role,
        "id": rule.id,
        **({"name": rule.name} if whole else {}),
        "priority": priority(rule),
        **({"location": place(rule.location)} if whole else {}),
    }


def _related(related: Related, whole: bool) -> dict[str, Any]:
    """Another rule with its place, and the request that it shares, if it has its own."""
    told = {**_named(related, whole), "location": place(related.rule.location)}
    return {**told, "request": related.request.to_json()} if related.request is not None else told


def _witness(witness: Witness) -> dict[str, Any]:
    return {"role": witness.role, "request": witness.request.to_json(), **({"note": witness.note} if witness.note else {})}


def _rule(rule: Rule) -> dict[str, Any]:
    return {"id": rule.id, "name": rule.name, "priority": priority(rule), "location": place(rule.location)}


def equation(told: Equation) -> dict[str, Any]:
    """What the value of `on` has to be for the rule to become what `then` says."""
    return {"on": told.on, "when": told.when, "then": told.then}


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

"""A baseline: the findings that were there when a team began, by fingerprint, so that only new ones are reported."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from alb_lint.errors import ConfigError
from alb_lint.files import NotRead, content, json_of
from alb_lint.findings.finding import Finding
from alb_lint.findings.fingerprint import fingerprint
from alb_lint.findings.summary import Summary

SCHEMA: Final = "alb-lint.baseline.v1"
_HINT: Final = "write it anew with --write-baseline FILE"


def read(path: Path) -> frozenset[str]:
    """The fingerprints in the file. Raises ConfigError where it is no baseline."""
    try:
        data = json_of(content(path, pipes=True))
    except NotRead as error:
        raise ConfigError(f"cannot read the baseline: {error.reason}", where=str(path), hint=_HINT) from error
    except ValueError as error:
        raise ConfigError("the baseline is not JSON", where=str(path), hint=_HINT) from error
    entries = data.get("findings") if isinstance(data, dict) and data.get("schema") == SCHEMA else None
    if not isinstance(entries, list):
        raise ConfigError(f"it is no baseline of schema {SCHEMA}", where=str(path), hint=_HINT)
    return frozenset(entry["fingerprint"] for entry in entries if isinstance(entry, dict) and isinstance(entry.get("fingerprint"), str))


def lasting(summary: Summary, known: frozenset[str]) -> list[Finding]:
    """What a baseline written now holds: all that is reported, and what an older one (`known`) hid.

    What the config or a comment allows stays out of it: it must come back when their date has passed.
    """
    return [*summary.findings, *(finding for finding in summary.hidden if fingerprint(finding) in known)]


def written(findings: Iterable[Finding]) -> str:
    """The baseline of these findings: JSON, sorted by fingerprint, one entry a line, so that it merges well."""
    entries = {fingerprint(finding): finding for finding in findings}
    lines = [
        json.dumps(
            {"fingerprint": key, "code": entry.info.code, "rule": entry.rule.label if entry.rule else "", "listener": entry.listener}
        )
        for key, entry in sorted(entries.items())
    ]
    body = ",\n    ".join(lines)
    return (
        f'{{\n  "schema": "{SCHEMA}",\n  "findings": [\n    {body}\n  ]\n}}\n'
        if lines
        else f'{{\n  "schema": "{SCHEMA}",\n  "findings": []\n}}\n'
    )

"""Findings → text. Pure functions; the table below is all there is to register."""

from importlib import import_module
from typing import Final

from alb_lint.reports.report import Report

_TABLE: Final = {
    "text": "terminal:REPORT",
    "full": "terminal:FULL",
    "statistics": "statistics:REPORT",
    "concise": "concise:REPORT",
    "json": "json_v1:REPORT",
    "jsonl": "jsonl:REPORT",
    "csv": "table_csv:REPORT",
    "markdown": "markdown:REPORT",
    "html": "page.html:REPORT",
    "sarif": "sarif:REPORT",
    "github-sarif": "sarif:GITHUB",
    "github": "github:REPORT",
    "gitlab": "gitlab:REPORT",
    "junit": "junit:REPORT",
}
"""Name of a format → its module and what it is called there; loaded for who asks."""
NAMES: Final = tuple(_TABLE)


def report(name: str) -> Report:
    """The report of that name, which must be one of `NAMES`."""
    module, _, member = _TABLE[name].partition(":")
    found = getattr(import_module(f"alb_lint.reports.{module}"), member)
    assert isinstance(found, Report)
    return found


__all__ = ["NAMES", "Report", "report"]

"""Findings → text. Pure functions; the table below is all there is to register."""

from typing import Final

from alb_lint.reports.concise import REPORT as CONCISE
from alb_lint.reports.json_v1 import REPORT as JSON
from alb_lint.reports.report import Report
from alb_lint.reports.terminal import FULL
from alb_lint.reports.terminal import REPORT as TEXT

ALL: Final[tuple[Report, ...]] = (TEXT, FULL, CONCISE, JSON)
__all__ = ["ALL", "CONCISE", "FULL", "JSON", "TEXT", "Report"]

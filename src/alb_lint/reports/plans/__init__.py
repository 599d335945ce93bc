"""Plans → text. Pure functions; the table below is all there is to register."""

from typing import Final

from alb_lint.reports.plans.html import REPORT as HTML
from alb_lint.reports.plans.json_v1 import REPORT as JSON
from alb_lint.reports.plans.markdown import REPORT as MARKDOWN
from alb_lint.reports.plans.report import PlanReport
from alb_lint.reports.plans.terminal import REPORT as TEXT

ALL: Final[tuple[PlanReport, ...]] = (TEXT, JSON, MARKDOWN, HTML)
__all__ = ["ALL", "HTML", "JSON", "MARKDOWN", "TEXT", "PlanReport"]

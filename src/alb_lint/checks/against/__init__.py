"""Checks that hold what is live against what the code wants; loaded by `audit --against` alone. One line each; the alias is the code."""
# ruff: noqa: F401 - the table takes them by their names

from typing import Final

from alb_lint.checks.against.changed_answers import CHECK as ALB408
from alb_lint.checks.against.drifted_priority import CHECK as ALB405
from alb_lint.checks.against.drifted_rule import CHECK as ALB404
from alb_lint.checks.against.missing_rule import CHECK as ALB403
from alb_lint.checks.against.orphan_rule import CHECK as ALB402
from alb_lint.checks.against.shadowed_when_deployed import CHECK as ALB407
from alb_lint.checks.check import Check

ALL: Final[tuple[Check, ...]] = tuple(
    sorted((value for value in list(globals().values()) if isinstance(value, Check)), key=lambda check: check.info.code)
)

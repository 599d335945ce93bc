"""Facts → findings. The table of checks: one line each; the alias is the code."""

from typing import Final

from alb_lint.checks.check import Check
from alb_lint.checks.contradictory_conditions import CHECK as ALB102
from alb_lint.checks.overlap_by_repeat import CHECK as ALB106
from alb_lint.checks.partial_overlap import CHECK as ALB104
from alb_lint.checks.priority_collision import CHECK as ALB001
from alb_lint.checks.redundant_rule import CHECK as ALB103
from alb_lint.checks.shadowed_rule import CHECK as ALB101
from alb_lint.checks.undecided import CHECK as ALB107
from alb_lint.checks.wider_after_narrower import CHECK as ALB105

ALL: Final[tuple[Check, ...]] = tuple(
    sorted((value for value in list(globals().values()) if isinstance(value, Check)), key=lambda check: check.info.code)
)
__all__ = ["ALB001", "ALB101", "ALB102", "ALB103", "ALB104", "ALB105", "ALB106", "ALB107", "ALL"]

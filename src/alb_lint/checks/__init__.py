"""Facts → findings. The table of checks: one line each; the alias is the code."""
# ruff: noqa: F401 - the table takes them by their names

from typing import Final

from alb_lint.checks.answered_meanwhile import CHECK as ALB409
from alb_lint.checks.bare_host_missing import CHECK as ALB224
from alb_lint.checks.bare_path_missing import CHECK as ALB209
from alb_lint.checks.broken_order import CHECK as ALB007
from alb_lint.checks.broken_reservation import CHECK as ALB008
from alb_lint.checks.check import Check
from alb_lint.checks.collision_to_come import CHECK as ALB010
from alb_lint.checks.contradictory_conditions import CHECK as ALB102
from alb_lint.checks.dead_header_name import CHECK as ALB210
from alb_lint.checks.deny_bypassed import CHECK as ALB601
from alb_lint.checks.empty_target_group import CHECK as ALB304
from alb_lint.checks.exact_path_gate import CHECK as ALB603
from alb_lint.checks.exact_path_only import CHECK as ALB223
from alb_lint.checks.foreign_in_reserved_range import CHECK as ALB004
from alb_lint.checks.forgeable_gate import CHECK as ALB606
from alb_lint.checks.handed_over_priority import CHECK as ALB406
from alb_lint.checks.header_gate_missing import CHECK as ALB604
from alb_lint.checks.invalid_value import CHECK as ALB203
from alb_lint.checks.missing_target_group import CHECK as ALB303
from alb_lint.checks.needless_value import CHECK as ALB221
from alb_lint.checks.order_by_chance import CHECK as ALB108
from alb_lint.checks.outside_reserved_range import CHECK as ALB003
from alb_lint.checks.overlap_by_repeat import CHECK as ALB106
from alb_lint.checks.partial_overlap import CHECK as ALB104
from alb_lint.checks.plaintext_forward import CHECK as ALB308
from alb_lint.checks.prefix_catches_siblings import CHECK as ALB208
from alb_lint.checks.priority_collision import CHECK as ALB001
from alb_lint.checks.priority_in_use import CHECK as ALB401
from alb_lint.checks.priority_out_of_bounds import CHECK as ALB002
from alb_lint.checks.private_address_gate import CHECK as ALB607
from alb_lint.checks.protocol_version import CHECK as ALB310
from alb_lint.checks.query_pairs_or import CHECK as ALB222
from alb_lint.checks.question_mark_wildcard import CHECK as ALB205
from alb_lint.checks.range_nearly_full import CHECK as ALB006
from alb_lint.checks.redirect_loop import CHECK as ALB307
from alb_lint.checks.redirect_stays_plain import CHECK as ALB608
from alb_lint.checks.redundant_rule import CHECK as ALB103
from alb_lint.checks.redundant_value import CHECK as ALB204
from alb_lint.checks.regex_in_glob import CHECK as ALB206
from alb_lint.checks.replaced_rule import CHECK as ALB410
from alb_lint.checks.requirement_broken import CHECK as ALB610
from alb_lint.checks.retired_priority import CHECK as ALB005
from alb_lint.checks.shadowed_rule import CHECK as ALB101
from alb_lint.checks.shared_target_group import CHECK as ALB305
from alb_lint.checks.shifting_numbers import CHECK as ALB009
from alb_lint.checks.sign_in_optional import CHECK as ALB605
from alb_lint.checks.too_many_rules import CHECK as ALB309
from alb_lint.checks.too_many_target_groups import CHECK as ALB302
from alb_lint.checks.too_many_values import CHECK as ALB201
from alb_lint.checks.too_many_wildcards import CHECK as ALB202
from alb_lint.checks.transform_without_effect import CHECK as ALB225
from alb_lint.checks.unanchored_regex import CHECK as ALB207
from alb_lint.checks.undecided import CHECK as ALB107
from alb_lint.checks.unguarded_way import CHECK as ALB602
from alb_lint.checks.weight_policy import CHECK as ALB306
from alb_lint.checks.weights_all_zero import CHECK as ALB301
from alb_lint.checks.wider_after_narrower import CHECK as ALB105

ALL: Final[tuple[Check, ...]] = tuple(
    sorted((value for value in list(globals().values()) if isinstance(value, Check)), key=lambda check: check.info.code)
)

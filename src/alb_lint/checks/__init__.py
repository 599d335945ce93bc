"""Facts → findings. The table of checks: one line each. A check is loaded where the input holds what it looks for; every commit waits for that."""

from functools import cache
from importlib import import_module
from typing import Any, Final

from alb_lint.checks.check import Check
from alb_lint.record import record


@record
class Entry:
    """A check by its code and its module. `needs`: what the input holds (`held`), one of it at least, where the check finds anything; none: always.

    `listed`: as in its info.
    """

    code: str
    module: str
    needs: tuple[str, ...] = ()
    listed: bool = True

    @property
    def check(self) -> Check:
        """The check itself, loaded."""
        return _loaded(self.module)


@cache
def _loaded(module: str) -> Check:
    found: Check = import_module(f"alb_lint.checks.{module}").CHECK
    return found


TABLE: Final = (
    Entry("ALB001", "priority_collision"),
    Entry("ALB002", "priority_out_of_bounds"),
    Entry("ALB003", "outside_reserved_range", needs=("ranges",)),
    Entry("ALB004", "foreign_in_reserved_range", needs=("ranges",)),
    Entry("ALB005", "retired_priority", needs=("retired",)),
    Entry("ALB006", "range_nearly_full", needs=("ranges",)),
    Entry("ALB007", "broken_order", needs=("before",)),
    Entry("ALB008", "broken_reservation", needs=("reservations",)),
    Entry("ALB009", "shifting_numbers", needs=("code",)),
    Entry("ALB010", "collision_to_come", needs=("branches",)),
    Entry("ALB101", "shadowed_rule"),
    Entry("ALB102", "contradictory_conditions"),
    Entry("ALB103", "redundant_rule"),
    Entry("ALB104", "partial_overlap"),
    Entry("ALB105", "wider_after_narrower", listed=False),
    Entry("ALB106", "overlap_by_repeat"),
    Entry("ALB107", "undecided"),
    Entry("ALB108", "order_by_chance", needs=("unknown numbers",)),
    Entry("ALB201", "too_many_values"),
    Entry("ALB202", "too_many_wildcards"),
    Entry("ALB203", "invalid_value"),
    Entry("ALB204", "redundant_value"),
    Entry("ALB205", "question_mark_wildcard", needs=("question marks",)),
    Entry("ALB206", "regex_in_glob"),
    Entry("ALB207", "unanchored_regex", needs=("regexes",)),
    Entry("ALB208", "prefix_catches_siblings"),
    Entry("ALB209", "bare_path_missing"),
    Entry("ALB210", "dead_header_name", needs=("HttpHeader",)),
    Entry("ALB221", "needless_value"),
    Entry("ALB222", "query_pairs_or", needs=("QueryString",)),
    Entry("ALB223", "exact_path_only"),
    Entry("ALB224", "bare_host_missing"),
    Entry("ALB225", "transform_without_effect", needs=("transforms",)),
    Entry("ALB301", "weights_all_zero"),
    Entry("ALB302", "too_many_target_groups"),
    Entry("ALB303", "missing_target_group", needs=("target groups",)),
    Entry("ALB304", "empty_target_group", needs=("target groups",)),
    Entry("ALB305", "shared_target_group", needs=("several listeners",)),
    Entry("ALB306", "weight_policy", needs=("weights",)),
    Entry("ALB307", "redirect_loop", needs=("Redirect", "default Redirect")),
    Entry("ALB308", "plaintext_forward", needs=("plain listeners",)),
    Entry("ALB309", "too_many_rules"),
    Entry("ALB310", "protocol_version", needs=("target groups",)),
    Entry("ALB401", "priority_in_use", needs=("deployments",)),
    Entry("ALB406", "handed_over_priority", needs=("deployments",)),
    Entry("ALB409", "answered_meanwhile", needs=("deployments",)),
    Entry("ALB410", "replaced_rule", needs=("replacements",)),
    Entry("ALB601", "deny_bypassed", needs=("FixedResponse", "Redirect")),
    Entry("ALB602", "unguarded_way", needs=("guards",)),
    Entry("ALB603", "exact_path_gate", needs=("FixedResponse", "Authenticate", "JwtValidation")),
    Entry("ALB604", "header_gate_missing", needs=("secret headers",)),
    Entry("ALB605", "sign_in_optional", needs=("Authenticate", "default Authenticate")),
    Entry("ALB606", "forgeable_gate", needs=("forgeable headers",)),
    Entry("ALB607", "private_address_gate", needs=("SourceIp",)),
    Entry("ALB608", "redirect_stays_plain", needs=("Redirect", "default Redirect")),
    Entry("ALB610", "requirement_broken", needs=("require",)),
)
"""By code. What is needed is held against what the checks find by a law."""


def __getattr__(name: str) -> Any:
    """`ALL`: every check, by code; `ALB101`: one of them."""
    if name == "ALL":
        return tuple(entry.check for entry in TABLE)
    for entry in TABLE:
        if entry.code == name:
            return entry.check
    raise AttributeError(f"module 'alb_lint.checks' has no attribute {name!r}")

"""Numbers that AWS sets, each with its source. Read 2026-11.

A quota of the account, where the input tells it (DescribeAccountLimits), goes before the number here.
"""

from typing import Final

PRIORITY_MIN: Final = 1
PRIORITY_MAX: Final = 50_000
"""API type RulePriority: min 1, max 50000."""

VALUES_PER_RULE: Final = 5
"""Quota L-EBC0C08B (fixed), `condition-values-per-alb-rule`; values and regexes count together (error text since 2025-10)."""

WILDCARDS_PER_RULE: Final = 6
"""Quota L-A012D4E8, `condition-wildcards-per-alb-rule`. The guide says 5, the quota page and errors of 2026 say 6; older and newer accounts
differ, so the higher number is the one that raises no false alarm."""

RULES_PER_LOAD_BALANCER: Final = 100
"""Quota L-7EED9B64 (adjustable), `rules-per-application-load-balancer`; default rules are not counted."""

TARGET_GROUPS_PER_ACTION: Final = 5
"""Quota L-057ECE54 (fixed), `target-groups-per-action-on-application-load-balancer`."""

TARGET_GROUPS_PER_LOAD_BALANCER: Final = 100
"""Quota `target-groups-per-application-load-balancer`."""

WEIGHT_MAX: Final = 999
"""API type TargetGroupTuple: 0 to 999."""

STICKY_SECONDS_MAX: Final = 604_800
"""API type TargetGroupStickinessConfig: 1 to 604800 seconds."""

PATTERN_LENGTH: Final = 128
"""API type RuleCondition: host, path, query and header values and regexes, characters."""

REDIRECT_LENGTH: Final = 128
"""API types RedirectActionHost, RedirectActionPath and RedirectActionQuery, characters."""

NAME_LENGTH: Final = 40
"""API type HttpHeaderConditionConfig.HttpHeaderName and HttpRequestMethodConditionConfig, characters."""

TRANSFORM_LENGTH: Final = 1024
"""API type RewriteConfig: Regex and Replace, characters."""

MESSAGE_LENGTH: Final = 1024
"""API type FixedResponseActionMessage, characters."""

LIMIT_NAMES: Final = {
    "condition-values-per-alb-rule": VALUES_PER_RULE,
    "condition-wildcards-per-alb-rule": WILDCARDS_PER_RULE,
    "rules-per-application-load-balancer": RULES_PER_LOAD_BALANCER,
    "target-groups-per-action-on-application-load-balancer": TARGET_GROUPS_PER_ACTION,
    "target-groups-per-application-load-balancer": TARGET_GROUPS_PER_LOAD_BALANCER,
}
"""Name in DescribeAccountLimits → the number assumed where the account's own is not told."""

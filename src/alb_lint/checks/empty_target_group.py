"""ALB304: a forward that sends requests to a target group with no registered targets; ALB answers those with 503."""

from collections.abc import Iterator

from alb_lint.checks._groups import forwards, gets_traffic, group_ids
from alb_lint.checks._wording import listed, quoted
from alb_lint.checks.check import Check, CheckInfo, Finding, Severity
from alb_lint.config import Config
from alb_lint.findings.wording import group_name
from alb_lint.model import Estate, Rule
from alb_lint.model.listener import rules_and_default


def run(estate: Estate, _config: Config) -> Iterator[Finding]:
    empty = {group.id: group.name for group in estate.target_groups or () if group.targets == 0}
    if not empty:
        return
    for listener in estate.listeners:
        for rule in rules_and_default(listener):
            groups = [group for group in _fed(rule) if group in empty] if any(group in empty for group in group_ids(rule)) else []
            if groups:
                names = listed([quoted(empty[group] or group_name(group)) for group in groups])
                yield CHECK.finding(
                    listener.id,
                    rule,
                    f"it forwards to {names}, which {'has' if len(groups) == 1 else 'have'} no registered targets",
                    "register targets, or give the group weight 0 until it has some",
                    facets=tuple(groups),
                )


def _fed(rule: Rule) -> tuple[str, ...]:
    """The target groups that get requests of the rule."""
    shares = [(share, len(forward.shares) == 1) for forward in forwards(rule) for share in forward.shares]
    return tuple(
        dict.fromkeys(share.target_group for share, alone in shares if isinstance(share.target_group, str) and gets_traffic(share, alone))
    )


CHECK = Check(
    CheckInfo("ALB304", "empty-target-group", Severity.WARNING, "The rule forwards to a target group with no registered targets."),
    run_estate=run,
)

"""A listener as it is once a plan is done. Pure: nothing is written anywhere."""

from collections.abc import Mapping
from dataclasses import replace

from alb_lint.model import Listener, Rule
from alb_lint.plan.plan import ListenerPlan, Merge


def apply_plan(plan: ListenerPlan, listener: Listener) -> Listener:
    """The listener after merges and moves. A rule that the plan names and the listener lacks is passed over; `verify_plan` refuses that."""
    return renumbered(merged(listener, plan.merges), {move.rule: move.new for move in plan.moves})


def merged(listener: Listener, merges: tuple[Merge, ...]) -> Listener:
    """The listener with each kept twin's last action replaced and its other twins gone; no number changes."""
    if not merges:
        return listener
    kept = {merge.keep: merge for merge in merges}
    dropped = {name for merge in merges for name in merge.drop}
    rules = tuple(_with(rule, kept.get(rule.id)) for rule in listener.rules if rule.id not in dropped)
    return replace(listener, rules=rules)


def renumbered(listener: Listener, numbers: Mapping[str, int]) -> Listener:
    """The listener with new numbers for the rules of these ids."""
    return replace(
        listener,
        rules=tuple(replace(rule, priority=numbers[rule.id]) if rule.id in numbers else rule for rule in listener.rules),
    )


def _with(rule: Rule, merge: Merge | None) -> Rule:
    return rule if merge is None else replace(rule, actions=(*rule.actions[:-1], merge.action))

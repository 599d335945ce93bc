"""The API calls that carry out a plan of one listener, and those that undo it.

Source: API actions ModifyRule, DeleteRule, SetRulePriorities, CreateRule. SetRulePriorities looks at the resulting numbers only, so one call
swaps and rotates at once; what keeps its number is left out of it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from alb_lint.model import Listener, Rule
from alb_lint.model.shape import actions_shape, condition_shape, transforms_shape
from alb_lint.plan.plan import Call, Compaction, Merge, Move, Split, dropped
from alb_lint.plan.steps.apply import compacted, merged, parted
from alb_lint.plan.steps.restored import restored


def forward_calls(
    listener: Listener,
    merges: tuple[Merge, ...],
    moves: Sequence[Move],
    compaction: Compaction | None = None,
    splits: Sequence[Split] = (),
) -> tuple[Call, ...]:
    """Merged rules first: kept ones get their action, then the others go, which by then answer nothing; then all numbers at once.

    A kept rule that has its action already is left as it is.
    Joined ones likewise: a kept rule takes what all of them take, which the others do alike, before they go. Split ones last: the new rules are
    made before the old one takes less.
    """
    whole = merged(listener, merges)
    after = {rule.id: rule for rule in whole.rules}
    before = {rule.id: rule for rule in listener.rules}
    calls = [_modify(after[merge.keep]) for merge in merges if after[merge.keep].actions != before[merge.keep].actions]
    calls += [_delete(name) for merge in merges for name in merge.drop]
    if compaction is not None:
        joined = {rule.id: rule for rule in compacted(whole, compaction).rules}
        calls += [_extend(joined[join.keep]) for join in compaction.joins]
        calls += [_delete(name) for name in dropped(compaction)]
    calls += priority_calls([(move.rule, move.new) for move in moves])
    after = {rule.id: rule for rule in parted(compacted(whole, compaction), splits).rules}
    numbers = {rule.id: rule.priority for rule in after.values() if isinstance(rule.priority, int)}
    fresh = [rule for name, rule in after.items() if name not in before]
    calls += [_create(listener, rule, numbers) for rule in fresh]
    return (*calls, *(_extend(after[split.rule]) for split in splits))


def rollback_calls(
    listener: Listener,
    merges: tuple[Merge, ...],
    moves: Sequence[Move],
    compaction: Compaction | None = None,
    splits: Sequence[Split] = (),
) -> tuple[Call, ...]:
    """The way back, in the opposite order; none where AWS could not hold what was before. A deleted rule comes back as a new one, with another ARN.

    Rules that share a number before come back side by side (`restored`). A rule over its limits, which AWS refuses, does not come back.
    """
    if splits:
        return ()
    before = {rule.id: rule for rule in listener.rules}
    whole = {rule.id: rule for rule in merged(listener, merges).rules}
    new = {move.rule: move.new for move in moves}
    numbers = {rule.id: new.get(rule.id, rule.priority) for rule in listener.rules if isinstance(rule.priority, int)}
    numbers |= {name: numbers[merge.keep] for merge in merges for name in merge.drop if merge.keep in numbers}
    gone = {*dropped(compaction), *(name for merge in merges for name in merge.drop)}
    back = restored(listener, numbers, gone)
    if back is None:
        return ()
    calls = list(priority_calls([(name, number) for name, number in back.items() if name not in gone and number != numbers[name]]))
    if compaction is not None:
        calls += [_create(listener, whole[name], back) for name in dropped(compaction)]
        # a rule that only lost values was over its limits, which AWS would refuse
        calls += [_extend(whole[join.keep]) for join in compaction.joins if join.drop]
    calls += [_create(listener, before[name], back) for merge in merges for name in merge.drop]
    calls += [_modify(before[merge.keep]) for merge in merges if before[merge.keep].actions != whole[merge.keep].actions]
    return tuple(calls)


def priority_calls(numbers: Sequence[tuple[str, int]]) -> tuple[dict[str, Any], ...]:
    if not numbers:
        return ()
    return ({"call": "set-rule-priorities", "rule_priorities": [{"RuleArn": name, "Priority": number} for name, number in numbers]},)


def _delete(name: str) -> dict[str, Any]:
    return {"call": "delete-rule", "rule_arn": name}


def _extend(rule: Rule) -> dict[str, Any]:
    """The conditions alone: what ModifyRule is not told stays as it is."""
    return {"call": "modify-rule", "rule_arn": rule.id, "conditions": [condition_shape(condition) for condition in rule.conditions]}


def _modify(rule: Rule) -> dict[str, Any]:
    return {"call": "modify-rule", "rule_arn": rule.id, "actions": actions_shape(rule)}


def _create(listener: Listener, rule: Rule, numbers: Mapping[str, int]) -> dict[str, Any]:
    call: dict[str, Any] = {
        "call": "create-rule",
        "listener_arn": listener.id,
        "priority": numbers.get(rule.id),
        "conditions": [condition_shape(condition) for condition in rule.conditions],
        "actions": actions_shape(rule),
    }
    if rule.transforms:
        call["transforms"] = transforms_shape(rule.transforms)
    if rule.tags:
        call["tags"] = [{"Key": key, "Value": value} for key, value in rule.tags]
    return call

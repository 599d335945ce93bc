"""A listener as it is once a plan is done. Pure: nothing is written anywhere."""

from collections.abc import Mapping, Sequence
from typing import Any

from alb_lint.analysis.needless import slim
from alb_lint.model import Condition, Forward, HostHeader, HttpHeader, Listener, OpaqueCondition, PathPattern, Rule
from alb_lint.plan.plan import Compaction, ListenerPlan, Merge, Split, dropped
from alb_lint.record import replace


def apply_plan(plan: ListenerPlan, listener: Listener) -> Listener:
    """The listener after merges, moves and splits. A rule that the plan names and the listener lacks is passed over; `verify_plan` refuses that."""
    whole = compacted(merged(listener, plan.merges), plan.compaction)
    return parted(renumbered(whole, {move.rule: move.new for move in plan.moves}), plan.splits)


def parted(listener: Listener, splits: Sequence[Split]) -> Listener:
    """The listener with the pieces of each split in place of its rule, which is the first of them."""
    if not splits:
        return listener
    pieces = {split.rule: split.pieces for split in splits}
    rules = []
    for rule in listener.rules:
        if rule.id not in pieces:
            rules.append(rule)
            continue
        for name, piece in zip(piece_ids(rule.id, len(pieces[rule.id])), pieces[rule.id], strict=True):
            # no code has the number of a rule to come
            site = rule.priority_site if name == rule.id else None
            rules.append(replace(rule, id=name, priority=piece.priority, conditions=piece.conditions, priority_site=site))
    return replace(listener, rules=tuple(rules))


def piece_ids(rule: str, many: int) -> tuple[str, ...]:
    """What the pieces of a rule are known by: the first is the rule, the others are to come."""
    return (rule, *(f"{rule}~{place}" for place in range(2, many + 1)))


def compacted(listener: Listener, compaction: Compaction | None) -> Listener:
    """The listener with each kept rule taking what all of its join take, as few values as will do, and the others gone; no number changes."""
    if compaction is None or not (compaction.joins or compaction.removed):
        return listener
    known = {rule.id: rule for rule in listener.rules}
    kept = {join.keep: join for join in compaction.joins}
    gone = set(dropped(compaction))
    rules = []
    for rule in listener.rules:
        if rule.id in gone:
            continue
        join = kept.get(rule.id)
        parts = [known[name].conditions for name in (join.keep, *join.drop) if name in known] if join is not None else []
        together = together_of(parts) if parts else rule.conditions
        rules.append(replace(rule, conditions=together if together is not None else rule.conditions))
    return replace(listener, rules=tuple(rules))


def groups_of(listener: Listener) -> frozenset[str]:
    """The target groups that its rules and its default action name, with or without a weight; those that are not known are left out."""
    rules = (*listener.rules, *([listener.default] if listener.default is not None else []))
    shares = (share for rule in rules for action in rule.actions if isinstance(action, Forward) for share in action.shares)
    return frozenset(share.target_group for share in shares if isinstance(share.target_group, str))


def together_of(parts: Sequence[tuple[Condition, ...]]) -> tuple[Condition, ...] | None:
    """Conditions that are met exactly where those of one part are; None where one rule cannot say that.

    Where all parts are alike but for the values of one condition, its values together. Several times over: two hosts with the same two
    paths each are first two rules, then one. Values that take nothing more beside the others are left out.
    """
    waiting = list(dict.fromkeys(map(slim, parts)))
    while len(waiting) > 1:
        found = next(
            (
                (one, other, both)
                for one, first in enumerate(waiting)
                for other, second in enumerate(waiting[one + 1 :], one + 1)
                if (both := _both(first, second)) is not None
            ),
            None,
        )
        if found is None:
            return None
        one, other, both = found
        waiting[one] = slim(both)
        del waiting[other]
    return waiting[0]


def _both(first: tuple[Condition, ...], second: tuple[Condition, ...]) -> tuple[Condition, ...] | None:
    mine, theirs = [_kind(item) for item in first], {_kind(item): item for item in second}
    if len(set(mine)) < len(mine) or len(theirs) < len(second) or set(mine) != set(theirs):
        return None
    result: list[Condition] = []
    different = 0
    for kind, item in zip(mine, first, strict=True):
        other = theirs[kind]
        if _values(item) == _values(other):
            result.append(item)
            continue
        different += 1
        joined = _joined(item, other)
        if joined is None:
            return None
        result.append(joined)
    return tuple(result) if different <= 1 else None


def _kind(item: Condition) -> tuple[str, str]:
    return type(item).__name__, str(item.name).lower() if isinstance(item, HttpHeader) else ""


def _values(item: Condition) -> object:
    if isinstance(item, OpaqueCondition):
        return item
    return frozenset(item.values), frozenset(getattr(item, "regexes", ()))


def _joined(item: Condition, other: Condition) -> Condition | None:
    if isinstance(item, OpaqueCondition) or isinstance(other, OpaqueCondition):
        return None
    values: Any = tuple(dict.fromkeys((*item.values, *other.values)))
    if isinstance(item, HostHeader | PathPattern | HttpHeader) and isinstance(other, HostHeader | PathPattern | HttpHeader):
        return replace(item, values=values, regexes=tuple(dict.fromkeys((*item.regexes, *other.regexes))))
    return replace(item, values=values)


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
    if not numbers:
        return listener
    return replace(
        listener,
        rules=tuple(replace(rule, priority=numbers[rule.id]) if rule.id in numbers else rule for rule in listener.rules),
    )


def _with(rule: Rule, merge: Merge | None) -> Rule:
    return rule if merge is None else replace(rule, actions=(*rule.actions[:-1], merge.action))

"""Target groups in the actions of a listener."""

from collections.abc import Iterator

from alb_lint.model import Forward, Rule, Share


def forwards(rule: Rule) -> Iterator[Forward]:
    return (action for action in rule.actions if isinstance(action, Forward))


def group_ids(rule: Rule) -> tuple[str, ...]:
    """The known target groups that the rule names, unique, in order."""
    last = rule.actions[-1] if rule.actions else None
    if isinstance(last, Forward) and len(last.shares) == 1 and len(rule.actions) == 1:  # most rules
        group = last.shares[0].target_group
        return (group,) if isinstance(group, str) else ()
    found = (share.target_group for forward in forwards(rule) for share in forward.shares)
    return tuple(dict.fromkeys(group for group in found if isinstance(group, str)))


def gets_traffic(share: Share, alone: bool) -> bool:
    """Whether the group is certain to get requests of the forward: the weight of the only one never matters."""
    return alone or (isinstance(share.weight, int) and share.weight > 0)

"""What a state of Pulumi tells of the code that made it: which id a resource has that the code only names."""

from collections.abc import Iterable, Mapping

from alb_lint.model.action import Action, Forward
from alb_lint.model.listener import Listener
from alb_lint.model.rule import Rule
from alb_lint.record import replace

Reference = tuple[str, str, str]
"""(project, what its code says for a resource, id)."""

Known = Mapping[tuple[str, str], str]


def known_of(references: Iterable[Reference]) -> Known:
    """(project, what the code says) → id, where all states of the run agree on it."""
    found: dict[tuple[str, str], set[str]] = {}
    for project, said, identifier in references:
        found.setdefault((project, said), set()).add(identifier)
    return {key: next(iter(ids)) for key, ids in found.items() if len(ids) == 1}


def resolved(rule: Rule, known: Known) -> Rule:
    """The rule with the ids of the target groups that its code names."""
    project = rule.deployed_as.partition("::")[0]
    if not known or not project:
        return rule
    actions = tuple(_resolved(action, project, known) for action in rule.actions)
    return rule if actions == rule.actions else replace(rule, actions=actions)


def resolved_listener(listener: Listener, known: Known) -> Listener:
    """The listener with its rules as `resolved` has them; itself where none is another."""
    rules = tuple(resolved(rule, known) for rule in listener.rules)
    return listener if rules == listener.rules else replace(listener, rules=rules)


def _resolved(action: Action, project: str, known: Known) -> Action:
    if not isinstance(action, Forward):
        return action
    return replace(
        action,
        shares=tuple(
            replace(share, target_group=known.get((project, share.target_group), share.target_group))
            if isinstance(share.target_group, str)
            else share
            for share in action.shares
        ),
    )

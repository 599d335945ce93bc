"""The ways to each backend: every rule, of every listener, that forwards to a target group, with what guards it."""

from collections.abc import Callable, Iterable
from typing import Final

from alb_lint.analysis.facts import ListenerFacts, Relation
from alb_lint.analysis.guards import Guard, groups_of, guards_of, resource
from alb_lint.model import Estate, Listener, Rule
from alb_lint.model.listener import rules_and_default
from alb_lint.record import record, replace


@record
class Way:
    """`rule` of `listener`, the default rule too, forwards to the group. `guards`: empty where any client gets through."""

    listener: Listener
    rule: Rule
    guards: frozenset[Guard]


_GROUPS: Final = 100
"""Groups of one target that are held against each other; a load balancer has 100 groups at most."""


def ways(listeners: Iterable[Listener], wanted: Callable[[str], bool] = lambda _: True) -> dict[str, tuple[Way, ...]]:
    """Target group → the ways to it, groups by name, ways in the order of listeners and rules; of the groups that are wanted.

    A group is what the input calls it: its ARN, else the reference. Equal references of different folders are different groups: the key
    then begins with the folder.
    """
    found: dict[str, list[Way]] = {}
    for listener in listeners:
        for rule in sorted(rules_and_default(listener), key=_place):
            for key in named_groups(rule):
                if wanted(key):
                    found.setdefault(key, []).append(Way(listener, rule, guards_of(rule)))
    return {group: tuple(found[group]) for group in sorted(found)}


def spread(estate: Estate) -> frozenset[str]:
    """The groups to which rules of several listeners forward, or that have a target in common with another group."""
    first: dict[str, str] = {}
    several = set(shared_targets(estate))
    for listener in estate.listeners if len(estate.listeners) > 1 else ():
        mine = listener.id
        for rule in rules_and_default(listener):
            for key in named_groups(rule):
                if first.setdefault(key, mine) != mine:
                    several.add(key)
    return frozenset(several)


def shared_targets(estate: Estate) -> dict[str, dict[str, str]]:
    """Target group → the others that have a registered target in common with it → the first of these targets."""
    by_target: dict[str, list[str]] = {}
    for group in estate.target_groups or ():
        for target in group.registered:
            by_target.setdefault(target, []).append(group.id)
    found: dict[str, dict[str, str]] = {}
    for target, groups in by_target.items():
        for one in groups[:_GROUPS] if len(groups) > 1 else ():
            for other in groups[:_GROUPS]:
                if one != other:
                    found.setdefault(one, {}).setdefault(other, target)
    return found


def named_groups(rule: Rule) -> tuple[str, ...]:
    """The groups that the rule may forward to, as the input calls them."""
    return tuple([_identity(group, rule) for group in groups_of(rule)])


def _identity(group: str, rule: Rule) -> str:
    if group.startswith("arn:"):
        return group
    folder = rule.location.file.rpartition("/")[0]
    return f"{folder}: {group}" if folder else group


def _place(rule: Rule) -> tuple[bool, int, str]:
    return (rule.is_default, rule.priority if isinstance(rule.priority, int) else 1 << 20, rule.id)


class Resources:
    """What rules ask for by host and path, whoever asks: how the sets of two rules lie to each other."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        plain = [
            replace(rule, id=str(number), priority=number, conditions=resource(rule), is_default=False, presence=())
            for number, rule in enumerate(rules, 1)
        ]
        self._facts = ListenerFacts(Listener("", "", tuple(plain)))

    def relation(self, first: int, second: int) -> Relation:
        """What the rule at `first` (from 0) is to that at `second`: "wider" if it takes all that the other asks for, and more."""
        return self._facts.relation(first, second)

"""Two versions of the same code: what a deployment of the newer one does to rules that the older one made.

A tool knows a resource by its address (Terraform), name (Pulumi) or logical id (CloudFormation), whatever is in it: a rule under another one is a new
rule, and the old one is deleted. What was deployed is not known to be the older version, so that nothing of this is certain.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from alb_lint.model import Change, Deployment, Estate, Listener, Rule
from alb_lint.model.deployment import Tool
from alb_lint.model.pieces import known_by_use
from alb_lint.model.rule import ANY_NAME

TOOLS: Final[Mapping[str, Tool]] = {"terraform": "Terraform", "pulumi": "Pulumi", "cloudformation": "CloudFormation"}
"""By the kind of source: code alone. A plan or a preview tells its own changes."""
PAIRS: Final = 100_000
"""Pairs of changes of which one waits for the other, up to which each is told by itself: `depends_on` between many copies makes one of each two."""


def with_deployments(new: Estate, old: Estate) -> Estate:
    """The newer estate, each listener with what deploying it does to the rules of the older one."""
    before = {listener.id: listener for listener in old.listeners}
    return replace(new, listeners=tuple(_deployed(listener, before.get(listener.id)) for listener in new.listeners))


def _deployed(new: Listener, old: Listener | None) -> Listener:
    tool = TOOLS.get(new.source_kind)
    if tool is None or old is None or old.source_kind != new.source_kind or old.unread is not None:
        return new
    old, new = known_by_use((old, new))
    changes = changes_between(old.rules, new.rules)
    return replace(new, deployments=(*new.deployments, Deployment(tool, changes, certain=False))) if changes else new


def changes_between(old: Iterable[Rule], new: Iterable[Rule]) -> tuple[Change, ...]:
    """One change per rule. What exists under a condition or may have had any name is left out, since it may be any rule of before, or none."""
    was = {rule.id: rule for rule in old if not rule.presence and ANY_NAME not in rule.formerly}
    now = {rule.id: rule for rule in new}
    fresh = [rule for name, rule in now.items() if name not in was]
    kept = [(was.pop(name), rule) for name, rule in now.items() if name in was]
    vague = any(rule.presence or ANY_NAME in rule.formerly for rule in fresh)
    fresh = [rule for rule in fresh if not rule.presence and ANY_NAME not in rule.formerly]
    made: list[Rule] = []
    for rule in fresh:
        home = rule.id.removesuffix(rule.location.address)
        name = next((name for former in rule.formerly if (name := f"{home}{former}") in was), None)
        if name is None:
            made.append(rule)
        else:
            kept.append((was.pop(name), rule))
    # a folder, stack or project under another name keeps its addresses
    gone, came = (Counter(rule.location.address for rule in rules) for rules in (was.values(), made))
    by_address = {rule.location.address: rule for rule in was.values()}
    moved = [rule for rule in made if gone[rule.location.address] == came[rule.location.address] == 1]
    kept += [(was.pop(by_address[rule.location.address].id), rule) for rule in moved]
    changes = [Change(rule.id, before, rule) for before, rule in kept]
    known = {rule.id for rule in moved}
    changes += [Change(rule.id, None, rule) for rule in made if rule.id not in known]
    if not vague:  # else each of them may live on
        changes += [Change(name, rule, None) for name, rule in was.items()]
    return () if all(change.before == change.after for change in changes) else tuple(_ordered(changes))


def _ordered(changes: Sequence[Change]) -> Iterator[Change]:
    """The changes with the identities of those that each waits for, where the code tells; no resource waits for its own copies."""
    by_address: dict[str, list[str]] = {}
    own: list[str] = []
    for change in changes:
        own.append("" if change.after is None else _bare(change.after.location.address))
        if change.after is not None:
            by_address.setdefault(own[-1], []).append(change.identity)
    copies = {address: tuple(names) for address, names in by_address.items()}
    waiting = [
        [copies[name] for name in (() if change.after is None else change.after.waits_for) if name in copies and name != address]
        for change, address in zip(changes, own, strict=True)
    ]
    few = sum([len(names) for groups in waiting for names in groups]) <= PAIRS
    for change, groups in zip(changes, waiting, strict=True):
        if not groups:
            yield change
        elif few:
            yield replace(change, waits_for=tuple([name for names in groups for name in names]))
        else:
            yield replace(change, behind=tuple(groups))


def _bare(address: str) -> str:
    """Without the key of the instance."""
    return address.partition("[")[0]

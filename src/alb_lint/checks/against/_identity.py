"""Which live rule is which of the code, where it is told: by a plan, a preview or a change set, or by the state that a tool keeps.

A tool knows a rule by its address, name or logical id, and the ARN of what it made: nothing is matched by what a rule says.
"""

from dataclasses import replace
from typing import Final

from alb_lint.analysis.versions import TOOLS, changes_between
from alb_lint.checks.against._matching import Match, Matching, match
from alb_lint.model import Change, Deployment, Estate, Listener, Rule
from alb_lint.record import record

_STATES: Final = {"terraform": "terraform-json", "pulumi": "pulumi-json"}
"""By the kind of code, the kind of its state."""
_LOGICAL_ID: Final = "aws:cloudformation:logical-id"
_STACK_ID: Final = "aws:cloudformation:stack-id"


@record
class Told:
    """`deleted`: live rules that the deployment deletes."""

    matching: Matching
    deleted: tuple[Rule, ...]


def known_deployments(live: Listener, wanted: Listener, state: Estate | None) -> tuple[Deployment, ...]:
    """What a plan tells of the listener, else what its state and its code do; live rules as they are now. Empty where neither is given."""
    by_arn = {rule.id: rule for rule in live.rules}
    if wanted.deployments:
        return tuple(
            replace(deployment, changes=tuple(_as_live(change, by_arn) for change in deployment.changes))
            for deployment in wanted.deployments
        )
    tool = TOOLS.get(wanted.source_kind)
    if tool is None:
        return ()
    made = _made(wanted.source_kind, live, state)
    homes: dict[str, list[Rule]] = {}
    for rule in wanted.rules:
        homes.setdefault(rule.id.removesuffix(rule.location.address), []).append(rule)
    alone = wanted.source_kind in _STATES and len(made) == 1
    owned = [(names, _home(names, homes, alone=alone)) for names in made.values()]
    found = []
    for names, home in owned:
        if home is None or sum(other == home for _, other in owned) > 1:  # made twice of one program, as stacks of a template are
            continue
        own = homes[home]
        old = [replace(by_arn[arn], id=name, location=replace(by_arn[arn].location, address=name)) for arn, name in names.items()]
        arns = {name: arn for arn, name in names.items()}
        changes = changes_between(old, [replace(rule, id=rule.location.address) for rule in own])
        ids = {rule.location.address: rule for rule in own}
        told = (_as_live(change, by_arn, arns) for change in changes)
        found.append(Deployment(tool, tuple(replace(one, after=ids[one.after.location.address]) if one.after else one for one in told)))
    return tuple(found)


def _made(kind: str, live: Listener, state: Estate | None) -> dict[str, dict[str, str]]:
    """Per state, or stack of CloudFormation's tags: ARN of each live rule that it made → the name by which its tool knows it."""
    found: dict[str, dict[str, str]] = {}
    if kind == "cloudformation":
        for rule in live.rules:
            tags = dict(rule.tags)
            if tags.get(_LOGICAL_ID):
                found.setdefault(tags.get(_STACK_ID, ""), {})[rule.id] = tags[_LOGICAL_ID]
        return found
    ids = {rule.id for rule in live.rules}
    for listener in state.listeners if state is not None else ():
        if listener.id == live.id and listener.source_kind == _STATES.get(kind):
            for rule in listener.rules:
                if rule.id in ids:
                    found.setdefault(rule.location.file, {})[rule.id] = rule.location.address.rpartition("::")[2]
    return found


def _home(names: dict[str, str], homes: dict[str, list[Rule]], *, alone: bool) -> str | None:
    """The root, program or template that made these; None where that is not plain.

    A state that the user gives for the one program there is (`alone`) is its own, even where every rule has a new name.
    """
    if alone and len(homes) == 1:
        return next(iter(homes))
    known = set(names.values())
    fitting = [home for home, rules in homes.items() if any({rule.location.address, *rule.formerly} & known for rule in rules)]
    return fitting[0] if len(fitting) == 1 else None


def _as_live(change: Change, by_arn: dict[str, Rule], arns: dict[str, str] | None = None) -> Change:
    """The change with the live rule in place of the one that a plan or a state remembers. `arns`: by the name in the state."""
    if change.before is None:
        return change
    arn = (arns or {}).get(change.before.id, change.before.id)
    return replace(change, before=by_arn.get(arn, change.before))


def match_told(live: Listener, wanted: Listener, deployments: tuple[Deployment, ...]) -> Told:
    """The matching that the changes give; what they do not tell of is matched by what it says."""
    ids = {rule.id for rule in live.rules}
    matches: list[Match] = []
    missing: list[tuple[Rule, ...]] = []
    deleted: list[Rule] = []
    told: set[str] = set()
    for change in (change for deployment in deployments for change in deployment.changes):
        there = change.before if change.before is not None and change.before.id in ids else None
        if change.before is not None and there is None:
            continue
        if change.after is not None:
            told.add(change.after.id)
        if there is not None:
            ids.discard(there.id)
        if there is not None and change.after is not None:
            matches.append(Match(there, (change.after,)))
        elif there is not None:
            deleted.append(there)
        elif change.after is not None:
            missing.append((change.after,))
    rest = match([rule for rule in live.rules if rule.id in ids], [rule for rule in wanted.rules if rule.id not in told])
    orphans = () if wanted.unread is not None else rest.orphans
    return Told(Matching((*matches, *rest.matches), orphans, (*missing, *rest.missing), rest.vague), tuple(deleted))

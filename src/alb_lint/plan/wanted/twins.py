"""Twins: rules of one listener that take the same requests and both forward. Two owners wrote one route; one weighted rule serves both."""

from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from math import gcd
from typing import Final

from alb_lint.analysis.actions import action_key, action_known
from alb_lint.analysis.decisions import group_name
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.config import Config, WeightPolicy
from alb_lint.model import Forward, Rule, Share, owner_of
from alb_lint.model.limits import TARGET_GROUPS_PER_ACTION, WEIGHT_MAX
from alb_lint.plan.naming import called, listed
from alb_lint.plan.plan import Merge, Note
from alb_lint.plan.wanted.ranges import listener_fits, rule_fits
from alb_lint.record import record
from alb_lint.space.covers import bits_of

UNTOLD: Final = "the input does not tell which of them AWS keeps"
WHOLE: Final = 100
"""Weights are given as percent where they come out whole."""


@record
class Twins:
    """`merges`: their `priority` is where the kept rule stands today. `notes`: twins that stay apart, and why."""

    merges: tuple[Merge, ...]
    notes: tuple[Note, ...]


def twins_of(facts: ListenerFacts, config: Config, environment: str = "") -> Twins:
    """The merges of all twins; weights from the [[weights]] of the environment, else all to the rule that answers today.

    Twins are merged into the one with the lowest number; of one number into the one that already forwards to the groups of all, which then
    stays as it is, else into the one that was read first.
    """
    read = {rule.id: place for place, rule in enumerate(facts.listener.rules)}
    policies = [item for item in config.weights if item.environment == environment and listener_fits(item.listener, facts.listener, config)]
    merges, notes = [], []
    for group in _groups(facts):
        group.sort(key=lambda index: (facts.rules[index].priority, read[facts.rules[index].id]))
        live = _live(facts, group, config)
        whole = _whole_of(facts, group) if live < 0 else -1
        group.sort(key=lambda index: index not in (live, whole))
        rules = [facts.rules[index] for index in group]
        made = _merge(facts, group, rules, policies, decided=live >= 0, whole=whole >= 0)
        if isinstance(made, Merge):
            merges.append(made)
        else:
            notes.append(Note(f"{listed(called(rule) for rule in rules)} match the same requests but stay apart: {made}", _ids(rules)))
    return Twins(tuple(merges), tuple(notes))


def _groups(facts: ListenerFacts) -> list[list[int]]:
    """Rules of known number, two at least, that take exactly the same requests and forward; by the first of them."""
    seen = 0
    groups = []
    floating = facts.compiled.floating
    for index in bits_of(facts.compiled.everything & ~floating):
        if seen >> index & 1 or not _forwards(facts.rules[index]):
            continue
        around = facts.inside[index] & ~floating & ~seen & ~(1 << index)
        group = [other for other in bits_of(around) if _forwards(facts.rules[other]) and facts.relation(index, other) == "equal"]
        if group:
            groups.append([index, *group])
            seen |= sum(1 << other for other in groups[-1])
    return groups


def _live(facts: ListenerFacts, group: Sequence[int], config: Config) -> int:
    """The one of several that claim the lowest number which [[before]] puts first; -1 where it puts none."""
    tied = [index for index in group if facts.rules[index].priority == facts.rules[group[0]].priority]
    pairs = [item for item in config.before if listener_fits(item.listener, facts.listener, config)]

    def wins(one: int, other: int) -> bool:
        return any(rule_fits(item.first, facts.rules[one]) and rule_fits(item.then, facts.rules[other]) for item in pairs)

    return next((one for one in tied if len(tied) > 1 and all(other == one or wins(one, other) for other in tied)), -1)


def _whole_of(facts: ListenerFacts, group: Sequence[int]) -> int:
    """The one of several that claim the lowest number which forwards to the target groups of all, and so is the merged rule; -1 where none does.

    Where several do, and not with the same weights, none of them is.
    """
    tied = [index for index in group if facts.rules[index].priority == facts.rules[group[0]].priority]
    every = {name for index in group for name in _groups_of(facts.rules[index])}
    whole = [index for index in tied if every == set(_groups_of(facts.rules[index]))] if len(tied) > 1 else []
    return whole[0] if whole and len({facts.actions[index] for index in whole}) == 1 else -1


def _groups_of(rule: Rule) -> list[str]:
    """The target groups that the rule forwards to, each once."""
    last = rule.actions[-1]
    return list(dict.fromkeys(str(share.target_group) for share in last.shares)) if isinstance(last, Forward) else []


def _forwards(rule: Rule) -> bool:
    return bool(rule.actions) and isinstance(rule.actions[-1], Forward)


def _merge(
    facts: ListenerFacts, group: Sequence[int], rules: Sequence[Rule], policies: Sequence[WeightPolicy], decided: bool, whole: bool
) -> Merge | str:
    """The merge into the first, or why there is none. `decided`: the config says that the first answers; `whole`: it forwards to all groups."""
    keep = rules[0]
    own = [rule for rule in rules if owner_of(rule)]
    if own:
        return f"{owner_of(own[0])} owns {called(own[0])}"
    if not all(_known_but_for_weights(rule) for rule in rules):
        return "an action could not be read"
    if any((rule.actions[:-1], rule.transforms, rule.presence) != (keep.actions[:-1], keep.transforms, keep.presence) for rule in rules):
        return "they differ in more than where they forward to"
    forwards = [action for rule in rules if isinstance(action := rule.actions[-1], Forward)]
    if len({forward.sticky_seconds for forward in forwards if len(forward.shares) > 1}) > 1:
        return "their stickiness differs"
    names = list(dict.fromkeys(str(share.target_group) for forward in forwards for share in forward.shares))
    if len(names) > TARGET_GROUPS_PER_ACTION:
        return f"together they have {len(names)} target groups, and a rule can have {TARGET_GROUPS_PER_ACTION}"
    live = {str(share.target_group): share.weight for share in forwards[0].shares if isinstance(share.weight, int)}
    if len(live) == 1:
        live = dict.fromkeys(live, WHOLE)
    # rules of the lowest number all claim to answer; where they differ, it is not told which does
    claims = {facts.actions[index] for index, rule in zip(group, rules, strict=True) if rule.priority == keep.priority}
    weights = _weights(names, live, policies)
    if isinstance(weights, str):
        return weights
    sticky = next((forward.sticky_seconds for forward in forwards if len(forward.shares) > 1), None)
    if weights is not None:
        action = Forward(tuple(Share(name, weights[name]) for name in names), sticky)
        because = "the weights are those of [[weights]]"
    elif not all(isinstance(share.weight, int) for forward in (forwards[:1] if whole else forwards) for share in forward.shares):
        return "a weight could not be read; say what they shall be with [[weights]] and --environment"
    elif whole and len(claims) > 1:
        action = forwards[0]
        because = "one of them already forwards to the target groups of all, and stays as it is"
    elif len(claims) > 1 and not decided and policies:
        return f"the [[weights]] for {policies[0].environment} name none of their target groups, which are {listed(names)}"
    elif len(claims) > 1 and not decided:
        told = f"they have the same number {keep.priority}, and {UNTOLD}"
        return f"{told}; say it with [[weights]] and --environment, or [[before]]"
    else:
        action = Forward(tuple(Share(name, live.get(name, 0)) for name in names), sticky)
        because = f"the weights are those of {called(keep)}, which answers today"
    changes = len(claims) > 1 or action_key(replace(keep, actions=(*keep.actions[:-1], action))) != facts.actions[group[0]]
    asked = facts.find((group[0],), facts.earlier[group[0]]) or facts.any_request(group[0])
    return Merge(keep.id, _ids(rules[1:]), int(str(keep.priority)), action, changes, asked, because)


def _known_but_for_weights(rule: Rule) -> bool:
    """Whether all of the action could be read, weights apart: those of the merged rule come from [[weights]] then."""
    last = rule.actions[-1]
    assert isinstance(last, Forward)
    return action_known(
        replace(rule, actions=(*rule.actions[:-1], replace(last, shares=tuple(Share(share.target_group) for share in last.shares))))
    )


def _weights(names: Sequence[str], live: dict[str, int], policies: Sequence[WeightPolicy]) -> dict[str, int] | str | None:
    """A weight per group by the first policy that names one of them; None where none does; else why it cannot be."""
    for policy in policies:
        shares: dict[str, float] = {}
        for name in names:
            share = next((share for glob, share in policy.groups if _fits(glob, name)), None)
            if share is not None:
                shares[name] = share
        if not shares:
            continue
        rest = [name for name in names if name not in shares]
        left = WHOLE - sum(shares.values())
        if left < -1e-9 or (not rest and left > 1e-9):
            return f"the shares of [[weights]] for {policy.environment} add up to {WHOLE - left:g} %"
        # what is not named keeps its proportions of today; where it has none, equal parts
        parts = {name: float(live.get(name, 0)) for name in rest}
        total = sum(parts.values())
        for name in rest:
            shares[name] = left * (parts[name] / total if total else 1 / len(rest))
        return _whole([shares[name] for name in names], names)
    return None


def _whole(shares: Sequence[float], names: Sequence[str]) -> dict[str, int] | str:
    """The shares as weights the API takes: percent where those are whole, else as fine as needed and allowed."""
    for scale in (1, 2, 3, 4, 5, 6, 8, 9):
        weights = [round(share * scale) for share in shares]
        if all(abs(share * scale - weight) < 1e-6 for share, weight in zip(shares, weights, strict=True)):
            divisor = gcd(*weights) if scale > 1 else 1
            weights = [weight // max(divisor, 1) for weight in weights]
            if max(weights) <= WEIGHT_MAX:
                return dict(zip(names, weights, strict=True))
    return f"the shares {', '.join(f'{share:g}' for share in shares)} are too fine for weights up to {WEIGHT_MAX}"


def _fits(glob: str, group: str) -> bool:
    return fnmatchcase(group, glob) or fnmatchcase(str(group_name(group)), glob)


def _ids(rules: Sequence[Rule]) -> tuple[str, ...]:
    return tuple(rule.id for rule in rules)

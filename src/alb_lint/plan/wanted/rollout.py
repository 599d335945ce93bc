"""The weights of merged twins, per environment and per step from nobody to everybody on the newcomers."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Final

from alb_lint.analysis.decisions import group_name
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.config import Config, WeightPolicy
from alb_lint.model import Forward
from alb_lint.plan.plan import Merge
from alb_lint.plan.wanted.ranges import listener_fits
from alb_lint.plan.wanted.twins import twins_of
from alb_lint.record import record

STEPS: Final = (5, 10, 25, 50, 100)
"""Percent that goes to the newcomers."""
WHOLE: Final = 100


@record
class Rollout:
    """`groups`: target groups of the merged rule. `newcomers`: those that the steps are for. Weights stand in the order of `groups`."""

    groups: tuple[str, ...]
    newcomers: tuple[str, ...]
    environments: tuple[tuple[str, tuple[int, ...]], ...]
    steps: tuple[tuple[int, tuple[int, ...]], ...]


def rollouts(facts: ListenerFacts, merges: Sequence[Merge], config: Config) -> dict[str, Rollout]:
    """Per kept rule its weights. Newcomers are the groups that [[weights]] names, else those that the plan gives nothing."""
    policies = [item for item in config.weights if listener_fits(item.listener, facts.listener, config)]
    by_environment = {
        name: {merge.keep: merge for merge in twins_of(facts, config, name).merges}
        for name in dict.fromkeys(item.environment for item in policies)
    }
    found = {}
    for merge in merges:
        groups = tuple(str(share.target_group) for share in merge.action.shares)
        told = tuple((name, _weights(made[merge.keep].action)) for name, made in by_environment.items() if merge.keep in made)
        new = _newcomers(merge, groups, policies)
        now = dict(zip(groups, _weights(merge.action), strict=True))
        steps = tuple((step, _step(groups, new, now, step)) for step in STEPS) if new and len(new) < len(groups) else ()
        found[merge.keep] = Rollout(groups, new, told, steps)
    return found


def _weights(action: Forward) -> tuple[int, ...]:
    return tuple(int(str(share.weight)) for share in action.shares)


def _newcomers(merge: Merge, groups: Sequence[str], policies: Sequence[WeightPolicy]) -> tuple[str, ...]:
    globs = [glob for policy in policies for glob, _ in policy.groups]
    named = tuple(group for group in groups if any(fnmatchcase(text, glob) for glob in globs for text in (group, str(group_name(group)))))
    if named:
        return named
    return tuple(str(share.target_group) for share in merge.action.shares if share.weight == 0)


def _step(groups: Sequence[str], new: Sequence[str], now: dict[str, int], step: int) -> tuple[int, ...]:
    """Whole percents that add up to 100: `step` to the newcomers in equal parts, the rest to the others in their proportions of now."""
    old = [group for group in groups if group not in new]
    parts = dict(zip(new, _split(step, [1] * len(new)), strict=True))
    parts |= zip(old, _split(WHOLE - step, [now[group] for group in old]), strict=True)
    return tuple(parts[group] for group in groups)


def _split(total: int, parts: Sequence[int]) -> list[int]:
    """The total in these proportions (equal where all are 0), whole numbers; what rounding leaves goes to the largest rests, then the first."""
    if not any(parts):
        parts = [1] * len(parts)
    whole = sum(parts)
    shares = [total * part // whole for part in parts]
    order = sorted(range(len(parts)), key=lambda index: (-(total * parts[index] % whole), index))
    for index in order[: total - sum(shares)]:
        shares[index] += 1
    return shares

"""A first config from what is there: names for listeners, and one range for every cluster of numbers."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from alb_lint.entries import quoted
from alb_lint.model import Estate, Listener, PathPattern, Rule
from alb_lint.model.limits import PRIORITY_MAX, PRIORITY_MIN

GAP: Final = 20
"""Numbers further apart than this begin a new cluster: people leave such gaps between groups, seldom inside one."""


def draft(estate: Estate) -> str:
    """The text of an alb-lint.toml that the config reader accepts; ranges are commented out where nothing tells who belongs to them."""
    names = _names(estate.listeners)
    listeners = [f"\n[[listener]]\nname = {quoted(names[item.id])}\nids = [{quoted(item.id)}]\n" for item in estate.listeners]
    taken: set[str] = set()
    ranges = [_range(cluster, names[item.id], taken) for item in estate.listeners for cluster in _clusters(item.rules)]
    return "".join(['fail-on = "error"\n', *listeners, *ranges])


def _names(listeners: Sequence[Listener]) -> dict[str, str]:
    names: dict[str, str] = {}
    for listener in listeners:
        base = re.split(r"[/:]", listener.name)[0] or re.split(r"[/:.]", listener.id)[-1] or "listener"
        name, number = base, 2
        while name in names.values():
            name, number = f"{base}-{number}", number + 1
        names[listener.id] = name
    return names


def _in_bounds(rule: Rule) -> bool:
    return isinstance(rule.priority, int) and PRIORITY_MIN <= rule.priority <= PRIORITY_MAX


def _clusters(rules: Sequence[Rule]) -> list[list[Rule]]:
    ordered = sorted((rule for rule in rules if _in_bounds(rule)), key=lambda rule: (rule.priority, rule.id))
    clusters: list[list[Rule]] = [ordered[:1]] if ordered else []
    for before, rule in pairwise(ordered):
        assert isinstance(before.priority, int)
        assert isinstance(rule.priority, int)
        if rule.priority - before.priority > GAP:
            clusters.append([])
        clusters[-1].append(rule)
    return clusters


def _range(cluster: Sequence[Rule], listener: str, taken: set[str]) -> str:
    numbers = [rule.priority for rule in cluster if isinstance(rule.priority, int)]
    prefix = _common_prefix(cluster)
    base = re.sub(r"[^a-z0-9]+", "-", prefix.lower()).strip("-") or f"{listener}-{numbers[0]}"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    taken.add(name)
    lines = [
        "[[range]]",
        f"name = {quoted(name)}",
        f'priorities = "{numbers[0]}-{numbers[-1]}"',
        f"listener = {quoted(listener)}",
        f"match = {{ paths = [{quoted(prefix + '*')}] }}" if prefix else 'match = { paths = ["/…/*"] }   # say who belongs here',
    ]
    if not prefix:
        lines = [f"# {line}" for line in lines]
    return "\n" + "\n".join(lines) + "\n"


def _common_prefix(cluster: Sequence[Rule]) -> str:
    """The folder that all paths of the cluster lie in, `/` excluded: empty where there is none."""
    paths: list[str] = []
    for rule in cluster:
        mine = [
            value
            for condition in rule.conditions
            if isinstance(condition, PathPattern)
            for value in condition.values
            if isinstance(value, str)
        ]
        if not mine:
            return ""
        paths.extend(mine)
    common = paths[0]
    for path in paths[1:]:
        while not path.startswith(common):
            common = common[:-1]
    common = re.split(r"[*?]", common)[0]
    folder = common[: common.rfind("/") + 1]
    return folder if len(folder) > 1 and '"' not in folder else ""

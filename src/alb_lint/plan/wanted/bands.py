"""The bands that the numbers of a listener show: runs of rules that belong together, each with a name, room around it, and what its rules share."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median_low
from typing import Final

from alb_lint.config import Match
from alb_lint.findings.wording import group_name
from alb_lint.model import Forward, HostHeader, Listener, PathPattern, Rule
from alb_lint.model.limits import PRIORITY_MAX, PRIORITY_MIN
from alb_lint.plan.naming import Names
from alb_lint.plan.wanted.ranges import belongs
from alb_lint.record import record

GAP: Final = 20
"""Numbers further apart than this begin a new band, where the steps are not wide themselves: people leave such gaps between groups."""
_STEPS: Final = 5
"""As many usual steps are such a gap, too."""
_BLOCKS: Final = (10, 100, 1_000, 20, 50, 500)
"""Sizes of bands, what people choose first."""
_ROOM: Final = 0.8
"""The part of a range that may be used."""
_OWNERS: Final = ("owner", "team", "service", "app", "application", "component", "project")
_COMMON: Final = frozenset({"api", "v1", "v2", "v3", "internal", "public", "rest", "app"})
"""First parts of a path that say little of whose it is."""
_LOOKS: Final = 4_000_000
"""Values and rules, one with another, up to which a band is described by its hosts or paths one by one: all of 2,000 rules with one each."""
_WORDS: Final = re.compile(r"^[^:\s]*:(?=module\.|aws_)|\bmodule\.|\b(?:data\.)?aws_[a-z0-9_]+\.")
Label = Callable[[Rule], str]


@record
class Band:
    """`first`, `last`: the numbers, with room. `match`: which just these rules of the listener meet, None where none was found. `because`: why."""

    name: str
    first: int
    last: int
    rules: tuple[Rule, ...]
    match: Match | None
    because: str


def bands_of(listener: Listener) -> tuple[Band, ...]:
    """The bands by number; together they hold every rule whose number is known and one that AWS takes."""
    rules = sorted((rule for rule in listener.rules if _number(rule)), key=lambda rule: (_number(rule), rule.id))
    if not rules:
        return ()
    parts = [part for cluster in _clusters(rules) for part in _parted(cluster)]
    bounds = _bounds([(_number(part[0]), _number(part[-1]), len(part)) for part in parts])
    names = Names()
    found = []
    for part, (first, last) in zip(parts, bounds, strict=True):
        name, why = _name(part, listener)
        found.append(Band(names.new(name), first, last, tuple(part), _match(part, listener), why))
    return tuple(found)


def _number(rule: Rule) -> int:
    """The number, 0 where it is unknown or out of bounds."""
    return rule.priority if isinstance(rule.priority, int) and PRIORITY_MIN <= rule.priority <= PRIORITY_MAX else 0


# -- which rules -------------------------------------------------------------------------------------------------------------


def _clusters(rules: Sequence[Rule]) -> Iterator[list[Rule]]:
    gaps = [_number(other) - _number(one) for one, other in pairwise(rules)]
    wide = max(GAP, _STEPS * median_low(gaps)) if gaps else GAP
    cluster = [rules[0]]
    for gap, rule in zip(gaps, rules[1:], strict=True):
        if gap > wide:
            yield cluster
            cluster = []
        cluster.append(rule)
    yield cluster


def _parted(cluster: list[Rule]) -> list[list[Rule]]:
    """The cluster in runs of what has an owner, a host or a path in common, where all of it falls into such runs."""
    for label in _labels(cluster):
        runs = [(key, list(run)) for key, run in groupby(cluster, key=label)]
        keys = [key for key, _ in runs]
        numbers_apart = all(_number(one[-1]) < _number(other[0]) for (_, one), (_, other) in pairwise(runs))
        if "" not in keys and len(set(keys)) == len(keys) > 1 and 2 * len(runs) <= len(cluster) and numbers_apart:
            return [run for _, run in runs]
    return [cluster]


def _labels(rules: Sequence[Rule]) -> Iterator[Label]:
    for key in _owner_keys(rules):
        yield lambda rule, key=key: dict(rule.tags).get(key, "")  # type: ignore[misc]  # the key of now
    yield lambda rule: _shared(_hosts(rule), lambda host: host)
    yield lambda rule: _shared(_paths(rule), _family)


def _owner_keys(rules: Sequence[Rule]) -> list[str]:
    keys = {key for rule in rules for key, _ in rule.tags}
    return sorted((key for key in keys if key.lower() in _OWNERS), key=lambda key: (_OWNERS.index(key.lower()), key))


def _shared(values: Sequence[str], part: Callable[[str], str]) -> str:
    """What all values have in common; "" where there are none, or several."""
    found = {part(value) for value in values}
    return found.pop() if len(found) == 1 else ""


def _hosts(rule: Rule) -> list[str]:
    return [value for item in rule.conditions if isinstance(item, HostHeader) for value in item.values if isinstance(value, str)]


def _paths(rule: Rule) -> list[str]:
    return [value for item in rule.conditions if isinstance(item, PathPattern) for value in item.values if isinstance(value, str)]


def _family(path: str) -> str:
    """`/orders` of `/orders/*`, `/api/orders` of `/api/orders/*`; "" where a wildcard stands too early."""
    parts = path.split("/")[1:]
    wanted = next((place for place, part in enumerate(parts) if part.lower() not in _COMMON), len(parts) - 1) + 1
    chosen = parts[:wanted]
    return "/" + "/".join(chosen) if chosen and chosen[-1] and not any(mark in part for part in chosen for mark in "*?") else ""


# -- which numbers -----------------------------------------------------------------------------------------------------------


def _bounds(spans: Sequence[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Per span (first, last, rules) its numbers with room: blocks of one round size for all where that can be, else for each the first that fits."""
    for size in _BLOCKS:
        blocks = [_block(span, size) for span in spans]
        if all(_fits(block, span) for block, span in zip(blocks, spans, strict=True)) and all(a[1] < b[0] for a, b in pairwise(blocks)):
            return blocks
    found: list[tuple[int, int]] = []
    for place, span in enumerate(spans):
        before = found[-1][1] if found else 0
        after = spans[place + 1][0] if place + 1 < len(spans) else PRIORITY_MAX + 1
        roomy = (_block(span, size) for size in _BLOCKS)
        found.append(next((block for block in roomy if _fits(block, span) and before < block[0] and block[1] < after), span[:2]))
    return found


def _block(span: tuple[int, int, int], size: int) -> tuple[int, int]:
    start = span[0] // size * size
    return max(start, PRIORITY_MIN), min(start + size - 1, PRIORITY_MAX)


def _fits(block: tuple[int, int], span: tuple[int, int, int]) -> bool:
    return block[0] <= span[0] and span[1] <= block[1] and span[2] <= _ROOM * (block[1] - block[0] + 1)


# -- what it is called, and who belongs to it ---------------------------------------------------------------------------------


def _name(rules: Sequence[Rule], listener: Listener) -> tuple[str, str]:
    """A name, and why: owner, path, host, the beginning that all names share, backend, what most of them are about; at last the listener."""
    for key in _owner_keys(rules):
        owner = _shared([dict(rule.tags).get(key, "") for rule in rules], lambda value: value)
        if owner:
            return _slug(owner, listener, rules), f"all have the tag {key} = {owner}"
    folder = _folder(rules)
    if folder:
        return _slug(folder, listener, rules), f"all paths begin with {folder}"
    host = _shared([host for rule in rules for host in _hosts(rule) or [""]], lambda host: host)
    if host:
        return _slug(re.sub(r"^[*.]+", "", host).split(".")[0], listener, rules), f"all are of the host {host}"
    groups = [_own(group) for rule in rules for group in (_groups(rule) or [""])]
    group = _prefix(groups)
    if group:
        return _slug(group, listener, rules), f"all forward to {group}{'' if group in groups else '…'}"
    named = _prefix([_own(rule.name) for rule in rules])
    if named:
        return _slug(named, listener, rules), f"all are called {named}…"
    most = Counter(family for rule in rules for family in {_family(path) for path in _paths(rule)} if family).most_common(1)
    if most and 2 * most[0][1] > len(rules):
        return _slug(most[0][0], listener, rules), f"most paths begin with {most[0][0]}"
    if len(rules) == len(listener.rules) and listener.name:
        return _slug(listener.word, listener, rules), "all rules of the listener"
    return _slug("", listener, rules), "the numbers are close together"


def _slug(text: str, listener: Listener, rules: Sequence[Rule]) -> str:
    base = _own(listener.word) or "band"
    found = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return found or f"{re.sub(r'[^a-z0-9]+', '-', base.lower()).strip('-') or 'band'}-{_number(rules[0])}"


def _folder(rules: Sequence[Rule]) -> str:
    """The beginning that all paths share, up to a slash; "" where some rule has none."""
    if not all(_paths(rule) for rule in rules):
        return ""
    paths = [re.split(r"[*?]", path)[0] for rule in rules for path in _paths(rule)]
    whole = _shared([_family(path) for rule in rules for path in _paths(rule)], lambda family: family)
    if whole and all(path == whole or path.startswith(f"{whole}/") for path in paths):
        return whole
    common = _begin(paths)
    folder = common[: common.rfind("/") + 1]
    return folder if len(folder) > 1 else ""


def _called(rule: Rule) -> str:
    """Its name, without the folder of the root module that it has in a run over several."""
    address = rule.location.address
    return address if address and rule.name.endswith(f":{address}") else rule.name


def _prefix(texts: Sequence[str]) -> str:
    """The beginning that all share, up to a mark between words; "" where no word of it says anything."""
    common = _begin(texts)
    if common not in texts:
        common = common[: max(common.rfind(mark) for mark in "-_./") + 1]
    found = common.strip("-_./")
    return found if re.search(r"[^\W_]{3}", found) else ""


def _own(name: str) -> str:
    """What an author called it: a Terraform address without the words that all have."""
    return _WORDS.sub("", name)


def _begin(texts: Sequence[str]) -> str:
    low, high = min(texts), max(texts)
    return low[: next((place for place, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))]


def _groups(rule: Rule) -> list[str]:
    last = rule.actions[-1] if rule.actions else None
    return [group_name(share.target_group) for share in last.shares] if isinstance(last, Forward) else []


def _match(rules: Sequence[Rule], listener: Listener) -> Match | None:
    """What the rules, and no others of the listener, certainly meet."""
    inside = {rule.id for rule in rules}
    for match in _matches(rules, len(listener.rules)):
        if all(belongs(rule, match) is (rule.id in inside) for rule in listener.rules):
            return match
    return None


def _matches(rules: Sequence[Rule], others: int) -> Iterator[Match]:
    """What may describe the rules, the shortest first. `others`: how many the listener has."""
    for key in _owner_keys(rules):
        owner = _shared([dict(rule.tags).get(key, "") for rule in rules], lambda value: value)
        if owner:
            yield Match(tags=((key, owner),))
    folder = _folder(rules)
    if folder:
        yield Match(paths=(f"{folder}*",) if folder.endswith("/") else (folder, f"{folder}/*"))
    hosts = tuple(dict.fromkeys(host for rule in rules for host in _hosts(rule)))
    if hosts and len(hosts) * others <= _LOOKS and all(_hosts(rule) for rule in rules):
        yield Match(hosts=hosts)
    named = _prefix([_called(rule) for rule in rules])
    if _prefix([_own(f"{named}.")]):
        yield Match(rules=(f"{named}*",))
    paths = tuple(dict.fromkeys(path for rule in rules for path in _paths(rule)))
    if paths and len(paths) <= len(rules) * 2 and len(paths) * others <= _LOOKS and all(_paths(rule) for rule in rules):
        yield Match(paths=paths)
    yield Match(rules=tuple(_called(rule) or rule.location.arn or rule.id for rule in rules))

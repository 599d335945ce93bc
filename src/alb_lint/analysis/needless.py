"""Values that cost a place and take no request away: conditions that every request meets, values inside another, address blocks that are one."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from alb_lint.analysis.compile import host_glob, path_globs, readable_pair
from alb_lint.analysis.evaluate import query_glob
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.model import (
    Condition,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    OpaqueCondition,
    PathPattern,
    QueryPair,
    QueryString,
    SourceIp,
    Text,
)
from alb_lint.record import replace
from alb_lint.space import addresses
from alb_lint.space.budget import OutOfBudget
from alb_lint.space.glob import canonical, common_words, matches, shape, speakable

_T = TypeVar("_T")
_V = TypeVar("_V", str, QueryPair)
Value = str | QueryPair


def families_of(facts: ListenerFacts) -> int:
    """How many address families clients may have: with both, 0.0.0.0/0 alone leaves those of IPv6 out."""
    balancer = facts.listener.load_balancer
    return 1 if balancer is not None and balancer.ip_address_type == "ipv4" else 2


def meets_all(condition: Condition, families: int) -> tuple[str, ...]:
    """The values that let every request through, where there are such."""
    if isinstance(condition, PathPattern):
        return tuple(value for value in condition.values if value in ("*", "/*"))[:1]
    if isinstance(condition, HostHeader):
        return tuple(value for value in condition.values if value == "*")[:1]
    if isinstance(condition, SourceIp):
        wide = tuple(value for value in condition.values if value in ("0.0.0.0/0", "::/0") and isinstance(value, str))
        return wide if "0.0.0.0/0" in wide and (families == 1 or "::/0" in wide) else ()
    return ()


def joined_blocks(condition: SourceIp) -> tuple[list[str], list[str]] | None:
    """(blocks that can be written as fewer, those fewer); nested ones are left to ALB204."""
    import ipaddress

    networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
    for value in condition.values:
        if not isinstance(value, str):
            return None
        try:
            networks.append(ipaddress.ip_network(value, strict=False))
        except ValueError:
            return None
    before: list[str] = []
    after: list[str] = []
    for version in (4, 6):
        mine = [network for network in networks if network.version == version]
        for joined in ipaddress.collapse_addresses(mine):  # type: ignore[type-var]
            parts = [network for network in mine if network.subnet_of(joined)]  # type: ignore[arg-type]
            if len(parts) > 1 and joined not in parts:
                before.extend(str(network) for network in parts)
                after.append(str(joined))
    return (before, after) if after else None


def _several(condition: Condition) -> bool:
    if isinstance(condition, OpaqueCondition):
        return False
    return len(condition.values) > 1 or (isinstance(condition, HostHeader | PathPattern | HttpHeader) and len(condition.regexes) > 1)


def covered_values(condition: Condition) -> Iterator[tuple[str, Value, Value]]:
    """(kind of value, a value that takes nothing more, a value around it); of equal ones all but the first, in the order of the values."""
    if not _several(condition):
        return
    match condition:
        case OpaqueCondition():
            return
        case HostHeader() | HttpHeader():
            what = "host" if isinstance(condition, HostHeader) else "header"
            yield from _covered(f"{what} value", [(v, host_glob(v)) for v in _readable(condition.values)], _glob_inside)
            if condition.regexes:
                yield from _covered(f"{what} regex", [(v, v) for v in _readable(condition.regexes)], _same)
        case PathPattern():
            # a value that matches no path at all is not redundant but dead
            live = [(v, canonical(v)) for v in _readable(condition.values) if path_globs(v)]
            yield from _covered("path value", live, _glob_inside)
            if condition.regexes:
                yield from _covered("path regex", [(v, v) for v in _readable(condition.regexes)], _same)
        case HttpRequestMethod():
            yield from _covered("method", [(v, v) for v in _readable(condition.values)], _same)
        case SourceIp():
            blocks = [(v, addresses.block(v)) for v in condition.values if isinstance(v, str)]
            known = [(value, block) for value, block in blocks if block is not None]
            yield from _covered("address block", known, lambda inner, outer: addresses.contains(outer, inner))
        case QueryString():
            pairs = [(v, v) for v in condition.values if readable_pair(v) and isinstance(v, QueryPair) and isinstance(v.value, str)]
            yield from _covered("query value", pairs, _pair_inside)


def _covered(what: str, values: Sequence[tuple[_V, _T]], inside: Callable[[_T, _T], bool]) -> Iterator[tuple[str, _V, _V]]:
    """The values that lie inside another; of equal ones all but the first. In the order of the values."""
    gone: dict[int, int] = {}
    for place in reversed(range(len(values))):
        for other in range(len(values)):
            if other != place and other not in gone and inside(values[place][1], values[other][1]):
                gone[place] = other
                break
    for place in sorted(gone):
        yield what, values[place][0], values[gone[place]][0]


def _readable(values: Sequence[Text]) -> list[str]:
    return [value for value in values if isinstance(value, str) and speakable(value)]


def _same(one: str, other: str) -> bool:
    return one == other


def _glob_inside(inner: str, outer: str) -> bool:
    """Whether the glob certainly takes every text that `inner` takes."""
    if "?" not in outer:
        return matches(outer, shape(inner).generic)
    try:
        return all(matches(outer, word) for word in common_words(inner, "*", (outer,)))
    except OutOfBudget:
        return False


def _pair_inside(inner: QueryPair, outer: QueryPair) -> bool:
    mine, theirs = ("*" if pair.key is None else query_glob(str(pair.key)) for pair in (inner, outer))
    return _glob_inside(mine, theirs) and _glob_inside(query_glob(str(inner.value)), query_glob(str(outer.value)))


def slim(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """The conditions with as few values as match the same: none inside another, no two alike, address blocks that are one as one."""
    return tuple([_fewer_blocks(_without_covered(item)) if _several(item) else item for item in conditions])


def _without_covered(condition: Condition) -> Condition:
    """Of values and regexes those that take something which no other takes; of equal ones one."""
    gone = [(what.endswith("regex"), inner) for what, inner, _ in covered_values(condition)]
    if isinstance(condition, OpaqueCondition) or not gone:
        return condition
    changed: dict[str, Any] = {"values": _left(condition.values, [value for regex, value in gone if not regex])}
    if hasattr(condition, "regexes"):
        changed["regexes"] = _left(condition.regexes, [value for regex, value in gone if regex])
    return replace(condition, **changed)


def _left(values: Sequence[object], gone: Sequence[object]) -> tuple[object, ...]:
    kept = Counter(values) - Counter(gone)
    return tuple(value for value in dict.fromkeys(values) if kept[value])


def _fewer_blocks(condition: Condition) -> Condition:
    blocks = joined_blocks(condition) if isinstance(condition, SourceIp) else None
    if blocks is None or not isinstance(condition, SourceIp):
        return condition
    return replace(condition, values=tuple(value for value in condition.values if value not in blocks[0]) + tuple(blocks[1]))

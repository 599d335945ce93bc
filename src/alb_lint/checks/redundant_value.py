"""ALB204: a value that takes nothing which another value of its condition does not take."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from alb_lint.analysis.compile import host_glob, path_globs, readable_pair
from alb_lint.analysis.evaluate import query_glob
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._wording import quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
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
from alb_lint.space import addresses
from alb_lint.space.budget import OutOfBudget
from alb_lint.space.glob import canonical, common_words, matches, shape, speakable

_T = TypeVar("_T")


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    for rule in facts.rules:
        for condition in rule.conditions:
            if not _several(condition):
                continue
            for what, inner, outer in _redundant(condition):
                same = "is there twice" if inner == outer else f"takes nothing that {outer} does not take"
                yield CHECK.finding(
                    facts.listener.id,
                    rule,
                    f"the {what} {inner} {same}",
                    "remove it: the rule matches the same requests without it, and the value limit has room for another",
                    facets=(what, inner),
                )


def _several(condition: Condition) -> bool:
    if isinstance(condition, OpaqueCondition):
        return False
    return len(condition.values) > 1 or (isinstance(condition, HostHeader | PathPattern | HttpHeader) and len(condition.regexes) > 1)


def _redundant(condition: Condition) -> Iterator[tuple[str, str, str]]:
    """(kind of value, redundant value, a value around it), the values as messages show them."""
    match condition:
        case OpaqueCondition():
            return
        case HostHeader() | HttpHeader():
            what = "host" if isinstance(condition, HostHeader) else "header"
            yield from _covered(f"{what} value", [(quoted(v), host_glob(v)) for v in _readable(condition.values)], _glob_inside)
            yield from _covered(f"{what} regex", [(quoted(v), v) for v in _readable(condition.regexes)], _same)
        case PathPattern():
            # a value that matches no path at all is not redundant but dead
            live = [(quoted(v), canonical(v)) for v in _readable(condition.values) if path_globs(v)]
            yield from _covered("path value", live, _glob_inside)
            yield from _covered("path regex", [(quoted(v), v) for v in _readable(condition.regexes)], _same)
        case HttpRequestMethod():
            yield from _covered("method", [(quoted(v), v) for v in _readable(condition.values)], _same)
        case SourceIp():
            blocks = [(quoted(v), addresses.block(v)) for v in condition.values if isinstance(v, str)]
            known = [(shown, block) for shown, block in blocks if block is not None]
            yield from _covered("address block", known, lambda inner, outer: addresses.contains(outer, inner))
        case QueryString():
            pairs = [
                (_spelled(v), v) for v in condition.values if readable_pair(v) and isinstance(v, QueryPair) and isinstance(v.value, str)
            ]
            yield from _covered("query value", pairs, _pair_inside)


def _covered(what: str, values: Sequence[tuple[str, _T]], inside: Callable[[_T, _T], bool]) -> Iterator[tuple[str, str, str]]:
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


def _spelled(pair: QueryPair) -> str:
    return quoted(str(pair.value) if pair.key is None else f"{pair.key}={pair.value}")


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


CHECK = Check(
    CheckInfo("ALB204", "redundant-value", Severity.WARNING, "A value is covered by another one of its condition."),
    run=run,
)

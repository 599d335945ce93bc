"""Requests of a region that get something else than they should, asked of the exact engine."""

from collections.abc import Callable, Iterator, Sequence

from alb_lint.analysis.facts import Undecided
from alb_lint.analysis.regions import Regions
from alb_lint.config import When
from alb_lint.model import Condition, HostHeader, HttpHeader, HttpRequestMethod, Listener, PathPattern, Request, Rule, SourceIp
from alb_lint.model.listener import rules_and_default
from alb_lint.record import record

Judge = Callable[[Rule], bool | None]
"""Whether an answer by the rule breaks what is required; None where that is not known."""


@record
class Broken:
    """`broken`: the rules that answer some request as they should not, each with one. `doubts`: why it may be so of others, None for what no rule
    answers. Both empty: no request breaks it.
    """

    broken: tuple[tuple[Rule, Request], ...] = ()
    doubts: tuple[tuple[Rule | None, str], ...] = ()


@record
class Region:
    """The requests that `when` speaks of, as places in `Regions`: inside the first and outside of the others."""

    inside: int
    outside: tuple[int, ...]


def regions_of(listener: Listener, whens: Sequence[When]) -> tuple[Regions, tuple[Region, ...]]:
    """One set of regions for all that is asked of a listener, and where each is in it."""
    conditions: list[tuple[Condition, ...]] = []
    places: list[Region] = []
    for when in whens:
        outside = list(_outside(when))
        places.append(Region(len(conditions), tuple(range(len(conditions) + 1, len(conditions) + 1 + len(outside)))))
        conditions.extend((_inside(when), *outside))
    return Regions(listener, conditions), tuple(places)


def breaking(regions: Regions, region: Region, breaks: Judge) -> Broken:
    """What breaks a requirement on one listener, all of whose rules were read."""
    listener = regions.listener
    meeting = {rule.id for rule in regions.meeting(region.inside)}
    broken: list[tuple[Rule, Request]] = []
    doubts: list[tuple[Rule | None, str]] = []
    for rule in rules_and_default(listener):
        bad = breaks(rule)
        if bad is False or rule.id not in meeting:
            continue
        found = regions.answered(rule, region.inside, region.outside)
        if isinstance(found, Undecided):
            doubts.append((rule, found.reason))
        elif found is not None and bad is None:
            doubts.append((rule, "its action could not be read"))
        elif found is not None:
            broken.append((rule, found))
    if listener.default is None:
        left = regions.left(region.inside, region.outside)
        if left is not None:
            doubts.append(
                (None, left.reason if isinstance(left, Undecided) else "the default action is not in the input, and gets some of them")
            )
    return Broken(tuple(broken), tuple(doubts))


def _inside(when: When) -> tuple[Condition, ...]:
    found: list[Condition] = []
    if when.host:
        found.append(HostHeader(when.host))
    if when.path:
        found.append(PathPattern(when.path))
    if when.method:
        found.append(HttpRequestMethod(when.method))
    if when.source_ip:
        found.append(SourceIp(when.source_ip))
    found.extend(HttpHeader(name, values) for name, values in when.header)
    return tuple(found)


def _outside(when: When) -> Iterator[tuple[Condition, ...]]:
    for name in when.without_header:
        yield (HttpHeader(name, ("*",)),)
    if when.not_source_ip:
        yield (SourceIp(when.not_source_ip),)

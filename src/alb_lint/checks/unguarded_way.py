"""ALB602: one rule guards a target group by a sign-in, an address or a secret header, and another lets everybody to it with the same requests."""

from collections.abc import Hashable, Iterator

from alb_lint.analysis.actions import action_key
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.guards import forgeable, resource, signs_in
from alb_lint.analysis.ways import Resources, Way, ways
from alb_lint.checks._gates import answering, guards_text, on_listener
from alb_lint.checks._wording import named
from alb_lint.checks.check import Check, CheckInfo, Finding, Related, Severity, Witness
from alb_lint.config import Config
from alb_lint.findings.wording import group_name
from alb_lint.model import Estate, Listener, Request
from alb_lint.record import record


def run(estate: Estate, _config: Config) -> Iterator[Finding]:
    pairs: dict[str, list[_Pair]] = {}
    for pair in _pairs(estate):
        pairs.setdefault(pair.open_way.listener.id, []).append(pair)
    found: dict[int, list[tuple[_Pair, Request | None]]] = {}
    shown: dict[Hashable, int] = {}
    for listener in estate.listeners:
        asked = pairs.pop(listener.id, [])
        questions = [(pair.number, pair.open_way.rule, resource(pair.way.rule)) for pair in asked]
        for pair, answer in zip(asked, answering(listener, questions, shown), strict=True) if asked else ():
            if answer:
                found.setdefault(pair.number, []).append((pair, answer if isinstance(answer, Request) else None))
    for number in sorted(found):
        yield _finding(found[number])


@record
class _Pair:
    """A guarded way to a group, and an open one that may take requests of it.

    `number`: of the guarded way. `idle`: the open way undoes the guard, if it gets any of its requests.
    """

    number: int
    group: str
    way: Way
    open_way: Way
    idle: bool


def _pairs(estate: Estate) -> Iterator[_Pair]:
    reached: dict[str, frozenset[str]] = {}
    number = 0
    for group, all_ways in ways(estate).items():
        certain = [way for way in all_ways if not way.rule.presence]
        if not any(way.guards for way in certain) or all(way.guards for way in certain):
            continue
        resources = Resources(way.rule for way in certain)
        for place, way in enumerate(certain):
            if not way.guards or way.rule.is_default:
                continue
            if way.listener.id not in reached:
                reached[way.listener.id] = _reached(way.listener)
            if way.rule.id not in reached[way.listener.id]:
                continue  # ALB101 tells of it
            number += 1
            for other, open_way in enumerate(certain):
                lies = "narrower" if open_way.guards else resources.relation(other, place)
                if lies not in ("narrower", "disjoint") and not _told_apart(open_way, way):
                    yield _Pair(number, group, way, open_way, lies in ("wider", "equal") and _undoes(open_way, way))


def _reached(listener: Listener) -> frozenset[str]:
    """The rules of the listener that certainly answer requests."""
    facts = ListenerFacts(listener)
    return frozenset(rule.id for index, rule in enumerate(facts.rules) if facts.reach(index).state == "reachable")


def _told_apart(open_way: Way, way: Way) -> bool:
    """Whether ALB606 tells of this detour: on one listener, by a header that anybody can send."""
    return open_way.listener.id == way.listener.id and bool(forgeable(open_way.rule))


def _undoes(open_way: Way, way: Way) -> bool:
    """Whether the guard has no effect at all: who does not meet its conditions falls through to a rule that does the same for everybody."""
    return (
        open_way.listener.id == way.listener.id
        and not signs_in(way.rule)
        and not way.rule.is_default
        and resource(open_way.rule) == open_way.rule.conditions
        and action_key(open_way.rule) == action_key(way.rule)
    )


def _finding(found: list[tuple[_Pair, Request | None]]) -> Finding:
    pair = found[0][0]
    group, way, first = pair.group, pair.way, pair.open_way
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    name = group_name(group.rpartition(": ")[2] if not group.startswith("arn:") else group)
    requests = [(item.open_way, request) for item, request in found if request is not None]
    return CHECK.finding(
        way.listener.id,
        way.rule,
        f"{named(way.rule)} lets only {guards_text(way.guards)} to {name}, but {named(first.rule)}{_elsewhere(first.listener, way.listener)}{more}"
        " forwards the same requests of everybody to it",
        "guard that rule alike, put a rule that denies these requests before it, or let it forward to another target group",
        related=tuple(Related("partner", item.rule, shown) for item, shown in requests),
        witnesses=(Witness("only-related", requests[0][1], f"reaches {name} through {named(first.rule)}, unguarded", first.listener.id),),
        facets=(group,),
        severity=Severity.ERROR if any(item.idle for item, _ in found) else None,
    )


def _elsewhere(there: Listener, here: Listener) -> str:
    return "" if there.id == here.id else f" on {on_listener(there)}"


CHECK = Check(
    CheckInfo(
        "ALB602",
        "unguarded-way",
        Severity.WARNING,
        "A target group behind a sign-in, an address or a secret header gets the same requests from everybody through another rule.",
    ),
    run_estate=run,
    whole=True,
)

"""ALB602: one rule guards a target group by a sign-in, an address or a secret header, and another lets everybody to it with the same requests."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cache, partial

from alb_lint.analysis.actions import action_key
from alb_lint.analysis.facts import ListenerFacts, Relation
from alb_lint.analysis.guards import forgeable, groups_of, guards_of, resource, signs_in
from alb_lint.analysis.known import facts_of
from alb_lint.analysis.ways import Resources, Way, named_groups, shared_targets, spread, ways
from alb_lint.checks._balancers import only_inside, surely_apart
from alb_lint.checks._gates import answering, guards_text, on_listener
from alb_lint.checks._wording import listed, named, quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.config import Config
from alb_lint.findings.wording import group_name
from alb_lint.model import Estate, Listener, Request
from alb_lint.record import record


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    """Of the groups that this listener alone forwards to."""
    listener = facts.listener
    guarded = {group for rule in listener.rules if guards_of(rule) for group in named_groups(rule)} - context.spread
    if guarded:
        yield from _findings([listener], ways([listener], guarded.__contains__), {})


def run_estate(estate: Estate, _config: Config) -> Iterator[Finding]:
    """Of the other groups."""
    several = spread(estate)
    if several:
        yield from _findings(estate.listeners, ways(estate.listeners, several.__contains__), shared_targets(estate))


def _findings(
    listeners: Sequence[Listener], every: Mapping[str, Sequence[Way]], beside: Mapping[str, Mapping[str, str]]
) -> Iterator[Finding]:
    """`every`: group → the ways to it; `beside`: as `shared_targets`."""
    pairs: dict[str, list[_Pair]] = {}
    for pair in _pairs(every, beside):
        pairs.setdefault(pair.open_way.listener.id, []).append(pair)
    found: dict[int, list[tuple[_Pair, Request | None]]] = {}
    shown: dict[Hashable, int] = {}
    for listener in listeners:
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

    `number`: of the guarded way. `target`: what the open way reaches of the group through another one, else "".
    `idle`: the open way undoes the guard, if it gets any of its requests.
    """

    number: int
    group: str
    way: Way
    open_way: Way
    target: str
    idle: bool


def _pairs(every: Mapping[str, Sequence[Way]], beside: Mapping[str, Mapping[str, str]]) -> Iterator[_Pair]:
    places: dict[str, dict[str, int]] = {}
    number = 0
    for group, all_ways in every.items():
        certain = [way for way in all_ways if not way.rule.presence]
        if not any(way.guards for way in certain):
            continue
        aside = _aside(every, beside.get(group, {}), certain)
        shared = [*([""] * len(certain)), *(target for _, target in aside)]
        certain += [way for way, _ in aside]
        if all(way.guards for way in certain):
            continue
        resources = cache(partial(Resources, [way.rule for way in certain]))
        for place, way in enumerate(certain):
            if not way.guards or way.rule.is_default or shared[place]:
                continue
            facts = facts_of(way.listener)
            own = places.get(way.listener.id)
            if own is None:
                own = places[way.listener.id] = {rule.id: index for index, rule in enumerate(facts.rules)}
            here = own[way.rule.id]
            if facts.reach(here).state != "reachable":
                continue  # ALB101 tells of it
            number += 1
            for other, open_way in enumerate(certain):
                if open_way.guards or _told_apart(open_way, way) or only_inside(open_way.listener, way.listener):
                    continue
                there = own.get(open_way.rule.id) if open_way.listener.id == way.listener.id else None
                lies = facts.by_host_and_path(there, here) if there is not None else None
                if (lies or resources().relation(other, place)) not in _harmless(open_way, way):
                    yield _Pair(number, group, way, open_way, shared[other], _undoes(open_way, way, facts, here))


def _aside(every: Mapping[str, Sequence[Way]], beside: Mapping[str, str], known: Sequence[Way]) -> list[tuple[Way, str]]:
    """The open ways, beyond those known, to groups that have a target in common with the group, each with that target."""
    there = {(way.listener.id, way.rule.id) for way in known}
    return [
        (way, target)
        for group, target in beside.items()
        for way in every.get(group, ())
        if not way.rule.presence and not way.guards and (way.listener.id, way.rule.id) not in there
    ]


def _harmless(open_way: Way, way: Way) -> tuple[Relation, ...]:
    """How the open way lies to the guarded one where it is meant: a part of what is guarded is a public part, but under another load balancer."""
    return ("disjoint",) if surely_apart(open_way.listener, way.listener) else ("narrower", "disjoint")


def _told_apart(open_way: Way, way: Way) -> bool:
    """Whether ALB606 tells of this detour: on one listener, by a header that anybody can send."""
    return open_way.listener.id == way.listener.id and bool(forgeable(open_way.rule))


def _undoes(open_way: Way, way: Way, facts: ListenerFacts, here: int) -> bool:
    """Whether the guard has no effect at all: who does not meet its conditions falls through to a rule that does the same for everybody.

    `facts`, `here`: on the listener of the guarded way, and its rule there.
    """
    if open_way.listener.id != way.listener.id or signs_in(way.rule) or action_key(open_way.rule) != action_key(way.rule):
        return False
    return facts.redundant(here) is True


def _finding(found: list[tuple[_Pair, Request | None]]) -> Finding:
    group, way = found[0][0].group, found[0][0].way
    name = group_name(group.rpartition(": ")[2] if not group.startswith("arn:") else group)
    direct = [item for item in found if not item[0].target]
    aside = [item for item in found if item[0].target]
    said = [
        *([f"{_who(direct)} the same requests of everybody to it"] if direct else []),
        *([f"{_who(aside)} {'the same requests ' if not direct else 'them '}of everybody to {_beside(aside[0][0])}"] if aside else []),
    ]
    return CHECK.finding(
        way.listener.id,
        way.rule,
        f"{named(way.rule)} lets only {guards_text(way.guards)} to {name}, but {', and '.join(said)}",
        "guard that rule alike, put a rule that denies these requests before it, or let it forward to another target group",
        related=tuple(Related("partner", pair.open_way.rule, request) for pair, request in found if request is not None),
        witnesses=tuple(_witness(part, name) for part in (direct, aside) if any(request is not None for _, request in part)),
        facets=(group,),
        severity=Severity.ERROR if any(pair.idle for pair, _ in found) else None,
    )


def _who(found: list[tuple[_Pair, Request | None]]) -> str:
    """The first open way, how many there are beside it, and the verb."""
    first = found[0][0]
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return f"{named(first.open_way.rule)}{_elsewhere(first.open_way.listener, first.way.listener)}{more} forward{'' if more else 's'}"


def _beside(pair: _Pair) -> str:
    """The group of the open way, and the target that it has in common with the guarded one."""
    groups = listed([group_name(group) for group in groups_of(pair.open_way.rule)])
    return f"{groups}, where {quoted(_target(pair))} is registered too"


def _target(pair: _Pair) -> str:
    return pair.target.rpartition(" ")[2]


def _witness(found: list[tuple[_Pair, Request | None]], name: str) -> Witness:
    pair, request = next((pair, request) for pair, request in found if request is not None)
    told = f"reaches {_target(pair) or name} through {named(pair.open_way.rule)}, unguarded"
    return Witness("only-related", request, told, pair.open_way.listener.id)


def _elsewhere(there: Listener, here: Listener) -> str:
    return "" if there.id == here.id else f" on {on_listener(there)}"


CHECK = Check(
    CheckInfo(
        "ALB602",
        "unguarded-way",
        Severity.WARNING,
        "A target group behind a sign-in, an address or a secret header gets the same requests from everybody through another rule.",
    ),
    run=run,
    run_estate=run_estate,
    whole=True,
)

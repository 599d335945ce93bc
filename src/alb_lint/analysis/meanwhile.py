"""Requests that are answered otherwise while a deployment runs than before and after it, each with how far the deployment is then.

A tool makes one call after another, in an order of which a part is fixed; in between the listener is a mixture of old and new. Which rules may
answer a given request in some mixture is decided exactly: a rule does if every earlier one that matches can be out of the way, and what has to be
done and not to be done for that goes together with the order that the tool keeps. The requests that are tried are those of the changed rules and of
pairs of them: what is found is so, what is not found may still be.
"""

from collections.abc import Hashable, Iterator, Sequence
from itertools import chain
from typing import Final

from alb_lint.analysis.actions import action_key, action_known
from alb_lint.analysis.evaluate import matches_rule
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.handovers import number_after
from alb_lint.model import Change, Deployment, Listener, Request, Rule
from alb_lint.model.limits import PRIORITY_MAX
from alb_lint.record import record, replace
from alb_lint.space.regex import Reading

PAIRS: Final = 40
"""Changed rules up to which requests of all pairs are tried."""
_MOST: Final = 400
"""Requests that are tried."""


@record
class Between:
    """`request` is answered by `before` now, by `after` afterwards, and by `meanwhile` in between: when `done` are done and `open` are not.

    A rule is None for the listener's default.
    """

    request: Request
    before: Rule | None
    after: Rule | None
    meanwhile: Rule | None
    done: tuple[Change, ...]
    open: tuple[Change, ...]


@record
class _Place:
    """One rule over time: `old` and `new` are None where it does not exist; `needs`: places that are done before it is; `behind`: likewise, the same
    tuple for all that wait for the same ones.
    """

    change: Change
    old: Rule | None
    new: Rule | None
    needs: tuple[int, ...] = ()
    behind: tuple[tuple[int, ...], ...] = ()


def answered_meanwhile(listener: Listener, deployment: Deployment, rest: Sequence[Rule]) -> tuple[Between, ...]:
    """One per pair of the answers in between and before, in the order of the changes. `rest`: rules of the listener that do not change.

    Nothing where something about a rule is not known: its number, its conditions, or whether it exists.
    """
    places = _places(deployment, rest)
    rules = [rule for place in places for rule in (place.old, place.new) if rule is not None]
    if any(not isinstance(rule.priority, int) or rule.presence for rule in rules):
        return ()
    sides = (_side(listener, places, old=True), _side(listener, places, old=False))
    readings = sides[0].readings
    if len(readings) > 1 or any(side.settled != (1 << side.count) - 1 for side in sides):
        return ()
    found: dict[tuple[Hashable, Hashable], Between] = {}
    for request in _requests(places, sides):
        for between in _of_request(listener, places, request, readings[0]):
            key = (between.meanwhile.id if between.meanwhile else "", between.before.id if between.before else "")
            found.setdefault(key, between)
    return tuple(found.values())


def _places(deployment: Deployment, rest: Sequence[Rule]) -> list[_Place]:
    """Every rule over time; one that is made anew is two."""
    made: dict[str, int] = {}
    gone: dict[str, int] = {}
    places: list[_Place] = []
    for change in deployment.changes:
        if change.replaces:
            gone[change.identity] = len(places)
            places.append(_Place(change, change.before, None))
            made[change.identity] = len(places)
            places.append(_Place(change, None, _numbered(change)))
        else:
            (gone if change.after is None else made)[change.identity] = len(places)
            new = _numbered(change)
            places.append(_Place(change, change.before, change.before if _alike(change.before, new) else new))
    needs: list[set[int]] = [set() for _ in places]
    behind: list[tuple[tuple[int, ...], ...]] = [()] * len(places)
    groups = {id(group): group for change in deployment.changes for group in change.behind}
    known = {key: tuple([made[name] for name in group if name in made]) for key, group in groups.items()}
    for change in deployment.changes:
        own = made.get(change.identity)
        if own is not None:
            needs[own].update(made[name] for name in change.waits_for if name in made)
            behind[own] = tuple([known[id(group)] for group in change.behind])
        if change.replaces == "delete-first":
            needs[made[change.identity]].add(gone[change.identity])
        elif change.replaces:
            needs[gone[change.identity]].add(made[change.identity])
    if deployment.deletes_last:
        early = {gone[change.identity] for change in deployment.changes if change.replaces == "delete-first"}
        every = tuple(made.values())
        for place in set(gone.values()) - early:
            behind[place] = (*behind[place], every)
    ready = [_Place(place.change, place.old, place.new, tuple(sorted(needs[at] - {at})), behind[at]) for at, place in enumerate(places)]
    return [*ready, *(_Place(Change(rule.id, rule, rule), rule, rule) for rule in rest)]


def _alike(old: Rule | None, new: Rule | None) -> bool:
    """Whether the two are one rule that does not change."""
    return (
        old is not None
        and new is not None
        and (old.priority, old.conditions, old.transforms) == (new.priority, new.conditions, new.transforms)
        and action_key(old) == action_key(new)
    )


def _numbered(change: Change) -> Rule | None:
    """The rule afterwards, on the number that the deployment leaves it on."""
    number = number_after(change)
    return replace(change.after, priority=number) if change.after is not None and number is not None else change.after


def _side(listener: Listener, places: Sequence[_Place], *, old: bool) -> ListenerFacts:
    rules = [rule for place in places if (rule := place.old if old else place.new) is not None]
    named = tuple(replace(rule, id=str(at)) for at, rule in enumerate(rules))
    return ListenerFacts(replace(listener, rules=named, deployments=()))


def _requests(places: Sequence[_Place], sides: tuple[ListenerFacts, ListenerFacts]) -> Iterator[Request]:
    """Requests of the rules that change, before and afterwards, and those that two of them share."""
    seen: set[Request] = set()
    changing = {id(rule) for place in places if place.old != place.new for rule in (place.old, place.new) if rule is not None}
    for facts, old in zip(sides, (True, False), strict=True):
        rules = [rule for place in places if (rule := place.old if old else place.new) is not None]
        indexes = [index for index, rule in enumerate(facts.rules) if id(rules[int(rule.id)]) in changing]
        tried = [facts.own_request(index) for index in indexes]
        if len(indexes) <= PAIRS:
            tried += [facts.shared_request(one, other) for at, one in enumerate(indexes) for other in indexes[at + 1 :]]
        for request in tried:
            if request is not None and request not in seen and len(seen) < _MOST:
                seen.add(request)
                yield request


def _of_request(listener: Listener, places: Sequence[_Place], request: Request, reading: Reading) -> Iterator[Between]:
    hits: list[tuple[bool, bool]] = []
    for place in places:
        old, new = (rule is not None and matches_rule(rule, request, reading) for rule in (place.old, place.new))
        hits.append((old, new))
    before, after = (_winner(places, hits, side) for side in (0, 1))
    told = {_acts(listener, before), _acts(listener, after)}
    if any(rule is not None and not action_known(rule) for rule in (before or listener.default, after or listener.default)):
        return
    candidates = [
        (at, side, rule)
        for at, place in enumerate(places)
        for side, rule in enumerate((place.old, place.new))
        if rule is not None and hits[at][side] and not (side and place.old is place.new) and action_known(rule)
    ]
    for at, side, rule in candidates:
        mixture = None if _acts(listener, rule) in told else _mixture(places, hits, rule, at, side)
        if mixture is not None:
            yield _between(places, request, before, after, rule, mixture)
    if listener.default is not None and _acts(listener, None) not in told:
        mixture = _mixture(places, hits, None, -1, 0)
        if mixture is not None:
            yield _between(places, request, before, after, None, mixture)


def _winner(places: Sequence[_Place], hits: Sequence[tuple[bool, bool]], side: int) -> Rule | None:
    rules = [rule for place, hit in zip(places, hits, strict=True) if hit[side] and (rule := (place.old, place.new)[side]) is not None]
    return min(rules, key=_number, default=None)


def _number(rule: Rule | None) -> int:
    return rule.priority if rule is not None and isinstance(rule.priority, int) else PRIORITY_MAX + 1


def _acts(listener: Listener, rule: Rule | None) -> Hashable:
    answering = rule if rule is not None else listener.default
    return action_key(answering) if answering is not None else None


def _mixture(
    places: Sequence[_Place], hits: Sequence[tuple[bool, bool]], rule: Rule | None, at: int, side: int
) -> tuple[set[int], set[int]] | None:
    """(places that are done, places that are not) for the rule to answer; None where no order of the tool leads there."""
    done: set[int] = set()
    open_: set[int] = set()
    if at >= 0 and places[at].old is not places[at].new:
        (done if side else open_).add(at)
    for other, place in enumerate(places):
        if other == at:
            continue
        blocks = [hit and _number(found) < _number(rule) for hit, found in zip(hits[other], (place.old, place.new), strict=True)]
        if all(blocks):
            return None
        if blocks[0]:
            done.add(other)
        elif blocks[1]:
            open_.add(other)
    waiting = list(done)
    followed: set[int] = set()
    while waiting:
        place = places[waiting.pop()]
        groups = [group for group in place.behind if id(group) not in followed]
        followed.update(map(id, groups))
        for need in chain(place.needs, *groups):
            if need not in done:
                done.add(need)
                waiting.append(need)
    return None if done & open_ else (done, open_)


def _between(
    places: Sequence[_Place],
    request: Request,
    before: Rule | None,
    after: Rule | None,
    rule: Rule | None,
    mixture: tuple[set[int], set[int]],
) -> Between:
    done, open_ = (tuple(places[at].change for at in sorted(side)) for side in mixture)
    return Between(request, before, after, rule, done, open_)

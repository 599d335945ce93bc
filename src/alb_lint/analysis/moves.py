"""What becomes of a listener where one rule has another number; exact, or not told."""

from collections.abc import Callable
from typing import Final, Literal

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.model.limits import PRIORITY_MAX
from alb_lint.record import record, replace
from alb_lint.space.covers import bits_of

_MOST: Final = 60
"""Rules that a move passes, up to which it is tried: the help of one finding must not cost more than the check."""
_RULES: Final = 200
"""Rules of a listener with regexes, up to which a move is tried: each try lays all of them side by side anew."""
_WORK: Final = 400_000
"""Rules that share requests with the one that moves, times all rules, up to which a move is tried: of thousands that all meet, none is."""
_FAR: Final = 200
"""Numbers beside a rule that are looked at for a free one."""


def _any(_number: int) -> bool:
    return True


@record
class Move:
    """`works`: the rule is reached there, and every rule that is reached today still is. `hides`: the position of one that no request would
    reach. `free`: a number that nobody holds, at which it stands just so: before the blocker, and behind all that it would take from otherwise.
    """

    works: bool
    hides: int | None = None
    free: int | None = None


def move_before(facts: ListenerFacts, index: int, blocker: int, allowed: Callable[[int], bool] = _any) -> Move | None:
    """What putting rule `index`, which no request reaches, right before `blocker` does; None where that is not told. `allowed`: for `free`."""
    first = facts.rules[blocker].priority
    if not isinstance(first, int):
        return None
    free = _free(facts, index, range(first - 1, max(0, first - _FAR), -1), allowed)
    moved = _moved(facts, index, 2 * first - 1 if free is None else 2 * free)
    if moved is None:
        return None
    hidden, state = moved
    works = hidden is None and state == "reachable"
    return Move(works, hidden, free if works else None)


def free_beside(facts: ListenerFacts, index: int, other: int, allowed: Callable[[int], bool] = _any) -> int | None:
    """A free and allowed number for rule `index`, which claims that of `other`, at which no request is lost to either, nor any to a third; proved."""
    number = facts.rules[other].priority
    both = (facts.meets[index] | facts.unsure[index]) & (facts.meets[other] | facts.unsure[other])
    if not isinstance(number, int) or any(_is_redundant(facts, later) and not facts.acts_alike(other, later) for later in bits_of(both)):
        return None
    for numbers in (range(number + 1, min(PRIORITY_MAX, number + _FAR) + 1), range(number - 1, max(0, number - _FAR), -1)):
        free = _free(facts, index, numbers, allowed)
        moved = _moved(facts, index, 2 * free) if free is not None else None
        if moved is not None and moved[0] is None and moved[1] == "reachable":
            return free
    return None


def _moved(
    facts: ListenerFacts, index: int, place: int
) -> tuple[int | None, Literal["reachable", "shadowed", "empty", "undecided"]] | None:
    """(the position of a rule that would lose its requests, the state of rule `index`) with that at `place`, in twice the numbers, so that there
    is one between any two; None where numbers are not known, or there is too much to look at.
    """
    rules = facts.rules
    if facts.has_regexes and facts.count > _RULES:
        return None
    near = facts.meets[index] | facts.unsure[index]
    if near.bit_count() * facts.count > _WORK:
        return None
    places: dict[int, int] = {}
    for other in bits_of(near | 1 << index):
        number = rules[other].priority
        if not isinstance(number, int):
            return None
        places[other] = 2 * number
    later = [other for other, at in places.items() if place < at and other != index]
    if any(_is_redundant(facts, other) and not facts.acts_alike(index, other) for other in later):
        return None  # it would be answered otherwise, and no rule would be found redundant for it any more
    passed = [other for other in later if places[other] <= places[index] and not _stays_reached(facts, other, index)]
    if len(passed) > _MOST:
        return None
    wanted = {index, *passed, *(other for other, at in places.items() if at < place)}
    for other in passed:
        for earlier in bits_of((facts.meets[other] | facts.unsure[other]) & facts.earlier[other]):
            number = rules[earlier].priority
            if not isinstance(number, int):
                return None
            places[earlier] = 2 * number
            wanted.add(earlier)
    places[index] = place
    asked = tuple(replace(rules[other], priority=places[other]) for other in sorted(wanted))
    after = ListenerFacts(replace(facts.listener, rules=asked))
    found = {rule.id: at for at, rule in enumerate(after.rules)}
    hidden = next((other for other in passed if after.reach(found[rules[other].id]).state == "shadowed"), None)
    return hidden, after.reach(found[rules[index].id]).state


def _is_redundant(facts: ListenerFacts, other: int) -> bool:
    here = facts.reach(other)
    return here.state == "shadowed" and here.differs is False


def _stays_reached(facts: ListenerFacts, other: int, index: int) -> bool:
    """Whether a request is known that `other` answers and that rule `index` does not match, or no request reaches `other` today."""
    here = facts.reach(other)
    return here.state == "shadowed" or (here.state == "reachable" and not here.cover >> index & 1)


def _free(facts: ListenerFacts, index: int, numbers: range, allowed: Callable[[int], bool]) -> int | None:
    """The first of the numbers that is free and allowed, with no rule before it that shares requests with rule `index` and acts differently."""
    held = facts.holders
    near = facts.meets[index] | facts.unsure[index]
    for number in numbers:
        if number not in held and allowed(number):
            return number
        if any(not facts.acts_alike(index, place) for place in bits_of(held.get(number, 0) & near)):
            return None
    return None

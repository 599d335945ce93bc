"""Per rule: does any request reach it, and if not, who takes them all."""

from collections.abc import Callable, Collection, Hashable, Sequence
from itertools import combinations as choose
from itertools import product
from typing import Any, Final, Literal

from alb_lint.analysis.actions import surely_differ
from alb_lint.analysis.compile import HEADERS, AnySide, Compiled, Point, Side, combinations
from alb_lint.analysis.sought import Sought
from alb_lint.record import record
from alb_lint.space.budget import OutOfBudget
from alb_lint.space.covers import bits_of, lowest

State = Literal["reachable", "shadowed", "empty", "undecided"]
EXACT_BLOCKERS: Final = 16
"""Covers up to which the smallest set of blockers is searched for; above, each cover in turn gives its best rule."""
STEPS: Final = 50_000
"""Generic requests that one search looks at. A rule of five values has at most a few dozen."""
SEARCHES: Final = 100
"""Searches for a text of two rules with regexes, one for each choice of all other parts."""


@record
class Standing:
    """What one rule gets.

    `blockers`: for "shadowed", positions of earlier rules, ascending, that together take every request of the rule. `differs`: False where rules
    that act alike and answer something do so by themselves (the blockers are some of them), whatever others take before; True where a request is
    left to none of these and to one that acts differently; None where an unread action hides it. Later rules have no say in it.
    `points`: "reachable": one that the rule itself answers; "shadowed": one per cover, that others answer. `cover`: for "reachable" the
    rules that take that request. `reason`: why undecided.
    """

    state: State
    blockers: tuple[int, ...] = ()
    differs: bool | None = None
    points: tuple[Point, ...] = ()
    cover: int = 0
    reason: str = ""


Answers = Callable[[int, int], int]
"""(rule, bitset) → the rules of the bitset that act as the rule does and answer any request."""


def standing(compiled: Compiled, index: int, sides: Sequence[Side], actions: Sequence[Hashable], known: int, answers: Answers) -> Standing:
    """The standing of one rule. `sides`: its own; `actions`: normal form per rule; `known`: bitset of rules whose action could be read."""
    bit = 1 << index
    if not compiled.has_unknown:
        return _settled(compiled, index, sides, actions, known, answers)
    loose = [side for side in range(6) if compiled.loose[side] & bit]
    if not loose and any(side.nothing for side in sides):
        return Standing("empty")
    wide = [compiled.side(side, () if side >= HEADERS else None) if side in loose else item for side, item in enumerate(sides)]
    try:
        hidden = _hidden(compiled, index, wide, compiled.earlier[index] & certain_for(compiled, index), actions, known, answers)
        if hidden is not None:
            return hidden
        if not loose and not compiled.broken & bit:
            found = escape(compiled, sides, compiled.may_precede(index) & ~excluded_for(compiled, index))
            if found is not None:
                return Standing("reachable", points=(compiled.point(found[0]),), cover=found[1])
    except OutOfBudget as stop:
        return Standing("undecided", reason=stop.reason)
    if loose or compiled.broken & bit:
        return Standing("undecided", reason="a condition of it is unknown")
    cut = next((side.cut for side in wide if side.cut), "")
    if not cut and compiled.floating & bit and not compiled.earlier[index]:
        return Standing("undecided", reason="its priority is unknown")
    return Standing("undecided", reason=cut or "rules before it with something unknown may take all its requests")


def _settled(compiled: Compiled, index: int, sides: Sequence[Side], actions: Sequence[Hashable], known: int, answers: Answers) -> Standing:
    """The standing where the listener holds nothing unknown."""
    earlier = compiled.earlier[index]
    try:
        found = escape(compiled, sides, earlier)
        if found is not None:
            return Standing("reachable", points=(compiled.point(found[0]),), cover=found[1])
        if any(side.nothing for side in sides):
            return Standing("empty")
        hidden = _hidden(compiled, index, sides, earlier, actions, known, answers)
    except OutOfBudget as stop:
        return Standing("undecided", reason=stop.reason)
    if hidden is not None:
        return hidden
    return Standing("undecided", reason=next((side.cut for side in sides if side.cut), "") or "its generic requests contradict each other")


def answers_something(compiled: Compiled, index: int, sides: Sequence[Side]) -> bool:
    """Whether the rule is reachable, by itself: what `standing` says in the end, without who takes its requests where it is not."""
    bit = 1 << index
    if compiled.has_unknown and (compiled.broken & bit or any(compiled.loose[side] & bit for side in range(6))):
        return False
    earlier = compiled.may_precede(index) & ~excluded_for(compiled, index) if compiled.has_unknown else compiled.earlier[index]
    try:
        return escape(compiled, sides, earlier) is not None
    except OutOfBudget:
        return False


def certain_for(compiled: Compiled, index: int) -> int:
    """Rules that certainly exist and match as known whenever rule `index` exists."""
    if not compiled.conditional:
        return compiled.certain
    return compiled.certain | (compiled.coexistence.implied(compiled.presences.get(index, ())) & ~compiled.broken)


def excluded_for(compiled: Compiled, index: int) -> int:
    """Rules that never exist together with rule `index`."""
    mine = compiled.presences.get(index)
    return compiled.coexistence.excluded(mine) if mine else 0


def _hidden(
    compiled: Compiled,
    index: int,
    sides: Sequence[Side],
    earlier: int,
    actions: Sequence[Hashable],
    known: int,
    answers: Answers,
) -> Standing | None:
    """The standing where earlier rules certainly take everything, else None."""
    if not earlier or any(side.cut for side in sides):
        inside = earlier
        for side in sides:
            inside &= side.inside if not side.cut else 0
        if not inside:
            return None
    covers: dict[int, tuple[object, ...]] = {}
    for parts, cover in combinations(sides):
        taken = cover & earlier
        if not taken:
            return None
        covers.setdefault(taken, parts)
    if not covers:
        return None
    points = tuple(compiled.point(parts) for parts in covers.values())
    mine, together = actions[index], 0
    for taken in covers:
        together |= taken
    alike = answers(index, together)
    if all(taken & alike for taken in covers):
        return Standing("shadowed", _blockers([taken & alike for taken in covers], set()), False, points)
    minimal = _minimal(covers)
    differing = {lowest(taken) for taken in minimal if not taken & alike}
    sure = any((known >> index & known >> winner & 1) or surely_differ(actions[winner], mine) for winner in differing)
    return Standing("shadowed", _blockers(minimal, differing), True if sure else None, points)


def _minimal(covers: Collection[int]) -> list[int]:
    """Those that hold no other."""
    return [cover for cover in covers if not any(other != cover and other & cover == other for other in covers)]


def _blockers(covers: Collection[int], differing: set[int]) -> tuple[int, ...]:
    """A small set of rules with a member in every cover, ascending; with one of `differing` where that is not empty."""
    minimal = _minimal(covers)
    common = -1
    for cover in minimal:
        common &= cover
    if common:
        best = next((rule for rule in sorted(differing) if common >> rule & 1), None)
        chosen = {best if best is not None else lowest(common)}
    elif len(minimal) <= EXACT_BLOCKERS:
        chosen = _smallest(minimal, differing)
    else:
        chosen = set()
        for cover in minimal:
            if not any(cover >> rule & 1 for rule in chosen):
                chosen.add(next((rule for rule in sorted(differing) if cover >> rule & 1), lowest(cover)))
    if differing and not chosen & differing:
        chosen.add(min(differing))
    return tuple(sorted(chosen))


def _smallest(covers: list[int], differing: set[int]) -> set[int]:
    """A smallest hitting set, one with a differing member before one without, then the lowest rules."""
    # a rule that hits the same covers as an earlier one is never needed, but for its action
    hits: dict[tuple[int, bool], int] = {}
    together = 0
    for cover in covers:
        together |= cover
    for rule in bits_of(together):
        pattern = sum(1 << place for place, cover in enumerate(covers) if cover >> rule & 1)
        hits.setdefault((pattern, rule in differing), rule)
    every = (1 << len(covers)) - 1
    candidates = [(rule, pattern) for (pattern, _), rule in hits.items()]
    for size in range(1, len(covers) + 1):
        best: set[int] | None = None
        for number, group in enumerate(choose(candidates, size)):
            if number > 20_000:
                break
            reached = 0
            for _, pattern in group:
                reached |= pattern
            if reached == every:
                found = {rule for rule, _ in group}
                if not differing or found & differing:
                    return found
                best = best or found
        if best is not None:
            return best
    return {lowest(cover) for cover in covers}


def escape(compiled: Compiled, sides: Sequence[AnySide], avoid: int) -> tuple[list[Any], int] | None:
    """(parts, cover) of a generic request of the sides that no rule of `avoid` takes or may take; None: there is none among the known points.

    With a `cut` side None only says that none was found; a sought one raises OutOfBudget then, as does too much work.
    """
    if compiled.regexes:
        sought = [number for number, side in enumerate(sides) if isinstance(side, Sought)]
        if sought:
            return _seek(compiled, sides, avoid, sought[-1])
    known = not compiled.has_unknown
    cover, several = -1, -1
    parts: list[Any] = [None] * 6
    for number, side in enumerate(sides):
        points = side.points
        if len(points) == 1:
            parts[number], bits = points[0]
            cover &= bits
            avoid &= bits if known else (_mays(side)[0] if _mays(side) else bits) | compiled.loose[number]
        elif several >= 0 or not points:
            return _descend(compiled, sides, avoid)
        else:
            several = number
    if several < 0:
        return None if avoid else (parts, cover)
    mays, loose = _mays(sides[several]), compiled.loose[several]
    for place, (part, bits) in enumerate(sides[several].points):
        if not avoid & ((mays[place] if mays else bits) | loose):
            parts[several] = part
            return parts, cover & bits
    return None


def _seek(compiled: Compiled, sides: Sequence[AnySide], avoid: int, last: int) -> tuple[list[Any], int] | None:
    """As `escape`, with the words of the sought side `last` looked for once all other parts are chosen."""
    side = sides[last]
    assert isinstance(side, Sought)
    loose = compiled.loose[last]
    others = [item for number, item in enumerate(sides) if number != last]
    stopped = next((OutOfBudget(item.cut) for item in others if isinstance(item, Sought) and item.cut), None)
    numbers = [number for number in range(6) if number != last]
    for steps, chosen in enumerate(product(*(range(len(item.points)) for item in others))):
        if steps >= SEARCHES:
            stopped = OutOfBudget(f"more than {SEARCHES} searches for a request")
            break
        left, cover, parts = avoid, -1, []
        for number, item, at in zip(numbers, others, chosen, strict=True):
            part, bits = item.points[at]
            parts.append(part)
            cover &= bits
            left &= (_mays(item)[at] if _mays(item) else bits) | compiled.loose[number]
        if left & loose:
            continue
        try:
            found = side.seek(left)
        except OutOfBudget as stop:
            stopped = stop
            continue
        if found is not None:
            return [*parts[:last], found[0], *parts[last:]], cover & found[1]
    if stopped is not None:
        raise stopped
    return None


def all_taken(sides: Sequence[AnySide], takers: int) -> bool:
    """Whether one of the rules `takers` takes each request of the sides, what may take it not counted. Raises OutOfBudget."""
    sought = [side for side in sides if isinstance(side, Sought)]
    if not sought:
        return all(cover & takers for _, cover in combinations(sides))
    last = sought[-1]
    others = [side for side in sides if side is not last]
    cut = next((side.cut for side in sought[:-1] if side.cut), "")
    if cut:
        raise OutOfBudget(cut)
    return all(last.seek(cover & takers) is None for _, cover in combinations(others))


def _mays(side: AnySide) -> tuple[int, ...]:
    return side.mays if isinstance(side, Side) else ()


def _descend(compiled: Compiled, sides: Sequence[AnySide], avoid: int) -> tuple[list[Any], int] | None:
    order = sorted(range(6), key=lambda side: len(sides[side].points))
    parts: list[Any] = [None] * 6
    steps = 0

    def descend(place: int, left: int, cover: int, again: Callable[..., int | None]) -> int | None:
        # a function that names itself is a circle, and would keep all that was searched until a collector comes
        nonlocal steps
        if place == 6:
            return None if left else cover
        side = order[place]
        loose, mays = compiled.loose[side], _mays(sides[side])
        for number, (part, bits) in enumerate(sides[side].points):
            steps += 1
            if steps > STEPS:
                raise OutOfBudget(f"more than {STEPS} generic requests")
            parts[side] = part
            found = again(place + 1, left & ((mays[number] if mays else bits) | loose), cover & bits, again)
            if found is not None:
                return found
        return None

    found = descend(0, avoid, -1, descend)
    return None if found is None else (parts, found)

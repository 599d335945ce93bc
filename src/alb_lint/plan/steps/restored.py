"""The numbers that a way back restores: those of before, where AWS can hold them.

Source: API actions SetRulePriorities and CreateRule: PriorityInUse where two rules would hold one number; priorities are 1 to 50000. Sources may
tell of two rules at one number, since code can say so; no listener ever was like that, and no call leads there.
"""

from bisect import bisect_right
from collections.abc import Container, Mapping, Sequence
from itertools import pairwise

from alb_lint.model import Listener, Rule, owner_of
from alb_lint.model.limits import PRIORITY_MAX, PRIORITY_MIN
from alb_lint.presence import exclusive


def restored(listener: Listener, after: Mapping[str, int], last: Container[str] = ()) -> dict[str, int] | None:
    """The number of each rule of known number, by id: its own, but for as few as possible of those that share one or push each other on.

    No two that can exist together have the same, the order of unequal numbers stays, and rules of one number come in the order of `after`, the
    numbers that the plan gives (those of merged rules for the ones that go), those of `last` behind others. None where that would move a rule that
    a service owns.
    """
    rules = [rule for rule in listener.rules if isinstance(rule.priority, int)]
    rules.sort(key=lambda rule: (rule.priority, after.get(rule.id, rule.priority), rule.id in last))
    numbers = [rule.priority for rule in rules if isinstance(rule.priority, int)]
    if all(one < two for one, two in pairwise([PRIORITY_MIN - 1, *numbers, PRIORITY_MAX + 1])):
        return {rule.id: number for rule, number in zip(rules, numbers, strict=True)}
    slots: list[list[Rule]] = []
    for rule in rules:
        if slots and slots[-1][0].priority == rule.priority and all(exclusive(rule.presence, other.presence) for other in slots[-1]):
            slots[-1].append(rule)
        else:
            slots.append([rule])
    owned = {place for place, slot in enumerate(slots) if any(owner_of(rule) for rule in slot)}
    numbers = _apart([int(str(slot[0].priority)) for slot in slots], owned)
    found = {rule.id: number for slot, number in zip(slots, numbers, strict=True) for rule in slot}
    return None if any(found[rule.id] != rule.priority and owner_of(rule) for rule in rules) else found


def _apart(wanted: Sequence[int], fixed: Container[int] = ()) -> list[int]:
    """Strictly ascending numbers for ascending ones, as many unchanged as can be, those at the places `fixed` before all others.

    Counted from their place (number - place), strictly ascending numbers are those that do not descend: a longest run of such stays.
    """
    low, high = PRIORITY_MIN, PRIORITY_MAX - len(wanted) + 1
    counted = [number - place for place, number in enumerate(wanted)]
    stays = _longest(counted, _windows(counted, fixed, low, high))
    limit = [high] * (len(wanted) + 1)
    for place in reversed(range(len(wanted))):
        limit[place] = counted[place] if place in stays else limit[place + 1]
    numbers, before = [], low
    for place, value in enumerate(counted):
        before = min(max(value, before), limit[place])
        numbers.append(before + place)
    return numbers


def _windows(counted: Sequence[int], fixed: Container[int], low: int, high: int) -> list[tuple[int, int]]:
    """(least, most) that a value may be to stay: between the fixed ones around it."""
    least, most = [low], [high]
    for place, value in enumerate(counted):
        least.append(max(least[-1], value) if place in fixed else least[-1])
    for place, value in reversed(list(enumerate(counted))):
        most.append(min(most[-1], value) if place in fixed else most[-1])
    most.reverse()
    return [(least[place], most[place + 1]) for place in range(len(counted))]


def _longest(counted: Sequence[int], windows: Sequence[tuple[int, int]]) -> set[int]:
    """The places of a longest run of values that do not descend, each in its window."""
    ends: list[int] = []
    chain: list[int] = []
    came: list[int] = []
    for place, value in enumerate(counted):
        came.append(-1)
        if not windows[place][0] <= value <= windows[place][1]:
            continue
        at = bisect_right(ends, value)
        came[place] = chain[at - 1] if at else -1
        ends[at:], chain[at:] = [value, *ends[at + 1 :]], [place, *chain[at + 1 :]]
    found = set()
    place = chain[-1] if chain else -1
    while place >= 0:
        found.add(place)
        place = came[place]
    return found

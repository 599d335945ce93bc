"""Where each rule of a listener may live: the numbers of its range, or those outside all ranges; never a retired or a reserved one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from operator import is_
from typing import Final

from alb_lint.config import Config, Range, Retired, spell
from alb_lint.model import Listener, Rule, owner_of
from alb_lint.model.limits import PRIORITY_MAX, PRIORITY_MIN
from alb_lint.plan.naming import called, listed
from alb_lint.plan.numbering.numbering import PINNED
from alb_lint.plan.numbering.numbers import Numbers
from alb_lint.plan.plan import Note, Refusal
from alb_lint.plan.wanted.ranges import membership, ranges_of, reserved_on, retired_of

OUTSIDE: Final = 0

_Numbered = tuple[Numbers, tuple[Numbers, ...]]
_LAST: Final[list[tuple[tuple[Range, ...], tuple[Retired, ...], tuple[int, ...], _Numbered]]] = []
"""Ranges, retirements and reserved numbers that were asked for last, with what is left beside them."""


@dataclass(slots=True)
class Homes:
    """`numbers[0]` are those outside all ranges, then one set per range, retired ones left out. `home`: per rule, PINNED where it must not move.

    `members`: per range the rules that belong to it. `refusals`: why nothing can be planned.
    """

    ranges: tuple[Range, ...]
    retired: tuple[Retired, ...]
    numbers: list[Numbers] = field(default_factory=list)
    gone: Numbers = field(default_factory=lambda: Numbers(()))
    home: list[int] = field(default_factory=list)
    members: list[list[int]] = field(default_factory=list)
    pinned: list[int] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def range_of(self, index: int) -> Range | None:
        home = self.home[index]
        return self.ranges[home - 1] if home > OUTSIDE else None

    def retirement(self, number: int) -> str:
        """Why the number must not be used; "" where it may."""
        if number not in self.gone:
            return ""
        for item in self.retired:
            if number in item:
                return f"{number} is retired" + (f" ({item.reason})" if item.reason else "")
        was = next((item for item in self.ranges if any(first <= number <= last for first, last in item.was)), None)
        return f"{number} is where {was.name} was" if was else f"{number} is retired"


def homes_of(listener: Listener, rules: Sequence[Rule], config: Config, today: str) -> Homes:
    """Homes of the `rules` (of the listener, in asking order; those of unknown number get PINNED). `today` is ISO."""
    homes = Homes(ranges_of(listener, config), retired_of(listener, config, today))
    for one, other in combinations(homes.ranges, 2):
        if any(a <= d and c <= b for a, b in one.priorities for c, d in other.priorities):
            homes.refusals.append(
                Refusal(listener.id, f"the ranges {one.name!r} and {other.name!r} share numbers on this listener", nearest="part them")
            )
    reservations = reserved_on(listener, config, today)
    standing = {rule.priority for rule in listener.rules} if reservations else set()
    reserved = tuple(item.priority for item in reservations if item.priority not in standing)
    homes.gone, numbers = _numbers(homes.ranges, homes.retired, reserved)
    homes.members = [[] for _ in homes.ranges]
    for index, rule in enumerate(rules):
        homes.home.append(_home(homes, listener, index, rule))
    fixed = [rules[index].priority for index in homes.pinned]
    held = Numbers((number, number) for number in fixed if isinstance(number, int))
    homes.numbers = [own - held for own in numbers]
    return homes


def _numbers(ranges: tuple[Range, ...], retired: tuple[Retired, ...], reserved: tuple[int, ...]) -> _Numbered:
    """As `_numbered`, worked out once for what is the same on the next listener: most have the ranges of the one before."""
    for one, two, three, found in _LAST:
        same = len(one) == len(ranges) and len(two) == len(retired) and three == reserved
        if same and all(map(is_, one, ranges)) and all(map(is_, two, retired)):
            return found
    found = _numbered(ranges, retired, reserved)
    _LAST[:] = [(ranges, retired, reserved, found)]
    return found


def _numbered(ranges: tuple[Range, ...], retired: tuple[Retired, ...], reserved: tuple[int, ...]) -> _Numbered:
    """The numbers that must not be used, and those outside all ranges and of each range."""
    bands = Numbers(interval for item in ranges for interval in item.priorities)
    left = Numbers(interval for item in retired for interval in item.priorities)
    was = Numbers(interval for item in ranges for interval in item.was)
    # where one range's new numbers are another's old ones, they are in use, not retired
    gone = Numbers((*left.intervals, *(was - bands).intervals, *((number, number) for number in reserved)))
    outside = Numbers([(PRIORITY_MIN, PRIORITY_MAX)]) - bands - gone
    return gone, (outside, *(Numbers(item.priorities) - gone for item in ranges))


def _home(homes: Homes, listener: Listener, index: int, rule: Rule) -> int:
    found = membership(rule, homes.ranges)
    number = rule.priority
    if found.several:
        names = [item.name for item in found.several]
        homes.refusals.append(
            Refusal(
                listener.id,
                f"{called(rule)} belongs to {listed(names)} at once",
                (rule.id,),
                nearest=f"narrow the match of one of {listed(names)}, or name the rule under [[range]] match.rules of one",
            )
        )
        return PINNED
    if not isinstance(number, int):
        homes.notes.append(Note(f"the number of {called(rule)} is unknown ({number.reason}), so it is not moved", (rule.id,)))
        return PINNED
    inside = next((place for place, item in enumerate(homes.ranges, 1) if number in item), OUTSIDE)
    home = homes.ranges.index(found.range) + 1 if found.range is not None else OUTSIDE
    if home == OUTSIDE and found.unsure:
        names = [item.name for item in found.unsure]
        stays = inside if inside > OUTSIDE and homes.ranges[inside - 1] in found.unsure else OUTSIDE
        homes.notes.append(
            Note(f"whether {called(rule)} belongs to {listed(names)} depends on something unknown; it is planned where it is", (rule.id,))
        )
        home = stays
    if home > OUTSIDE:
        homes.members[home - 1].append(index)
    if owner_of(rule):
        homes.pinned.append(index)
        _check_pinned(homes, listener, rule, number, inside, home)
        return PINNED
    return home


def _check_pinned(homes: Homes, listener: Listener, rule: Rule, number: int, inside: int, home: int) -> None:
    wrong = homes.retirement(number)
    if not wrong and home != inside:
        own = homes.ranges[home - 1] if home > OUTSIDE else None
        wrong = (
            f"it belongs to {own.name} ({spell(own.priorities)})"
            if own is not None
            else f"its number lies in {homes.ranges[inside - 1].name}, where it does not belong"
        )
    if wrong:
        homes.refusals.append(
            Refusal(
                listener.id,
                f"{called(rule)} must not be moved, since {owner_of(rule)} owns it, but {wrong}",
                (rule.id,),
                nearest="give the ranges and retired numbers room around its rules, or keep them on a listener of their own",
            )
        )


__all__ = ["OUTSIDE", "Homes", "homes_of"]

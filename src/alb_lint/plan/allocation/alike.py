"""One number for rules that one place of the code makes on several listeners: a module that is called for each environment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from alb_lint.config import Config
from alb_lint.model import Listener
from alb_lint.model.limits import PRIORITY_MAX, PRIORITY_MIN
from alb_lint.plan.allocation.allocate import allocate
from alb_lint.plan.allocation.answer import Allocations, NoNumber, Wish
from alb_lint.plan.naming import listed
from alb_lint.plan.plan import Note, Refusal
from alb_lint.record import record

TRIED: Final = 24
"""Numbers that are looked at on all listeners."""


@record
class Part:
    """A listener without the new rules, the wishes for them, and further numbers that are taken there."""

    listener: Listener
    wishes: tuple[Wish, ...]
    held: Mapping[int, str]

    def numbers(self, config: Config, today: str, only: Sequence[int] = ()) -> Allocations | NoNumber:
        """As `allocate`; with `only`, of these numbers alone."""
        rest = {number: "" for number in range(PRIORITY_MIN, PRIORITY_MAX + 1) if number not in only} if only else {}
        return allocate(self.listener, config, self.wishes, today, {**rest, **self.held})


def allocate_alike(parts: Sequence[Part], config: Config, today: str) -> Allocations | NoNumber:
    """The numbers on the first listener that fit the others as well, each without a move; or why none was found.

    Those that each listener would get by itself are looked at, and their alternatives.
    """
    own = [part.numbers(config, today) for part in parts]
    for part, found in zip(parts, own, strict=True):
        if isinstance(found, NoNumber):
            return found
        if found.moves and part is parts[0]:
            return found
    for numbers in _candidates([found for found in own if isinstance(found, Allocations) and not found.moves]):
        first = None
        for part in parts:
            found = part.numbers(config, today, numbers)
            if not isinstance(found, Allocations) or found.moves or _given(found) != numbers:
                break
            first = first or found
        else:
            if first is not None:
                return _told(own[0], first, parts)
    told = f"the code is for {len(parts)} listeners, and no number that one of them would give fits all"
    return NoNumber(Refusal(parts[0].listener.id, told, nearest="--listener NAME, for the number on one of them"))


def _told(own: Allocations | NoNumber, found: Allocations, parts: Sequence[Part]) -> Allocations:
    """As the first listener tells it; what fits the others besides is not known."""
    others = listed(part.listener.name or part.listener.id for part in parts[1:])
    mine = isinstance(own, Allocations) and _given(own) == _given(found)
    base = own if mine and isinstance(own, Allocations) else found
    items = tuple(
        replace(item, alternatives=(), because=item.because if mine else "it fits all listeners that the code is for")
        for item in base.items
    )
    note = Note(f"the code is for {len(parts)} listeners, and it fits the others as well: {others}")
    return replace(base, items=items, notes=(*base.notes, note))


def _given(found: Allocations) -> tuple[int, ...]:
    return tuple(item.priority for item in found.items)


def _candidates(found: Sequence[Allocations]) -> Iterator[tuple[int, ...]]:
    """What each would give, then, of a single rule, the alternatives."""
    told = [_given(item) for item in found]
    told += [(number,) for item in found if len(item.items) == 1 for number in item.items[0].alternatives]
    yield from list(dict.fromkeys(told))[:TRIED]

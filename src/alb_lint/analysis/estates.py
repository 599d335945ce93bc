"""Two estates compared: which listener of one is which of the other, and what each pair answers differently."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

from alb_lint.analysis.decisions import EFFORT, Confidence, Decisions, Doubt, differences
from alb_lint.model import Estate, Gap, Listener
from alb_lint.record import record

BESIDE: Final = 10_000
"""Differences that are looked for beside findings, in all listeners: those of ten that have LIMIT. A page of them is five megabytes."""
_TOO_MANY: Final = "the listeners before it have more differences than are told beside findings; `alb-lint diff` looks at all"
_BEHIND: Final = Decisions((), (Doubt(_TOO_MANY),), matched="undecided")


@record
class Compared:
    """`pairs`: (old, new, what differs). `gone`, `added`: listeners of one side alone. `gaps`: what could not be read on either."""

    pairs: tuple[tuple[Listener, Listener, Decisions], ...]
    gone: tuple[Listener, ...] = ()
    added: tuple[Listener, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @property
    def equivalent(self) -> bool | None:
        """None where nothing differs for certain and something is undecided or could not be read."""
        if self.gone or self.added or any(found.equivalent is False for _, _, found in self.pairs):
            return False
        return None if self.gaps or any(found.equivalent is None for _, _, found in self.pairs) else True

    @property
    def confidence(self) -> Confidence:
        if self.equivalent is not None:
            return "proved"
        return "possible" if any(found.differences for _, _, found in self.pairs) else "undecided"


def compare_estates(old: Estate, new: Estate, target_groups: Literal["arn", "name"] = "arn", *, beside: bool = False) -> Compared:
    """Listeners of one id are one; else those of one name; else, where each side has just one, these. `beside`: it is told beside findings."""
    couples = _couples(old.listeners, new.listeners)
    left = EFFORT  # of the work on all of them
    told = BESIDE
    paired = []
    for one, other in couples:
        found = _decided(one, other, target_groups, max(left, 0)) if told > 0 else _BEHIND
        left -= found.spent
        told -= len(found.differences) if beside else 0
        paired.append((one, other, found))
    mine, theirs = {one.id for one, _ in couples}, {other.id for _, other in couples}
    return Compared(
        tuple(paired),
        tuple(item for item in old.listeners if item.id not in mine),
        tuple(item for item in new.listeners if item.id not in theirs),
        tuple(dict.fromkeys((*old.gaps, *new.gaps))),
    )


def _decided(old: Listener, new: Listener, target_groups: Literal["arn", "name"], effort: int) -> Decisions:
    """What differs; nothing for certain where a side was not read whole, since a rule that was not read may answer first."""
    found = differences(old, new, target_groups=target_groups, effort=effort)
    unread = [
        Doubt(f"not all {side} rules of the listener were read: {item.unread.reason}")
        for side, item in (("old", old), ("new", new))
        if item.unread is not None
    ]
    if not unread:
        return found
    possible = tuple(replace(item, confidence="possible" if item.confidence == "proved" else item.confidence) for item in found.differences)
    return replace(found, differences=possible, doubts=(*unread, *found.doubts), matched="undecided", gained=None, lost=None)


def _couples(old: Sequence[Listener], new: Sequence[Listener]) -> list[tuple[Listener, Listener]]:
    by_id = {item.id: item for item in new}
    couples = [(item, by_id[item.id]) for item in old if item.id in by_id]
    left = [item for item in old if item.id not in by_id]
    taken = {item.id for item, _ in couples}
    right = [item for item in new if item.id not in taken]
    # a name that two listeners share names neither
    many = Counter(item.name for item in left), Counter(item.name for item in right)
    named = {item.name: item for item in right if item.name and many[1][item.name] == 1}
    couples += [(item, named[item.name]) for item in left if many[0][item.name] == 1 and item.name in named]
    if not couples and len(old) == len(new) == 1:
        couples = [(old[0], new[0])]
    place = {item.id: index for index, item in enumerate(old)}
    return sorted(couples, key=lambda couple: place[couple[0].id])

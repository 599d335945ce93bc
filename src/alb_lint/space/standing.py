"""Who stands beyond a number, where owners move from number to number."""

from bisect import bisect_right, insort
from collections.abc import Mapping
from typing import Final

BLOCK: Final = 8
"""Bits of a number that are looked at one by one; of what is above, 256 numbers are together."""


class Standing:
    """`numbers`: where each owner stands. Sets are bitsets of owners; O(numbers / 256 + 256) for one."""

    def __init__(self, numbers: Mapping[int, int]) -> None:
        self._at: dict[int, int] = {}
        self._blocks: dict[int, int] = {}
        self._inside: dict[int, list[int]] = {}
        held: dict[int, list[int]] = {}
        for owner, number in numbers.items():
            held.setdefault(number, []).append(owner)
        for number, owners in held.items():
            self._add(number, sum([1 << owner for owner in owners]))
        self._sorted = sorted(self._blocks)

    def _add(self, number: int, owners: int) -> None:
        block = number >> BLOCK
        if number not in self._at:
            self._inside.setdefault(block, []).append(number)
        self._at[number] = self._at.get(number, 0) | owners
        self._blocks[block] = self._blocks.get(block, 0) | owners

    def at(self, number: int) -> int:
        """Those that stand at the number."""
        return self._at.get(number, 0)

    def move(self, owner: int, old: int, new: int) -> None:
        here = 1 << owner
        self._at[old] &= ~here
        self._blocks[old >> BLOCK] &= ~here
        if new >> BLOCK not in self._blocks:
            insort(self._sorted, new >> BLOCK)
        self._add(new, here)

    def beyond(self, number: int) -> int:
        """Those that stand at a higher number."""
        block = number >> BLOCK
        found = 0
        for other in self._sorted[bisect_right(self._sorted, block) :]:
            found |= self._blocks[other]
        for other in self._inside.get(block, ()):
            if other > number:
                found |= self._at[other]
        return found

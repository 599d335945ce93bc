"""Covers: bitsets of owners (bit i: owner i), and what small sets of them say."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import compress, count
from operator import itemgetter
from typing import TypeVar

P = TypeVar("P")


def minimal(points: Sequence[tuple[P, int]]) -> list[tuple[P, int]]:
    """The points whose cover holds no other point's cover, one of each, in order."""
    kept: list[tuple[P, int]] = []
    for point, cover in points:
        if any(other & cover == other for _, other in kept):
            continue
        kept = [(p, c) for p, c in kept if cover & c != cover]
        kept.append((point, cover))
    return kept


class Unions:
    """The union of any of some covers, eight of them in one step once their union was asked for."""

    def __init__(self, covers: Sequence[int]) -> None:
        self._covers = covers
        self._known: dict[tuple[int, int], int] = {}

    def of(self, chosen: int) -> int:
        """The union of the covers at the places of the bitset."""
        if chosen.bit_count() < _FEW:
            found = 0
            for place in bits_of(chosen):
                found |= self._covers[place]
            return found
        found = 0
        for start, eight in enumerate(chosen.to_bytes(chosen.bit_length() + 7 >> 3, "little")):
            if eight:
                known = self._known.get((start, eight))
                if known is None:
                    known = 0
                    for place in bits_of(eight):
                        known |= self._covers[8 * start + place]
                    self._known[start, eight] = known
                found |= known
        return found


class Relocated:
    """Bitsets with each owner at another place. `places`: for every owner; the places are those from 0 on, and several owners may share one."""

    def __init__(self, places: Mapping[int, int]) -> None:
        self._places = places
        self._width = max(places, default=-1) + 1
        self._same = all(owner == place for owner, place in places.items())
        first = {place: owner for owner, place in places.items()}
        self._rest = [(owner, place) for owner, place in places.items() if first[place] != owner]
        self._chosen = itemgetter(*[self._width - 1 - first[place] for place in reversed(range(len(first)))]) if first else None

    def of(self, owners: int) -> int:
        if self._same:
            return owners
        found = 0
        if self._chosen is None or owners.bit_count() < _DENSE:
            for owner in bits_of(owners):
                found |= 1 << self._places[owner]
            return found
        found = int("".join(self._chosen(format(owners, f"0{self._width}b"))), 2)
        for owner, place in self._rest:
            if owners >> owner & 1:
                found |= 1 << place
        return found


_DENSE = 200
"""Owners from which a set is written out and read again, all places at once."""

_FEW = 16
"""Covers that are put together one by one."""

LARGE = 1024
"""Bits from which writing the set out is cheaper than making it anew at each step, but for one with few in it."""

_THICK = 7
"""Digits for each member up to which all of them are gone through at once."""

_SET = bytes.maketrans(b"01", b"\0\1")


def bits_of(mask: int) -> Iterator[int]:
    """The positions of the set bits, ascending."""
    many = mask.bit_count()
    if many > _FEW and mask.bit_length() < _THICK * many:
        return compress(count(), bin(mask)[:1:-1].encode().translate(_SET))
    return _one_by_one(mask, many)


def _one_by_one(mask: int, many: int) -> Iterator[int]:
    if many > _FEW and mask.bit_length() > LARGE:
        digits = bin(mask)[:1:-1]
        place = digits.find("1")
        while place >= 0:
            yield place
            place = digits.find("1", place + 1)
        return
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def lowest(mask: int) -> int:
    """The position of the lowest set bit; -1 for the empty set."""
    return (mask & -mask).bit_length() - 1

"""Many patterns side by side as one automaton whose state is one int, however many patterns there are.

A state is the set of positions that are about to be matched (bit i: position i of all strands, one behind the other, each with its end). One
character moves all of them at once: most positions lead to the next one, to themselves, or over a run of others that may be left out, and these
three are a shift, a mask and an addition; what leads elsewhere (alternatives, repeated groups) is shifted by its distance.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache

from alb_lint.space.covers import bits_of
from alb_lint.space.regex import classes
from alb_lint.space.strands import Pattern, strand_of

Asked = tuple[Pattern | int, ...]
"""Wanted patterns, and the strands that are watched."""
_DENSE = 64
"""Ends that are cheaper to pick from digits than one by one."""


class Bundle:
    """`first`: the character that every text begins with, or "" for any text. Patterns are named by their place."""

    def __init__(self, patterns: Sequence[Pattern], folded: bool, first: str = "") -> None:
        self.patterns, self.folded = patterns, folded
        self.first = 1 << ord(first) if first else 0
        self.masks: list[int] = []
        """Per position the characters that it takes; 0 for the end of a strand."""
        self.onward: list[int] = []
        """Per position those that may come next; of an end none."""
        self.starts: list[int] = []
        self.ends: list[int] = []
        """Per pattern the position of its end."""
        self.whole: list[int] = []
        """Per pattern all its positions."""
        for pattern in patterns:
            strand, base = strand_of(pattern, folded), len(self.masks)
            size = len(strand.masks)
            self.masks += [*strand.masks, 0]
            self.onward += [*[bits << base for bits in strand.after], 0]
            self.starts.append(strand.start << base)
            self.ends.append(base + size)
            self.whole.append(((1 << size + 1) - 1) << base)
        self.size = len(self.masks)
        self.weight = 1 + self.size // 8_192
        """Steps of work that one move of all positions counts for."""
        self.room = 20_000_000 // (1_000 + self.size)
        """States that are kept in memory, each of so many bits: some megabytes for each purpose."""
        self.every_end = sum([1 << end for end in self.ends])
        self._owner = {end: number for number, end in enumerate(self.ends)}
        self._lay()
        self._touched: dict[int, int] = {}
        self._runs: dict[int, int] = {}
        self._among: dict[int, list[tuple[str, int]]] = {}
        self.least: dict[tuple[int, int], list[tuple[str, int]]] = {}
        """What `hunt` goes on with: of (characters, state) the letters that no other betters, with the states after them."""
        self.left: dict[Asked, tuple[str | None, int]] = {}
        """What `hunt` has found that a set of strands leaves, with its price."""
        self.decided: dict[Asked, tuple[list[str], int]] = {}
        """And what decides who takes a text."""

    def _lay(self) -> None:
        """How positions lead on: to the next, to themselves, over positions that may be left out, or elsewhere by distance."""
        left_out = [0, 0]  # positions that come with the one behind them, and those that once come without it
        for bits in (*self.starts, *self.onward):
            left_out[0] |= bits
            left_out[1] |= bits & ~(bits >> 1)
        self._left_out = left_out[0] & ~left_out[1]
        self._next = self._loop = self._odd = 0
        odd: dict[int, int] = {}
        for place, bits in enumerate(self.onward):
            mine, led = 1 << place, 0
            if bits >> place & 2:
                self._next |= mine
                led |= mine << 1
            if bits & mine:
                self._loop |= mine
                led |= mine
            rest = bits & ~self._filled(led)
            while rest:
                low = rest & -rest
                distance = low.bit_length() - 1 - place
                odd[distance] = odd.get(distance, 0) | mine
                self._odd |= mine
                led |= low
                rest = bits & ~self._filled(led)
        self._ups = [(distance, bits) for distance, bits in sorted(odd.items()) if distance > 0]
        self._downs = [(-distance, bits) for distance, bits in sorted(odd.items()) if distance < 0]

    def _filled(self, bits: int) -> int:
        run = bits & self._left_out
        return bits | (self._left_out + run ^ self._left_out) if run else bits

    def after(self, moved: int) -> int:
        """The positions about to be matched once those of `moved` have taken their character."""
        found = (moved & self._next) << 1 | moved & self._loop
        if moved & self._odd:
            for distance, bits in self._ups:
                found |= (moved & bits) << distance
            for distance, bits in self._downs:
                found |= (moved & bits) >> distance
        run = found & self._left_out
        return found | (self._left_out + run ^ self._left_out) if run else found

    def touched(self, mask: int) -> int:
        """The positions that take one of the characters of the mask."""
        known = self._touched.get(mask)
        if known is None:
            known = 0
            for taken, bits in self._by_mask.items():
                if taken & mask:
                    known |= bits
            self._touched[mask] = known
        return known

    @cached_property
    def _by_mask(self) -> dict[int, int]:
        places: dict[int, list[int]] = {}
        for place, mask in enumerate(self.masks):
            if mask:
                places.setdefault(mask, []).append(place)
        return {mask: positions(found) for mask, found in places.items()}

    @cached_property
    def _classes(self) -> list[tuple[int, int]]:
        """The classes of characters that no position tells apart, each with the positions that take it."""
        groups = classes(frozenset(self._by_mask))
        return [(group, self.touched(group & -group)) for group in groups]

    def among(self, mask: int) -> list[tuple[str, int]]:
        """One character of the mask for each class in it, the most readable first, each with the positions that take it."""
        known = self._among.get(mask)
        if known is None:
            found = [(friendliest(group & mask), taking) for group, taking in self._classes if group & mask]
            known = self._among[mask] = sorted(found, key=lambda item: _friendliness(item[0]))
        return known

    @cached_property
    def _taking(self) -> dict[str, int]:
        return {chr(code): taking for group, taking in self._classes for code in bits_of(group)}

    def run(self, text: str, state: int) -> int:
        """The positions about to be matched after the text, from those of `state`."""
        taking = self._taking
        for letter in text:
            moved = state & taking.get(letter, 0)
            if not moved:
                return 0
            known = self._runs.get(moved)
            if known is None:
                known = self.after(moved)
                if len(self._runs) < self.room:
                    self._runs[moved] = known
            state = known
        return state

    def takers(self, text: str) -> int:
        """The patterns that take the text, as a bitset of their places."""
        return self.ended(self.run(text, self.every_start))

    @cached_property
    def every_start(self) -> int:
        return sum(self.starts)

    def ended(self, state: int) -> int:
        """The patterns of which the state holds the end."""
        ends = state & self.every_end
        if ends.bit_count() > _DENSE:
            digits = format(ends, f"0{self.size}b")
            return int("".join([digits[-1 - end] for end in reversed(self.ends)]), 2)
        found = 0
        for end in bits_of(ends):
            found |= 1 << self._owner[end]
        return found

    def positions_of(self, patterns: Iterable[int]) -> int:
        found = 0
        for number in patterns:
            found |= self.whole[number]
        return found

    def meeting(self, number: int, others: int) -> int:
        """Of the positions `others`, whole strands, the patterns that share a text with the pattern. Exact, and polynomial.

        For each position of the pattern the positions of the others that some text brings about together with it.
        """
        strand = strand_of(self.patterns[number], self.folded)
        masks, end = strand.masks, len(strand.masks)
        met: dict[int, int] = {}
        fresh: dict[int, int] = {}
        if self.first:
            moved = self.every_start & others & self.touched(self.first)
            reached = self.after(moved)
            for place in bits_of(strand.start):
                if place < end and masks[place] & self.first:
                    for onward in bits_of(strand.after[place]):
                        fresh[onward] = reached
        else:
            fresh = dict.fromkeys(bits_of(strand.start), self.every_start & others)
        while fresh:
            place = min(fresh)
            new = fresh.pop(place) & ~met.get(place, 0)
            if not new or place == end:
                if new:
                    met[end] = met.get(end, 0) | new
                continue
            touched = self.touched(masks[place])
            onward = strand.after[place]
            if onward >> place & 1:
                new, reached = self._saturated(touched, new, met.get(place, 0))
            else:
                reached = self.after(new & touched)
            met[place] = met.get(place, 0) | new
            if reached:
                for target in bits_of(onward & ~(1 << place)):
                    fresh[target] = fresh.get(target, 0) | reached
        return self.ended(met.get(end, 0))

    def _saturated(self, touched: int, new: int, known: int) -> tuple[int, int]:
        """What a position that leads to itself meets in the end, and what it leads on to."""
        reached, todo = 0, new
        while todo:
            after = self.after(todo & touched)
            reached |= after
            todo = after & ~new & ~known
            new |= todo
        return new, reached


def positions(places: Iterable[int]) -> int:
    """The bitset of many places; linear, where one shift for each would be quadratic."""
    places = list(places)
    if not places:
        return 0
    found = bytearray(max(places) // 8 + 1)
    for place in places:
        found[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(found, "little")


@lru_cache(maxsize=4_096)
def friendliest(mask: int) -> str:
    """The most readable of the characters."""
    return min(map(chr, bits_of(mask)), key=_friendliness)


def _friendliness(letter: str) -> tuple[bool, bool, bool, str]:
    return letter in "*?#%", not letter.isalnum(), not letter.islower(), letter

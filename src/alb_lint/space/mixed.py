"""One text dimension with regexes in it: who takes a text, who meets a pattern, which texts decide one.

A pattern is decided by one text as soon as nobody takes that text but those that take all of the pattern. So who takes all of it is asked first, of
those few that took every text looked at so far; then for a text that the rest leaves. Only where there is none, because several take it
together, all the texts that differ are gathered. All of it is exact; each question may cost so many steps and no more.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cached_property, lru_cache
from typing import Final

from alb_lint.space.budget import (
    LEAST_STEPS,
    REGEX_POSITIONS,
    STEPS_OF_PATTERNS,
    STEPS_OF_SEARCHES,
    STEPS_PER_PATTERN,
    STEPS_PER_SEARCH,
    OutOfBudget,
)
from alb_lint.space.bundle import Bundle
from alb_lint.space.covers import Unions, bits_of, lowest, minimal
from alb_lint.space.glob import literal
from alb_lint.space.hunt import Purse, deciding, leaving
from alb_lint.space.letters import has_letter
from alb_lint.space.regex import Regex
from alb_lint.space.samples import Point, Samples
from alb_lint.space.strands import Pattern

_DEEP: Final = 100
"""Patterns that lie in each other, one call each."""


class Mixed:
    """`owners`: pattern → bitset, in order. `universe`: `*`, or `/*` for texts that begin with a slash. Only patterns without symbols."""

    def __init__(self, owners: Mapping[Pattern, int], universe: str, folded: bool) -> None:
        known = {pattern: bits for pattern, bits in owners.items() if isinstance(pattern, Regex) or not has_letter(pattern)}
        known.setdefault(universe, 0)
        # in one order whoever the owners are: a listener whose rules change places is the same to the automaton; and regexes first, since their
        # states are asked for by themselves and are then small numbers
        patterns = sorted(known, key=_order)
        self.number = {pattern: place for place, pattern in enumerate(patterns)}
        self._owners = [known[pattern] for pattern in patterns]
        self._unions = Unions(self._owners)
        self._folded, self._first = folded, universe[:-1]
        self._bundle = _bundle(tuple(patterns), folded, self._first)
        self._regexes = self._bundle.positions_of(place for place, pattern in enumerate(patterns) if isinstance(pattern, Regex))
        self._everything = sum(self._bundle.whole)
        self._met: dict[int, int] = {}
        self._met_regexes: dict[int, int] = {}
        self._samples = Samples(len(patterns))
        self._gone: dict[int, list[int]] = {}
        """Per pattern sets of owners that take all of its texts between them."""
        self._hard: set[int] = set()
        """Patterns of which that could not be told."""
        self._around: dict[int, int] = {}
        """Per pattern those that take all of it, once that was asked."""
        self._taken_by: defaultdict[int, int] = defaultdict(int)
        self._taken_at = -1
        """How many patterns had been asked for when that was put together."""
        self._share = _share(STEPS_OF_PATTERNS, len(patterns), STEPS_PER_PATTERN)
        together = 0
        for bits in self._owners:
            together |= bits
        count = together.bit_count()
        self.steps_per_search = _share(STEPS_OF_SEARCHES, count * (count - 1) // 2, STEPS_PER_SEARCH)
        self.spent = 0
        """Steps that searches took so far."""

    def cover(self, text: str) -> int:
        """Owners of the regexes that take the text."""
        bundle = self._bundle
        return self._owning(bundle.ended(bundle.run(text, bundle.every_start & self._regexes)))

    def _owning(self, patterns: int) -> int:
        return self._unions.of(patterns)

    def meeting(self, pattern: Pattern) -> tuple[int, int]:
        """Owners of the patterns, of a glob only the regexes, that share a text with this one; and of those for which that is undecided."""
        place, glob = self.number[pattern], isinstance(pattern, str)
        try:
            return self._owning(self._near_regexes(place) if glob else self._meeting(place)), 0
        except OutOfBudget:
            return self._owners[place], self._owning(self._regex_places if glob else (1 << len(self._owners)) - 1)

    def _meeting(self, place: int) -> int:
        known = self._met.get(place)
        if known is None:
            self._afford()
            known = self._met[place] = self._bundle.meeting(place, self._everything)
        return known

    def touched(self, pattern: Pattern, also: Pattern) -> bool:
        """Whether some regex may share a text with both."""
        return bool(self._near_regexes(self.number[pattern]) & self._near_regexes(self.number[also]))

    def _near_regexes(self, place: int) -> int:
        """The regexes that share a text with the pattern. Raises OutOfBudget."""
        known = self._met_regexes.get(place)
        if known is None:
            if place in self._met:
                known = self._met[place] & self._regex_places
            else:
                self._afford()
                known = self._bundle.meeting(place, self._regexes)
            self._met_regexes[place] = known
        return known

    def _afford(self) -> None:
        if self._bundle.size > REGEX_POSITIONS:
            raise OutOfBudget(f"the regexes have more than {REGEX_POSITIONS:,} places between them")

    @cached_property
    def _regex_places(self) -> int:
        return sum([1 << place for pattern, place in self.number.items() if isinstance(pattern, Regex)])

    def _touching(self, wanted: Sequence[int]) -> int:
        found = -1
        for place in wanted:
            found &= self._meeting(place)
        return found

    def points(self, pattern: Pattern, also: Pattern) -> tuple[list[Point], str]:
        """The words that decide what both patterns share, with the owners of all patterns that take them, only minimal ones; and why not all."""
        wanted = list(dict.fromkeys((self.number[pattern], self.number[also])))
        found: list[Point] = []
        try:
            if len(wanted) == 2 and not self._meeting(wanted[0]) >> wanted[1] & 1:
                return [], ""
            self._decide(wanted, Purse(self._share), found)
        except OutOfBudget as stop:
            return minimal(found), stop.reason
        return minimal(found), ""

    def _decide(self, wanted: Sequence[int], purse: Purse, found: list[Point]) -> None:
        """Puts the points into `found`, as far as it comes. Raises OutOfBudget."""
        bundle, single = self._bundle, len(wanted) == 1
        touching = self._touching(wanted)
        if single:
            around, narrow = self._wider(wanted[0], 0, found)
            if not found:
                return
        else:
            around = self._around.get(wanted[0], 1 << wanted[0]) | self._around.get(wanted[1], 1 << wanted[1])
            text = self._apart(wanted, (), purse)
            assert text is not None
            narrow = self._note(text, found)
            while untold := narrow & ~around:
                one = lowest(untold)
                text = self._apart(wanted, (one,), purse)
                if text is None:
                    around |= self._around.get(one, 1 << one)
                else:
                    narrow &= self._note(text, found)
        sure, maybe = self._owning(around), -1
        for _, bits in found:
            maybe &= bits
        while maybe & ~sure:
            # some owner takes every text so far by one of its patterns or another
            one = lowest(maybe & ~sure)
            text = self._apart(wanted, [place for place in bits_of(touching) if self._owners[place] >> one & 1], purse)
            if text is None:
                sure |= 1 << one
            else:
                self._note(text, found)
                maybe &= found[-1][1]
        if any(not bits & ~sure for _, bits in found):
            return
        rivals = bundle.positions_of(place for place in bits_of(touching) if self._owners[place] & ~sure)
        patterns = [bundle.patterns[place] for place in wanted]
        for text in deciding(bundle, patterns, rivals, purse):
            self._note(text, found)

    def _wider(self, place: int, depth: int, found: list[Point]) -> tuple[int, int]:
        """The patterns that take all of this one, and those that take the texts of it put into `found`. Raises OutOfBudget.

        Who takes all of a pattern that takes all of this one does too, and is not asked.
        """
        purse = Purse(self._share)
        around = 1 << place
        text = self._apart((place,), (), purse)
        if text is None:
            return around, around
        self._note(text, found)
        narrow = self._samples.common((place,))
        self._around[place] = around  # who lies around each other ends here
        while untold := narrow & ~around:
            one = lowest(untold)
            text = self._apart((place,), (one,), purse)
            if text is not None:
                narrow &= self._note(text, found)
                continue
            if one not in self._around and depth < _DEEP:
                with suppress(OutOfBudget):
                    self._wider(one, depth + 1, [])
            around |= self._around.get(one, 1 << one) | 1 << one
            self._around[place] = around
        return around, narrow

    def _apart(self, wanted: Sequence[int], others: Sequence[int], purse: Purse) -> str | None:
        """As `leaving`, of those few patterns alone, so that other listeners that hold them know the answer too."""
        patterns = self._bundle.patterns
        text, steps = _known(
            tuple([patterns[place] for place in wanted]),
            tuple([patterns[place] for place in others]),
            self._folded,
            self._first,
            self._share,
        )
        purse.spend(steps)
        return text

    def _note(self, text: str, found: list[Point]) -> int:
        """The patterns that take the text, which is one of the points now, and one of the samples."""
        takers = self._bundle.takers(text)
        word, bits = literal(text), self._owning(takers)
        if word not in [known for known, _ in found]:
            found.append((word, bits))
            self._samples.add(word, takers, bits)
        return takers

    def meet(self, pattern: Pattern, also: Pattern) -> bool:
        """Whether the two share a text. Raises OutOfBudget."""
        return bool(self._meeting(self.number[pattern]) >> self.number[also] & 1)

    def shown(self, mine: Sequence[Pattern], theirs: Sequence[Pattern], avoid: int) -> Point | None:
        """Of the texts known so far the first that lies in one of `mine`, one of `theirs` and in no pattern of `avoid`."""
        return self._samples.leaving(self._both(mine, theirs), avoid)

    def least(self, mine: Sequence[Pattern], theirs: Sequence[Pattern], avoid: int) -> int:
        """Those of `avoid` that take one text: of the known texts of both the one that the fewest of them take; all where there is none."""
        return self._samples.least(self._both(mine, theirs), avoid)

    def _both(self, mine: Sequence[Pattern], theirs: Sequence[Pattern]) -> int:
        number, samples = self.number, self._samples
        return samples.of([number[item] for item in mine]) & samples.of([number[item] for item in theirs])

    def seek(self, pattern: Pattern, also: Pattern, avoid: int) -> Point | None:
        """A word of both patterns that no owner of `avoid` takes, with its owners; None: there is none. Raises OutOfBudget."""
        wanted = list(dict.fromkeys((self.number[pattern], self.number[also])))
        touching = self._touching(wanted)
        if any(not touching >> place & 1 for place in wanted):
            return None
        if any(self._owning(self._around.get(place, 1 << place)) & avoid or self._is_gone(place, avoid) for place in wanted):
            return None
        purse = Purse(self.steps_per_search)
        try:
            return self._sought(wanted, self._rivals(touching, avoid), avoid, purse)
        finally:
            self.spent += purse.steps - purse.left

    def left_with(self, mine: Sequence[Pattern], avoid: int) -> int:
        """Owners of the patterns that may share a text with one of `mine` that nobody of `avoid` takes: all but those of which it is known that
        `avoid` takes all of one of the two.
        """
        gone = 0
        for owner in bits_of(avoid):
            gone |= self._taken[owner]
        for place, known in self._gone.items():
            if not gone >> place & 1 and any(not owners & ~avoid for owners in known):
                gone |= 1 << place
        found = 0
        try:
            for pattern in mine:
                place = self.number[pattern]
                # of globs it is mostly known, and rarely so that several take it
                if not gone >> place & 1 and (isinstance(pattern, str) or not self._is_gone(place, avoid)):
                    found |= self._owning(self._meeting(place) & ~gone)
        except OutOfBudget:
            return -1
        return found

    @property
    def _taken(self) -> Mapping[int, int]:
        """Owner → the patterns of which one of its patterns takes all, as far as that was asked."""
        if self._taken_at != len(self._around):
            self._taken_at = len(self._around)
            self._taken_by = defaultdict(int)
            for place in range(len(self._owners)):
                for owner in bits_of(self._owning(self._around.get(place, 1 << place))):
                    self._taken_by[owner] |= 1 << place
        return self._taken_by

    def _rivals(self, touching: int, avoid: int) -> int:
        return sum([1 << place for place in bits_of(touching) if self._owners[place] & avoid]) if avoid else 0

    def _sought(self, wanted: Sequence[int], rivals: int, avoid: int, purse: Purse) -> Point | None:
        if len(wanted) > 1 and rivals:
            found: list[Point] = []
            around = self._samples.common(wanted)
            if around < 0:
                text = self._apart(wanted, (), purse)
                assert text is not None
                around = self._note(text, found)
            while around & rivals:
                # mostly it is one of them that takes all that the two share
                text = self._apart(wanted, (lowest(around & rivals),), purse)
                if text is None:
                    return None
                around &= self._note(text, found)
            for point in found:
                if not point[1] & avoid:
                    return point
        return self._left(wanted, rivals, purse)

    def _is_gone(self, place: int, avoid: int) -> bool:
        """Whether each text of the pattern lies in one of `avoid`, as far as it can be told within the budget of one search."""
        if self._samples.leaving(self._samples.of((place,)), avoid) is not None:
            return False
        known = self._gone.setdefault(place, [])
        if any(not owners & ~avoid for owners in known):
            return True
        if place in self._hard:
            return False
        rivals, purse = self._rivals(self._meeting(place), avoid), Purse(self.steps_per_search)
        try:
            if self._left((place,), rivals, purse) is None:
                known.append(self._owning(rivals) & avoid)
                return True
        except OutOfBudget:
            self._hard.add(place)  # as it will be of more rivals
        finally:
            self.spent += purse.steps - purse.left
        return False

    def _left(self, wanted: Sequence[int], rivals: int, purse: Purse) -> Point | None:
        """A word of all wanted patterns in none of the rivals, with its owners. Raises OutOfBudget."""
        bundle = self._bundle
        text = leaving(bundle, [bundle.patterns[place] for place in wanted], bundle.positions_of(bits_of(rivals)), purse)
        if text is None:
            return None
        found: list[Point] = []
        self._note(text, found)
        return found[0]


def _share(steps: int, of: int, most: int) -> int:
    """Each one's share of the steps, in few different sizes, so that what was asked of one listener serves another."""
    fair = steps // max(of, 1)
    return max(LEAST_STEPS, min(most, 1 << fair.bit_length() - 1 if fair else 0))


def _order(pattern: Pattern) -> tuple[bool, str, bool, bool]:
    if isinstance(pattern, str):
        return True, pattern, False, False
    return False, pattern.pattern, pattern.reading.anywhere, pattern.reading.ignore_case


@lru_cache(maxsize=65_536)
def _known(wanted: tuple[Pattern, ...], others: tuple[Pattern, ...], folded: bool, first: str, most: int) -> tuple[str | None, int]:
    """A text of the wanted patterns in none of the others, or None, and the steps that it took: more than `most` where it is unknown."""
    bundle = _few(others, folded, first)
    purse = Purse(most)
    try:
        text = leaving(bundle, wanted, sum(bundle.whole), purse)
    except OutOfBudget:
        return None, most + 1
    return text, most - purse.left


@lru_cache(maxsize=2_048)
def _few(patterns: tuple[Pattern, ...], folded: bool, first: str) -> Bundle:
    return Bundle(patterns, folded, first)


@lru_cache(maxsize=4)
def _bundle(patterns: tuple[Pattern, ...], folded: bool, first: str) -> Bundle:
    return Bundle(patterns, folded, first)

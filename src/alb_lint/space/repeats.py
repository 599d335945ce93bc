"""Conditions on what a request may carry several times: header lines and query parameters.

Such a condition asks whether *some* line or parameter lies in one of its patterns. So two of them never exclude each other (a request may carry
both), and the requests that decide a rule carry one generic text for each of its conditions and nothing else: a text more, or one text in the
place of two, only ever satisfies more conditions.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import islice, product
from math import prod
from typing import Final

from alb_lint.space.budget import LEAST_LOOKS, LOOKS_OF_REPEATS, WAYS_TO_REPEAT, OutOfBudget
from alb_lint.space.covers import Unions, bits_of
from alb_lint.space.glob import SEPARATOR, share_a_word
from alb_lint.space.hunt import share_a_text
from alb_lint.space.strands import Pattern
from alb_lint.space.text import TextIndex

Condition = tuple[str, tuple[Pattern, ...]]
"""(channel, patterns): a header name and patterns of its value, or "" and patterns of pairs `key SEPARATOR value`."""
_WAY: Final = 5
"""What a way to meet conditions takes of the work, a look at a condition being 1."""
_CHANNELS: Final = 16
"""Headers up to which what is needed of each is told by itself."""
_COVERS: Final = 100_000
"""Sets of satisfied conditions of which is kept whose they are."""
_SINGLE: Final = 50_000
"""Answers that are kept on whether one line satisfies several conditions."""

OPAQUE = "\0"
"""Begins the channel of a condition of which only the identity is known: it holds or not, whatever else the request is."""
Item = tuple[str, str]
"""(channel, word)."""
Way = tuple[tuple[Item, ...], int]
"""Items that satisfy some conditions, and all whose they are, or all conditions that they satisfy."""


class RepeatIndex:
    """`conditions`: distinct, their position is their number. `wanted`: set of condition numbers (bitset) → owners that need just these.

    Owners that need none stand under 0.
    """

    def __init__(self, conditions: Sequence[Condition], wanted: Mapping[int, int], folded: bool) -> None:
        self.conditions = conditions
        self.folded = folded
        self._free = wanted.get(0, 0)
        self._opaque = sum(1 << number for number, (channel, _) in enumerate(conditions) if channel.startswith(OPAQUE))
        channels: dict[str, dict[Pattern, int]] = {}
        for number, (channel, patterns) in enumerate(conditions):
            table = channels.setdefault(channel, {})
            for pattern in patterns:
                table[pattern] = table.get(pattern, 0) | 1 << number
        self._texts = {channel: TextIndex(table, folded=folded) for channel, table in channels.items()}
        self.several = 0
        """Owners that need more than one condition: what satisfies one rule and what satisfies another may together satisfy them."""
        for needs, owners in wanted.items():
            if needs & (needs - 1):
                self.several |= owners
        self._parts = self._by_channel(wanted) if len(channels) <= _CHANNELS else [_Part(-1, wanted)]
        self.met_by_nothing = self._free
        """Owners that items of which there are none may satisfy: those that need nothing, or only what holds or not whatever a request carries."""
        for needs, owners in wanted.items() if self._opaque else ():
            if not needs & ~self._opaque:
                self.met_by_nothing |= owners
        self._share = max(LEAST_LOOKS, LOOKS_OF_REPEATS // (len(wanted) or 1))
        self.looked = 0
        """Conditions looked at so far."""
        self._covers: dict[int, int] = {0: self._free}
        self._told: dict[tuple[Item, ...], list[tuple[int, int]]] = {}
        self._owners = dict(wanted)
        self._known_apart: dict[int, int] = {}
        self._single: dict[tuple[tuple[int, ...], bool], bool | OutOfBudget] = {}

    def _by_channel(self, wanted: Mapping[int, int]) -> "list[_Part]":
        """What is needed of each channel: owners may ask for many things together, but seldom for many different ones of one channel."""
        masks: dict[str, int] = {}
        for number, (channel, _) in enumerate(self.conditions):
            masks[channel] = masks.get(channel, 0) | 1 << number
        found = []
        for mask in masks.values() or (0,):
            needed: dict[int, int] = {}
            for needs, owners in wanted.items():
                needed[needs & mask] = needed.get(needs & mask, 0) | owners
            found.append(_Part(mask, needed))
        # what tells most owners apart comes first
        return sorted(found, key=lambda part: part.kinds, reverse=True)

    def cover(self, satisfied: int) -> int:
        """Owners whose conditions are all among the satisfied ones."""
        known = self._covers.get(satisfied)
        if known is None:
            known = -1
            for part in self._parts:
                known &= part.cover(satisfied & part.mask)
            self.looked += self._looks(satisfied)
            if len(self._covers) < _COVERS:
                self._covers[satisfied] = known
        return known

    def _looks(self, satisfied: int) -> int:
        """Conditions that are looked at for `cover`, whether or not some of it is known."""
        return sum([part.looks(satisfied) for part in self._parts])

    def together(self, one: Sequence[Way], other: Sequence[Way], avoid: int) -> int:
        """Those of `avoid` that the items of one point of each satisfy together, of each the point with the least; all where one has none."""
        return self.beside(one, avoid)(other)

    def beside(self, one: Sequence[Way], avoid: int) -> Callable[[Sequence[Way]], int]:
        """`together`, for many others beside one."""
        if not one:
            return lambda _: avoid
        mine = _thinnest(one, avoid)
        if not self.several & avoid:
            return lambda other: (mine[1] | _thinnest(other, avoid)[1]) & avoid if other else avoid
        # what each satisfies by itself is nothing of `avoid` for most pairs, but both may satisfy who needs more than one condition
        parts = [(part, *told) for part, told in zip(self._parts, self._told_by(mine[0]), strict=True)]

        def told(other: Sequence[Way]) -> int:
            if not other:
                return avoid
            left = avoid
            for (part, satisfied, owners), (also, others) in zip(parts, self._told_by(_thinnest(other, avoid)[0]), strict=True):
                left &= owners | others if part.one_each else part.cover(satisfied | also)
                if not left:
                    break
            return left

        return told

    def _told_by(self, items: tuple[Item, ...]) -> list[tuple[int, int]]:
        """Per part the conditions that the items satisfy, and the owners that need no more."""
        known = self._told.get(items)
        if known is None:
            satisfied = self.satisfied(items)
            known = [(satisfied & part.mask, part.cover(satisfied & part.mask)) for part in self._parts]
            self._told[items] = known
        return known

    def satisfied(self, items: Sequence[Item]) -> int:
        """The numbers of the conditions that the items satisfy, as a bitset."""
        found = 0
        for channel, word in items:
            index = self._texts.get(channel)
            if index is not None:
                found |= index.cover(word)
        return found

    @cached_property
    def symbolic(self) -> bool:
        """Whether some condition holds a symbol."""
        return bool(self._opaque) or any(index.symbolic for index in self._texts.values())

    def may(self, items: Sequence[Item]) -> int:
        """Owners whose conditions all are satisfied by the items under some valuation of the symbols."""
        found = self._opaque  # each may hold for every request
        for channel, word in items:
            index = self._texts.get(channel)
            if index is not None:
                found |= index.may(word)
        return self.cover(found)

    def points(self, numbers: Sequence[int]) -> tuple[list[Way], str]:
        """The sets of items that decide the conjunction of the conditions, each with the owners it satisfies; and why it is not all of them."""
        if not numbers:
            return [((), self._free)], ""
        by_channel: dict[str, list[list[tuple[Item, int]]]] = {}
        cut = ""
        for number in numbers:
            channel, patterns = self.conditions[number]
            mine: list[tuple[Item, int]] = []
            for pattern in patterns:
                words, reason = self._texts[channel].points(pattern)
                cut = cut or reason
                mine.extend(((channel, word), bits) for word, bits in words)
            by_channel.setdefault(channel, []).append(mine)
        many = f"{len(numbers)} conditions on headers or parameters have more than {WAYS_TO_REPEAT} ways to be met"
        ways = []
        looks = 0
        for choices in by_channel.values():
            met = self._ways(choices)
            if prod(map(len, choices)) > WAYS_TO_REPEAT:
                cut = cut or many
            ways.append(met if self.symbolic else _least(met))
            # the same for every order of questions: what is known already counts, too
            looks += sum(map(self._looks, {bits for _, bits in met}))
        found: list[Way] = []
        for chosen in product(*ways):
            if len(found) >= WAYS_TO_REPEAT:
                cut = cut or many
                break
            together = 0
            for _, bits in chosen:
                together |= bits
            looks += len(self._parts) if len(self._parts) > 1 else self._looks(together)
            if looks > self._share:
                cut = cut or f"its conditions on headers or parameters have more than {self._share} ways to be met with those of others"
                break
            found.append((tuple([item for items, _ in chosen for item in items]), self.cover(together)))
        self.looked += _WAY * len(found)
        return found, cut

    def _ways(self, choices: Sequence[Sequence[tuple[Item, int]]]) -> list[Way]:
        """The sets of items that satisfy conditions of one channel, one of each choice, with all that they satisfy; of too many the first."""
        if len(choices) == 1:
            return [((item,), bits) for item, bits in choices[0]]
        found: dict[tuple[Item, ...], int] = {}
        for chosen in islice(product(*choices), WAYS_TO_REPEAT):
            together = 0
            for _, bits in chosen:
                together |= bits
            found[tuple(dict.fromkeys(item for item, _ in chosen))] = together
        return list(found.items())

    def clashing(self, numbers: Sequence[int]) -> int:
        """Owners with a condition that no one text satisfies together with one of these, where both must be met by one text."""
        apart = 0
        for number in numbers:
            apart |= self._apart(number)
        return self._needing.of(apart) if apart else 0

    def told(self, numbers: Sequence[int]) -> int:
        """Owners of which `clashing` tells all, for an owner of these conditions: with those that it leaves out some request that repeats nothing
        meets both.
        """
        names = [self._names[number] for number in numbers]
        if any(self._by_regex >> number & 1 for number in numbers) or len(set(names)) < len(names):
            return 0
        if all(names):
            return self._each_once | (self._either if len(names) < 2 else 0)
        return self._alone if len(names) < 2 else 0

    @cached_property
    def _each_once(self) -> int:
        """Owners whose conditions ask each for another thing that a request carries once."""
        return self._where(lambda names: all(names) and len(set(names)) == len(names))

    @cached_property
    def _either(self) -> int:
        """Owners of one condition that one thing or another meets, so that one of them is left whatever else is asked of a request."""
        return self._where(lambda names: names == [""])

    @cached_property
    def _alone(self) -> int:
        return self._where(lambda names: len(names) < 2)

    def _where(self, fits: Callable[[list[str]], bool]) -> int:
        """Owners without a regex whose conditions have such names."""
        found = 0
        for needs, owners in self._owners.items():
            if not needs & self._by_regex and fits([self._names[number] for number in bits_of(needs)]):
                found |= owners
        return found

    @cached_property
    def _by_regex(self) -> int:
        """The conditions with a regex."""
        conditions = enumerate(self.conditions)
        return sum([1 << number for number, (_, patterns) in conditions if not all(isinstance(pattern, str) for pattern in patterns)])

    def _apart(self, number: int) -> int:
        """The conditions on the same header, or on the same literal key, that share no text with this one."""
        known = self._known_apart.get(number)
        if known is None:
            channel, patterns = self.conditions[number]
            known = self._named.get(self._names[number], 0)
            index = self._texts[channel]
            for pattern in patterns if known else ():
                meets, unsure = index.meets(pattern)
                known &= ~(meets | unsure)
            self._known_apart[number] = known
        return known

    @cached_property
    def _names(self) -> list[str]:
        """Per condition what a request carries once if it repeats nothing: a header, or a parameter of a key; "" where no one such thing is asked."""
        return [channel or _key(patterns) for channel, patterns in self.conditions]

    @cached_property
    def _named(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for number, name in enumerate(self._names):
            if name:
                found[name] = found.get(name, 0) | 1 << number
        return found

    @cached_property
    def _needing(self) -> Unions:
        """Owners that need one of the conditions."""
        found = [0] * len(self.conditions)
        for needs, owners in self._owners.items():
            for number in bits_of(needs):
                found[number] |= owners
        return Unions(found)

    def single_header(self, numbers: Sequence[int], folded: bool) -> bool:
        """Whether one line per header name can satisfy all these conditions. Raises OutOfBudget."""
        by_name: dict[str, list[int]] = {}
        for number in numbers:
            by_name.setdefault(self.conditions[number][0], []).append(number)
        return all(len(group) < 2 or self._one_text(tuple(group), folded) for group in by_name.values())

    def _one_text(self, numbers: tuple[int, ...], folded: bool) -> bool:
        known = self._single.get((numbers, folded))
        if known is None:
            if len(self._single) >= _SINGLE:
                self._single.clear()
            try:
                known = _one_text([self.conditions[number][1] for number in numbers], folded)
            except OutOfBudget as stop:
                known = stop
            self._single[numbers, folded] = known
        if isinstance(known, OutOfBudget):
            raise OutOfBudget(known.reason)
        return known


class _Part:
    """What owners need of some of the conditions, those of `mask`. `needed`: set of these (bitset) → owners; those that need none stand under 0."""

    __slots__ = ("_by_lowest", "_covers", "_lowest", "kinds", "mask", "one_each")

    def __init__(self, mask: int, needed: Mapping[int, int]) -> None:
        self.mask = mask
        self.kinds = len(needed)
        self.one_each = not any(needs & (needs - 1) for needs in needed)
        """Whether no owner needs two of the conditions, so that who is satisfied is satisfied by one item."""
        self._covers: dict[int, int] = {0: needed.get(0, 0)}
        # by the lowest of their conditions: only those of satisfied ones need a look
        self._by_lowest: dict[int, list[tuple[int, int]]] = {}
        for needs, owners in needed.items():
            if needs:
                self._by_lowest.setdefault(needs & -needs, []).append((needs, owners))
        self._lowest = sum(self._by_lowest)

    def cover(self, satisfied: int) -> int:
        """Owners that need nothing here but what is satisfied."""
        known = self._covers.get(satisfied)
        if known is None:
            known = self._covers[0]
            for number in bits_of(satisfied & self._lowest):
                for needs, owners in self._by_lowest[1 << number]:
                    if needs & satisfied == needs:
                        known |= owners
            if len(self._covers) < _COVERS:
                self._covers[satisfied] = known
        return known

    def looks(self, satisfied: int) -> int:
        return (satisfied & self._lowest).bit_count()


def _least(ways: list[Way]) -> list[Way]:
    """The ways but for those that satisfy all that another one of no more items does: whoever leaves that leaves no less."""
    if len(ways) < 2:
        return ways
    kept: list[Way] = []
    for items, bits in sorted(ways, key=lambda way: (len(way[0]), way[1].bit_count())):
        for _, other in kept:
            if other & bits == other:
                break
        else:
            kept.append((items, bits))
    return kept


def _key(patterns: Sequence[Pattern]) -> str:
    """The literal key that all these patterns of parameters have, begun by SEPARATOR; "" where there is none."""
    keys = {pattern.partition(SEPARATOR)[0] for pattern in patterns if isinstance(pattern, str)}
    key = keys.pop() if len(keys) == 1 else "*"
    return "" if "*" in key or "?" in key else SEPARATOR + key


def _thinnest(points: Sequence[Way], avoid: int) -> Way:
    """The point with the least of `avoid`."""
    if len(points) == 1:
        return points[0]
    return min(points, key=lambda point: (point[1] & avoid).bit_count())


def _one_text(group: Sequence[tuple[Pattern, ...]], folded: bool) -> bool:
    """Whether one text lies in some pattern of each member of the group."""
    for number, chosen in enumerate(product(*group)):
        if number > 1_000:
            raise OutOfBudget("more than 1000 ways to satisfy the conditions on one name")
        globs = [pattern for pattern in chosen if isinstance(pattern, str)]
        if len(globs) == len(chosen):
            if share_a_word(tuple(globs)):
                return True
        elif share_a_text(chosen, folded):
            return True
    return False


def single_parameter(group: Sequence[Sequence[tuple[str, str]]]) -> bool:
    """Whether parameters of pairwise different keys can satisfy all conditions, each a list of (key glob, value glob). Raises OutOfBudget.

    A key with a wildcard can always be given a name of its own; conditions that ask for one literal key must share its value.
    """
    for number, chosen in enumerate(product(*group)):
        if number > 1_000:
            raise OutOfBudget("more than 1000 ways to satisfy the conditions on parameters")
        values: dict[str, list[str]] = {}
        for key, value in chosen:
            if "*" not in key and "?" not in key:
                values.setdefault(key, []).append(value)
        if all(len(same) < 2 or share_a_word(tuple(same)) for same in values.values()):
            return True
    return False

"""Globs side by side: for every place, counted from the front and from the back, which of them agree with a character there.

Two globs with stars share a word exactly if what stands before the first star of each agrees, place by place, as far as both reach, and so does
what stands behind the last star of each: the stars take the rest, one glob's middle after the other's. So whom a glob meets is a conjunction of
one bitset per place, however many globs there are and wherever their `?` stand.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Final

from alb_lint.record import record
from alb_lint.space.glob import FRESH

_FEW: Final = 16
"""Texts that are compared one by one rather than by a table of all, which is only worth making where many are asked for."""


@record
class Ends:
    """What a glob has before its first star and behind its last one; a glob without a star is all head and all tail.

    `middle`: the longest literal text between stars. `parts`: all that stands between stars, the ends included, FRESH for each `?`.
    """

    head: str
    tail: str
    starred: bool
    middle: str
    parts: tuple[str, ...]


@lru_cache(maxsize=65_536)
def ends(glob: str) -> Ends:
    parts = glob.split("*")
    if len(parts) == 1:
        return Ends(glob, glob, False, "", (glob,))
    runs = [run for part in parts[1:-1] for run in part.split("?")]
    return Ends(parts[0], parts[-1], True, max(runs, key=len, default=""), tuple(part.replace("?", FRESH) for part in parts))


class Aligned:
    """Globs with the bitset of their owners.

    An owner of several globs has them in different *layers*, so that no two of them are taken for one. Layers lie side by side in one integer, each
    `width` bits wide; what `heads`, `tails` and `middles` give is of that kind, and `folded` makes owners of it.
    """

    def __init__(self, globs: Iterable[tuple[str, int]]) -> None:
        told = list(globs)
        self._width = max((bits.bit_length() for _, bits in told), default=0)
        taken: list[int] = []
        heads: list[tuple[str, int]] = []
        tails: list[tuple[str, int]] = []
        self._plain = 0
        self._middles: dict[int, dict[str, int]] = {}
        for glob, bits in told:
            left, number, put = bits, 0, 0
            while left:
                if number == len(taken):
                    taken.append(0)
                here = left & ~taken[number]
                taken[number] |= here
                left ^= here
                put |= here << number * self._width
                number += 1
            item = ends(glob)
            heads.append((item.head, put))
            tails.append((item.tail[::-1], put))
            if item.middle:
                table = self._middles.setdefault(len(item.middle), {})
                table[item.middle] = table.get(item.middle, 0) | put
            else:
                self._plain |= put
        self._shifts = [number * self._width for number in range(1, len(taken))]
        self._every_layer = sum([1 << shift for shift in self._shifts], 1)
        self._mask = (1 << self._width) - 1
        self._heads = _Texts(heads)
        self._tails = _Texts(tails)

    def spread(self, owners: int) -> int:
        """The owners in every layer."""
        return (owners & self._mask) * self._every_layer

    def folded(self, bits: int) -> int:
        """The owners that stand in some layer."""
        found = bits
        for shift in self._shifts:
            found |= bits >> shift
        return found & self._mask

    def touching(self, glob: str) -> int:
        """Owners of globs whose ends agree with those of `glob`: all that share a word with it, and among globs without a star some more."""
        mine = ends(glob)
        found = self._heads.agreeing(mine.head)
        return self.folded(found & self._tails.agreeing(mine.tail[::-1])) if found else 0

    def heads(self, text: str) -> int:
        """The globs whose head takes how a word begins that is this text and then strange characters without end."""
        return self._heads.around(text)

    def tails(self, text: str) -> int:
        """As `heads`, for how a word ends."""
        return self._tails.around(text[::-1])

    def middles(self, texts: tuple[str, ...]) -> int:
        """The globs whose longest middle stands in one of the texts, and those that have none."""
        found = self._plain
        for size, table in self._middles.items():
            for text in texts:
                for at in range(len(text) - size + 1):
                    found |= table.get(text[at : at + size], 0)
        return found


class _Texts:
    """Texts with owners. Those without `?` that begin with a text stand together in sorted order, and those that it begins with are few."""

    def __init__(self, texts: list[tuple[str, int]]) -> None:
        owners: dict[str, int] = {}
        for text, bits in texts:
            owners[text] = owners.get(text, 0) | bits
        marked = {text: owners.pop(text) for text in list(owners) if "?" in text}
        self._marked = _Places(marked) if marked else None
        self._owners = owners
        self._sorted = sorted(owners)
        self._above, self._below = self._nested()
        self._places: _Places | None = None

    def _nested(self) -> tuple[dict[str, int], dict[str, int]]:
        """Per text without `?` the owners of those that it begins with, and of those that begin with it, its own among both."""
        owners, told = self._owners, self._sorted
        above: dict[str, int] = {}
        below = dict(owners)
        stack: list[str] = []
        for text in told:
            while stack and not text.startswith(stack[-1]):
                ended = stack.pop()
                if stack:
                    below[stack[-1]] |= below[ended]
            above[text] = owners[text] | (above[stack[-1]] if stack else 0)
            stack.append(text)
        while len(stack) > 1:
            ended = stack.pop()
            below[stack[-1]] |= below[ended]
        return above, below

    def agreeing(self, text: str) -> int:
        """Owners of texts that agree with this one as far as both reach; `?` agrees with everything."""
        found = 0 if self._marked is None else self._marked.agreeing(text)
        if "?" in text:
            return found | self._agreeing_marked(text)
        if text in self._above:
            return found | self._above[text] | self._below[text]
        found |= self._before(text)
        for other in self._beginning(text):
            found |= self._owners[other]
        return found

    def _beginning(self, text: str) -> Iterator[str]:
        """The texts without `?` that begin with this one."""
        told = self._sorted
        for place in range(bisect_left(told, text), len(told)):
            if not told[place].startswith(text):
                break
            yield told[place]

    def _agreeing_marked(self, text: str) -> int:
        """Owners of the texts without `?` that agree with one that has some: where few begin as it does, each of these is looked at."""
        if self._places is None:
            head = text[: text.index("?")]
            near = list(islice(self._beginning(head), _FEW + 1))
            if len(near) <= _FEW:
                found = self._before(head)
                for other in near:
                    if all(mine in (its, "?") for mine, its in zip(text, other, strict=False)):
                        found |= self._owners[other]
                return found
            self._places = _Places(self._owners)
        return self._places.agreeing(text)

    def around(self, text: str) -> int:
        """Owners of texts no longer than this one that take it, `?` being a character of its own that only `?` takes."""
        return self._before(text) | (0 if self._marked is None else self._marked.around(text))

    def _before(self, text: str) -> int:
        """Owners of the texts without `?` that this one begins with."""
        for length in range(len(text), -1, -1):
            known = self._above.get(text[:length])
            if known is not None:
                return known
        return 0


class _Places:
    """Texts with owners: `_at[place][character]` are those that agree with the character there, being short or wild included."""

    def __init__(self, texts: Mapping[str, int]) -> None:
        size = max(map(len, texts), default=0)
        every = 0
        at: list[dict[str, int]] = [{} for _ in range(size)]
        ending = [0] * (size + 1)
        for text, bits in texts.items():
            every |= bits
            ending[len(text.rstrip("?"))] |= bits  # a `?` at the end takes a strange character as well
            for table, character in zip(at, text, strict=False):
                table[character] = table.get(character, 0) | bits
        self._upto = list(ending)
        for place in range(1, size + 1):
            self._upto[place] |= self._upto[place - 1]
        self._every = every
        self._at, self._else = at, [0] * size
        for place, table in enumerate(at):
            free = self._else[place] = self._upto[place] | table.pop("?", 0)
            for character in table:
                table[character] |= free

    def agreeing(self, text: str) -> int:
        """Owners of texts that agree with this one as far as both reach; `?` agrees with everything."""
        found = self._every
        for table, other, character in zip(self._at, self._else, text, strict=False):
            if character != "?":
                found &= table.get(character, other)
                if not found:
                    return 0
        return found

    def around(self, text: str) -> int:
        """Owners of texts no longer than this one that take it, `?` being a character of its own that only `?` takes."""
        found = self._upto[min(len(text), len(self._upto) - 1)]
        for table, other, character in zip(self._at, self._else, text, strict=False):
            found &= other if character == "?" else table.get(character, other)
            if not found:
                return 0
        return found

"""Globs side by side: for every place, counted from the front and from the back, which of them agree with a character there.

Two globs with stars share a word exactly if what stands before the first star of each agrees, place by place, as far as both reach, and so does
what stands behind the last star of each: the stars take the rest, one glob's middle after the other's. So whom a glob meets is a conjunction of
one bitset per place, however many globs there are and wherever their `?` stand.
"""

from collections.abc import Iterable
from functools import lru_cache

from alb_lint.record import record
from alb_lint.space.glob import FRESH


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
    """Globs with the bitset of their owners. An owner of several globs has them in different layers, so that no two of them are taken for one."""

    def __init__(self, globs: Iterable[tuple[str, int]]) -> None:
        layers: list[list[tuple[str, int]]] = []
        taken: list[int] = []
        for glob, bits in globs:
            left, number = bits, 0
            while left:
                if number == len(layers):
                    layers.append([])
                    taken.append(0)
                put = left & ~taken[number]
                if put:
                    layers[number].append((glob, put))
                    taken[number] |= put
                    left ^= put
                number += 1
        self._layers = [_Layer(layer, every) for layer, every in zip(layers, taken, strict=True)]

    def touching(self, glob: str) -> int:
        """Owners of globs whose ends agree with those of `glob`: all that share a word with it, and among globs without a star some more."""
        mine = ends(glob)
        found = 0
        for layer in self._layers:
            bits = layer.heads.agreeing(mine.head)
            if bits:
                found |= bits & layer.tails.agreeing(mine.tail)
        return found

    def heads(self, text: str) -> tuple[int, ...]:
        """Per layer the owners of globs whose head takes how a word begins that is this text and then strange characters without end."""
        return tuple([layer.heads.around(text) for layer in self._layers])

    def tails(self, text: str) -> tuple[int, ...]:
        """As `heads`, for how a word ends."""
        return tuple([layer.tails.around(text) for layer in self._layers])

    def middles(self, texts: tuple[str, ...]) -> tuple[int, ...]:
        """Per layer the owners of globs whose longest middle stands in one of the texts, and of those that have none."""
        return tuple([layer.within(texts) for layer in self._layers])


class _Layer:
    def __init__(self, globs: list[tuple[str, int]], every: int) -> None:
        told = [(ends(glob), bits) for glob, bits in globs]
        self.heads = _Places([(item.head, bits) for item, bits in told], every)
        self.tails = _Places([(item.tail[::-1], bits) for item, bits in told], every, backwards=True)
        self._plain = 0
        self._middles: dict[int, dict[str, int]] = {}
        for item, bits in told:
            if item.middle:
                table = self._middles.setdefault(len(item.middle), {})
                table[item.middle] = table.get(item.middle, 0) | bits
            else:
                self._plain |= bits

    def within(self, texts: tuple[str, ...]) -> int:
        found = self._plain
        for size, table in self._middles.items():
            for text in texts:
                for at in range(len(text) - size + 1):
                    found |= table.get(text[at : at + size], 0)
        return found


class _Places:
    """Texts with owners, read from one end: `_at[place][character]` are those that agree with the character there, being short or wild included."""

    def __init__(self, texts: list[tuple[str, int]], every: int, backwards: bool = False) -> None:
        self._backwards = backwards
        size = max((len(text) for text, _ in texts), default=0)
        at: list[dict[str, int]] = [{} for _ in range(size)]
        ending = [0] * (size + 1)
        for text, bits in texts:
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
        if self._backwards:
            text = text[::-1]
        found = self._every
        for table, other, character in zip(self._at, self._else, text, strict=False):
            if character != "?":
                found &= table.get(character, other)
                if not found:
                    return 0
        return found

    def around(self, text: str) -> int:
        """Owners of texts no longer than this one that take it, `?` being a character of its own that only `?` takes."""
        if self._backwards:
            text = text[::-1]
        found = self._upto[min(len(text), len(self._upto) - 1)]
        for table, other, character in zip(self._at, self._else, text, strict=False):
            found &= other if character == "?" else table.get(character, other)
            if not found:
                return 0
        return found

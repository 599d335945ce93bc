"""The index of one text dimension: which patterns take a word, which meet a pattern, which words decide a pattern.

Patterns are globs and regexes, each with the bitset of its owners. Globs are indexed by their literal prefix: the prefixes of a word are the
ancestors of a node in the sorted order of prefixes, the patterns below a prefix are a run of it. What takes a word and has more than a plain
prefix is found by the end of the word or by a text inside it; what meets a glob by `aligned`. So no pair of globs is looked at but those that
very likely have to do with each other.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Final, TypeVar

from alb_lint.record import record
from alb_lint.space.aligned import Aligned, ends
from alb_lint.space.beginnings import Beginnings
from alb_lint.space.below import Below
from alb_lint.space.budget import LEAST_WORDS, WORDS_OF_VALUES, WORDS_PER_VALUE, OutOfBudget
from alb_lint.space.covers import bits_of, minimal
from alb_lint.space.glob import (
    FIXED,
    FRESH,
    SIMPLE,
    STARRY,
    Machine,
    combined,
    common_words,
    counts,
    matches,
    overlaps,
    shape,
    spoken,
    swallows,
)
from alb_lint.space.letters import has_letter, loosened
from alb_lint.space.mixed import Mixed
from alb_lint.space.regex import Regex
from alb_lint.space.sharing import may_share, shared
from alb_lint.space.strands import Pattern

Point = tuple[str, int]
"""A word and its cover."""
_FEW: Final = 8
"""Globs with `?` that are tried one by one rather than looked up."""
_NEAR: Final = 32
"""Globs whose beginnings agree with that of another one which are compared with it one by one."""
_FEW_NEEDS: Final = 16
"""Different sets of characters that regexes need, up to which each is held against a pair of globs."""
_STRANGE: Final = sum([1 << ord(character) for character in ",=(!"])
"""Characters of real paths that no glob may hold (user guide, "Add a listener rule")."""
_STATE: Final = 5
_LOOK: Final = 4
"""What a state of a search, and a look at a glob with `?`, take of the work, a look at a pair of rules being 1."""
_FEW_SYMBOLIC: Final = 16
"""Patterns from which those that a symbolic one may meet are looked for by their ends first."""
_FEW_PAIRS: Final = 256
"""Patterns of which all pairs are kept in memory."""
_MANY_SYMBOLIC: Final = 1_000
"""Patterns from which that is all: a load balancer has some hundred rules of five values, and comparing each with each would take minutes."""


class TextIndex:
    """`owners`: pattern → bitset. `universe`: a glob that every word lies in. `folded`: globs of this dimension do not heed case."""

    def __init__(self, owners: Mapping[Pattern, int], universe: str = "*", folded: bool = False) -> None:
        self.owners = owners
        self.universe = universe
        self.folded = folded
        self.regexes = [pattern for pattern in owners if isinstance(pattern, Regex)]
        globs = [pattern for pattern in owners if isinstance(pattern, str)] if self.regexes else list(owners)
        self._globs: list[str] = globs  # type: ignore[assignment]  # the regexes are out
        self._symbolic = [glob for glob in self._globs if has_letter(glob)]
        self._marked = sorted((glob for glob in self._globs if "?" in glob), key=lambda glob: (shape(glob).prefix, glob))
        self.worked = 0
        """Work so far: globs with `?` compared one by one, and states of searches."""
        self._build()
        self._points: dict[tuple[Pattern, Pattern | None], tuple[list[Point], str]] = {}
        self._reaches: dict[tuple[str, ...], list[_Reach]] = {}
        self._regexes_near: dict[str, int] = {}
        self._beside: dict[tuple[Pattern, ...], tuple[int, int] | None] = {}

    def _build(self) -> None:
        owners = self.owners
        shapes = [shape(glob) for glob in self._globs]
        prefixes = sorted({form.prefix for form in shapes})
        at = {prefix: index for index, prefix in enumerate(prefixes)}
        count = len(prefixes)
        fixed, simple, starry, inside = [0] * count, [0] * count, [0] * count, [0] * count
        globs_at: list[list[str]] = [[] for _ in range(count)]
        ended: dict[int, dict[str, int]] = {}  # prefix → text after the only star → owners
        middled: dict[int, dict[str, list[str]]] = {}  # prefix → longest text between stars → globs
        for glob, form in zip(self._globs, shapes, strict=True):
            index = at[form.prefix]
            bits = owners[glob]
            inside[index] |= bits
            globs_at[index].append(glob)
            if form.kind == FIXED:
                fixed[index] = bits
            elif form.kind == SIMPLE:
                simple[index] = bits
            else:
                if form.kind == STARRY:
                    starry[index] |= bits
                if len(form.parts) == 2:
                    ended.setdefault(index, {})[form.parts[1]] = bits
                elif form.parts:
                    middled.setdefault(index, {}).setdefault(max(form.parts[1:-1], key=len), []).append(glob)
        parent = [-1] * count
        stack: list[int] = []
        for index, prefix in enumerate(prefixes):
            while stack and not prefix.startswith(prefixes[stack[-1]]):
                stack.pop()
            if stack:
                parent[index] = stack[-1]
            stack.append(index)
        above = [0] * count  # owners of `prefix*` for this prefix and every shorter one
        starry_above = [0] * count  # of `prefix*` and something more
        ends_above: list[tuple[tuple[int, int, dict[str, int]], ...]] = [()] * count
        middles_above: list[tuple[tuple[int, int, dict[str, list[str]]], ...]] = [()] * count
        for index in range(count):
            up = parent[index]
            above[index] = simple[index] | (above[up] if up >= 0 else 0)
            starry_above[index] = starry[index] | (starry_above[up] if up >= 0 else 0)
            if ended:
                ends_above[index] = (*(ends_above[up] if up >= 0 else ()), *_by_size(len(prefixes[index]), ended.get(index, {})))
            if middled:
                middles_above[index] = (*(middles_above[up] if up >= 0 else ()), *_by_size(len(prefixes[index]), middled.get(index, {})))
        end = list(range(1, count + 1))  # behind the last prefix that begins with this one
        for index in range(count - 1, -1, -1):
            up = parent[index]
            if up >= 0:
                inside[up] |= inside[index]
                end[up] = max(end[up], end[index])
        self._prefixes, self._at, self._parent, self._end = prefixes, at, parent, end
        self._fixed, self._above, self._starry_above, self._inside = fixed, above, starry_above, inside
        self._globs_at = globs_at
        self._ends_above, self._middles_above = ends_above, middles_above

    def _uncounted(self, word: str) -> int:
        """Owners of the globs without `?` that take the word."""
        index = self._nearest(word)
        found = self._fixed[index] if index >= 0 and self._prefixes[index] == word else 0
        return found | self._uncounted_below(index, word)

    def _uncounted_below(self, index: int, word: str) -> int:
        """Those of them that have a star; `index`: of the longest prefix that the word begins with, -1 if there is none."""
        found = 0
        if index >= 0:
            found = self._above[index]
            length = len(word)
            for start, size, tails in self._ends_above[index]:
                if start + size <= length:
                    found |= tails.get(word[length - size :], 0)
            for start, size, middles in self._middles_above[index]:
                for place in range(start, length - size + 1):
                    for glob in middles.get(word[place : place + size], ()):
                        if matches(glob, word):
                            found |= self.owners[glob]
        return found

    def cover(self, word: str) -> int:
        """Owners of the patterns that take the word. A word with FRESH says nothing about regexes: none is counted."""
        original = word
        if self.folded:
            word = word.lower()
        found = self._uncounted(word)
        if self._marked:
            for glob in self._counted(word):
                found |= self.owners[glob]
        if self.regexes and FRESH not in original and not has_letter(original):
            found |= self.mixed.cover(spoken(original))
        return found

    @cached_property
    def mixed(self) -> Mixed:
        """All patterns without symbols as automata: what is asked where a regex is involved."""
        return Mixed(self.owners, self.universe, self.folded)

    def _counted(self, word: str) -> list[str]:
        """The globs with `?` that take the word."""
        near = self._marks_near(word)
        count = near.bit_count()
        if count <= _FEW or count * _FEW < len(self._marked):
            self.worked += _LOOK * count
            taking = [glob for glob in self._marks_of(near) if counts(glob, word)]
            return [] if taking and has_letter(word) else taking
        # most of them are near: all in one go
        self.worked += _FEW * len(word)
        return [] if has_letter(word) else [self._marked[place] for place in self._side_by_side.taking(word)]

    @cached_property
    def _side_by_side(self) -> Machine:
        return Machine(self._marked)

    def _marks_near(self, *globs: str) -> int:
        """The globs with `?` that may share a word with each of the globs, and few others, by their places."""
        near = (1 << len(self._marked)) - 1
        if len(self._marked) >= _FEW:
            for glob in globs:
                near &= self._marks.touching(glob)
        return near

    def _marks_of(self, places: int) -> Iterator[str]:
        return (self._marked[place] for place in bits_of(places))

    @cached_property
    def _marks(self) -> Aligned:
        return Aligned((glob, 1 << place) for place, glob in enumerate(self._marked))

    @cached_property
    def _starred(self) -> Aligned:
        """The globs with a star, by owner."""
        return Aligned((glob, self.owners[glob]) for glob in self._globs if "*" in glob)

    @cached_property
    def _each(self) -> Aligned:
        """Every glob by its own number."""
        return Aligned((glob, 1 << place) for place, glob in enumerate(self._globs))

    @cached_property
    def _starless(self) -> int:
        """The numbers of the globs without a star."""
        return sum([1 << place for place, glob in enumerate(self._globs) if "*" not in glob])

    @property
    def symbolic(self) -> bool:
        """Whether some pattern holds a symbol."""
        return bool(self._symbolic)

    def may(self, word: str) -> int:
        """Owners of the patterns that take the word under some valuation of the symbols."""
        found = self.cover(word)
        lettered = has_letter(word)
        found |= self._perhaps(word, found)
        if lettered:
            for regex in self.regexes:
                found |= self.owners[regex]
        return found

    def _perhaps(self, glob: str, found: int) -> int:
        """Owners, but for those found, of patterns that share a word with the glob under some valuation of the symbols.

        Of more patterns than are compared one by one these are all whose ends agree whatever the symbols are.
        """
        lettered = has_letter(glob)
        wanted: Iterable[str] = self._globs if lettered else self._symbolic
        if len(self._globs) > _MANY_SYMBOLIC:
            near = self._loose_owners.touching(loosened(glob)) & ~found
            return near if lettered else near & self._symbolic_owners
        below, perhaps = self._below.of(glob)
        if len(self._globs) > _FEW_SYMBOLIC:
            near = self._loose.touching(loosened(glob)) & (-1 if lettered else self._symbolic_numbers) & ~below
            if near.bit_count() > _FEW and not lettered and shape(glob).kind == FIXED:
                near &= self._loose.folded(self._loose.middles((glob,)))  # a word holds all that a text has between its symbols
            wanted = self._picked(near and near & self._begun.agreeing(glob) & self._ended.agreeing(glob[::-1]))
        few = len(self._globs) <= _FEW_PAIRS
        for other in wanted:
            bits = self.owners[other]
            if bits & ~found & ~perhaps and (
                may_share(other, glob) if not few else shared(other, glob) if other < glob else shared(glob, other)
            ):
                perhaps |= bits
        return perhaps & ~found

    @cached_property
    def _below(self) -> Below:
        return Below((glob, place, self.owners[glob]) for place, glob in enumerate(self._globs))

    @cached_property
    def _loose(self) -> Aligned:
        """Every glob with a star for each symbol, by its number."""
        return Aligned((loosened(glob), 1 << place) for place, glob in enumerate(self._globs))

    @cached_property
    def _begun(self) -> Beginnings:
        return Beginnings((glob, place) for place, glob in enumerate(self._globs))

    @cached_property
    def _ended(self) -> Beginnings:
        return Beginnings((glob[::-1], place) for place, glob in enumerate(self._globs))

    @cached_property
    def _loose_owners(self) -> Aligned:
        return Aligned((loosened(glob), self.owners[glob]) for glob in self._globs)

    @cached_property
    def _symbolic_numbers(self) -> int:
        return sum([1 << place for place, glob in enumerate(self._globs) if has_letter(glob)])

    @cached_property
    def _symbolic_owners(self) -> int:
        return _together(self.owners[glob] for glob in self._symbolic)

    def _nearest(self, word: str) -> int:
        """The longest prefix of `word` in the index; -1 if there is none."""
        # it is the one right before where the word would stand, or one of those with which that begins
        index = bisect_right(self._prefixes, word) - 1
        while index >= 0 and not word.startswith(self._prefixes[index]):
            index = self._parent[index]
        return index

    def _generic(self, glob: str) -> Point:
        """The generic word of a glob of the index, and the owners of the globs without `?` that take it."""
        form = shape(glob)
        index = self._at.get(form.prefix)
        if index is None:  # the universe, which need not be in the index
            return form.generic, self._uncounted(form.generic)
        # no prefix holds a strange character, so that none is longer
        fixed = self._fixed[index] if form.kind == FIXED else 0
        return form.generic, fixed | self._uncounted_below(index, form.generic)

    def meets(self, pattern: Pattern) -> tuple[int, int]:
        """Owners of the patterns of the index that share a word with `pattern`, one of them; and of those for which that is undecided."""
        if not self._symbolic and not self.regexes and isinstance(pattern, str):
            return self._meets_globs(pattern), 0
        symbolic = isinstance(pattern, str) and has_letter(pattern)
        found, unsure = (0, 0) if isinstance(pattern, Regex) else (self._meets_globs(pattern), 0)
        if isinstance(pattern, str) and self._symbolic:
            unsure |= self._perhaps(pattern, found)
        if self.regexes:
            if symbolic:
                unsure |= _together(self.owners[regex] for regex in self.regexes)
            else:
                bits, doubt = self.mixed.meeting(pattern)
                found |= bits
                unsure |= doubt
                if isinstance(pattern, Regex):
                    unsure |= _together(self.owners[glob] for glob in self._symbolic)
        return found, unsure & ~found

    def _meets_globs(self, glob: str) -> int:
        form = shape(glob)
        if form.kind == FIXED:
            known = self._points.get((glob, None))
            return known[0][0][1] if known is not None and not self.regexes and len(known[0]) == 1 else self.cover(glob)
        owners = self.owners
        index = self._at[form.prefix]
        if self._symbolic and self._marked:
            # a `?` takes no symbol for certain, so that the ends do not tell everything
            return _together([owners[other] for other in self._globs if overlaps(glob, other)])
        if form.kind == SIMPLE:
            found = self._above[index] | self._starry_above[index] | self._inside[index]
            marked = [other for other in self._marks_of(self._marks_near(glob)) if owners[other] & ~found] if self._marked else ()
            return found | _together([owners[other] for other in marked if overlaps(glob, other)])
        near = self._near(index)
        if near is not None:
            return _together([owners[other] for other in near if overlaps(glob, other)])
        if "*" not in glob:
            return _together(owners[other] for other in self._picked(self._each.touching(glob)) if overlaps(glob, other))
        return self._starred.touching(glob) | _together(
            owners[other] for other in self._picked(self._each.touching(glob) & self._starless) if overlaps(glob, other)
        )

    def _near(self, index: int) -> list[str] | None:
        """The globs whose prefix begins with this one, and those with whose prefix it begins; None where they are many."""
        found: list[str] = []
        up = self._parent[index]
        while up >= 0:
            if len(found) + len(self._globs_at[up]) > _NEAR:
                return None
            found += self._globs_at[up]
            up = self._parent[up]
        for below in range(index, self._end[index]):
            if len(found) + len(self._globs_at[below]) > _NEAR:
                return None
            found += self._globs_at[below]
        return found

    def _picked(self, numbers: int) -> Iterator[str]:
        return (self._globs[number] for number in bits_of(numbers))

    def by_regex(self, mine: tuple[Pattern, ...], theirs: tuple[Pattern, ...], avoid: int) -> bool:
        """Whether a regex has to do with what a pattern of mine and one of theirs share: one of the two, or one of `avoid` that may touch both, and
        perhaps a text that has no more in it than their own characters and a strange one.
        """
        if not avoid:
            return not all(isinstance(pattern, str) for pattern in (*mine, *theirs))
        one, other = self._beside_regexes(mine), self._beside_regexes(theirs)
        if one is None or other is None:
            return True
        avoid &= one[0] & other[0]
        return bool(avoid and avoid & self._satisfied(one[1] | other[1]))

    def _beside_regexes(self, patterns: tuple[Pattern, ...]) -> tuple[int, int] | None:
        """(owners of regexes that may touch one of the globs, characters of all); None where one is a regex itself."""
        if patterns not in self._beside:
            touched = written = 0
            for pattern in patterns:
                if isinstance(pattern, str):
                    touched |= self._near_regexes(pattern)
                    written |= _written(pattern)
            plain = all(isinstance(pattern, str) for pattern in patterns)
            self._beside[patterns] = (touched, written) if plain else None
        return self._beside[patterns]

    def _satisfied(self, written: int) -> int:
        """Owners of the regexes that need no other characters than those that are written, and in doubt of all."""
        found = 0
        for needed, owners in self._needed:
            if not needed & ~written:
                found |= owners
        return found

    @cached_property
    def _needed(self) -> list[tuple[int, int]]:
        """(characters that a regex needs, owners), the same ones once. Paths may have a strange character that no pattern holds; of hosts that is not
        known.
        """
        found: dict[int, int] = {}
        for regex in self.regexes:
            needed = regex.needed() & ~_STRANGE if self.universe == "/*" else 0
            found[needed] = found.get(needed, 0) | self.owners[regex]
        return list(found.items()) if len(found) <= _FEW_NEEDS else [(0, -1)]

    def _near_regexes(self, glob: str) -> int:
        """Owners of regexes that may share a text with the glob, one of the index."""
        known = self._regexes_near.get(glob)
        if known is None:
            meets, unsure = self.mixed.meeting(glob)
            known = self._regexes_near[glob] = meets | unsure
        return known

    def left(self, mine: tuple[str, ...], theirs: tuple[str, ...], avoid: int) -> int:
        """Which of `avoid` may take one certain word of a glob of mine and one of theirs, of the words looked at the one with the least.

        None is searched for; where no such word is plain to see, all of `avoid` is left. The word of two globs with stars is the longer of their
        heads, the middles of one, those of the other, and the longer of their tails, with strange characters between in such numbers that only a
        star can take them. Whoever takes it has a head, a tail and a middle that fit; whose do is counted. Not for globs with symbols, nor where
        regexes touch them.
        """
        return self.leaving(mine, avoid)(theirs)

    def leaving(self, mine: tuple[str, ...], avoid: int) -> Callable[[tuple[str, ...]], int]:
        """`left` for globs of mine beside any others."""
        starred, reaches = self._starred, self._reaches
        wide = starred.spread(avoid)
        ours = reaches.get(mine) or self._reach(mine)

        def left(theirs: tuple[str, ...]) -> int:
            others = reaches.get(theirs) or self._reach(theirs)
            best = avoid
            for one in ours:
                head, tail = one.head, one.tail
                for other in others:
                    if not (one.starred and other.starred):
                        word, glob = (other.glob, one.glob) if one.starred else (one.glob, other.glob)
                        if "?" in word or not matches(glob, word):
                            continue
                        found = avoid & self.cover(word)
                    else:
                        found = wide & (one.middles | other.middles)
                        if head.startswith(other.head):
                            found &= one.heads
                        elif other.head.startswith(head):
                            found &= other.heads
                        else:
                            longer = _longer(head, other.head) if one.marks or other.marks else None
                            if longer is None:
                                continue
                            found &= one.heads if longer == head else other.heads
                        if tail.endswith(other.tail):
                            found &= one.tails
                        elif other.tail.endswith(tail):
                            found &= other.tails
                        else:
                            longer = _longer_end(tail, other.tail) if one.marks or other.marks else None
                            if longer is None:
                                continue
                            found &= one.tails if longer == tail else other.tails
                        found = found and starred.folded(found)
                    if not found:
                        return 0
                    if found.bit_count() < best.bit_count():
                        best = found
            return best

        return left

    def _reach(self, globs: tuple[str, ...]) -> "list[_Reach]":
        starred = self._starred
        found = self._reaches[globs] = [
            _Reach(
                glob,
                own.starred,
                "?" in glob,
                own.head,
                own.tail,
                starred.heads(own.head),
                starred.tails(own.tail),
                starred.middles(own.parts),
            )
            for glob, own in zip(globs, map(ends, globs), strict=True)
        ]
        return found

    def inside(self, glob: str) -> int:
        """Owners of patterns that take all of the glob, one of the index; 0 where work on it was cut off."""
        points, cut = self.points(glob)
        found = 0 if cut or not points else -1
        for _, bits in points:
            found &= bits
        return found

    def points(self, pattern: Pattern, also: Pattern | None = None) -> tuple[list[Point], str]:
        """The words that decide `pattern` (or what it shares with `also`), with their covers, only minimal covers; and why it is not all of them.

        The reason is empty where the list is complete. Both must be patterns of the index, or the universe. An empty list with no reason:
        nothing is shared.
        """
        key = (pattern, also)
        known = self._points.get(key)
        if known is None:
            known = self._points[key] = self._find(pattern, also)
        return known

    def _find(self, pattern: Pattern, also: Pattern | None) -> tuple[list[Point], str]:
        if also is None and isinstance(pattern, str) and not (self._symbolic or self.regexes or self._marked):
            return [self._generic(pattern)], ""
        found, reason = self._words_of(pattern, also)
        if also is None and isinstance(pattern, str) and "*" in pattern and self._symbolic and self._marked and not reason:
            # a symbol may be empty and leave a `?` for one strange character, but never for more than there are
            word = pattern.replace("*", FRESH * self._longest_count).replace("?", FRESH)
            found = [*found, (word, self.cover(word))]
        return found, reason

    @cached_property
    def _longest_count(self) -> int:
        """More characters than the `?` of any glob."""
        return 1 + max(glob.count("?") for glob in self._marked)

    def _words_of(self, pattern: Pattern, also: Pattern | None) -> tuple[list[Point], str]:
        wanted = [pattern] if also is None else [pattern, also]
        if self._symbolic and any(isinstance(item, str) and has_letter(item) for item in wanted):
            return self._symbolic_points(wanted)
        other = pattern if also is None else also
        try:
            if self.regexes and (any(isinstance(item, Regex) for item in wanted) or self.mixed.touched(pattern, other)):
                return self.mixed.points(pattern, other)
            globs = [item for item in wanted if isinstance(item, str)]
            if also is None and not (self._symbolic and self._marked) and (point := self._plain_point(globs[0])) is not None:
                return [point], ""
            watched = self._watched(globs) if self._marked else ()
            self.worked += _STATE * self._share
            # of words that decide the same the shortest reads best
            words, states = combined(globs[0], globs[1] if also is not None else "*", watched, self._share)
            self.worked -= _STATE * (self._share - states)
            words.sort(key=len)
        except OutOfBudget as stop:
            return self._some(wanted), stop.reason
        if len(words) == 1:
            return [(words[0], self.cover(words[0]))], ""
        found = [(word, self.cover(word)) for word in words]
        # of two words with one cover a symbol may still tell them apart
        return (found if self._symbolic else minimal(found)), ""

    @cached_property
    def _share(self) -> int:
        """States that the search for the words of one glob, or of two together, may look at."""
        return max(LEAST_WORDS, min(WORDS_PER_VALUE, WORDS_OF_VALUES // max(1, len(self._globs))))

    def _symbolic_points(self, wanted: list[Pattern]) -> tuple[list[Point], str]:
        """Words that lie in all that is wanted for every valuation; what further words there are depends on the symbols."""
        globs = [item for item in wanted if isinstance(item, str)]
        if len(globs) < len(wanted) or (len(globs) == 2 and any("?" in item for item in globs)):
            return [], "it depends on a value that is not known"
        if len(globs) == 1:
            word = shape(globs[0]).generic
            return [(word, self.cover(word))], ""
        try:
            words = sorted(common_words(globs[0], globs[1], cap=self._share), key=len)
        except OutOfBudget as stop:
            return [], stop.reason
        return minimal([(word, self.cover(word)) for word in words]), ""

    def _some(self, wanted: list[Pattern]) -> list[Point]:
        """One word where it is cheap to give: work was cut off, but a true point still proves what it proves."""
        if len(wanted) == 1 and isinstance(wanted[0], str) and not self.regexes:
            word = shape(wanted[0]).generic
            return [(word, self.cover(word))]
        return []

    def _plain_point(self, glob: str) -> Point | None:
        """A word that nobody takes but who takes all of the glob, so that no other word is needed: the generic one, or that without its stars."""
        word, sure = self._generic(glob)
        # who takes the generic word and does not count characters takes the whole glob
        cover, counting = sure, False
        if self.regexes and FRESH not in word and not has_letter(word):
            cover |= self.mixed.cover(spoken(word))
        for other in self._counted(word) if self._marked else ():
            cover |= self.owners[other]
            if other == glob or _plainly_inside(glob, other):
                sure |= self.owners[other]
            else:
                counting = True
        if not counting:
            return word, cover
        shorter = glob.replace("*", "").replace("?", FRESH)
        cover = self.cover(shorter)
        return None if cover & ~sure else (shorter, cover)

    def _watched(self, wanted: list[str]) -> tuple[str, ...]:
        """The globs with `?` whose count of characters may matter: those that touch, and are not plainly around, what is wanted."""
        near = list(self._marks_of(self._marks_near(*wanted)))
        self.worked += 3 * _LOOK * len(near)
        # of globs with stars, those that are near share a word with what is wanted
        sure = len(self._marked) >= _FEW and not self._symbolic and all("*" in item for item in wanted)
        return tuple(
            [
                glob
                for glob in near
                if glob not in wanted
                and ((sure and "*" in glob) or all(overlaps(glob, item) for item in wanted))
                and not _around(glob, wanted)
            ]
        )


@record
class _Reach:
    """A glob by its ends. `heads`, `tails`, `middles`: the globs with a star whose head, tail and middle take its own."""

    glob: str
    starred: bool
    marks: bool
    head: str
    tail: str
    heads: int
    tails: int
    middles: int


T = TypeVar("T")


def _by_size(start: int, table: Mapping[str, T]) -> Iterator[tuple[int, int, dict[str, T]]]:
    """The table as one for each length of its keys, with where they may begin."""
    sizes: dict[int, dict[str, T]] = {}
    for key, value in table.items():
        sizes.setdefault(len(key), {})[key] = value
    return ((start, size, part) for size, part in sizes.items())


def _together(covers: Iterable[int]) -> int:
    found = 0
    for bits in covers:
        found |= bits
    return found


def _longer(one: str, other: str) -> str | None:
    """The longer of two beginnings that agree, if the other one fills in none of its `?`; None if it does, or they disagree."""
    if one.startswith(other):
        return one
    if other.startswith(one):
        return other
    for long, short in ((one, other), (other, one)):
        if "?" in short and len(long) >= len(short) and all(y in (x, "?") for x, y in zip(long, short, strict=False)):
            return long
    return None


def _longer_end(one: str, other: str) -> str | None:
    """As `_longer`, for how words end."""
    if one.endswith(other):
        return one
    if other.endswith(one):
        return other
    found = _longer(one[::-1], other[::-1]) if "?" in one or "?" in other else None
    return None if found is None else found[::-1]


@lru_cache(maxsize=65_536)
def _plainly_inside(inner: str, outer: str) -> bool:
    """True only if `inner` is a part of `outer`: FRESH for every wildcard, and no star of `inner` where `outer` counts."""
    if not matches(outer, shape(inner).generic):
        return False
    if swallows(outer, inner):
        return True
    try:
        return all(matches(outer, word) for word in common_words(inner, "*", (outer,)))
    except OutOfBudget:
        return False


def _around(glob: str, wanted: list[str]) -> bool:
    return any(_plainly_inside(item, glob) for item in wanted)


@lru_cache(maxsize=65_536)
def _written(glob: str) -> int:
    """The ASCII characters of a glob, which are all that regexes name, as a bitset of their codes."""
    found = 0
    for character in set(glob):
        if character < "\x7f":
            found |= 1 << ord(character)
    return found

"""The index of one text dimension: which patterns take a word, which meet a pattern, which words decide a pattern.

Patterns are globs and regexes, each with the bitset of its owners. Globs are indexed by their literal prefix: the prefixes of a word are the
ancestors of a node in the sorted order of prefixes, the patterns below a prefix are a run of it. So no pair of globs is looked at unless one
of them has more than a plain prefix and they agree on it.
"""

from collections.abc import Mapping
from functools import lru_cache

from alb_lint.space import joint
from alb_lint.space.budget import OutOfBudget
from alb_lint.space.covers import minimal
from alb_lint.space.glob import FIXED, FRESH, SIMPLE, STARRY, common_words, matches, overlaps, shape, spoken
from alb_lint.space.joint import Pattern
from alb_lint.space.letters import has_letter, may_share
from alb_lint.space.regex import Regex

Point = tuple[str, int]
"""A word and its cover."""


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
        self._marked = sorted((shape(glob).prefix, glob) for glob in self._globs if "?" in glob)
        self._build()
        self._points: dict[tuple[Pattern, Pattern | None], tuple[list[Point], str]] = {}

    def _build(self) -> None:
        owners = self.owners
        shapes = [shape(glob) for glob in self._globs]
        prefixes = sorted({form.prefix for form in shapes})
        at = {prefix: index for index, prefix in enumerate(prefixes)}
        count = len(prefixes)
        fixed, simple, inside = [0] * count, [0] * count, [0] * count
        complex_at: list[list[str]] = [[] for _ in prefixes]
        some_complex = False
        for glob, form in zip(self._globs, shapes, strict=True):
            index = at[form.prefix]
            bits = owners[glob]
            inside[index] |= bits
            if form.kind == FIXED:
                fixed[index] = bits
            elif form.kind == SIMPLE:
                simple[index] = bits
            else:
                complex_at[index].append(glob)
                some_complex = True
        parent, end = [-1] * count, [count] * count
        stack: list[int] = []
        for index, prefix in enumerate(prefixes):
            while stack and not prefix.startswith(prefixes[stack[-1]]):
                end[stack.pop()] = index
            if stack:
                parent[index] = stack[-1]
            stack.append(index)
        above = [0] * count  # owners of `prefix*` for this prefix and every shorter one
        complex_above: list[list[str]] = complex_at if not some_complex else [[] for _ in prefixes]
        for index in range(count):
            up = parent[index]
            above[index] = simple[index] | (above[up] if up >= 0 else 0)
            if some_complex:
                mine, theirs = complex_at[index], complex_above[up] if up >= 0 else []
                complex_above[index] = [*theirs, *mine] if mine else theirs
        for index in range(count - 1, -1, -1):
            if parent[index] >= 0:
                inside[parent[index]] |= inside[index]
        self._prefixes, self._at, self._parent, self._end = prefixes, at, parent, end
        self._fixed, self._simple, self._above, self._inside = fixed, simple, above, inside
        self._complex_at, self._complex_above = complex_at, complex_above
        self._lengths: list[int] | None = None

    def cover(self, word: str) -> int:
        """Owners of the patterns that take the word. A word with FRESH says nothing about regexes: none is counted."""
        if self.folded:
            original, word = word, word.lower()
        else:
            original = word
        index = self._at.get(word, -1)
        if index < 0:
            index = self._nearest(word)
            found = 0
        else:
            found = self._fixed[index]
        if index >= 0:
            found |= self._above[index]
            for glob in self._complex_above[index]:
                if matches(glob, word):
                    found |= self.owners[glob]
        if self.regexes and FRESH not in original and not has_letter(original):
            text = spoken(original)
            for regex in self.regexes:
                if regex.matches(text):
                    found |= self.owners[regex]
        return found

    @property
    def symbolic(self) -> bool:
        """Whether some pattern holds a symbol."""
        return bool(self._symbolic)

    def may(self, word: str) -> int:
        """Owners of the patterns that take the word under some valuation of the symbols."""
        found = self.cover(word)
        lettered = has_letter(word)
        for glob in self._globs if lettered else self._symbolic:
            bits = self.owners[glob]
            if bits & ~found and may_share(glob, word):
                found |= bits
        if lettered:
            for regex in self.regexes:
                found |= self.owners[regex]
        return found

    def _nearest(self, word: str) -> int:
        """The longest prefix of `word` in the index; -1 if there is none."""
        if self._lengths is None:
            self._lengths = sorted({len(prefix) for prefix in self._prefixes}, reverse=True)
        for length in self._lengths:
            if length <= len(word):
                index = self._at.get(word[:length], -1)
                if index >= 0:
                    return index
        return -1

    def generic(self, glob: str) -> Point:
        """The generic word of a glob of the index, and its cover among the globs."""
        form = shape(glob)
        index = self._at[form.prefix]
        found = self._above[index]
        if form.kind == FIXED:
            found |= self._fixed[index]
        for other in self._complex_above[index]:
            if other is glob or matches(other, form.generic):
                found |= self.owners[other]
        return form.generic, found

    def meets(self, pattern: Pattern) -> tuple[int, int]:
        """Owners of the patterns of the index that share a word with `pattern`, one of them; and of those for which that is undecided."""
        if isinstance(pattern, Regex):
            found = 0
            unsure = 0
            for other in self.owners:
                bits, doubt = self._meets_regex(pattern, other)
                found |= bits
                unsure |= doubt
            return found, unsure
        found, unsure = self._meets_globs(pattern), 0
        if self._symbolic:
            for other in self._globs if has_letter(pattern) else self._symbolic:
                bits = self.owners[other]
                if bits & ~found and may_share(other, pattern):
                    unsure |= bits
        for regex in self.regexes:
            bits, doubt = self._meets_regex(regex, pattern)
            if bits:
                found |= self.owners[regex]
            elif doubt:
                unsure |= self.owners[regex]
        return found, unsure

    def _meets_regex(self, regex: Regex, other: Pattern) -> tuple[int, int]:
        bits = self.owners[other]
        if isinstance(other, str) and has_letter(other):
            return 0, bits
        if regex == other:
            other = regex
        try:
            return (bits, 0) if joint.share_a_word((regex, other), self.folded, self.universe) is not None else (0, 0)
        except OutOfBudget:
            return 0, bits

    def _meets_globs(self, glob: str) -> int:
        form = shape(glob)
        if form.kind == FIXED:
            return self.generic(glob)[1]
        index = self._at[form.prefix]
        owners = self.owners
        found = self._above[index]
        if form.kind == SIMPLE:
            found |= self._inside[index]
            up = self._parent[index]
            for other in self._complex_above[up] if up >= 0 else ():
                if shape(other).kind == STARRY or overlaps(glob, other):
                    found |= owners[other]
            return found
        for other in self._complex_above[index]:
            if overlaps(glob, other):
                found |= owners[other]
        tail = form.parts[-1] if len(form.parts) == 2 else None
        starry = form.kind == STARRY
        fits = len(form.prefix) + len(tail) if tail is not None else 0
        for below in range(index, self._end[index]):
            if self._fixed[below]:
                word = self._prefixes[below]
                if (word.endswith(tail) and len(word) >= fits) if tail is not None else matches(glob, word):
                    found |= self._fixed[below]
            if below > index:
                if self._simple[below] and (starry or overlaps(glob, self._prefixes[below] + "*")):
                    found |= self._simple[below]
                for other in self._complex_at[below]:
                    if overlaps(glob, other):
                        found |= owners[other]
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
        wanted = [pattern] if also is None else [pattern, also]
        if self._symbolic and any(isinstance(item, str) and has_letter(item) for item in wanted):
            return self._symbolic_points(wanted)
        touching = self._touching_regexes(wanted)
        try:
            if touching or any(isinstance(item, Regex) for item in wanted):
                rivals: list[Pattern] = [*touching, *(glob for glob in self._globs if self._may_touch(glob, wanted))]
                words = joint.common_words(wanted, rivals, self.folded, self.universe)
            else:
                globs = [item for item in wanted if isinstance(item, str)]
                watched = self._watched(globs) if self._marked else ()
                if also is None and globs[0] in self.owners and not any(matches(glob, shape(globs[0]).generic) for glob in watched):
                    # whoever takes the generic word takes all of it, so no other word is needed
                    return [self.generic(globs[0])], ""
                # of words that decide the same the shortest reads best
                words = sorted(common_words(globs[0], globs[1] if also is not None else "*", watched), key=len)
        except OutOfBudget as stop:
            return self._some(wanted), stop.reason
        if len(words) == 1:
            return [(words[0], self.cover(words[0]))], ""
        found = [(word, self.cover(word)) for word in words]
        # of two words with one cover a symbol may still tell them apart
        return (found if self._symbolic else minimal(found)), ""

    def _symbolic_points(self, wanted: list[Pattern]) -> tuple[list[Point], str]:
        """Words that lie in all that is wanted for every valuation; what further words there are depends on the symbols."""
        globs = [item for item in wanted if isinstance(item, str)]
        if len(globs) < len(wanted) or (len(globs) == 2 and any("?" in item for item in globs)):
            return [], "it depends on a value that is not known"
        if len(globs) == 1:
            word = shape(globs[0]).generic
            return [(word, self.cover(word))], ""
        try:
            words = sorted(common_words(globs[0], globs[1]), key=len)
        except OutOfBudget as stop:
            return [], stop.reason
        return minimal([(word, self.cover(word)) for word in words]), ""

    def _some(self, wanted: list[Pattern]) -> list[Point]:
        """One word where it is cheap to give: work was cut off, but a true point still proves what it proves."""
        if len(wanted) == 1 and isinstance(wanted[0], str) and not self.regexes:
            word = shape(wanted[0]).generic
            return [(word, self.cover(word))]
        return []

    def _touching_regexes(self, wanted: list[Pattern]) -> list[Regex]:
        found = []
        for regex in self.regexes:
            try:
                if all(joint.share_a_word((regex, item), self.folded, self.universe) is not None for item in wanted):
                    found.append(regex)
            except OutOfBudget:
                found.append(regex)
        return found

    def _may_touch(self, glob: str, wanted: list[Pattern]) -> bool:
        return all(not isinstance(item, str) or overlaps(glob, item) for item in wanted)

    def _watched(self, wanted: list[str]) -> tuple[str, ...]:
        """The globs with `?` whose count of characters may matter: those that touch, and are not plainly around, what is wanted."""
        longest = max((shape(item).prefix for item in wanted), key=len)
        found = []
        for prefix, glob in self._marked:
            if not (prefix.startswith(longest) or longest.startswith(prefix)) or glob in wanted:
                continue
            if all(overlaps(glob, item) for item in wanted) and not _around(glob, wanted):
                found.append(glob)
        return tuple(found)


@lru_cache(maxsize=65_536)
def _plainly_inside(inner: str, outer: str) -> bool:
    """True only if `inner` is a part of `outer`: FRESH for every wildcard, and no star of `inner` where `outer` counts."""
    try:
        return all(matches(outer, word) for word in common_words(inner, "*", (outer,)))
    except OutOfBudget:
        return False


def _around(glob: str, wanted: list[str]) -> bool:
    return any(_plainly_inside(item, glob) for item in wanted)

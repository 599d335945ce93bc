"""Globs: whole-string patterns in which `*` is any text and `?` exactly one character.

A glob is a `str` in canonical form, made by `canonical`: in it `*` and `?` are always wildcards, and the literal characters `*` and `?` are
LITERAL_STAR and LITERAL_MARK. A word is a string over the same alphabet without wildcards; it may hold FRESH, the character that no pattern
mentions. Texts from outside that use these private characters are refused by `speakable`.
"""

from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Final

from alb_lint.record import record
from alb_lint.space.budget import WORDS_PER_VALUE, OutOfBudget
from alb_lint.space.covers import bits_of
from alb_lint.space.letters import has_letter

FRESH: Final = "\ue000"
LITERAL_STAR: Final = "\ue001"
LITERAL_MARK: Final = "\ue002"
SEPARATOR: Final = "\ue003"
"""Between the key and the value of a pair; no wildcard ever takes it, since every pattern of pairs holds exactly one."""

NOTHING: Final = "\ue004"
"""A glob that no text from outside lies in."""

FIXED, SIMPLE, STARRY, MARKED = range(4)
"""Kinds of globs: no wildcard; `prefix*`; a star right after the prefix and more; a `?` right after the prefix."""


def speakable(text: str) -> bool:
    """Whether `text` is free of the private characters that this module gives a meaning."""
    return text.isascii() or not any("\ue000" <= character <= "\ue0ff" or character >= "\U000f0000" for character in text)


def literal(text: str) -> str:
    """The word that stands for the concrete `text`, and the glob that matches nothing else."""
    if "*" in text or "?" in text:
        return text.replace("*", LITERAL_STAR).replace("?", LITERAL_MARK)
    return text


def spoken(word: str) -> str:
    """The concrete text of a word without FRESH; inverse of `literal`."""
    if word.isascii():
        return word
    return word.replace(LITERAL_STAR, "*").replace(LITERAL_MARK, "?")


def canonical(pattern: str) -> str:
    """The one glob among those of equal wildcards: `**` is `*`, and in a run of wildcards every `?` stands before the `*`."""
    if "**" not in pattern and "*?" not in pattern:
        return pattern
    out: list[str] = []
    marks, star = 0, False
    for character in pattern:
        if character == "*":
            star = True
        elif character == "?":
            marks += 1
        else:
            out.append("?" * marks + ("*" if star else ""))
            out.append(character)
            marks, star = 0, False
    out.append("?" * marks + ("*" if star else ""))
    return "".join(out)


@record
class Shape:
    """What indexes and matchers need of a glob.

    `prefix`: the literal text before the first wildcard. `kind`: FIXED, SIMPLE, STARRY or MARKED. `parts`: the texts between stars, for
    globs without `?`, else empty. `generic`: the word with FRESH for each wildcard. `marks`: whether it holds a `?`.
    """

    prefix: str
    kind: int
    parts: tuple[str, ...]
    generic: str
    marks: bool


@lru_cache(maxsize=65_536)
def shape(glob: str) -> Shape:
    marks = "?" in glob
    star = glob.find("*")
    if star < 0 and not marks:
        return Shape(glob, FIXED, (glob,), glob, False)
    generic = glob.replace("*", FRESH)
    if marks:
        first = glob.index("?")
        generic = generic.replace("?", FRESH)
        if 0 <= star < first:
            return Shape(glob[:star], STARRY, (), generic, True)
        return Shape(glob[:first], MARKED, (), generic, True)
    parts = tuple(glob.split("*"))
    kind = SIMPLE if star == len(glob) - 1 else STARRY
    return Shape(glob[:star], kind, parts, generic, False)


def matches(glob: str, word: str) -> bool:
    """Whether `word` lies in `glob`. Linear in practice: no backtracking."""
    form = shape(glob)
    if form.kind == FIXED:
        return glob == word
    parts = form.parts
    if not parts:
        # a symbol may be any text, so `?` never surely takes it
        return word.startswith(form.prefix) and not has_letter(word) and counts(glob, word)
    first, last = parts[0], parts[-1]
    if len(word) < len(first) + len(last) or not word.startswith(first) or not word.endswith(last):
        return False
    at, end = len(first), len(word) - len(last)
    for part in parts[1:-1]:
        found = word.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def counts(glob: str, word: str) -> bool:
    """Whether a word without symbols lies in a glob with `?`. Between two stars a part that stands early leaves most to the others."""
    parts = _parts(glob)
    size, texts = parts[0]
    end = len(word)
    if size > end:
        return False
    for place, text in texts:
        if not word.startswith(text, place):
            return False
    if len(parts) == 1:
        return size == end
    at = size
    size, texts = parts[-1]
    end -= size
    if end < at:
        return False
    for place, text in texts:
        if not word.startswith(text, end + place):
            return False
    for size, texts in parts[1:-1]:
        at = _found(size, texts, word, at, end) + size
        if at < size:
            return False
    return at <= end


def _found(size: int, texts: tuple[tuple[int, str], ...], word: str, at: int, end: int) -> int:
    """The first place between `at` and `end` where a part fits; a negative number below every size where none does."""
    if not texts:
        return at if at + size <= end else -1 - size
    first, text = texts[0]
    place = word.find(text, at + first, end) - first
    while place >= at and place + size <= end:
        if all(word.startswith(other, place + further) for further, other in texts[1:]):
            return place
        place = word.find(text, place + first + 1, end) - first
    return -1 - size


@lru_cache(maxsize=65_536)
def _parts(glob: str) -> tuple[tuple[int, tuple[tuple[int, str], ...]], ...]:
    """What stands between the stars: how many characters, and the texts between the `?` with their place among these."""
    parts = []
    for part in glob.split("*"):
        texts, place = [], 0
        for text in part.split("?"):
            if text:
                texts.append((place, text))
            place += len(text) + 1
        parts.append((len(part), tuple(texts)))
    return tuple(parts)


def overlaps(a: str, b: str) -> bool:
    """Whether some word lies in both globs."""
    left, right = shape(a), shape(b)
    if left.kind == FIXED:
        return matches(b, a)
    if right.kind == FIXED:
        return matches(a, b)
    if not (left.prefix.startswith(right.prefix) or right.prefix.startswith(left.prefix)):
        return False
    if ("?" in a and has_letter(b)) or ("?" in b and has_letter(a)):
        return False  # not for every text of the symbol
    if left.parts and right.parts:
        # both hold a star and no `?`: prefixes and suffixes must agree, the stars take the rest
        x, y = left.parts[-1], right.parts[-1]
        return x.endswith(y) or y.endswith(x)
    if "*" in a and "*" in b:
        return _agree(a, b) and _agree(a[::-1], b[::-1])
    return _machine((b,)).meets(a)


def _agree(a: str, b: str) -> bool:
    """Whether two globs agree from their beginning to the first star of either."""
    for x, y in zip(a, b, strict=False):
        if x == "*" or y == "*":
            return True
        if x != y and "?" not in (x, y):
            return False
    return True


class Machine:
    """Several globs run side by side, all their states in one int (bit i: about to match token i).

    `step` and `start` give closed states; `accepted` is the bitset of globs, by position in `globs`, that take the word read so far.
    """

    def __init__(self, globs: Iterable[str]) -> None:
        self.star = 0
        self.any = 0
        self.start = 0
        self.literals: dict[str, int] = {}
        self.ends: list[int] = []
        at = 0
        for glob in globs:
            self.start |= 1 << at
            for token, places in _tokens(glob):
                if token == "*":
                    self.star |= places << at
                elif token == "?":
                    self.any |= places << at
                else:
                    self.literals[token] = self.literals.get(token, 0) | places << at
            at += len(glob)
            self.ends.append(at)
            at += 1
        self.size = at
        self.start |= (self.start & self.star) << 1

    def step(self, state: int, letter: str) -> int:
        moved = ((state & (self.literals.get(letter, 0) | self.any)) << 1) | (state & self.star)
        return moved | ((moved & self.star) << 1)

    def swallows(self, glob: str) -> bool:
        """For a machine of one glob: whether it takes the glob character by character, a star only where it has one itself."""
        state = self.start
        for token in glob:
            if token == "*":
                state &= self.star
                state |= (state & self.star) << 1
            else:
                state = self.step(state, FRESH if token == "?" else token)
            if not state:
                return False
        return bool(state >> self.ends[0] & 1)

    def taking(self, word: str) -> list[int]:
        """The globs that take the word, by position."""
        state = self.start
        for letter in word:
            state = self.step(state, letter)
            if not state:
                return []
        return [self._number[end] for end in bits_of(state & self._every_end)]

    @cached_property
    def _number(self) -> dict[int, int]:
        """The position of the glob that ends at a state."""
        return {end: index for index, end in enumerate(self.ends)}

    @cached_property
    def _every_end(self) -> int:
        found = 0
        for end in self.ends:
            found |= 1 << end
        return found

    def meets(self, glob: str) -> bool:
        """For a machine of one glob: whether it shares a word with `glob`."""
        state = self.start
        everything = (1 << self.size) - 1
        for token in glob:
            if token == "*":
                # any text: from the first live token on, every later one can be reached
                state = everything & ~((state & -state) - 1)
            elif token == "?":
                moved = ((state & everything) << 1) & everything | (state & self.star)
                state = moved | ((moved & self.star) << 1)
            else:
                state = self.step(state, token)
            if not state:
                return False
        return bool(state >> self.ends[0] & 1)


@lru_cache(maxsize=4_096)
def _machine(globs: tuple[str, ...]) -> Machine:
    return Machine(globs)


@lru_cache(maxsize=65_536)
def _tokens(glob: str) -> tuple[tuple[str, int], ...]:
    """Where each character of the glob stands in it, as a bitset."""
    found: dict[str, int] = {}
    for place, token in enumerate(glob):
        found[token] = found.get(token, 0) | 1 << place
    return tuple(found.items())


def swallows(outer: str, inner: str) -> bool:
    """True only if every word of `inner` lies in `outer`; False says nothing."""
    return _machine((outer,)).swallows(inner)


def common_words(a: str, b: str, watched: tuple[str, ...] = (), cap: int = WORDS_PER_VALUE) -> list[str]:
    """Words in both globs that together decide every question about `a ∩ b` against other globs; empty exactly if the globs are disjoint.

    For every word of `a ∩ b` the list has one that lies in no other glob than that word does, among all globs without `?` and the `watched`
    ones (those with `?` that matter). Unique, in order of discovery, FRESH wherever both globs have a wildcard. Pass `*` as `b` for the
    words of `a` alone. Raises OutOfBudget past `cap` states.

    Why it is enough: where both globs stand in a star, one FRESH more only ever leaves globs without `?`, so one is put there always; the
    globs with `?` count, so for them every length is tried until their states repeat.
    """
    return combined(a, b, watched, cap)[0]


def combined(a: str, b: str, watched: tuple[str, ...], cap: int) -> tuple[list[str], int]:
    """`common_words`, and the states looked at for them."""
    machine = _machine(watched) if watched else None
    # places in a and in b, the word so far, the state of the watched globs, whether FRESH was just put where both stand in a star
    stack: list[tuple[int, int, str, int, bool]] = [(0, 0, "", machine.start if machine else 0, False)]
    seen: dict[tuple[int, int, str, bool], list[int]] = {}
    words: dict[str, None] = {}
    steps = 0
    while stack:
        i, j, word, state, filled = stack.pop()
        steps += 1
        if steps > cap:
            raise OutOfBudget(f"more than {cap} ways to combine {spoken(a)} with {spoken(b)}")
        x, y = a[i : i + 1], b[j : j + 1]
        if not x and not y:
            words[word] = None
            continue
        for i2, j2, letter in _moves(i, j, x, y, filled or bool(state)):
            after = machine.step(state, letter) if machine and letter else state
            word2 = word + letter
            filled2 = letter == FRESH and x == y == "*"
            known = seen.setdefault((i2, j2, _squeezed(word2), filled2), [])
            if any(old & after == old for old in known):
                continue
            known.append(after)
            stack.append((i2, j2, word2, after, filled2))
    return list(words), steps


@lru_cache(maxsize=65_536)
def common_at_hand(a: str, b: str) -> tuple[str, ...]:
    """Words in both globs that can be written down without a search; some where there are any, not all that decide.

    The texts between the stars of one, then those of the other, with FRESH between them or run into each other where one text ends as the next
    begins: `/x/*` and `*/y` share `/x/y`.
    """
    left, right = a.replace("?", FRESH).split("*"), b.replace("?", FRESH).split("*")
    if len(left) == 1 or len(right) == 1:
        words = [word for word, parts in ((left[0], left), (right[0], right)) if len(parts) == 1]
    else:
        head, tail = max(left[0], right[0], key=len), max(left[-1], right[-1], key=len)
        words = []
        for one, other in ((left[1:-1], right[1:-1]), (right[1:-1], left[1:-1])):
            texts = [head, *one, *other, tail]
            words += _run_together(texts, {1, 1 + len(one), len(texts) - 1})
    return tuple([word for word in dict.fromkeys(words) if matches(a, word) and matches(b, word)])


def _run_together(texts: list[str], seams: set[int]) -> list[str]:
    """The texts as one, FRESH between them; and with any of those at `seams` begun by the end of what stands before."""
    found = [texts[0]]
    for place, text in enumerate(texts[1:], 1):
        longer = [word + FRESH + text for word in found]
        if place in seams:
            for word in found:
                shared = next((size for size in range(min(len(word), len(text)), 0, -1) if word.endswith(text[:size])), 0)
                if shared:
                    longer.append(word + text[shared:])
        found = longer
    return found


def _moves(i: int, j: int, x: str, y: str, may_leave: bool) -> list[tuple[int, int, str]]:
    """The next places and the letter read on the way ("" for none), from token `x` of one glob and `y` of the other ("" at the end)."""
    if x == y == "*":
        stay = (i, j, FRESH)
        return [stay, (i + 1, j, ""), (i, j + 1, "")] if may_leave else [stay]
    moves: list[tuple[int, int, str]] = []
    if x == "*":
        moves.append((i + 1, j, ""))
    if y == "*":
        moves.append((i, j + 1, ""))
    if x and y:
        if x in "*?" and y in "*?":
            letter = FRESH
        elif x in "*?":
            letter = y
        else:
            letter = x if y in "*?" or x == y else ""
        if letter:
            moves.append((i + (x != "*"), j + (y != "*"), letter))
    return moves


def _squeezed(word: str) -> str:
    """The word with every run of FRESH cut to one: globs without `?` cannot tell them apart."""
    while FRESH + FRESH in word:
        word = word.replace(FRESH + FRESH, FRESH)
    return word


def share_a_word(globs: tuple[str, ...], cap: int = WORDS_PER_VALUE) -> bool:
    """Whether one word lies in all the globs. Raises OutOfBudget past `cap` states."""
    todo = sorted(set(globs))
    if not all(overlaps(a, b) for k, a in enumerate(todo) for b in todo[:k]):
        return False
    if len(todo) <= 2:
        return True
    start = tuple(0 for _ in todo)
    stack, seen = [start], {start}
    while stack:
        places = stack.pop()
        tokens = [glob[place : place + 1] for glob, place in zip(todo, places, strict=True)]
        if not any(tokens):
            return True
        nexts: list[tuple[int, ...]] = [
            (*places[:k], place + 1, *places[k + 1 :]) for k, (place, token) in enumerate(zip(places, tokens, strict=True)) if token == "*"
        ]
        letters = {token for token in tokens if token not in "*?"} if all(tokens) else None
        if letters is not None and len(letters) <= 1:
            nexts.append(tuple(place + (token != "*") for place, token in zip(places, tokens, strict=True)))
        for place2 in nexts:
            if place2 not in seen:
                if len(seen) >= cap:
                    raise OutOfBudget(f"more than {cap} ways to combine {len(todo)} patterns")
                seen.add(place2)
                stack.append(place2)
    return False

"""Regular expressions of listener rules as automata: no backtracking, so no pattern can blow up.

The dialect is what AWS documents as supported (user guide, "Condition types", October 2025): no look-around, back references, atomic groups,
possessive quantifiers, recursion or Unicode classes. What is outside of it, or too large, raises Unreadable. How AWS anchors a regex and
whether it heeds case in host names and headers is not documented, so a Regex is compiled for one `Reading` and claims are decided under all.
"""

import re
from functools import lru_cache
from typing import Final

from alb_lint.record import record
from alb_lint.space.covers import bits_of

MAX_STATES: Final = 2_000
"""States of one automaton. A pattern of 128 characters has fewer unless it nests counted repeats."""
MAX_DEPTH: Final = 50
"""Nested groups."""
_BEGIN: Final = 32
"""Characters that the beginning of a regex is known for."""
_TOKEN: Final = r"(?s)\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|."
"""What is escaped, a class of characters, or one character."""
PRINTABLE: Final = sum(1 << code for code in range(0x20, 0x7F))


class Unreadable(Exception):  # noqa: N818 - an answer, not an error
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@record
class Reading:
    """One way AWS may read a regex: anywhere in the text or the whole of it; with or without regard to case."""

    anywhere: bool = True
    ignore_case: bool = False


_DIGIT: Final = sum(1 << code for code in range(0x30, 0x3A))
_LOWER: Final = sum(1 << code for code in range(0x61, 0x7B))
_UPPER: Final = sum(1 << code for code in range(0x41, 0x5B))
_WORD: Final = _DIGIT | _LOWER | _UPPER | 1 << 0x5F
_SPACE: Final = 1 << 0x20
_CLASSES: Final = {
    "d": _DIGIT,
    "D": PRINTABLE & ~_DIGIT,
    "w": _WORD,
    "W": PRINTABLE & ~_WORD,
    "s": _SPACE,
    "S": PRINTABLE & ~_SPACE,
}


class Regex:
    """The automaton of one pattern under one reading. Equal and hashable by (pattern, reading).

    States are bits of an int. `start` is a state of its own, since `^` holds only there; `step` and `accepts` are all there is to it.
    """

    __slots__ = ("_at_end", "_edges", "_hash", "_opening", "_plain", "_steps", "begin", "first", "pattern", "reading", "start")

    def __init__(self, pattern: str, reading: Reading) -> None:
        self.pattern = pattern
        self.reading = reading
        self._hash = hash((pattern, reading))
        builder = _Builder(pattern, reading.ignore_case)
        first, last = builder.build(reading.anywhere)
        self._edges = builder.edges
        count = len(builder.edges)
        self.start = 1 << count
        plain = builder.closures("")
        final = 1 << last
        ends = builder.closures("$") if "$" in pattern else plain
        self._at_end = sum([1 << state for state in range(count) if ends[state] & final])
        if builder.closure(first, "^$") & final:
            self._at_end |= self.start
        useful = _useful(builder.edges, plain, self._at_end)
        self._plain = [states & useful for states in plain]
        self.first = builder.closure(first, "^") & useful
        """The states that may take the first character."""
        self._opening = first
        self._steps: dict[tuple[int, str], int] = {}
        self.begin = self._begin()

    def step(self, state: int, letter: str) -> int:
        """The states after one more character; 0: no continuation can match."""
        key = (state, letter)
        known = self._steps.get(key)
        if known is None:
            bit = 1 << ord(letter) if letter < "\x7f" else 0
            known, todo = 0, self.first if state == self.start else state
            while todo:
                low = todo & -todo
                todo ^= low
                for mask, target in self._edges[low.bit_length() - 1]:
                    if mask & bit:
                        known |= self._plain[target]
            if len(self._steps) < 100_000:
                self._steps[key] = known
        return known

    def moves(self) -> list[tuple[int, int, int]]:
        """(state, characters that it takes, states after one of them) for every state that takes any, in the order of the text."""
        found = [
            (state, out[0][0], self._plain[out[0][1]])
            for state, out in enumerate(self._edges)
            if out and out[0][0] and (self._plain[out[0][1]] or self.accepts(self._plain[out[0][1]]))
        ]
        # what may stand before the match was made last
        return sorted(found, key=lambda item: item[0] != self._opening)

    def accepts(self, state: int) -> bool:
        """Whether the text read so far, ending here, matches."""
        return bool(state & self._at_end)

    def matches(self, text: str) -> bool:
        state = self.start
        for letter in text:
            state = self.step(state, letter)
            if not state:
                return False
        return self.accepts(state)

    def needed(self) -> int:
        """The characters that stand in every match, as a bitset of their codes: without one of them no text leads to its end."""
        if self.accepts(self.start):
            return 0
        found = 0
        for alone in {mask for out in self._edges for mask, _ in out if mask and not mask & (mask - 1)}:
            seen = todo = self.first
            ends = 0
            while todo and not ends:
                low = todo & -todo
                todo ^= low
                for mask, target in self._edges[low.bit_length() - 1]:
                    if mask and mask != alone:
                        after = self._plain[target]
                        ends |= after & self._at_end
                        todo |= after & ~seen
                        seen |= after
            found |= 0 if ends else alone
        return found

    def _begin(self) -> str:
        """The text, in lower case, that every match begins with, as far as each next character is the only one."""
        found: list[str] = []
        state = 0 if self.accepts(self.start) else self.first
        while state and not self.accepts(state) and len(found) < _BEGIN:
            mask, onward = 0, 0
            for place in bits_of(state):
                for letters_of, target in self._edges[place]:
                    if letters_of:
                        mask |= letters_of
                        onward |= self._plain[target]
            if not mask or mask.bit_count() > 2:
                break
            letter, other = chr(mask.bit_length() - 1), chr((mask & -mask).bit_length() - 1)
            if letter.lower() != other.lower():
                break
            found.append(letter.lower())
            state = onward
        return "".join(found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Regex) and (self.pattern, self.reading) == (other.pattern, other.reading)

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"Regex({self.pattern!r}, {self.reading})"


def _useful(edges: list[list[tuple[int, int]]], plain: list[int], accepting: int) -> int:
    """The states from which some text leads to a match: behind a `^` that was not at the beginning there are none."""
    useful, before = accepting, -1
    while useful != before:
        before = useful
        for state in range(len(edges) - 1, -1, -1):
            for _, target in edges[state]:
                if plain[target] & useful:
                    useful |= 1 << state
    return useful


@lru_cache(maxsize=8_192)
def compiled(pattern: str, reading: Reading) -> Regex:
    """The automaton of `pattern`. Raises Unreadable for what the dialect does not have or what is too large."""
    if reading.anywhere and held_at_both_ends(pattern):
        # one automaton for both readings: what is found of it under one is known under the other
        return compiled(pattern, Reading(False, reading.ignore_case))
    return Regex(pattern, reading)


def held_at_both_ends(pattern: str) -> bool:
    """True only if a `^` begins and a `$` ends every match, or the regex cannot be read; mostly that is plain to see. False says nothing."""
    if not (pattern.startswith("^") and pattern.endswith("$")):
        return False
    depth, token = 0, ""
    for token in re.findall(_TOKEN, pattern):
        depth += (token == "(") - (token == ")")
        if token == "|" and not depth:
            return False
    return token == "$" and not depth


class _Builder:
    """Recursive descent over the pattern into a Thompson automaton: `edges` per state, `silent` moves that may need `^` or `$`."""

    def __init__(self, pattern: str, ignore_case: bool) -> None:
        if not pattern.isascii() or not pattern.isprintable():
            raise Unreadable("it holds characters outside visible ASCII")
        self.pattern = pattern
        self.ignore_case = ignore_case
        self.at = 0
        self.edges: list[list[tuple[int, int]]] = []
        self.silent: list[list[tuple[str, int]]] = []

    def build(self, anywhere: bool) -> tuple[int, int]:
        first, last = self._alternatives(0)
        if self.at < len(self.pattern):
            raise Unreadable("it has an unmatched )")
        if anywhere:
            before, after = self._state(), self._state()
            self.edges[before].append((PRINTABLE, before))
            self.edges[after].append((PRINTABLE, after))
            self.silent[before].append(("", first))
            self.silent[last].append(("", after))
            first, last = before, after
        return first, last

    def closure(self, state: int, allowed: str) -> int:
        """The states reached from `state` by silent moves, `^` and `$` passed where `allowed` holds them."""
        found, todo = 1 << state, [state]
        while todo:
            for needs, target in self.silent[todo.pop()]:
                if (not needs or needs in allowed) and not found >> target & 1:
                    found |= 1 << target
                    todo.append(target)
        return found

    def closures(self, allowed: str) -> list[int]:
        """The closure of every state. Silent moves mostly lead to later states, so that these are worked out first."""
        known = [0] * len(self.silent)
        for state in range(len(known) - 1, -1, -1):
            if not self.silent[state]:
                known[state] = 1 << state
                continue
            found, todo = 1 << state, [state]
            while todo:
                for needs, target in self.silent[todo.pop()]:
                    if (not needs or needs in allowed) and not found >> target & 1:
                        if known[target]:
                            found |= known[target]
                        else:
                            found |= 1 << target
                            todo.append(target)
            known[state] = found
        return known

    def _state(self) -> int:
        if len(self.edges) >= MAX_STATES:
            raise Unreadable(f"its automaton has more than {MAX_STATES} states")
        self.edges.append([])
        self.silent.append([])
        return len(self.edges) - 1

    def _peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def _alternatives(self, depth: int) -> tuple[int, int]:
        if depth > MAX_DEPTH:
            raise Unreadable(f"its groups nest deeper than {MAX_DEPTH}")
        first, ends = self._state(), []
        while True:
            start, end = self._sequence(depth)
            self.silent[first].append(("", start))
            ends.append(end)
            if self._peek() != "|":
                break
            self.at += 1
        last = self._state()  # behind those before it, as what comes next is
        for end in ends:
            self.silent[end].append(("", last))
        return first, last

    def _sequence(self, depth: int) -> tuple[int, int]:
        first = last = self._state()
        while self._peek() not in ("", "|", ")"):
            before = self.at
            mask = self._class()
            if mask is not None:
                low, high = self._counts()
                if (low, high) == (1, 1):
                    end = self._state()
                    self.edges[last].append((mask, end))
                else:
                    start, end = self._run(mask, low, high)
                    self.silent[last].append(("", start))
            else:
                start, end = self._atom(depth)
                low, high = self._counts()
                if (low, high) != (1, 1):
                    start, end = self._repeated([(start, end), *self._again(before, depth, max(low, high or 0, 1) - 1)], low, high)
                self.silent[last].append(("", start))
            last = end
        return first, last

    def _run(self, mask: int, low: int, high: int | None) -> tuple[int, int]:
        """`low` to `high` (None: no bound) of the characters."""
        first = here = before = self._state()
        stops = [here] if low == 0 else []
        for times in range(1, max(low, 1 if high is None else high) + 1):
            before, here = here, self._state()
            self.edges[before].append((mask, here))
            if times >= low:
                stops.append(here)
        last = self._state()
        for stop in stops:
            self.silent[stop].append(("", last))
        if high is None:
            self.silent[here].append(("", before))
        return first, last

    def _again(self, atom: int, depth: int, times: int) -> list[tuple[int, int]]:
        """Copies of the atom that begins at `atom`, parsed anew."""
        resume, found = self.at, []
        for _ in range(times):
            self.at = atom
            found.append(self._atom(depth))
        self.at = resume
        return found

    def _repeated(self, pieces: list[tuple[int, int]], low: int, high: int | None) -> tuple[int, int]:
        """The pieces, copies of each other, one behind the other: `low` to `high` of them (None: no bound)."""
        first, last = self._state(), self._state()
        here = first
        for index, (a, b) in enumerate(pieces):
            if index >= low:
                self.silent[here].append(("", last))
            if high == 0:
                break
            self.silent[here].append(("", a))
            here = b
        self.silent[here].append(("", last))
        if high is None:
            self.silent[pieces[-1][1]].append(("", pieces[-1][0]))
        return first, last

    def _counts(self) -> tuple[int, int | None]:
        mark = self._peek()
        counts: tuple[int, int | None]
        if mark and mark in "*+?":
            self.at += 1
            counts = {"*": (0, None), "+": (1, None), "?": (0, 1)}[mark]
        elif mark == "{":
            close = self.pattern.find("}", self.at)
            body = self.pattern[self.at + 1 : close] if close > 0 else ""
            low, comma, high = body.partition(",")
            if not low.isdigit() or (high and not high.isdigit()) or len(body) > 9:
                raise Unreadable("a { that is no counted repeat")
            self.at = close + 1
            counts = int(low), int(high) if high else (None if comma else int(low))
            if counts[1] is not None and counts[1] < counts[0]:
                raise Unreadable("a counted repeat that ends before it begins")
        else:
            return 1, 1
        if self._peek() == "?":
            self.at += 1  # lazy: the same language
        elif self._peek() in ("+", "*", "{"):
            raise Unreadable("a possessive or doubled quantifier")
        return counts

    def _class(self) -> int | None:
        """The characters that the next atom takes one of; None where it is none of these, and is left to `_atom`."""
        mark = self._peek()
        if mark in "(^$*+?{":
            return None
        self.at += 1
        if mark == "[":
            mask = self._bracket()
        elif mark == "\\":
            mask = self._escape()
        else:
            mask = PRINTABLE if mark == "." else 1 << ord(mark)
        return mask | (mask & _LOWER) >> 32 | (mask & _UPPER) << 32 if self.ignore_case else mask

    def _atom(self, depth: int) -> tuple[int, int]:
        mark = self._peek()
        self.at += 1
        if mark == "(":
            return self._group(depth)
        if mark in ("^", "$"):
            first, last = self._state(), self._state()
            self.silent[first].append((mark, last))
            if self._peek() in ("*", "+", "?", "{"):
                raise Unreadable("a repeated anchor")
            return first, last
        raise Unreadable("a quantifier with nothing before it")

    def _group(self, depth: int) -> tuple[int, int]:
        if self._peek() == "?":
            rest = self.pattern[self.at : self.at + 3]
            if rest.startswith("?:"):
                self.at += 2
            elif rest == "?P<" or (rest.startswith("?<") and rest[2:3] not in ("=", "!")):
                close = self.pattern.find(">", self.at)
                if close < 0:
                    raise Unreadable("an unfinished group name")
                self.at = close + 1
            else:
                raise Unreadable("a look-around, flag or other special group")
        inner = self._alternatives(depth + 1)
        if self._peek() != ")":
            raise Unreadable("an unmatched (")
        self.at += 1
        return inner

    def _escape(self) -> int:
        mark = self._peek()
        self.at += 1
        if mark in _CLASSES and mark:
            return _CLASSES[mark]
        if not mark or mark.isalnum():
            raise Unreadable(f"the escape \\{mark}")
        return 1 << ord(mark)

    def _bracket(self) -> int:
        negated = self._peek() == "^"
        self.at += negated
        mask, start = 0, self.at
        while True:
            mark = self._peek()
            if not mark:
                raise Unreadable("an unmatched [")
            if mark == "]" and self.at > start:
                self.at += 1
                break
            if self.pattern.startswith(("[:", "[.", "[="), self.at):
                raise Unreadable("a POSIX class")
            mask |= self._range()
        if self.ignore_case:
            mask |= (mask & _LOWER) >> 32 | (mask & _UPPER) << 32
        return PRINTABLE & ~mask if negated else mask

    def _range(self) -> int:
        low = self._member()
        if self._peek() != "-" or self.pattern[self.at + 1 : self.at + 2] in ("]", ""):
            return low
        self.at += 1
        high = self._member()
        if low.bit_count() != 1 or high.bit_count() != 1 or high < low:
            raise Unreadable("a bad range of characters")
        return (high << 1) - low

    def _member(self) -> int:
        mark = self._peek()
        self.at += 1
        return self._escape() if mark == "\\" else 1 << ord(mark)


@lru_cache(maxsize=4_096)
def classes(sets: frozenset[int]) -> tuple[int, ...]:
    """The classes of visible characters that the sets cannot tell apart, by their first character."""
    found = [PRINTABLE]
    for mask in sets:
        found = [part for group in found for part in (group & mask, group & ~mask) if part]
    return tuple(sorted(found, key=lambda group: group & -group))

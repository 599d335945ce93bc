"""A listener as six dimensions of bitsets: for every rule the points that decide it, whom it meets and who lies around it.

Bit i stands for `rules[i]`: the rules in asking order, then those of unknown number ("floating"). What is Unknown never counts as covering
anything (`certain`), but may (`upper`): so "hidden" is said only of what is certain, "reachable" only of what escapes even what might be.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cached_property, lru_cache
from itertools import product
from typing import Any, Final

from alb_lint.analysis.coexistence import Coexistence
from alb_lint.analysis.evaluate import has_unknown, ordered, query_glob
from alb_lint.analysis.sample import lettered, one_name, sample_condition
from alb_lint.analysis.sought import Sought
from alb_lint.model import (
    Condition,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    Listener,
    OpaqueCondition,
    PathPattern,
    QueryPair,
    QueryString,
    Rule,
    SourceIp,
    Unknown,
    conditions_of,
)
from alb_lint.record import record
from alb_lint.space.addresses import ROOTS, AddressIndex, Block, block, contains, spoken
from alb_lint.space.budget import POINTS_PER_RULE, OutOfBudget
from alb_lint.space.covers import bits_of, minimal
from alb_lint.space.glob import SEPARATOR, canonical, literal, speakable
from alb_lint.space.letters import is_letter
from alb_lint.space.regex import Reading, Unreadable, compiled
from alb_lint.space.repeats import OPAQUE, Item, RepeatIndex
from alb_lint.space.repeats import Condition as Repeated
from alb_lint.space.strands import Pattern
from alb_lint.space.text import TextIndex
from alb_lint.symbols import Number, SymbolicNumber, Unset

METHOD, HOST, PATH, SOURCE, HEADERS, QUERY = range(6)
Values = tuple[Any, ...] | None
"""What one rule wants in one dimension, None for anything: names, patterns, blocks; in HEADERS and QUERY the numbers of its conditions."""
SHARED: Final = 20_000
"""Pairs of values of which is kept what they share, per dimension."""


@record
class Point:
    """One generic request: a word, address or set of items per dimension; None where nothing is asked. Made concrete by `witness`."""

    method: str | None = None
    host: str | None = None
    path: str | None = None
    source: str | None = None
    headers: tuple[Item, ...] = ()
    query: tuple[Item, ...] = ()


@record
class Side:
    """One dimension of one rule, or of what two rules share there.

    `points`: (part of the request, cover), only minimal covers. `meets`: owners that share something with it; `unsure`: those for which that
    is undecided. `inside`: owners around all of it. `cut`: why `points` may lack some; empty where it is complete. `mays`: per point the owners
    that take it under some valuation of symbols; empty where there are no symbols, so that these are the covers.
    """

    points: Sequence[tuple[Any, int]]
    meets: int
    inside: int
    unsure: int = 0
    cut: str = ""
    mays: tuple[int, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether it takes nothing for certain."""
        return not self.points and not self.cut

    @property
    def around(self) -> int:
        """Owners that, under some valuation of symbols, may lie around all of it."""
        found = -1
        for bits in self.mays or [bits for _, bits in self.points]:
            found &= bits
        return found if self.points else 0


@lru_cache(maxsize=65_536)
def path_globs(value: str) -> tuple[str, ...]:
    """The globs, each with a leading `/`, that take the same paths as the pattern: a path always starts with `/`. Empty: it takes none."""
    glob = canonical(value)
    if glob.startswith("/"):
        return (glob,)
    if glob.startswith("*"):
        rest = glob[1:]
        return ("/*" + rest, rest) if rest.startswith("/") else ("/*" + rest,)
    if glob.startswith("?"):
        return (canonical("/" + glob[1:]),)
    return (glob,) if glob and is_letter(glob[0]) else ()  # what begins with a symbol begins with its slash


@lru_cache(maxsize=65_536)
def host_glob(value: str) -> str:
    return canonical(value.lower())


@lru_cache(maxsize=65_536)
def _read(condition: Condition, reading: Reading, families: tuple[int, ...], named: bool = False) -> tuple[int, Any, bool]:
    """(dimension, what is wanted there, whether something of it is unknown); dimension -1: nothing of the condition could be read.

    Wanted: patterns, names or blocks, None for anything; in HEADERS and QUERY the condition as `repeats` knows it. `named`: as in `sample`.
    """
    unread = not _is_plain(condition) and has_unknown(sample_condition(condition, named))
    match condition:
        case PathPattern():
            globs: list[Pattern] = []
            for value in condition.values:
                text = lettered(value, True)
                if text is not None:
                    globs.extend(path_globs(text))
            if "/*" in globs:
                return PATH, None, False
            return PATH, tuple(dict.fromkeys([*globs, *_regexes(condition.regexes, reading, False)])), unread
        case HostHeader():
            hosts: list[Pattern] = [host_glob(text) for value in condition.values if (text := lettered(value)) is not None]
            if "*" in hosts:
                return HOST, None, False
            return HOST, tuple(dict.fromkeys([*hosts, *_regexes(condition.regexes, reading, True)])), unread
        case HttpRequestMethod():
            return METHOD, tuple(dict.fromkeys(value for value in condition.values if isinstance(value, str))), unread
        case SourceIp():
            blocks = [block(value) for value in condition.values if isinstance(value, str)]
            found = tuple(dict.fromkeys(item for item in blocks if item is not None and item[0] in families))
            return SOURCE, None if all(ROOTS[family] in found for family in families) else found, unread
        case HttpHeader():
            channel = condition.name.lower() if isinstance(condition.name, str) else (lettered(condition.name) or "") if named else ""
            patterns: list[Pattern] = []
            if channel:
                patterns.extend(host_glob(text) for value in condition.values if (text := lettered(value)) is not None)
                patterns.extend(_regexes(condition.regexes, reading, True))
            return HEADERS, (channel, tuple(dict.fromkeys(patterns))), unread
        case QueryString():
            return QUERY, ("", tuple(dict.fromkeys(pair_glob(pair) for pair in condition.values if readable_pair(pair)))), unread
        case OpaqueCondition():
            # one of known identity is a dimension of its own: holding or not, whatever else a request is
            return (HEADERS, (OPAQUE + condition.key, (OPAQUE,)), False) if condition.key else (-1, None, True)


def _is_plain(condition: Condition) -> bool:
    """Whether the condition is the usual one, of hosts or paths in usual characters: all of it is known."""
    if not isinstance(condition, PathPattern) and not isinstance(condition, HostHeader):
        return False
    return not condition.regexes and all([isinstance(value, str) and value.isascii() for value in condition.values])  # noqa: C419 - a few


def _regexes(texts: Iterable[object], reading: Reading, fold: bool) -> list[Pattern]:
    found: list[Pattern] = []
    for text in texts:
        if isinstance(text, str):
            # one that cannot be read makes the condition unknown, which `has_unknown` tells
            with suppress(Unreadable):
                found.append(compiled(text, Reading(reading.anywhere, reading.ignore_case and fold)))
    return found


AnySide = Side | Sought
ANYTHING: tuple[Values, ...] = (None, None, None, None, (), ())
"""What a rule without conditions wants."""


class Compiled:
    """The dimensions of one listener under one reading of its regexes. `others`: under readings before; what means the same there is known."""

    def __init__(self, listener: Listener, reading: Reading, others: "Sequence[Compiled]" = ()) -> None:
        self.listener = listener
        self.reading = reading
        asked = ordered(listener)
        floating = sorted((rule for rule in listener.rules if isinstance(rule.priority, Unknown)), key=_symbolic_place)
        self.rules: list[Rule] = [*asked, *floating]
        self.count = len(self.rules)
        self.everything = (1 << self.count) - 1
        self.floating = self.everything & ~((1 << len(asked)) - 1)
        self.earlier, self.later = self._orders(asked)
        self._order_floating(len(asked))
        family = listener.load_balancer.ip_address_type if listener.load_balancer else ""
        self.families = (4,) if family == "ipv4" else (4, 6)
        self.values: list[list[Values]] = []
        self._owners: tuple[dict[Any, int], ...] = ({}, {}, {}, {})
        self._conditions: tuple[dict[Repeated, int], dict[Repeated, int]] = ({}, {})
        self.held = [0] * 4  # per dimension: rules with a condition there
        self.loose = [0] * 6  # per dimension: rules that may take more there than is known
        self.broken = 0  # rules of which nothing is certain to match
        self.conditions = conditions_of(self.rules)
        self.named = one_name(self.conditions)
        """Whether headers are asked for by one name, which is not known."""
        read = {id(condition): _read(condition, reading, self.families, self.named) for condition in self.conditions}
        for index, rule in enumerate(self.rules):
            self.values.append(self._rule(index, [read[id(condition)] for condition in rule.conditions]))
        self.presences = {index: rule.presence for index, rule in enumerate(self.rules) if rule.presence}
        self.conditional = sum(1 << index for index in self.presences)
        self.certain = self.everything & ~self.broken & ~self.conditional
        self._sides: list[dict[Values, Side]] = [{} for _ in range(6)]
        self._shared: list[dict[tuple[Values, Values], AnySide]] = [{} for _ in range(6)]
        self.empty: list[Side] = others[0].empty if others else []
        """Sides asked for so far, under any reading, that take nothing, or nothing that is known."""
        self._index(others)
        self.symbolic = self.named or self.hosts.symbolic or self.paths.symbolic or any(repeats.symbolic for repeats in self.repeats)
        self.regexes = bool(self.hosts.regexes or self.paths.regexes)
        self.has_unknown = bool(any(self.loose) or self.broken or self.conditional or self.floating or self.symbolic)
        self._by_rule: list[list[Side] | None] = [None] * self.count

    def _orders(self, asked: Sequence[Rule]) -> tuple[list[int], list[int]]:
        """Per rule the rules with a lower and those with a higher number; rules of one number are neither to each other."""
        earlier: list[int] = []
        later: list[int] = []
        known = (1 << len(asked)) - 1
        start = 0
        for end in range(1, len(asked) + 1):
            if end == len(asked) or asked[end].priority != asked[start].priority:
                earlier.extend([(1 << start) - 1] * (end - start))
                later.extend([known & ~((1 << end) - 1)] * (end - start))
                start = end
        none = [0] * (self.count - len(asked))
        return [*earlier, *none], [*later, *none]

    def _order_floating(self, start: int) -> None:
        """What is certain of the place of rules whose number is not known: behind all numbers where it is the highest + 1; one symbol's among
        themselves.
        """
        known = (1 << start) - 1
        self.level = [0] * self.count
        """Per rule those of unknown number that surely have the same one: as with known numbers, neither is before the other."""
        behind = symbolic = 0
        alike: dict[str, list[int]] = {}
        for index in range(start, self.count):
            priority = self.rules[index].priority
            if is_behind(priority):
                behind |= 1 << index
            elif isinstance(priority, Unknown) and isinstance(priority.number, SymbolicNumber):
                symbolic |= 1 << index
                alike.setdefault(priority.number.symbol.key, []).append(index)
        for index in bits_of(behind):
            self.earlier[index] |= known | symbolic
        for index in (*range(start if behind else 0), *bits_of(symbolic)):
            self.later[index] |= behind
        for members in alike.values():
            for index in members:
                for other in members:
                    compared = symbolic_order(self.rules[index].priority, self.rules[other].priority) if other != index else None
                    if compared is None:
                        continue
                    if compared > 0:
                        self.earlier[index] |= 1 << other
                    elif compared < 0:
                        self.later[index] |= 1 << other
                    else:
                        self.level[index] |= 1 << other

    def may_precede(self, index: int) -> int:
        """Rules that may have a lower number than this one: all that surely have, and those of which that is not known."""
        if not self.floating:
            return self.earlier[index]
        if self.floating >> index & 1:
            return self.everything & ~self.later[index] & ~self.level[index] & ~(1 << index)
        return self.earlier[index] | (self.floating & ~self.later[index])

    def _rule(self, index: int, conditions: Iterable[tuple[int, Any, bool]]) -> list[Values]:
        values = list(ANYTHING)
        bit = 1 << index
        for side, wanted, unread in conditions:
            if side >= HEADERS:
                if unread:
                    self.loose[side] |= bit
                table = self._conditions[side - HEADERS]
                number = table.setdefault(wanted, len(table))
                if number not in values[side]:  # type: ignore[operator]  # numbers, never None, in these dimensions
                    values[side] = (*values[side], number)  # type: ignore[misc]
                continue
            if side < 0 or values[side] is not None or self.loose[side] & bit:
                # nothing of it could be read; or a second condition of a field, of which AWS allows one: nothing is certain to match
                self.broken |= bit
                continue
            if wanted is None:
                continue
            owners = self._owners[side]
            for value in wanted:
                owners[value] = owners.get(value, 0) | bit
            values[side] = wanted
            self.held[side] |= bit
            if unread:
                self.loose[side] |= bit
        return values

    def wanted(self, conditions: Iterable[Condition]) -> list[Values] | None:
        """What the conditions want, where they ask for hosts and paths that rules of the listener ask for too; None for any others."""
        values = list(ANYTHING)
        for condition in conditions:
            side, wanted, unread = _read(condition, self.reading, self.families)
            if side not in (HOST, PATH) or unread or values[side] is not None:
                return None
            if wanted is not None:
                if not self._owners[side].keys() >= set(wanted):
                    return None
                values[side] = wanted
        return values

    def wants(self, side: int) -> tuple[object, ...]:
        """What all rules want in the dimension, for who compares it with that of another reading."""
        if side < HEADERS:
            return self.held[side], self._owners[side]
        return list(self._conditions[side - HEADERS]), [values[side] for values in self.values]

    def known(self, side: int) -> tuple[dict[Values, Side], dict[tuple[Values, Values], AnySide]]:
        """What was found in the dimension so far, of values and of pairs of them; and will be."""
        return self._sides[side], self._shared[side]

    def _index(self, others: "Sequence[Compiled]") -> None:
        methods, hosts, paths, blocks = self._owners
        alike: list[Compiled | None] = [None] * 6
        for side in range(6) if others else ():
            wanted = self.wants(side)
            other = alike[side] = next((other for other in others if other.wants(side) == wanted), None)
            if other is not None:
                self._sides[side], self._shared[side] = other.known(side)
        self.methods: dict[str, int] = methods
        folded = any(not isinstance(pattern, str) for pattern in hosts)
        # hosts share their ends, so they are indexed from the end; a regex cannot be turned around
        self.turned = not folded
        self.hosts: TextIndex
        self.paths: TextIndex
        if (other := alike[HOST]) is not None:
            self.hosts = other.hosts
        elif hosts:
            self.hosts = TextIndex({glob[::-1]: bits for glob, bits in hosts.items()} if self.turned else hosts, folded=folded)
        else:
            self.hosts = _no_texts("*")
        if (other := alike[PATH]) is not None:
            self.paths = other.paths
        else:
            self.paths = TextIndex(paths, universe="/*") if paths else _no_texts("/*")
        self.sources = AddressIndex(blocks, self.families) if blocks else _no_blocks(self.families)
        self.free = [self.everything & ~bits for bits in self.held]
        self.repeats: tuple[RepeatIndex, ...] = tuple(
            [other.repeats[side - HEADERS] if (other := alike[side]) is not None else self._repeat_index(side) for side in (HEADERS, QUERY)]
        )
        self.asking = tuple(self.everything & ~repeats.met_by_nothing for repeats in self.repeats)
        """Rules that match no request without headers, and none without parameters."""

    def _repeat_index(self, side: int) -> RepeatIndex:
        if not self._conditions[side - HEADERS]:
            return _nothing_repeated(self.everything)
        wanted: dict[int, int] = {}
        for index, values in enumerate(self.values):
            needs = 0
            for number in values[side] or ():
                needs |= 1 << number
            wanted[needs] = wanted.get(needs, 0) | 1 << index
        conditions = list(self._conditions[side - HEADERS])
        folded = any(not isinstance(pattern, str) for _, patterns in conditions for pattern in patterns)
        return RepeatIndex(conditions, wanted, folded)

    def side(self, side: int, values: Values) -> Side:
        """What one rule's values in one dimension decide; shared by all rules of equal values."""
        known = self._sides[side].get(values)
        if known is None:
            known = self._sides[side][values] = self._make(side, values) if self._is_asked(side) else self._unasked(side)
            if not known.points:
                self.empty.append(known)
        return known

    @property
    def has_empty_side(self) -> bool:
        """Whether some side asked for so far, under any reading, takes nothing, or nothing that is known."""
        return bool(self.empty)

    def _is_asked(self, side: int) -> bool:
        """Whether some rule has a value in the dimension."""
        return bool(self._owners[side] or self.held[side] if side < HEADERS else self._conditions[side - HEADERS])

    def _unasked(self, side: int) -> Side:
        """What one rule's values decide in a dimension in which no rule has one: of as many rules always the same."""
        key = side, self.everything, self.families
        known = _UNASKED.get(key)
        if known is None:
            known = self._make(side, ANYTHING[side])
            if len(_UNASKED) < _MOST_UNASKED:
                _UNASKED[key] = known
        return known

    def _make(self, side: int, values: Values) -> Side:
        if side >= HEADERS:
            repeats = self.repeats[side - HEADERS]
            points, cut = repeats.points(values or ())
            mays = tuple(repeats.may(items) for items, _ in points) if repeats.symbolic else ()
            return _sided(points, self.everything, cut, mays=mays)
        if side == METHOD:
            names = values if values is not None else (None,)
            pairs = [(name, self.methods.get(name, 0) | self.free[METHOD] if name is not None else self.free[METHOD]) for name in names]
            meets = self.everything if values is None else self.free[METHOD]
            for _, bits in pairs:
                meets |= bits
            return _sided(pairs, meets, "")
        if side == SOURCE:
            found = []
            meets = self.everything if values is None else self.free[SOURCE]
            for item in values if values is not None else (None,):
                found.extend(self.sources.points(item))
                if item is not None:
                    meets |= self.sources.meets(item)
            return _sided([(spoken(a), bits | self.free[SOURCE]) for a, bits in minimal(found)], meets, "")
        return self._text_side(side, values)

    def _text_side(self, side: int, values: Values) -> Side:
        index, universe = (self.hosts, "*") if side == HOST else (self.paths, "/*")
        free = self.free[side]
        if values is None:
            words, cut = index.points(universe)
            return _sided([(word, bits | free) for word, bits in words], self.everything, cut, mays=_mays(index, words, free))
        found: list[tuple[str, int]] = []
        meets, unsure, cut = free, 0, ""
        for value in values:
            pattern = value
            if side == HOST and self.turned:
                pattern = pattern[::-1]
            words, reason = index.points(pattern)
            found.extend(words)
            cut = cut or reason
            bits, doubt = index.meets(pattern)
            meets |= bits
            unsure |= doubt
        if len(found) > 1 and not index.symbolic:
            found = minimal(found)
        return _sided([(word, bits | free) for word, bits in found], meets, cut, unsure & ~meets, _mays(index, found, free))

    @cached_property
    def coexistence(self) -> Coexistence:
        """Which of the rules that a deployment decides about exist together."""
        return Coexistence(self.presences)

    def carried(self, side: int, items: Sequence[tuple[str, str]]) -> int:
        """The rules whose conditions on headers, or on parameters, the items of a request satisfy; all rules where no index tells it."""
        repeats = self.repeats[side - HEADERS]
        if not items:
            return ~self.asking[side - HEADERS]
        if repeats.symbolic or not all(speakable(name) and speakable(value) for name, value in items):
            return self.everything
        if side == QUERY:
            words = [("", literal(key.lower()) + SEPARATOR + literal(value.lower())) for key, value in items]
        else:
            words = [(name.lower(), literal(value if repeats.folded else value.lower())) for name, value in items]
        return repeats.cover(repeats.satisfied(words))

    def shared(self, side: int, mine: Values, theirs: Values) -> AnySide:
        """What two rules share in one dimension; `meets` is not told here. Empty points and no cut: they share nothing."""
        if mine == theirs or theirs is None or (side >= HEADERS and not theirs):
            return self.side(side, mine)
        if mine is None or (side >= HEADERS and not mine):
            return self.side(side, theirs)
        known = self._shared[side].get((mine, theirs))
        if known is None:
            if len(self._shared[side]) >= SHARED:
                self._shared[side].clear()
            known = self._shared[side][mine, theirs] = self._make_shared(side, mine, theirs)
        return known

    def _together(self, side: int, values: Values) -> Side:
        """As `side`, of values that two rules have together."""
        known = self._sides[side].get(values)
        if known is not None:
            return known
        found = self._make(side, values)
        if not found.points:
            self.empty.append(found)
        return found

    def _make_shared(self, side: int, mine: Values, theirs: Values) -> AnySide:
        assert mine is not None
        assert theirs is not None
        if side >= HEADERS:
            return self._together(side, tuple(dict.fromkeys((*mine, *theirs))))
        if side == METHOD:
            both = tuple(name for name in mine if name in theirs)
            return self._together(METHOD, both)
        if side == SOURCE:
            blocks = [a if a[2] >= b[2] else b for a in mine for b in theirs if _nested(a, b)]
            return self._together(SOURCE, tuple(dict.fromkeys(blocks)))
        index = self.hosts if side == HOST else self.paths
        if index.regexes and not index.symbolic:
            return Sought(index, mine, theirs, self.free[side])
        found: list[tuple[str, int]] = []
        cut = ""
        for a in mine:
            for b in theirs:
                first = a[::-1] if side == HOST and self.turned else a
                second = b[::-1] if side == HOST and self.turned else b
                words, reason = index.points(first) if first == second else index.points(first, second)
                found.extend(words)
                cut = cut or reason
        free, found = self.free[side], minimal(found)
        return _sided([(word, bits | free) for word, bits in found], 0, cut, mays=_mays(index, found, free))

    def sides(self, index: int) -> list[Side]:
        known = self._by_rule[index]
        if known is None:
            # most rules ask for what others ask for
            told = [(side, wanted, self._sides[side].get(wanted)) for side, wanted in enumerate(self.values[index])]
            known = self._by_rule[index] = [self.side(side, wanted) if found is None else found for side, wanted, found in told]
        return known

    def shared_sides(self, first: int, second: int) -> list[AnySide]:
        mine, theirs = self.values[first], self.values[second]
        found: list[AnySide] = []
        for side, (ours, others) in enumerate(zip(self.sides(first), self.sides(second), strict=True)):
            # mostly one of the two asks for nothing here
            if ours is others or theirs[side] is None:
                found.append(ours)
            elif mine[side] is None:
                found.append(others)
            else:
                found.append(self.shared(side, mine[side], theirs[side]))
        return found

    def point(self, parts: Sequence[Any]) -> Point:
        """The generic request of one part per dimension."""
        method, host, path, source, headers, query = parts
        if isinstance(host, str) and self.turned:
            host = host[::-1]
        return Point(method, host, path, source, headers, query)


@lru_cache(maxsize=2)
def _no_texts(universe: str) -> TextIndex:
    """The index where no rule has a pattern: making one for each listener takes a third of the time for many with a rule or two."""
    return TextIndex({}, universe)


@lru_cache(maxsize=2)
def _no_blocks(families: tuple[int, ...]) -> AddressIndex:
    return AddressIndex({}, families)


@lru_cache(maxsize=64)
def _nothing_repeated(everything: int) -> RepeatIndex:
    """`everything`: the rules, none of which has a condition on headers, or none on parameters."""
    return RepeatIndex((), {0: everything}, folded=False)


_MOST_UNASKED: Final = 512
_UNASKED: Final[dict[tuple[int, int, tuple[int, ...]], Side]] = {}
"""By dimension, rules and families of addresses what `Compiled._unasked` gives."""


def _sided(points: Sequence[tuple[Any, int]], meets: int, cut: str, unsure: int = 0, mays: tuple[int, ...] = ()) -> Side:
    inside = -1
    for _, bits in points:
        inside &= bits
    return Side(points, meets, inside if points else 0, unsure, cut, mays)


def _mays(index: TextIndex, words: Sequence[tuple[str, int]], free: int) -> tuple[int, ...]:
    return tuple(index.may(word) | free for word, _ in words) if index.symbolic else ()


def is_behind(number: Number) -> bool:
    """Whether the number is picked behind all that exist."""
    return isinstance(number, Unknown) and isinstance(number.number, Unset) and number.number.behind


def symbolic_order(one: Number, other: Number) -> int | None:
    """Below 0: `one` is the lower number under every valuation; 0: they are equal; None: that is not certain."""
    if not isinstance(one, Unknown) or not isinstance(other, Unknown):
        return None
    a, b = one.number, other.number
    if not isinstance(a, SymbolicNumber) or not isinstance(b, SymbolicNumber) or a.symbol.key != b.symbol.key:
        return None
    if not (a.before or a.after or b.before or b.after):
        return a.plus - b.plus
    if a.plus == b.plus == 0 and a.before == b.before and len(a.after) == len(b.after):
        # the same digits in front and as many behind
        return (a.after > b.after) - (a.after < b.after)
    return None


def _symbolic_place(rule: Rule) -> tuple[bool, str, int, str, int]:
    """Rules of one symbol by their number, others as they come."""
    found = rule.priority.number if isinstance(rule.priority, Unknown) else None
    if isinstance(found, SymbolicNumber):
        return (False, found.symbol.key, found.plus, found.after, 0)
    return (is_behind(rule.priority), "", 0, "", 0)


def _nested(a: Block, b: Block) -> bool:
    return contains(a, b) or contains(b, a)


def readable_pair(pair: QueryPair | Unknown) -> bool:
    if isinstance(pair, Unknown) or isinstance(pair.key, Unknown):
        return False
    return lettered(pair.value) is not None and (pair.key is None or speakable(pair.key))


def pair_glob(pair: QueryPair | Unknown) -> str:
    """One glob for the pair: key, SEPARATOR, value; `*` as key where none is given."""
    assert isinstance(pair, QueryPair)
    key = "*" if pair.key is None else query_glob(str(pair.key))
    return key + SEPARATOR + query_glob(str(lettered(pair.value)))


def combinations(sides: Sequence[AnySide]) -> Iterable[tuple[tuple[Any, ...], int]]:
    """Every generic request of the sides, with its cover. Raises OutOfBudget past the cap."""
    total = 1
    for side in sides:
        total *= len(side.points)
    if total > POINTS_PER_RULE:
        raise OutOfBudget(f"{total} generic requests, more than {POINTS_PER_RULE}")
    for chosen in product(*(side.points for side in sides)):
        cover = -1
        for _, bits in chosen:
            cover &= bits
        yield tuple(part for part, _ in chosen), cover

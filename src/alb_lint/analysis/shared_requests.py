"""A request for each of many pairs of rules, put together field by field.

A condition looks at one field of a request, and a rule matches where all of its conditions are met. So what a request that was found says in a field
serves every pair that asks for the same there, and a pair of which all fields are known needs no search.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Final

from alb_lint.analysis.compile import HEADERS, HOST, METHOD, PATH, QUERY
from alb_lint.analysis.evaluate import is_met
from alb_lint.analysis.facts import SIDES, ListenerFacts
from alb_lint.model import Condition, Request
from alb_lint.space.glob import spoken

FILL: Final = "x"
"""What stands for wildcards."""
KEPT: Final = 50_000
"""Fields that are kept, per dimension."""
AUTOMATA: Final = 2_000
"""Automata of regexes that are kept."""
STATE: Final = 40
"""What it takes of that work to make a state of one anew."""
LOOK: Final = 5
"""What it takes to look whether two globs begin otherwise."""
WORD: Final = 30
"""What it takes of the work, as `ListenerFacts.effort` counts it, to write down a text that lies in two globs and to look whether it is met."""


class SharedRequests:
    """Requests of pairs of one listener's rules."""

    def __init__(self, facts: ListenerFacts) -> None:
        self._facts = facts
        self._worked = 0
        self._asked: list[tuple[tuple[Condition, ...], ...]] = [_by_side(rule.conditions) for rule in facts.rules]
        told: list[dict[tuple[Condition, ...], int]] = [{(): 0} for _ in range(6)]
        self._numbers = [
            tuple([known.setdefault(conditions, len(known)) for known, conditions in zip(told, asked, strict=True)])
            for asked in self._asked
        ]
        """Per rule a number for what it asks for in each dimension; 0: nothing."""
        self._repeat: dict[tuple[int, ...], bool] = {}
        """Whether a header or parameter has to be repeated for what two rules ask for of both."""
        self._known: list[dict[int | tuple[int, int], Any]] = [{} for _ in range(6)]
        """Per dimension the field for what one rule asks for, by its number, or two rules, by both."""
        kinds: dict[tuple[int, ...], int] = {}
        self._rest = [kinds.setdefault((number[METHOD], *number[PATH + 1 :]), len(kinds)) for number in self._numbers]
        """Per rule a number for what it asks for beside host and path: few ask for any, and many for the same."""
        self._beside: dict[tuple[int, int], tuple[Any, Any, Any, Any]] = {}
        """The fields beside host and path for what two rules ask for there, by the numbers of both."""

    @cached_property
    def _reread(self) -> list[int]:
        """Per rule what it takes to make its automata anew to look whether a request is met, where they are too many to be kept."""
        patterns = [
            [one for side in (HOST, PATH) for one in values[side] or () if not isinstance(one, str)]
            for values in self._facts.compiled.values
        ]
        if len({one for mine in patterns for one in mine}) * len(self._facts.readings) <= AUTOMATA:
            return [0] * len(patterns)
        return [STATE * sum([one.start.bit_length() for one in mine]) for mine in patterns]

    @property
    def worked(self) -> int:
        """The work so far, as `ListenerFacts.effort` counts it, all searches of the listener included."""
        return self._worked + self._facts.effort

    @cached_property
    def _may_repeat(self) -> list[int]:
        """Per rule those with which it has two conditions on headers, or on parameters."""
        values = self._facts.compiled.values
        headers, query = (sum([1 << index for index, wanted in enumerate(values) if wanted[side]]) for side in (HEADERS, QUERY))
        several = sum([1 << index for index, wanted in enumerate(values) if len(wanted[HEADERS] or ()) > 1 or len(wanted[QUERY] or ()) > 1])
        found = []
        for index in range(self._facts.count):
            bit = 1 << index
            some = several | (headers if headers & bit else 0) | (query if query & bit else 0)
            found.append(self._facts.compiled.everything if several & bit else some)
        return found

    def need_repeat(self, first: int, second: int) -> bool:
        """Whether every request of both carries one header or one parameter more than once. Undecided counts as no."""
        if not self._may_repeat[first] >> second & 1:
            return False
        asked = (*self._numbers[first][HEADERS:], *self._numbers[second][HEADERS:])
        found = self._repeat.get(asked)
        if found is None:
            if len(self._repeat) >= KEPT:
                self._repeat.clear()
            found = self._repeat[asked] = self._facts.needs_repeat(first, second)
        return found

    def of(self, first: int, second: int) -> Request | None:
        """A request that both rules match; None where there is none, or none was found."""
        if self._facts.compiled.symbolic:
            return self._facts.shared_request(first, second)
        rest = self._beside.get((self._rest[first], self._rest[second]))
        if rest is not None:
            mine, theirs = self._numbers[first], self._numbers[second]
            host = self._at_hand(HOST, mine[HOST], theirs[HOST])
            path = self._at_hand(PATH, mine[PATH], theirs[PATH])
            if host is not None and path is not None:
                method, source, headers, query = rest
                return Request(method, host, path, query, headers, source)
        return self._put_together(first, second)

    def _at_hand(self, side: int, a: int, b: int) -> Any:
        """The field for what two rules ask for, by their numbers, where it is known."""
        return self._known[side].get(a if a == b or not b else b if not a else (a, b))

    def _put_together(self, first: int, second: int) -> Request | None:
        fields: list[Any] = []
        for side, (known, a, b) in enumerate(zip(self._known, self._numbers[first], self._numbers[second], strict=True)):
            found = known.get(a if a == b or not b else b if not a else (a, b))
            if found is None and a != b and a and b:
                found = self._of_both(side, first, second)
                if found is not None:
                    self._keep(side, (a, b), found)
            if found is None:
                return self._searched(first, second)
            fields.append(found)
        method, host, path, source, headers, query = fields
        if len(self._beside) >= KEPT:
            self._beside.clear()
        self._beside[self._rest[first], self._rest[second]] = method, source, headers, query
        return Request(method, host, path, query, headers, source)

    def _searched(self, first: int, second: int) -> Request | None:
        """A request that is searched for; what it has in each field is kept."""
        self._worked += self._reread[first] + self._reread[second]
        found = self._facts.shared_request(first, second)
        if found is not None:
            fields = (found.method, found.host, found.path, found.source_ip, found.headers, found.query)
            for side, (a, b, field) in enumerate(zip(self._numbers[first], self._numbers[second], fields, strict=True)):
                self._keep(side, a if a == b or not b else b if not a else (a, b), field)
        return found

    def _keep(self, side: int, asked: int | tuple[int, int], field: Any) -> None:
        known = self._known[side]
        if len(known) >= KEPT:
            known.clear()
            self._beside.clear()
        if known.setdefault(asked, field) != field:
            known[asked] = field
            self._beside.clear()

    def _of_both(self, side: int, first: int, second: int) -> Any:
        """A field that meets what both ask for there, as far as one is at hand."""
        if side >= HEADERS:
            mine, theirs = self._alone(side, first), self._alone(side, second)
            if mine is None or theirs is None:
                return None
            field = tuple(dict.fromkeys((*mine, *theirs)))
            if len({name.lower() for name, _ in field}) < len(field) and not self.need_repeat(first, second):
                return None  # one that carries nothing twice is looked for
            return field  # a condition that one of them meets is met beside others
        values = self._facts.compiled.values
        mine, theirs = values[first][side], values[second][side]
        if side not in (HOST, PATH) or mine is None or theirs is None:
            return None
        for word in self._words(mine, theirs):
            text = spoken(word.replace("?", FILL))
            if self._meets(side, first, second, text):
                return text
        return None

    def _alone(self, side: int, index: int) -> Any:
        """What a request that the rule matches has in a field."""
        known, number = self._known[side], self._numbers[index][side]
        field = known.get(number)
        if field is None:
            found = self._facts.any_request(index)
            if found is not None:
                field = found.headers if side == HEADERS else found.query
                self._keep(side, number, field)
        return field

    def _words(self, mine: Sequence[Any], theirs: Sequence[Any]) -> Iterator[str]:
        """Texts that lie in a glob of each, or may, first of those that are short."""
        pairs = [(a, b) for a in mine for b in theirs if isinstance(a, str) and isinstance(b, str)]
        for a, b in sorted(pairs, key=_length) if len(pairs) > 1 else pairs:
            self._worked += LOOK
            left, right = a.split("*"), b.split("*")
            if _apart(left[0], right[0]):
                continue
            self._worked += WORD + (len(a) + len(b)) // 8
            if len(left) > 1 < len(right):
                yield FILL.join((max(left[0], right[0], key=len), *left[1:-1], *right[1:-1], max(left[-1], right[-1], key=len)))
            else:
                yield a if len(left) == 1 else b

    def _meets(self, side: int, first: int, second: int, text: str) -> bool:
        request = Request(host=text) if side == HOST else Request(path=text)
        for condition in (*self._asked[first][side], *self._asked[second][side]):
            for reading in self._facts.readings:
                if not is_met(condition, request, reading):
                    return False
        return True


def _by_side(conditions: Sequence[Condition]) -> tuple[tuple[Condition, ...], ...]:
    found: list[tuple[Condition, ...]] = [()] * 6
    for condition in conditions:
        found[SIDES[type(condition)]] += (condition,)
    return tuple(found)


def _apart(one: str, other: str) -> bool:
    """Whether no text begins with both."""
    return "?" not in one and "?" not in other and not (one.startswith(other) or other.startswith(one))


def _length(pair: tuple[str, str]) -> int:
    return len(pair[0]) + len(pair[1])

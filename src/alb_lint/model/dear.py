"""Conditions that are dear to compare: regexes, parameters and headers with wildcards, addresses, `?`. So many are looked at, the others are unknown.

Each of them is compared with those of all rules of its listener, which takes a thousandth of a second or more. A listener has so many of them, and so
have all listeners of a run together: where they have more, each may have as many as it has, up to a bound that is the same for all, so that no
listener takes anything from those with fewer. Of a listener those of the first rules are known, and what depends on the others is undecided.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from alb_lint.model.condition import (
    Condition,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    OpaqueCondition,
    PathPattern,
    QueryPair,
    QueryString,
    SourceIp,
)
from alb_lint.model.limits import VALUES_PER_RULE
from alb_lint.model.listener import Listener, asked_first
from alb_lint.model.rule import conditions_of
from alb_lint.record import replace

DEAR: Final = 12_000
"""What the conditions of one listener may weigh together: 3,000 regexes, 2,000 parameters with wildcards, or 6,000 values with a `?`."""

LEAST_IN_A_RUN: Final = 30_000
"""What those of all listeners may weigh, however few rules they have: 7,500 regexes, or 2,500 of two counted repeats each."""

PER_RULE: Final = 1
"""What they may weigh for each rule, where that is more: a regex in each fourth rule, or a `*` in a header in each second one."""

REPEATS: Final = 3
"""Counted repeats that make a regex dearer in a run. On a listener its share of the steps gets smaller instead, as its pairs get more."""

_REGEX: Final = 4
_PAIR: Final = 6
_COUNTED: Final = 2
_PLAIN: Final = 3
"""Stars that a value without `?` may have and still be cheap."""
_STARRY: Final = 8
"""What the square of the number of values with so many stars is divided by, since each value of a rule is put together with each of another."""
_MOST_OF_A_RULE: Final = (_PAIR + _REGEX) * VALUES_PER_RULE

_CHEAP: Final = frozenset({SourceIp, HttpRequestMethod})
_PLACES: Final = frozenset({HostHeader, PathPattern})

_KINDS: Final = "conditions on parameters, addresses, regexes or `?` than are looked at"
IN_LISTENER: Final = f"its listener has more {_KINDS} together"
IN_RUN: Final = f"the listeners have more {_KINDS} in one run"

CROWDED: Final = (IN_LISTENER, IN_RUN)


def affordable(listener: Listener) -> Listener:
    """The listener itself, but for the dear conditions of rules that stand behind too many of them."""
    if len(listener.rules) * _MOST_OF_A_RULE < DEAR:
        return listener
    weights = _weights(listener, _weight)
    return _within(listener, weights, DEAR, IN_LISTENER) if _sum(listener, weights) > DEAR else listener


def room(rules: int) -> int:
    """What the conditions of listeners of so many rules may weigh in one run."""
    return max(LEAST_IN_A_RUN, PER_RULE * rules)


def affordable_together(listeners: tuple[Listener, ...]) -> tuple[Listener, ...]:
    """The listeners themselves, but for the dear conditions that are more than one run looks at."""
    rules = sum(len(listener.rules) for listener in listeners)
    if rules * _MOST_OF_A_RULE < room(rules):
        return listeners
    weights = [_weights(listener, _weight_in_a_run) for listener in listeners]
    sums = [min(_sum(listener, its), DEAR) for listener, its in zip(listeners, weights, strict=True)]  # no listener has more by itself
    if sum(sums) <= room(rules):
        return listeners
    most = level(sums, room(rules))
    return tuple(
        [
            _within(listener, its, most, IN_RUN) if together > most else listener
            for listener, its, together in zip(listeners, weights, sums, strict=True)
        ]
    )


def weight(listener: Listener) -> int:
    """How dear it is to compare the conditions of the listener with each other, beside other listeners; DEAR at most."""
    return min(_sum(listener, _weights(listener, _weight_in_a_run)), DEAR)


def _sum(listener: Listener, weights: Mapping[int, int]) -> int:
    return sum([weights.get(id(condition), 0) for rule in listener.rules for condition in rule.conditions]) if weights else 0


def _weights(listener: Listener, weigh: Callable[[Condition], int]) -> Mapping[int, int]:
    """Those of its conditions that are not cheap, by identity."""
    return {id(condition): told for condition in conditions_of(listener.rules) if (told := weigh(condition))}


def level(weights: Iterable[int], most: int) -> int:
    """The largest weight that each may have up to, so that all together have no more than `most`."""
    left = sorted(weights, reverse=True)
    while left and left[-1] * len(left) <= most:
        most -= left.pop()
    return most // len(left) if left else most


def _within(listener: Listener, weights: Mapping[int, int], most: int, reason: str) -> Listener:
    """The listener with the dear conditions of its first rules, as far as they weigh no more than `most`; the others unknown for the reason."""
    total = 0
    rules = list(listener.rules)
    for index in asked_first(listener):
        mine = [weights.get(id(condition), 0) for condition in rules[index].conditions]
        total += sum(mine)
        if total > most and any(mine):
            weighed = zip(rules[index].conditions, mine, strict=True)
            kept = tuple([OpaqueCondition("", reason) if its else condition for condition, its in weighed])
            rules[index] = replace(rules[index], conditions=kept)
    return replace(listener, rules=tuple(rules))


def _weight(condition: Condition) -> int:
    """How dear it is to compare a condition with those of thousands of rules."""
    if isinstance(condition, OpaqueCondition):
        return 0
    regexes = _REGEX * len(getattr(condition, "regexes", ()))
    if isinstance(condition, SourceIp):
        return len(condition.values)
    if isinstance(condition, QueryString):
        return sum(
            _PAIR * (_wild(pair.value) + (pair.key is None or _wild(pair.key))) for pair in condition.values if isinstance(pair, QueryPair)
        )
    if isinstance(condition, HttpHeader):
        return regexes + _COUNTED * sum(map(_wild, condition.values))
    return regexes + _COUNTED * sum([isinstance(value, str) and ("?" in value or value.count("*") > _PLAIN) for value in condition.values])


def _weight_in_a_run(condition: Condition) -> int:
    """As `_weight`, beside other listeners: networks, of which one may have thousands, take no time where it has fewer; and what is most dear counts
    for more.
    """
    if condition.__class__ in _CHEAP or isinstance(condition, OpaqueCondition):
        return 0
    regexes = getattr(condition, "regexes", ())
    if condition.__class__ in _PLACES and not regexes:
        # most conditions are of this kind, and nearly all of them are cheap
        for value in condition.values:
            if value.__class__ is not str or "?" in value or value.count("*") >= _PLAIN:
                break
        else:
            return 0
    found = _weight(condition)
    for regex in regexes:
        if isinstance(regex, str):
            found += _REGEX * min(regex.count("{"), REPEATS)
    starry = 0
    for value in condition.values:
        if isinstance(value, str):
            stars = value.count("*")
            if stars > _PLAIN:
                found += stars * stars
            starry += stars >= _PLAIN
            found += "?" in value
    return found + starry * starry // _STARRY


def _wild(text: object) -> bool:
    return isinstance(text, str) and ("*" in text or "?" in text)

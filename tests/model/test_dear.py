"""What is dear to compare: so much of it is looked at on a listener, and in a run."""

from collections.abc import Sequence

import pytest

from alb_lint.config import Config
from alb_lint.inputs import only
from alb_lint.model import (
    Condition,
    Estate,
    HttpHeader,
    Listener,
    OpaqueCondition,
    PathPattern,
    QueryPair,
    QueryString,
    Rule,
    SourceIp,
    dear,
)
from alb_lint.model.dear import DEAR, IN_LISTENER, IN_RUN, affordable_together, room, weight
from alb_lint.model.excess import bounded
from alb_lint.pipeline import lint
from alb_lint.record import replace
from shorthand import listener


def of(*rules: Sequence[Condition]) -> Listener:
    return listener(*(Rule(str(n), "", n, tuple(conditions)) for n, conditions in enumerate(rules, 1)), default=None)


def path(count: int) -> PathPattern:
    return PathPattern(tuple(f"/{n}" for n in range(count)))


REGEX = PathPattern((), ("a+",))


@pytest.mark.parametrize(
    ("condition", "weight"),
    [
        (SourceIp(("10.0.0.0/8",)), 1),
        (PathPattern((), ("a+",)), 4),
        (PathPattern(("/?",)), 2),
        (QueryString((QueryPair("k", "*v"),)), 6),
        (QueryString((QueryPair(None, "*v"),)), 12),
        (HttpHeader("h", ("*v", "w")), 2),
    ],
)
def test_dear_conditions_of_thousands_of_rules(condition, weight):
    """The first ones are known, in asking order, the others not; what is cheap stays."""
    count = DEAR // weight // 2
    whole = of(*([condition, condition, path(1)] for _ in range(count)))
    assert bounded(whole) == whole
    rules = bounded(listener(*reversed(of(*([condition, condition, path(1)] for _ in range(count + 2))).rules), default=None)).rules
    unknown = [rule.priority for rule in rules if rule.conditions[0] == OpaqueCondition("", IN_LISTENER)]
    assert unknown == [count + 2, count + 1]
    assert all(rule.conditions[2] == path(1) for rule in rules)


@pytest.mark.parametrize(
    ("condition", "its"),
    [
        (path(5), 0),
        (SourceIp(("10.0.0.0/8",) * 5), 0),
        (OpaqueCondition("x", "y"), 0),
        (REGEX, 4),
        (PathPattern((), ("a{2}", "[a-z]{1,3}/{2}x{3}y{4}")), 4 + 4 + 4 + 12),
        (PathPattern(("/?", "/*a*b*")), 2 + 1),
        (PathPattern(("/*a*b*", "/*c*d*")), 0),
        (PathPattern(("/*a*b*", "/*c*d*", "/*e*f*", "/*g*h*", "/*i*j*")), 3),
        (PathPattern(("/*a*b*c*",)), 2 + 16),
        (HttpHeader("h", ("*v", "w")), 2),
    ],
)
def test_what_it_weighs_in_a_run(condition, its):
    assert weight(of([condition], [path(1)], [condition])) == 2 * its


def test_no_listener_weighs_more_than_is_looked_at_of_it():
    assert weight(of(*([REGEX] for _ in range(DEAR)))) == DEAR


def regexes(*counts: int) -> tuple[Listener, ...]:
    return tuple(replace(of(*([REGEX, path(1)] for _ in range(count))), id=f"L{place}") for place, count in enumerate(counts))


def left(listeners: Sequence[Listener]) -> list[int]:
    """Of each listener how many regexes are known; those of its first rules."""
    found = []
    for item in listeners:
        known = [rule.conditions[0] == REGEX for rule in item.rules]
        assert known == sorted(known, reverse=True)
        assert all(rule.conditions[0] in (REGEX, OpaqueCondition("", IN_RUN)) and rule.conditions[1] == path(1) for rule in item.rules)
        found.append(sum(known))
    return found


@pytest.mark.parametrize(
    ("counts", "known"),
    [
        ((10,), [10]),
        ((5, 5), [5, 5]),
        ((11,), [10]),
        ((6, 6), [5, 5]),
        ((100, 1, 2), [7, 1, 2]),
        ((1, 100, 100, 2), [1, 3, 3, 2]),
        ((1,) * 11, [0] * 11),
    ],
)
def test_listeners_share_what_is_looked_at_in_a_run(counts, known, monkeypatch):
    """None loses anything to another that has more."""
    monkeypatch.setattr(dear, "LEAST_IN_A_RUN", 40)
    monkeypatch.setattr(dear, "PER_RULE", 0)
    assert left(affordable_together(regexes(*counts))) == known


def test_what_is_within_it_stays_as_it_is():
    given = regexes(100, 1_000)
    assert affordable_together(given) is given
    plain = tuple(replace(of(*([path(5)] for _ in range(1_000))), id=f"L{n}") for n in range(5))
    assert affordable_together(plain) is plain


def test_many_rules_may_have_more_of_it():
    assert room(10) == room(1_000) == dear.LEAST_IN_A_RUN
    assert room(100_000) == 100_000 * dear.PER_RULE
    rules = [[REGEX] if n % 4 == 0 else [path(1)] for n in range(1_000)]
    given = tuple(replace(of(*rules), id=f"L{n}") for n in range(40))
    assert affordable_together(given) is given


def test_a_listener_by_itself_is_looked_at_in_full(monkeypatch):
    monkeypatch.setattr(dear, "LEAST_IN_A_RUN", 40)
    monkeypatch.setattr(dear, "PER_RULE", 0)
    estate = Estate(regexes(10, 10))
    assert left(only(estate, "").listeners) == [5, 5]
    (one,) = only(estate, "L1").listeners
    assert one is estate.listeners[1]
    told = [finding for finding in lint(only(estate, ""), Config(), "2026-11-29").findings if finding.info.code == "ALB107"]
    assert len(told) == 10
    assert all("than are looked at in one run" in finding.message and "with `--listener`" in finding.help for finding in told)

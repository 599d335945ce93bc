"""What of a listener with far too much in it is kept, and that the rest counts as unknown."""

import pytest

from alb_lint.config import Config
from alb_lint.inputs import join
from alb_lint.model import HttpHeader, OpaqueCondition, PathPattern, QueryPair, QueryString, Rule, Unknown
from alb_lint.model.excess import IN_ALL, LEAST, LONG, LONGEST, MORE, MOST, RULES, WILD, bounded
from alb_lint.model.listener import Unread
from alb_lint.pipeline import lint
from alb_lint.record import replace
from alb_lint.selections import selection
from alb_lint.sources.source import Reading
from alb_lint.symbols import Symbol
from shorthand import listener


def of(*rules):
    return listener(*(Rule(str(n), "", n, tuple(conditions)) for n, conditions in enumerate(rules, 1)), default=None)


def kept(*rules):
    return [rule.conditions for rule in bounded(of(*rules)).rules]


def path(count, start="/"):
    return PathPattern(tuple(f"{start}{n}" for n in range(count)))


@pytest.mark.parametrize(
    "conditions",
    [
        [path(5)],
        [path(LEAST)],
        [HttpHeader(f"h{n}", ("a",)) for n in range(5)],
        [PathPattern(("a" * LONGEST,))],
        [OpaqueCondition("x", "y")],
    ],
)
def test_what_is_not_too_much_stays_as_it_is(conditions):
    given = of(conditions)
    assert bounded(given) is given or bounded(given) == given


def test_values_of_one_rule_are_cut():
    ((condition,),) = kept([path(500)])
    assert condition.values == (*(f"/{n}" for n in range(MOST)), MORE)
    assert kept([PathPattern((), tuple(f"a{n}" for n in range(500)))])[0][0].regexes[MOST:] == (MORE,)


def test_values_count_over_all_conditions_of_a_rule():
    found = kept([HttpHeader(f"h{n}", tuple(f"{k}" for k in range(30))) for n in range(10)])[0]
    assert [len([value for value in condition.values if value is not MORE]) for condition in found[:-1]] == [30, 30, 30, 10]
    assert found[-1] == OpaqueCondition("", MORE.reason)


def test_many_rules_with_too_much_are_cut_further():
    found = kept(*([path(MOST, f"/{n}/")] for n in range(200)))
    sizes = [len(conditions[0].values) for conditions in found]
    assert sizes[0] == MOST
    assert sizes[-1] == LEAST + 1
    assert all(conditions[0].values[-1] == MORE for conditions in found[-100:])
    assert sum(sizes) <= IN_ALL + 200 * (LEAST + 3)


LONG_TEXT = "a" * (LONGEST + 1)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (PathPattern((LONG_TEXT, "/a")), PathPattern((LONG, "/a"))),
        (PathPattern((), (LONG_TEXT,)), PathPattern((), (LONG,))),
        (HttpHeader(LONG_TEXT, ("a",)), HttpHeader(LONG, ("a",))),
        (HttpHeader("a", (LONG_TEXT,)), HttpHeader("a", (LONG,))),
        (QueryString((QueryPair(LONG_TEXT, "a"),)), QueryString((LONG,))),
        (QueryString((QueryPair("a", LONG_TEXT),)), QueryString((LONG,))),
        (PathPattern((Unknown("x", (LONG_TEXT, Symbol("s", "s"))),)), PathPattern((LONG,))),
    ],
)
def test_long_texts_are_unknown(given, wanted):
    assert kept([given]) == [(wanted,)]


@pytest.mark.parametrize(
    "condition", [path(1), PathPattern(("/a*b*", "*/c")), HttpHeader("h", ("v",)), QueryString((QueryPair("k", "v"),))]
)
def test_plain_conditions_of_any_number_of_rules_stay(condition):
    given = of(*([condition] for _ in range(RULES)))
    assert bounded(given) is given


def test_rules_behind_the_first_ten_thousand_are_not_looked_at():
    given = of(*([path(1)] for _ in range(RULES)))
    assert bounded(given) is given
    more = of(*([path(1)] for _ in range(RULES + 2)))
    looked_at = bounded(replace(more, rules=tuple(reversed(more.rules))))
    assert [rule.priority for rule in looked_at.rules] == list(range(RULES, 0, -1))
    assert looked_at.unread == Unread("it has 10,002 rules, and the first 10,000 of a listener are looked at")


def test_it_is_told_that_rules_are_not_looked_at():
    estate = join([Reading((of(*([path(1)] for _ in range(RULES + 1))),))], Config())
    (gap,) = estate.gaps
    assert gap.reason == "listener L: it has 10,001 rules, and the first 10,000 of a listener are looked at"
    (finding,) = lint(estate, Config(), "2026-11-29", selection(("ALB107",), ())).findings
    assert "not all rules of this listener were read (it has 10,001 rules" in finding.message


def test_values_with_too_many_wildcards_together_are_unknown():
    wild = "/" + "*a" * 10
    given = [PathPattern((wild, wild, "/a")), HttpHeader("h", (wild, "?")), QueryString((QueryPair("k", "*"),))]
    assert kept(given) == [(PathPattern((wild, wild, "/a")), HttpHeader("h", (wild, WILD)), QueryString((WILD,)))]
    assert kept(given[:1]) == [(given[0],)]

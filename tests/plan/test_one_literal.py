"""Rules of several listeners that get their number from one literal get one number, where that can be."""

from dataclasses import replace

import pytest

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.model import PrioritySite, SharedSite
from alb_lint.plan.planner import Options, make_plan
from shorthand import TODAY, config, listener

RANGE = '[[range]]\nname = "v"\npriorities = "500-509"\nmatch = { paths = ["/v/*"] }\n'


def shared(made):
    """The listener, each rule that has a name with a literal of that name, which gives two rules their number."""
    sites = {rule.name: SharedSite(PrioritySite("m.tf", 1, 1, int.from_bytes(rule.name.encode()), 2, "10"), 2) for rule in made.rules}
    return replace(made, rules=tuple(replace(rule, shared_site=sites[rule.name] if rule.name else None) for rule in made.rules))


def numbers(first, second, toml=RANGE):
    made = make_plan([ListenerFacts(shared(one)) for one in (first, second)], config(toml), Options(TODAY))
    assert not made.refused
    return [{move.rule: move.new for move in part.moves} for part in made.listeners]


ROWS = [
    pytest.param(
        listener("5 name=only path=/v/only -> o", "10 name=a path=/v/a -> a", "11 name=b path=/v/b -> b", id="L1"),
        listener("10 name=a path=/v/a -> a", "11 name=b path=/v/b -> b", id="L2"),
        [{"only": 500, "a": 501, "b": 502}, {"a": 501, "b": 502}],
        id="the one with more rules leads",
    ),
    pytest.param(
        listener("10 name=a path=/v/a -> a", "11 name=b path=/v/b -> b", id="L1"),
        listener("5 name=only path=/v/only -> o", "10 name=a path=/v/a -> a", "11 name=b path=/v/b -> b", id="L2"),
        [{"a": 501, "b": 502}, {"only": 500, "a": 501, "b": 502}],
        id="also where it comes later",
    ),
    pytest.param(
        listener("5 name=only path=/v/only -> o", "10 name=a path=/v/a -> a", "11 name=b path=/v/b -> b", id="L1"),
        listener("10 name=a path=/v/a -> a", "501 path=/v/x -> x", id="L2"),
        [{"only": 500, "a": 501, "b": 502}, {"a": 500}],
        id="not where another rule has the number",
    ),
    pytest.param(
        listener("5 name=only path=/v/only -> o", "10 name=a path=/v/a -> a", id="L1"),
        listener("10 name=a path=/v/a -> a", "500 path=/v/y -> y", "501 path=/z -> z", id="L2"),
        [{"only": 500, "a": 501}, {"a": 501, "r501": 499}],
        id="beside a rule that leaves it",
    ),
]


@pytest.mark.parametrize(("first", "second", "expected"), ROWS)
def test_one_number_for_each_literal(first, second, expected):
    assert numbers(first, second) == expected


def test_an_order_is_never_given_up_for_it():
    first = listener("5 name=b path=/v/b -> b", "10 name=a path=/v/* -> a", id="L1")
    second = listener("5 name=a path=/v/b -> a", "10 name=b path=/v/* -> b", id="L2")
    assert numbers(first, second) == [{"b": 500, "a": 501}, {"a": 500, "b": 501}]

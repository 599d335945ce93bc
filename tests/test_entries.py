"""Entries of the config as text: the reader takes them back as they were."""

import pytest

from alb_lint.config import Allow, Before, NamedListener, listener_fits, rule_fits
from alb_lint.entries import allow_text, before_text, joined, listener_glob, listener_text, quoted, rule_glob
from shorthand import config, listener

TEXTS = ("plain", 'a"b', "a\\b", "line\nbreak", "\x1b[2J\u202e", "é ✓", "*[x]?", "${x}", "'''", "##[error]x ##vso[task.complete]z")


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_written_is_read(text):
    made = config(
        joined(
            [
                before_text(Before(text, text, text, text)),
                allow_text(Allow("ALB104", text, text, text)),
                listener_text(NamedListener(text, (text,))),
            ]
        )
    )
    (before,), (allow,), (named,) = made.before, made.allow, made.listeners
    assert (before.first, before.then, before.listener, before.reason) == (text, text, text, text)
    assert (allow.code, allow.rule, allow.listener, allow.reason) == ("ALB104", text, text, text)
    assert (named.name, named.ids) == (text, (text,))
    assert quoted(text).isprintable()


def test_half_of_a_surrogate_pair_is_no_error():
    assert config(before_text(Before("a\ud800", "b"))).before[0].first == "a?"


@pytest.mark.parametrize(
    ("rules", "wanted"),
    [
        (("1 path=/a name=x -> a", "2 path=/b name=y -> a"), "x"),
        (("1 path=/a name=x -> a", "2 path=/b name=y -> a", "3 path=/c name=x[1] -> a"), "x"),
        (("1 path=/a -> a", "2 path=/b -> a"), "r1"),
    ],
)
def test_rule_glob_means_one_rule(rules, wanted):
    told = listener(*rules)
    glob = rule_glob(told.rules[0], told)
    assert glob == wanted
    assert [rule_fits(glob, rule) for rule in told.rules] == [True] + [False] * (len(told.rules) - 1)


def test_a_name_with_wildcards_means_itself():
    told = listener("1 path=/a name=x* -> a", "2 path=/b name=xy -> a")
    glob = rule_glob(told.rules[0], told)
    assert [rule_fits(glob, rule) for rule in told.rules] == [True, False]


def test_listener_glob_is_the_name_of_the_config():
    told = listener("1 path=/a -> a", id="L[1]*")
    assert listener_glob(told, config("")) == "L[[]1][*]"
    assert listener_fits(listener_glob(told, config("")), told, config(""))
    named = config('[[listener]]\nname = "public"\nids = ["L*"]\n')
    assert listener_glob(told, named) == "public"

"""Whatever the input holds, checks end with findings: no error, the same ones every time, each witness confirmed."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alb_lint.analysis.evaluate import evaluate
from alb_lint.checks import ALB208, ALB209, ALB307, ALB308, ALL
from alb_lint.model import (
    FixedResponse,
    Forward,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    Listener,
    OpaqueAction,
    OpaqueCondition,
    PathPattern,
    QueryPair,
    QueryString,
    Redirect,
    Rule,
    Share,
    SourceIp,
    Transform,
    Unknown,
)
from shorthand import config, listener, load_balancer, run

CONFIG = config(
    """
environment = "e"
[[range]]
name = "r"
priorities = "1-5"
match = { paths = ["/a*"], methods = ["GET"] }
[[retired]]
priorities = "2"
[[before]]
first = "*1"
then = "*2"
[[weights]]
environment = "e"
groups = { "*" = 50 }
"""
)
TEXT = st.one_of(
    st.text(alphabet="/aA*?.\\[](){}|^$+#é \n\ue000", max_size=8), st.sampled_from(["/a", "/a*", "/a/*", "a.com", "*.com"])
) | st.builds(Unknown, st.just("u"))
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
PAIRS = st.lists(st.builds(QueryPair, st.none() | TEXT, TEXT) | st.builds(Unknown, st.just("u")), max_size=3).map(tuple)
NUMBER = st.integers(-2, 1_000) | st.builds(Unknown, st.just("u"))
CONDITIONS = st.one_of(
    st.builds(HostHeader, TEXTS, TEXTS),
    st.builds(PathPattern, TEXTS, TEXTS),
    st.builds(HttpRequestMethod, TEXTS),
    st.builds(HttpHeader, TEXT, TEXTS, TEXTS),
    st.builds(QueryString, PAIRS),
    st.builds(SourceIp, st.lists(st.sampled_from(["10.0.0.0/8", "10.0.0.0/7", "::/0", "x", ""]), max_size=3).map(tuple)),
    st.builds(OpaqueCondition, st.just("f"), st.just("r")),
)
ACTIONS = st.one_of(
    st.builds(Forward, st.lists(st.builds(Share, TEXT, NUMBER), max_size=3).map(tuple), st.none() | NUMBER),
    st.builds(Redirect, TEXT, st.sampled_from(["HTTP", "HTTPS", "#{protocol}", "x"]), TEXT, st.sampled_from(["80", "#{port}"]), TEXT, TEXT),
    st.builds(FixedResponse, TEXT, st.none() | TEXT, TEXT),
    st.builds(OpaqueAction, st.just("t"), st.just("r")),
)
TRANSFORMS = st.builds(Transform, st.sampled_from(["url-rewrite", "", "x"]), st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple))
PRESENCE = st.lists(st.tuples(st.sampled_from("xy"), st.booleans()), max_size=1).map(tuple)


@st.composite
def listeners(draw) -> Listener:
    rules = [
        Rule(
            f"r{place}",
            "",
            draw(NUMBER),
            tuple(draw(st.lists(CONDITIONS, max_size=3))),
            tuple(draw(st.lists(ACTIONS, max_size=2))),
            tuple(draw(st.lists(TRANSFORMS, max_size=2))),
            presence=draw(PRESENCE),
        )
        for place in range(draw(st.integers(1, 5)))
    ]
    default = Rule("d", "", 0, (), tuple(draw(st.lists(ACTIONS, max_size=1))), is_default=True)
    return Listener("L", "L", tuple(rules), default, "HTTP", 80, load_balancer())


@settings(max_examples=80, deadline=None)
@given(listeners())
def test_checks_end_and_repeat(here):
    for check in ALL:
        found = run(check, here, CONFIG)
        assert found == run(check, here, CONFIG)
        assert all(item.message and item.help and item.info is check.info for item in found)


def _rule(random: Random, number: int) -> str:
    path = random.choice(["/a", "/a*", "/a/*", "/ab", "/ab*", "/*", "*", "/b,/b/*", "/a?", "/ab/x"])
    host = random.choice(["", "host=a.com", "host=*.com", "host=www.a.com"])
    method = random.choice(["", "", "GET", "POST"])
    action = random.choice(
        ["t", "u", "404", "redirect:path=/a", "redirect:path=/ab", "redirect:host=www.a.com", "redirect:path=/a/#{path}"]
    )
    return f"{number} path={path} {host} {method} -> {action}"


@pytest.mark.parametrize("seed", range(60))
def test_witnesses_are_confirmed(seed):
    random = Random(seed)
    rules = [_rule(random, number) for number in range(1, random.randint(3, 9))]
    here = listener(*rules, default=random.choice(["t", "404", "redirect:path=/a"]), protocol="HTTPS", port=443)
    for item in [*run(ALB208, here), *run(ALB307, here)]:
        assert evaluate(here, item.witnesses[0].request) is item.rule
    for item in run(ALB209, here):
        assert evaluate(here, item.witnesses[0].request) is (item.related[0].rule if item.related else here.default)
    plain = listener(*rules, default="redirect:https", protocol="HTTP", port=80)
    for item in run(ALB308, plain):
        assert all(evaluate(plain, other.request) is other.rule for other in item.related)

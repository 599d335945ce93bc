"""Cases judged, row by row, and assertions against brute force."""

from random import Random

import pytest

from alb_lint.analysis.evaluate import evaluate, matches_rule
from alb_lint.config import Config, Then, When
from alb_lint.errors import ConfigError, UsageError
from alb_lint.model import HttpHeader, LoadBalancer, PathPattern, Rule, SourceIp
from alb_lint.model.listener import Unread
from alb_lint.record import replace
from alb_lint.routes.cases import Assertion, Cases, Route
from alb_lint.routes.expected import Expected, meets
from alb_lint.routes.file import read_cases
from alb_lint.routes.judge import judge
from property.test_gates import Everything, an_estate
from shorthand import estate, listener

RULES = (
    "10 path=/a name=one -> app",
    "20 path=/b -> web:1,app:3",
    "30 path=/c -> redirect:https",
    "40 path=/d if=prod -> app",
    "50 path=/e opaque:x -> app",
)


def judged(text, *listeners):
    return judge(read_cases(text.encode(), "r.yaml"), listeners, Config())


@pytest.mark.parametrize(
    ("request_", "expect", "passed"),
    [
        ("/a", "{target_group: app}", True),
        ("/a", "{target_group: a*}", True),
        ("/a", "{target_group: web}", False),
        ("/a", "{rule: one, priority: 10}", True),
        ("/a", "{rule: on*, priority: 20}", False),
        ("/a", "{weights: {app: 100}}", True),
        ("/a", "{weights: {web: 100}}", False),
        ("/a", "{status: 404}", False),
        ("/b", "{target_group: [web, app]}", True),
        ("/b", "{target_group: app}", False),
        ("/b", "{weights: {web: 25, app: 75}}", True),
        ("/b", "{weights: {web: 1, app: 3}}", True),
        ("/b", "{weights: {web: 50, app: 50}}", False),
        ("/b", "{weights: {'*': 1}}", True),
        ("/b", "{weights: {app: 100, web: 0}}", False),
        ("/c", "{status: 302, redirect: 'https://*'}", True),
        ("/c", "{status: 404}", False),
        ("/c", "{target_group: '*'}", False),
        ("/z", "{status: 404}", True),
        ("/z", "{rule: default, priority: default}", True),
        ("/z", "{priority: 10}", False),
        ("/z", "{any-of: [{status: 403}, {status: 404}]}", True),
        ("/d", "{target_group: app}", None),
        ("/e", "{target_group: app}", None),
    ],
)
def test_routes(request_, expect, passed):
    got = judged(f"routes:\n  - request: {request_}\n    expect: {expect}", listener(*RULES))
    (result,) = got.results
    assert result.passed is passed
    assert bool(result.because) is (passed is None)


@pytest.mark.parametrize(
    ("case", "default", "passed"),
    [
        ("always: [{when: {path: /a}, expect: {target_group: app}}]", "404", True),
        ("always: [{when: {path: '/a*'}, expect: {target_group: app}}]", "404", False),
        ("always: [{when: {path: /a}, expect: {target_group: app}}]", None, True),
        ("always: [{when: {path: '/a*'}, expect: {target_group: app}}]", None, None),
        ("always: [{when: {path: /b}, expect: {target_group: app}}]", "404", False),
        ("always: [{when: {path: /b}, expect: {rule: other}, except: '*'}]", "404", True),
        ("always: [{when: {path: /b}, expect: {priority: 20}}]", "404", True),
        ("never: [{when: {path: /b}, expect: {target_group: web}}]", "404", False),
        ("never: [{when: {path: /a}, expect: {target_group: web}}]", "404", True),
        ("never: [{when: {path: /a}, expect: {status: 404}}]", "404", True),
        ("never: [{expect: {status: 404}}]", "404", False),
        ("never: [{expect: {status: 500}}]", "404", True),
        ("never: [{when: {path: '/[abc]'}, expect: {status: 500}}]", "404", True),
        ("never: [{when: {path: /z}, expect: {status: 500}}]", None, None),
        ("never: [{when: {path: /e}, expect: {target_group: app}}]", "404", None),
    ],
)
def test_assertions(case, default, passed):
    got = judged(case, listener(*RULES, default=default))
    (result,) = got.results
    assert result.passed is passed, result
    assert (result.request is not None) is (passed is False)
    assert bool(result.because) is (passed is None)


def test_a_rule_that_may_not_exist_breaks_it_possibly():
    (result,) = judged("never: [{when: {path: /d}, expect: {target_group: app}}]", listener(*RULES)).results
    assert (result.passed, result.possible, result.rule.priority) == (False, True, 40)


def test_listeners_are_told_by_name_and_url():
    one = listener("10 path=/a -> app", id="one", protocol="HTTPS", port=443)
    two = listener(
        "10 path=/a -> web", id="two", protocol="HTTP", port=80, load_balancer=LoadBalancer("lb", "front", dns_name="front.example")
    )
    rows = [
        ("https://x/a", "", True),
        ("http://x/a", "", False),
        ("/a", "", None),
        ("/a", "one", True),
        ("/a", "t*", False),
        ("http://front.example/a", "", False),
    ]
    for request, listener_, passed in rows:
        (result,) = judged(f"routes: [{{request: '{request}', listener: '{listener_}', expect: {{target_group: app}}}}]", one, two).results
        assert result.passed is passed, (request, listener_)
    with pytest.raises(ConfigError, match="no listener is called 'three'"):
        judged("never: [{listener: three, expect: {status: 404}}]", one, two)


def test_several_listeners_each_hold():
    one, two = listener("10 path=/a -> app", id="one"), listener("10 path=/b -> web", id="two")
    text = "never: [{expect: {target_group: '*'}}]\nalways: [{listener: one, when: {path: /a}, expect: {target_group: app}}]"
    always, never = judged(text, one, two).results
    assert always.passed
    assert (never.passed, never.listener.id, [other.id for other, _, _ in never.others]) == (False, "one", ["two"])


def test_of_what_was_not_read_nothing_is_told():
    told = replace(listener(*RULES), unread=Unread("denied"))
    got = judged("routes: [{request: /a, expect: {target_group: app}}]\nnever: [{expect: {status: 500}}]", told)
    assert [result.passed for result in got.results] == [None, None]
    assert all("denied" in result.because for result in got.results)
    assert (got.reachable, got.unread) == (0, 1)


def test_a_route_of_several_listeners_is_one_of_each():
    one, two = listener("10 path=/a -> app", id="one"), listener("10 path=/a -> app", "20 path=/b -> app", id="two")
    got = judged("routes: [{request: /a, expect: {target_group: app}}]", one, two)
    assert got.results[0].passed
    assert [(there.id, rule.priority) for there, rule in got.uncovered] == [("two", 20)]


def test_no_more_is_asked_than_ends_in_time(monkeypatch):
    monkeypatch.setattr("alb_lint.routes.judge.MOST", 12)
    text = "routes: [{request: /a, expect: {target_group: app}}]\nnever: [{expect: {status: 500}}]"
    assert len(judged(text, listener(*RULES)).results) == 2
    with pytest.raises(UsageError, match="2 cases about these listeners are 24 questions"):
        judged(text, listener(*RULES), listener(*RULES, id="other"))


def test_coverage_names_what_no_route_is_about():
    told = listener("10 path=/a -> app", "20 path=/a -> web", "30 path=/b -> web", "40 path=/c -> web")
    got = judged("routes: [{request: /a, expect: {target_group: x}}, {request: /z, expect: {status: 404}}]", told)
    assert (got.reachable, [rule.priority for _, rule in got.uncovered]) == (3, [30, 40])


# -- brute force -------------------------------------------------------------------------------------------------------------


def hold(seed):
    random = Random(seed)
    told = random.choice(an_estate(random, 4).listeners)
    when = When(
        path=random.choice([(), ("/a*",), ("/aB", "/z*")]),
        header=random.choice([(), (("X-A", ("a",)),)]),
        without_header=random.choice([(), ("X-A",), ("X-B-Secret",)]),
        not_source_ip=random.choice([(), ("192.0.0.0/2",)]),
    )
    expected = random.choice(
        [
            Expected(status=("403",)),
            Expected(status=("302",)),
            Expected(then=Then(target_group=("t0",))),
            Expected(then=Then(authenticated=True)),
            Expected(priority=str(random.randint(1, 3))),
            Expected(rule=("default",)),
            Expected(rule=("*-1", "*-2"), then=Then(target_group=("t[01]",))),
            Expected(then=Then(any_of=(Then(authenticated=True), Then(redirect=("https*", "*elsewhere*"))))),
        ]
    )
    inside = (*((PathPattern(when.path),) if when.path else ()), *(HttpHeader(name, values) for name, values in when.header))
    nots = [HttpHeader(name, ("*",)) for name in when.without_header] + ([SourceIp(when.not_source_ip)] if when.not_source_ip else [])
    world = Everything(estate(told), (*((inside,) if inside else ()), *((item,) for item in nots)))
    answers = [
        (request, evaluate(told, request))
        for request in world.requests
        if matches_rule(Rule("", "", 0, inside), request) and not any(matches_rule(Rule("", "", 0, (item,)), request) for item in nots)
    ]
    for kind in ("always", "never"):
        breaking = {rule.id for _, rule in answers if meets(rule, expected) is (kind == "never")}
        (result,) = judge(Cases((), (Assertion("x", kind, when, expected),)), [told], Config()).results
        named = {rule.id for rule in (result.rule, *(rule for _, rule, _ in result.others)) if rule is not None}
        assert (result.passed, named) == (not breaking, breaking), seed
        for rule, request in ((result.rule, result.request), *((rule, request) for _, rule, request in result.others)):
            if rule is not None:
                assert evaluate(told, request).id == rule.id, seed
    route = random.choice(world.requests)
    (result,) = judge(Cases((Route("x", route, expected),)), [told], Config()).results
    assert (result.passed, result.rule.id) == (meets(evaluate(told, route), expected), evaluate(told, route).id), seed


@pytest.mark.parametrize("seed", range(60))
def test_assertions_as_brute_force_has_them(seed):
    hold(seed)


@pytest.mark.long
@pytest.mark.parametrize("part", range(20))
def test_assertions_as_brute_force_has_them_many(part):
    for seed in range(1_000 + part * 100, 1_100 + part * 100):
        hold(seed)

"""ALB307 and ALB308: redirects that never end, and plain HTTP that is not redirected."""

from dataclasses import replace

import pytest

from alb_lint.analysis.evaluate import evaluate
from alb_lint.checks import ALB307, ALB308
from shorthand import estate, ids, listener, load_balancer, run

HTTP = {"protocol": "HTTP", "port": 80}
HTTPS = {"protocol": "HTTPS", "port": 443}


def loops(*rules, default="404", **fields):
    return run(ALB307, listener(*rules, default=default, **(fields or HTTPS)))


@pytest.mark.parametrize(
    "rules",
    [
        ("1 path=/* -> redirect:https",),  # meant for the HTTP listener
        ("1 path=/* -> redirect:path=/login",),
        ("1 path=/a,/b -> redirect:path=/b",),
        ("1 path=/x/* -> redirect:path=/x/y",),
        ("1 path=/x* -> redirect:path=/x/#{path}",),  # longer at every hop
        ("1 host=a.com -> redirect:https://a.com/",),
        ("1 path=/a -> redirect:path=/b", "2 path=/b -> redirect:path=/a"),
        ("1 host=a.com -> redirect:host=www.#{host}", "2 host=www.a.com -> redirect:host=a.com"),
        ("1 path=/old POST -> redirect:path=/old/", "2 path=/old/ GET -> redirect:path=/old", "3 path=/old GET -> redirect:path=/old/"),
    ],
)
def test_proved_loops(rules):
    here = listener(*rules, **HTTPS)
    found = run(ALB307, here)
    assert [(item.confidence, item.severity.label) for item in found] == [("proved", "error")]
    assert evaluate(here, found[0].witnesses[0].request) is found[0].rule


@pytest.mark.parametrize(
    "rules",
    [
        ("1 path=/* -> redirect:https://www.a.com/",),  # maybe a CDN
        ("1 path=/login -> t", "2 path=/* -> redirect:path=/login"),
        ("1 path=/a -> redirect:path=/b", "2 path=/b -> t"),
        ("1 path=/a -> redirect:path=/b", "2 path=${p} -> t", "3 path=/b -> redirect:path=/a"),
        ("1 path=/a -> redirect:path=/b", "${p} path=/b -> t", "3 path=/b -> redirect:path=/a"),
        ("1 path=/a -> redirect:path=/b", "2 if=x path=/b -> t", "3 path=/b -> redirect:path=/a"),
        ("1 path=/a -> redirect:path=/b", "2 path=/b -> t", "2 path=/b -> redirect:path=/a"),
        ("1 if=x path=/* -> redirect:path=/b",),
        ("1 path=/a POST -> redirect:path=/b", "2 path=/b POST -> redirect:path=/a"),  # a POST comes back as GET
        ("1 path=/* -> redirect:https://#{host}:8443",),
        ("1 path=/* -> redirect:path=${p}",),
        ("1 path=/* -> redirect:path=/#{nothing}",),
        ("1 path=/* -> auth redirect:path=/login",),
        ("1 path=/* -> redirect",),  # refused by the API, which is another finding
    ],
)
def test_no_loops(rules):
    assert loops(*rules) == []


def test_default_action():
    assert ids(loops(default="redirect:path=/login")) == ["default"]
    assert loops(default="redirect:https://www.a.com/") == []
    assert loops("1 path=/login -> t", default="redirect:path=/login") == []


def test_a_host_that_only_a_pattern_takes_is_possible():
    (found,) = loops("1 host=*.a.com -> redirect:https://www.a.com/")
    assert (found.confidence, found.severity.label) == ("possible", "warning")
    assert found.message == "a request for `https://www.a.com/` is redirected to the same URL, if its host leads to this load balancer"


def test_what_the_listener_is_must_be_told():
    assert loops("1 path=/* -> redirect:https", protocol="") == []
    assert loops("1 path=/* -> redirect:path=/x", protocol="")[0].confidence == "proved"


def test_circle_over_two_listeners():
    balancer = load_balancer()
    plain = listener(default="redirect:https", id="A", load_balancer=balancer, **HTTP)
    good = listener("1 path=/* -> t", id="B", load_balancer=balancer, **HTTPS)
    other = listener(default="redirect:protocol=HTTPS,port=8443", id="B", load_balancer=balancer, **HTTPS)
    back = listener(default="redirect:protocol=HTTPS,port=443", id="C", load_balancer=balancer, protocol="HTTPS", port=8443)
    assert run(ALB307, estate(plain, good)) == []
    (found,) = run(ALB307, estate(plain, other, back))
    assert (found.listener, found.message) == (
        "B",
        "a request for `https://example.com/` comes back after 2 redirects, by way of the default action",
    )


def test_a_circle_is_told_once():
    found = loops("1 path=/a -> redirect:path=/b", "2 path=/b -> redirect:path=/c", "3 path=/c -> redirect:path=/a")
    assert ids(found) == ["r1"]
    assert [item.rule.id for item in found[0].related] == ["r2", "r3"]


def test_growing_urls_are_told_as_such():
    (found,) = loops("1 path=/x* -> redirect:path=/x/#{path}")
    assert found.message == "a request for `https://example.com/x` is redirected 20 times in a row and further"


@pytest.mark.parametrize(
    ("rules", "default", "found"),
    [
        (("1 path=/x -> t",), "redirect:https", ["r1"]),
        (("1 path=/x -> t", "2 path=/* -> redirect:https"), "404", ["r1"]),
        (("1 path=/* -> redirect:https", "2 path=/x -> t"), "redirect:https", []),  # never asked
        (("1 path=/* -> redirect:https",), "t", []),
        (("1 path=/x -> redirect:https",), "t", ["default"]),
        (("1 path=/.well-known/acme-challenge/* -> t",), "redirect:https", []),
        (("1 path=/.well-known/*,/x -> t",), "redirect:https", ["r1"]),
        (("1 path=/x -> 404",), "redirect:https", []),
        (("1 path=/x -> opaque",), "redirect:https", []),
        (("1 path=${p} -> t",), "redirect:https", []),
        (("1 if=x path=/x -> t",), "redirect:https", []),
        (("1 path~^/x$ -> t",), "redirect:https", ["r1"]),
        (("1 path=/x -> t",), "404", []),  # HTTPS is nowhere to be seen
    ],
)
def test_plaintext_forward(rules, default, found):
    here = listener(*rules, default=default, **HTTP)
    findings = run(ALB308, here)
    assert [[item.rule.id for item in one.related] for one in findings] == ([found] if found else [])
    for item in findings:
        assert item.rule is None
        assert evaluate(here, item.witnesses[0].request) is item.related[0].rule


def test_plaintext_beside_https():
    balancer = load_balancer()
    plain = listener(default="t", id="A", load_balancer=balancer, **HTTP)
    secure = listener(default="t", id="B", load_balancer=balancer, **HTTPS)
    elsewhere = listener(default="t", id="B", load_balancer=load_balancer("other"), **HTTPS)
    assert [item.message for item in run(ALB308, estate(plain, secure))] == ["requests over plain HTTP are forwarded by the default action"]
    assert run(ALB308, estate(plain, elsewhere)) == []
    assert run(ALB308, secure) == []


@pytest.mark.parametrize(
    ("presences", "beside", "confidence"),
    [
        ([(("Cert", True),)], ", beside HTTPS where Cert", "possible"),
        ([(("Cert", True),), (("More", True),)], ", beside HTTPS in some deployments", "possible"),
        ([(("Cert", True),), ()], "", "proved"),
    ],
)
def test_plaintext_beside_https_that_may_be_there(presences, beside, confidence):
    balancer = load_balancer()
    secure = []
    for at, presence in enumerate(presences):
        one = listener(default="t", id=f"B{at}", load_balancer=balancer, **HTTPS)
        secure.append(replace(one, default=replace(one.default, presence=presence)))
    (found,) = run(ALB308, estate(listener(default="t", id="A", load_balancer=balancer, **HTTP), *secure))
    assert found.message.removesuffix(" is true") == f"requests over plain HTTP are forwarded by the default action{beside}"
    assert found.confidence == confidence

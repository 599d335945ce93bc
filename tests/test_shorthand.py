"""The shorthand says what its text says."""

from alb_lint.model import (
    FixedResponse,
    Forward,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    PathPattern,
    QueryPair,
    QueryString,
    Redirect,
    Share,
    SourceIp,
    Unknown,
)
from shorthand import listener, rule


def test_conditions():
    made = rule('10 host=*.a.com path=/x*,/y GET header:X-A="a b" query=k:v,w ip=10.0.0.0/8 path~^/z$ -> tg1')
    assert made.conditions == (
        HostHeader(("*.a.com",)),
        PathPattern(("/x*", "/y")),
        HttpRequestMethod(("GET",)),
        HttpHeader("X-A", ("a b",)),
        QueryString((QueryPair("k", "v"), QueryPair(None, "w"))),
        SourceIp(("10.0.0.0/8",)),
        PathPattern((), ("^/z$",)),
    )
    assert made.actions == (Forward((Share("tg1"),)),)


def test_actions():
    assert rule("1 GET -> a:90,b:10,sticky=60").actions == (Forward((Share("a", 90), Share("b", 10)), 60),)
    assert rule("1 GET -> 403:no").actions == (FixedResponse("403", "text/plain", "no"),)
    assert rule("1 GET -> redirect:https").actions == (Redirect(protocol="HTTPS", port="443"),)
    url = rule("1 GET -> redirect:https://www.#{host}:#{port}/a?b=c").actions
    assert url == (Redirect("HTTP_302", "HTTPS", "www.#{host}", "#{port}", "/a", "b=c"),)


def test_unknowns_and_ids():
    made = listener("${p} path=${v},/x -> ${g}:${w}", "7 GET -> 404", "7 PUT -> 404", "8 name=api GET -> 404")
    assert [one.id for one in made.rules] == ["r${p}", "r7", "r7#2", "api"]
    first = made.rules[0]
    assert first.priority == Unknown("p")
    assert first.conditions == (PathPattern((Unknown("v"), "/x")),)
    assert first.actions == (Forward((Share(Unknown("g"), Unknown("w")),)),)

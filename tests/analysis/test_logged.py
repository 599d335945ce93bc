"""What a log lets the model say of a request, held to the plain evaluator over every choice of the headers that logs do not have."""

import random
from itertools import chain, combinations

import pytest

from alb_lint.access_log import Line
from alb_lint.analysis import logged
from alb_lint.analysis.evaluate import evaluate, has_unknown, is_met, matches_rule, ordered
from alb_lint.analysis.logged import AGENT, Judge, Sent
from alb_lint.model import HttpHeader, Listener, Request, Unread
from alb_lint.record import replace
from shorthand import listener


def number(rule):
    return 0 if rule is None or rule.is_default else rule.priority


def subsets(items):
    return chain.from_iterable(combinations(items, size) for size in range(len(items) + 1))


def brute(here: Listener, request: Request) -> set[int]:
    """The numbers of the rules that answer the request with some headers beside those that it has, each value a word that few globs take."""
    globs = {
        (condition.name.lower(), value)
        for rule in here.rules
        for condition in rule.conditions
        if isinstance(condition, HttpHeader) and condition.name.lower() != AGENT.lower()
        for value in condition.values
    }
    headers = sorted({(name, value.replace("*", "%%").replace("?", "%")) for name, value in globs})
    return {number(evaluate(here, replace(request, headers=(*request.headers, *chosen)))) for chosen in subsets(headers)}


def line(path="/", method="GET", host="a.com", query=None, scheme="https", port=443):
    return Line(method, scheme, host, port, path, query)


def numbers(here, sent=None, agent="curl", source="192.0.2.9"):
    judge = Judge(here)
    return judge.predict(judge.sent(sent or line(), agent, source))


CONDITIONS = (
    *("host=a.com", "host=*.com", "host=b.com", "path=/a*", "path=/a/b", "path=/*", "path=*b", "path=/?", "path=/a,/b", "GET", "POST,PUT"),
    *("header:X=1", "header:X=1*", "header:X=*", "header:X=2,1", "header:Y=1", "header:Y=*a,a*", "header:x=?", "header:User-Agent=*bot*"),
    *("header:User-Agent=curl,x", "ip=10.0.0.0/8", "ip=10.1.0.0/16,192.0.2.0/24", "query=k:v", "query=*", "query=k:*"),
)  # fmt: skip
LINES = tuple(
    line(path, method, host, query)
    for path in ("/", "/a", "/a/b", "/b", "/x")
    for method in ("GET", "PUT")
    for host in ("a.com", "b.com", "c.org")
    for query in (None, "k=v", "k=w&l=v")
)


@pytest.mark.parametrize("seed", range(40))
def test_every_rule_that_some_headers_lead_to_and_no_other(seed):
    chance = random.Random(seed)
    for _ in range(12):
        rules = [
            f"{10 * place + 10} {' '.join(chance.sample(CONDITIONS, chance.randint(1, 3)))} -> g{place}"
            for place in range(chance.randint(1, 6))
        ]
        here = listener(*rules)
        judge = Judge(here)
        for _ in range(12):
            sent, agent, source = (
                chance.choice(LINES),
                chance.choice(("curl", "a bot", "x")),
                chance.choice(("10.1.2.3", "10.9.9.9", "192.0.2.9")),
            )
            query = tuple(tuple(pair.split("=")) for pair in sent.query.split("&")) if sent.query else ()
            request = Request(sent.method, sent.host, sent.path, query, ((AGENT, agent),), source)
            told = judge.predict(judge.sent(sent, agent, source))
            assert set(told.numbers) == brute(here, request), (rules, request)
            assert not told.open
            assert bool(told.because) == (len(told.numbers) > 1)
            order = [number(rule) for rule in ordered(here)] + [0]
            assert list(told.numbers) == [one for one in order if one in told.numbers]


@pytest.mark.parametrize(
    ("rules", "sent", "told"),
    [
        (["10 path=/a -> x"], line("/a"), {10}),
        (["10 path=/a -> x"], line("/b"), {0}),
        (["10 header:X=1 -> x"], line(), {10, 0}),
        (["10 header:X=1 -> x", "20 header:X=1 -> y"], line(), {10, 0}),
        (["10 header:X=1* -> x", "20 header:X=12 -> y"], line(), {10, 0}),
        (["10 header:X=12 -> x", "20 header:X=1* -> y"], line(), {10, 20, 0}),
        (["10 header:X=1 header:Y=1 -> x", "20 header:X=1 -> y"], line(), {10, 20, 0}),
        (["10 header:X=1 -> x", "20 header:X=1 header:Y=1 -> y"], line(), {10, 0}),
        (["10 header:X=a -> x", "20 header:X=b -> y", "30 header:X=a,b -> z"], line(), {10, 20, 0}),
        (["10 header:X=1 path=/a -> x", "20 header:X=1 -> y"], line("/b"), {20, 0}),
        (["10 header:User-Agent=cu* -> x"], line(), {10}),
        (["10 header:user-agent=bot -> x"], line(), {0}),
        (["10 path=/a if=var.x -> x", "20 path=/* -> y"], line("/a"), {10, 20}),
        (["10 path=${p} -> x", "20 path=/* -> y"], line("/a"), {10, 20}),
        (["10 path=/b,${p} method=PUT -> x", "20 path=/* -> y"], line("/a"), {20}),
        (["10 opaque:x path=/b -> x", "20 path=/* -> y"], line("/a"), {20}),
        (["10 header:X=${h} -> x", "20 header:X=1 -> y"], line("/a"), {10, 20, 0}),
        # two rules claim a number: whichever exists, the number is the same
        (["10 path=/a -> x", "10 path=/* -> y"], line("/a"), {10}),
        # readings of regexes
        (["10 path~a -> x"], line("/xay"), {10, 0}),
        (["10 path~^/a$ -> x"], line("/a"), {10}),
        (["10 path~^/a$ -> x"], line("/ab"), {0}),
        # what no document tells
        (["10 path=/a/b -> x"], line("/a//b"), {10, 0}),
        (["10 path=/a//b -> x"], line("/a//b"), {10, 0}),
        (["10 path=/a/* -> x"], line("/a//b"), {10}),
        (["10 path=/b -> x"], line("/a/../b"), {10, 0}),
        (["10 path=/a/ -> x"], line("/a/."), {10, 0}),
        (["10 path=/a.b -> x"], line("/a%2Eb"), {10, 0}),
        (["10 path=/a/b -> x"], line("/a%2fb"), {10, 0}),
        (["10 path=/a/b -> x"], line("/a;v=1/b"), {10, 0}),
        (["10 path=/a/*b -> x"], line("/a/%20/b"), {10}),
        (["10 query=k:* -> x"], line(query="k"), {10, 0}),
        (["10 query=k:v -> x"], line(query="k=%76"), {10, 0}),
        (['10 "query=k:a b" -> x'], line(query="k=a+b"), {10, 0}),
        (["10 query=k:v -> x"], line(query="k=v&l"), {10}),
        (["10 host=a.com -> x"], line(port=8443), {10, 0}),
        (["10 host=a.com* -> x"], line(port=8443), {10}),
        (["10 host=a.com -> x"], line(scheme="http", port=80), {10}),
        (["10 host=a.com -> x"], line(scheme="http", port=443), {10, 0}),
        (["10 host=a.com -> x"], line(host="A.COM"), {10}),
        (["10 host=a.com -> x"], line(host="a.com."), {10, 0}),
        (["10 host=*.* -> x"], line(host="10.0.0.1"), {10, 0}),
        (["10 path=/* -> x"], line(host="10.0.0.1"), {10}),
        # private characters of ours in a request are no wildcards
        (["10 path=/a* -> x", "20 path=/*b -> y"], line("/\ue000b"), {20}),
        (["10 path=/a?b -> x"], line("/a*b"), {10}),
        (["10 path=/a* -> x"], line("/*"), {0}),
    ],
)  # fmt: skip
def test_numbers(rules, sent, told):
    found = numbers(listener(*rules), sent)
    assert (set(found.numbers), found.open, bool(found.because)) == (told, False, len(told) > 1)


def test_a_part_that_a_log_does_not_tell():
    bots = listener("10 header:User-Agent=*bot* -> x")
    assert set(numbers(bots, agent="a" * 8192).numbers) == {10, 0}
    assert "more than 8 KB" in numbers(bots, agent="a" * 8192).because
    assert numbers(bots, agent="a" * 8191).numbers == (0,)
    assert set(numbers(listener("10 header:User-Agent=* -> x"), agent="-").numbers) == {10, 0}
    inside = listener("10 ip=10.0.0.0/8 -> x")
    assert set(numbers(inside, source="-").numbers) == {10, 0}
    assert numbers(inside, source="10.1.1.1").numbers == (10,)
    assert numbers(listener("10 path=/* -> x"), source="-").numbers == (10,)


def test_rules_without_a_number_and_rules_that_were_not_read():
    floating = numbers(listener("${p} path=/a -> x", "20 path=/* -> y"), line("/a"))
    assert (floating.open, "its priority is unknown" in floating.because) == (True, True)
    assert numbers(listener("${p} path=/a -> x", "20 path=/* -> y"), line("/b")).open is False
    cut = replace(listener("20 path=/* -> y"), unread=Unread("a second page"))
    assert (numbers(cut).open, "a second page" in numbers(cut).because) == (True, True)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (["10 header:X-A=1 header:X-B=2 -> x"], "rule 10 asks for the header X-A, X-B, which is in no access log"),
        (["10 path=${p} -> x"], "rule 10: a condition of it is unknown"),
        (["10 path=/* if=var.x -> x"], "rule 10: it may not exist: var.x"),
        (["10 path~a -> x"], "it depends on how AWS reads a regex"),
    ],
)
def test_why(rules, said):
    assert numbers(listener(*rules), line("/xay")).because.startswith(said)


@pytest.mark.parametrize("seed", range(30))
def test_what_the_sides_leave_is_what_each_condition_says(seed):
    """The index of plain values, held to the evaluator, over texts with the characters that patterns are made of."""
    chance = random.Random(seed)
    patterns = ["".join(chance.choice("ab*?/") for _ in range(chance.randint(1, 5))) for _ in range(12)]
    here = listener(*(f"{place + 1} {chance.choice(('path', 'host'))}={one} -> x" for place, one in enumerate(patterns)))
    judge = Judge(here)
    for _ in range(60):
        path, host = ("".join(chance.choice("abAB*?/") for _ in range(chance.randint(0, 6))) for _ in range(2))
        ((must, may),) = judge._readings[0].masks(Sent("GET", (host,), (f"/{path}",), ((),), (None,), ""))
        request = Request(host=host, path=f"/{path}")
        assert must == may == sum(1 << place for place, rule in enumerate(judge.rules) if matches_rule(rule, request))
        assert not any(has_unknown(condition) for rule in here.rules for condition in rule.conditions)
        assert all(
            is_met(condition, request) for place, rule in enumerate(judge.rules) if may >> place & 1 for condition in rule.conditions
        )


def test_what_is_shown_of_a_request():
    """Client, User-Agent and query where rules in question ask for them, or the prediction does."""
    here = listener("10 ip=10.0.0.0/8 -> x", "20 header:User-Agent=*bot* -> y", "30 query=k:v -> z", "40 path=/a -> a")
    judge = Judge(here)

    def shown(logged, agent="curl", source="203.0.113.7", query="secret=1"):
        return judge.shown(judge.sent(line("/a", query=query), agent, source), logged)

    assert shown(0) == Request("GET", "a.com", "/a")
    assert shown(10) == Request("GET", "a.com", "/a", source_ip="203.0.113.7")
    assert shown(20) == Request("GET", "a.com", "/a", headers=((AGENT, "curl"),))
    assert shown(30) == Request("GET", "a.com", "/a", query=(("secret", "1"),))
    assert shown(40, source="10.0.0.1") == Request("GET", "a.com", "/a", source_ip="10.0.0.1")
    assert shown(0, agent="bot") == Request("GET", "a.com", "/a", headers=((AGENT, "bot"),))


def test_what_is_not_searched_is_undecided(monkeypatch):
    here = listener("10 header:X=1* -> x", "20 header:X=12 -> y")
    assert numbers(here).numbers == (10, 0)
    monkeypatch.setattr(logged, "_SEARCHES", 0)
    assert numbers(here).numbers == (10, 20, 0)


def test_long_texts_are_not_kept():
    judge = Judge(listener("10 path=/a* -> x"))
    side = judge._readings[0]._sides[2]
    for size in (10, 2000):
        judge.predict(judge.sent(line("/" + "a" * size), "", ""))
    assert list(side._known) == ["/" + "a" * 10]

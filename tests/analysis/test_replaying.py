"""Logs held against listeners: what is counted as what, and which listener a line is of."""

import random
from collections import Counter

import pytest

from access_logs import ELB, entry, get
from alb_lint.analysis import replaying
from alb_lint.analysis.replaying import Replay
from alb_lint.model import LoadBalancer, Unread
from alb_lint.record import replace
from shorthand import listener

ACCOUNT = "arn:aws:elasticloadbalancing:eu-west-1:123456789012"
ARN = f"{ACCOUNT}:listener/{ELB}/f2f7dc8efc522ab2"
OTHER = f"{ACCOUNT}:listener/app/other/0123456789abcdef/f2f7dc8efc522ab2"
NETWORK = f"{ACCOUNT}:listener/net/web/50dc6c495c0c9188/f2f7dc8efc522ab2"
RULES = ("10 path=/a* -> a", "20 header:X=1 path=/b* -> b", "30 path=/b* -> c")


def told(listeners, *lines, port=0):
    replay = Replay(listeners if isinstance(listeners, tuple) else (listeners,), port)
    replay.read("a.log", [list(lines)])
    return replay.result()


def counts(result):
    names = ("agreed", "disagreed", "undecided", "errors", "unparsed", "other_requests", "other_ports")
    return {name: number for name in names if (number := getattr(result, name))}


def web(*rules, **more):
    return listener(*(rules or RULES), id=ARN, port=443, **more)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (get("/a", 10), "agreed"), (get("/a", 30), "disagreed"), (get("/a", 0), "disagreed"), (get("/x", 0), "agreed"), (get("/x", 77), "disagreed"),
        (get("/b", 20), "undecided"), (get("/b", 30), "undecided"), (get("/b", 10), "disagreed"), (get("/b", 0), "disagreed"),
        (get("/a", -1), "errors"), (get("/a", "-"), "errors"), (entry("- http://x:80- -", "-", kind="http"), "errors"),
        (get("/a", 10, elb="app/web/0000000000000000"), "other_requests"), (get("/a", -1, elb="app/x/1"), "other_requests"),
        (entry("GET http://www.example.com:80/a HTTP/1.1", 10, kind="http"), "undecided"),
        ("", ""), ("  \r", ""), ("x", "unparsed"), (get("/a", 10)[:-160], "unparsed"), (get("/a", 60000), "unparsed"),
        (get("/a", 10, kind="quic"), "unparsed"), (entry("GET / HTTP/1.1", 10), "unparsed"), ("x" * 200_000, "unparsed"),
        # what was refused may have met no rule
        (get("/a", 0, actions="waf"), "undecided"), (get("/a", 0, actions="-"), "undecided"), (get("/a", 10, actions="waf"), "agreed"),
        (get("/a", 0, actions="waf,forward"), "disagreed"), (get("/a", 0, actions="waf-failed"), "undecided"),
    ],
)  # fmt: skip
def test_what_a_line_counts_as(line, said):
    result = told(web(), line)
    assert counts(result) == ({said: 1} if said else {})
    assert result.requests == (said not in ("unparsed", ""))


def known(name="web", **more):
    return LoadBalancer(f"aws_lb.{name}", name, **more)


A, B = get("/a", 10), entry("GET http://www.example.com:80/a HTTP/1.1", 10, kind="http")
DOORS = {
    "its ARN and its port": ([(ARN, 443, None)], [A], {"agreed": 1}, ""),
    "its ARN alone": ([(ARN, 0, None)], [A], {"agreed": 1}, ""),
    "its ARN alone, and two ports": ([(ARN, 0, None)], [A, B], {"undecided": 2}, "ports 80, 443"),
    "an ARN and another port": ([(ARN, 8443, None)], [A], {"undecided": 1}, "no listener of it on port 443"),
    "another ARN": ([(OTHER, 443, None)], [A], {"other_requests": 1}, ""),
    "of a network load balancer": ([(NETWORK, 443, None)], [A], {"other_requests": 1}, ""),
    "two of one load balancer, ports told": ([(ARN, 443, None), (f"{ARN}2", 80, None)], [A, B], {"agreed": 2}, ""),
    "two of one load balancer, one port told": ([(ARN, 443, None), (f"{ARN}2", 0, None)], [A, B], {"agreed": 2}, ""),
    "two of one load balancer, no port told": ([(ARN, 0, None), (f"{ARN}2", 0, None)], [A, B], {"undecided": 2}, "any of 2 listeners"),
    "nothing": ([("x", 0, None)], [A], {"agreed": 1}, ""),
    "nothing, of two listeners": ([("x", 0, None), ("y", 0, None)], [A], {"undecided": 1}, "choose one with --listener"),
    "a port of two": ([("x", 80, None), ("y", 443, None)], [A, B], {"agreed": 2}, ""),
    "a port, and lines of two load balancers": (
        [("x", 443, None)], [A, get("/a", 10, elb="app/y/1")], {"undecided": 2}, "app/web/50dc6c495c0c9188, app/y/1",
    ),
    "a port, and another port of the load balancer": ([("x", 443, None)], [A, B], {"agreed": 1, "undecided": 1}, "no listener of it on port 80"),
    "a name": ([("x", 443, known())], [A], {"agreed": 1}, ""),
    "a name, and another listener": ([("x", 443, known()), ("y", 443, known("api"))], [A], {"agreed": 1}, ""),
    "a name that may be that of the code": ([("x", 443, known("main"))], [A], {"agreed": 1}, ""),
    "a name that two load balancers have": (
        [("x", 443, known())], [A, get("/a", 10, elb="app/web/1")], {"undecided": 2}, "load balancers app/web/1, app/web/50dc",
    ),
    "the ARN of the load balancer": ([("x", 443, LoadBalancer(f"{ACCOUNT}:loadbalancer/{ELB}", "web"))], [A], {"agreed": 1}, ""),
    "the ARN of another": ([("x", 443, LoadBalancer(f"{ACCOUNT}:loadbalancer/app/y/1", "web"))], [A], {"other_requests": 1}, ""),
    "errors of a listener that is not told": ([(ARN, 0, None)], [A, B, get("/a", -1)], {"undecided": 2, "errors": 1}, "ports 80, 443"),
}  # fmt: skip


@pytest.mark.parametrize("name", DOORS)
def test_which_listener_a_line_is_of(name):
    given, lines, wanted, why = DOORS[name]
    listeners = tuple(listener(*RULES, id=id_, port=port, load_balancer=balancer) for id_, port, balancer in given)
    result = told(listeners, *lines)
    assert counts(result) == wanted
    assert any(why in reason for reason, _ in result.because) or not why


def test_one_port():
    result = told(listener(*RULES, id=ARN), A, B, B, port=443)
    assert counts(result) == {"agreed": 1, "other_ports": 2}
    assert result.requests == 1


def test_the_table_of_rules():
    two = web(*RULES, "30 path=/z -> twice")
    result = told(
        two, get("/a", 10, time="2026-11-02T10:00:00.1Z"), get("/a", 10, time="2026-11-02T09:00:00.1Z"), get("/b", 30), get("/x", 77), get("/a", 0)
    )  # fmt: skip
    (item,) = result.listeners
    assert [(one.priority, one.requests, len(one.rules)) for one in item.traffic] == [
        (10, 2, 1),
        (20, 0, 1),
        (30, 1, 2),
        (0, 1, 1),
        (77, 1, 0),
    ]
    assert (item.traffic[0].first, item.traffic[0].last) == ("2026-11-02T09:00:00.1Z", "2026-11-02T10:00:00.1Z")
    assert (item.doors, item.told, item.requests) == (((ELB, 443),), True, 5)


def test_disagreements_are_told_together():
    lines = [get("/a", 30), get("/x", 30), get("/ab", 30), get("/b", 10)]
    result = told(web(), *lines)
    found = [(one.logged, one.predicted, one.times, one.line, one.request.path) for one in result.disagreements]
    assert found == [(30, (10,), 2, 1, "/a"), (30, (0,), 1, 2, "/x"), (10, (20, 30), 1, 4, "/b")]
    assert {one.file for one in result.disagreements} == {"a.log"}


def test_rules_that_were_not_read():
    result = told(replace(web(), unread=Unread("a second page")), get("/a", 10), get("/a", 30))
    assert counts(result) == {"undecided": 2}
    assert "a second page" in result.because[0][0]


def test_what_is_kept_is_bounded_and_every_line_is_counted(monkeypatch):
    chance = random.Random(3)
    lines = []
    for number in range(2000):
        logged, elb = chance.choice((0, 10, 20, 30, number % 90)), chance.choice((ELB, f"app/x/{number}"))
        lines.append(get(f"/{chance.choice('abx')}{number}", logged, client=f"10.0.0.{number % 250}:1", elb=elb))
    whole = told(web(), *lines)
    for name, most in (("_REQUESTS", 3), ("_ROWS", 5), ("_DOORS", 2)):
        monkeypatch.setattr(replaying, name, most)
    few = Replay((web(),))
    few.read("a.log", [lines])
    result = few.result()
    assert counts(result) == counts(whole)
    assert sum(one.times for one in result.disagreements) + result.left == result.disagreed
    assert len(few._known) <= 3
    assert len(result.disagreements) <= 5
    assert [one.requests for one in result.listeners[0].traffic] == [one.requests for one in whole.listeners[0].traffic]


def test_requests_that_rules_cannot_tell_apart_are_asked_once(monkeypatch):
    asked = Counter()
    real = replaying.Judge.predict

    def predict(self, sent):
        asked[sent] += 1
        return real(self, sent)

    monkeypatch.setattr(replaying.Judge, "predict", predict)
    told(web(), *[get("/a", 10, client=f"10.0.0.{number}:1", agent=f"agent {number}") for number in range(100)])
    assert sum(asked.values()) == 1


def test_several_files_are_counted_on():
    replay = Replay((web(),))
    replay.read("a.log", [[A], [A, "x"]])
    replay.read("b.log", [[get("/a", 30)]])
    result = replay.result()
    assert (result.agreed, result.disagreements[0].file, result.disagreements[0].line) == (2, "b.log", 1)
    assert [(file, line) for file, line, _ in result.unparsed_at] == [("a.log", 3)]

"""`alb-lint trace`: which rule answers, why the others did not, and requests from a file."""

import json
from pathlib import Path

import pytest

from alb_lint.analysis.asked import request_to
from alb_lint.errors import UsageError
from alb_lint.model import Request
from running import export, inside, listener_arn, raw

GET_A = [{"Field": "path-pattern", "Values": ["/a"]}, {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET"]}}]
QUERY = [{"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "k", "Value": "a b"}]}}]
RULES = export(
    raw(10, "", Conditions=GET_A),
    raw(20, "/a*", "wide"),
    raw(30, "", Conditions=QUERY),
    raw("default", "", "rest", number="d", Conditions=[]),
)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("rules.json").write_text(RULES, "utf-8")
    return tmp_path


def lines(*args, stdin=b""):
    ran = inside("trace", *args, "--format", "json", stdin=stdin)
    assert ran.code == 0, ran.err
    return [json.loads(line) for line in ran.out.splitlines()]


def number(told):
    return None if told["rule"] is None else told["rule"] if told["rule"] == "default" else int(told["rule"][-16:])


def test_fields(here):
    (told,) = lines("rules.json", "--url", "https://h.example/ab?x=1", "-X", "PUT", "-H", "X-Env: blue", "--source-ip", "192.0.2.7")
    assert told["request"] == {
        "method": "PUT",
        "host": "h.example",
        "path": "/ab",
        "query": [["x", "1"]],
        "headers": [["X-Env", "blue"]],
        "source_ip": "192.0.2.7",
    }
    assert (number(told), told["priority"]) == (20, 20)
    assert told["listener"] == listener_arn()
    assert told["action"]["type"] == "forward"
    assert [(one["rule"][-2:], one["matched"]) for one in told["considered"]] == [("10", False), ("20", True)]
    assert told["considered"][0]["because"] == "path is /ab, wants /a"
    assert "undecided" not in told


def test_default_rule(here):
    (told,) = lines("rules.json", "--url", "/none")
    assert (told["rule"], told["priority"]) == ("default", "default")
    assert len(told["considered"]) == 3


def test_no_rule_at_all(here):
    Path("bare.json").write_text(export(raw(10, "/a")), "utf-8")
    (told,) = lines("bare.json", "--url", "/none")
    assert (told["rule"], told["priority"], told["action"]) == (None, None, None)


def test_text(here):
    asked = ("trace", "rules.json", "--url", "https://h.example/a", "--method", "POST")
    answer = (
        "POST  h.example/a\n"
        "  rule 20  /a*  → wide\n"
        "    rules.json:30\n"
        "    arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2/0000000000000020\n"
    )
    assert inside(*asked).out == (
        f"{answer}"
        "  1 rule before it does not match: it wants another method (--why lists them)\n"
        "  nearest miss: 10  GET /a\n"
        "  next, if it were gone: the default rule  → rest\n"
    )
    assert inside(*asked, "--why").out == (
        f"{answer}  no match  10  GET /a\n                method is POST, wants GET\n  matches   20  /a*\n"
    )


def test_what_stands_beside_the_answer_in_json(here):
    (told,) = lines("rules.json", "--url", "https://h.example/a", "-X", "POST")
    assert (told["account"], told["region"], told["location"]["line"]) == ("123456789012", "eu-west-1", 30)
    assert (told["nearest"][-2:], told["next"]) == ("10", "default")
    (told,) = lines("rules.json", "--url", "https://h.example/zz", "-X", "POST")
    assert (told["rule"], told["nearest"], told["next"]) == ("default", None, None)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://one-1.eu-west-1.elb.amazonaws.com/x", ["one"]),
        ("https://TWO/x", ["two"]),
        ("https://elsewhere.example/x", ["one", "two"]),
    ],
)
def test_the_load_balancer_that_the_url_names(here, url, expected):
    names = ("one", "two")
    balancers = [
        {"LoadBalancerArn": balancer_arn(name), "LoadBalancerName": name, "DNSName": f"{name}-1.eu-west-1.elb.amazonaws.com"}
        for name in names
    ]
    heads = [{"ListenerArn": listener_arn(name), "LoadBalancerArn": balancer_arn(name), "Protocol": "HTTPS", "Port": 443} for name in names]
    rules = [raw("default", "", name, listener=name, Conditions=[]) for name in names]
    Path("two.json").write_text(json.dumps({"LoadBalancers": balancers, "Listeners": heads, "Rules": rules}), "utf-8")
    assert [told["listener"].split("/")[2] for told in lines("two.json", "--url", url)] == expected


def balancer_arn(name):
    return listener_arn(name).replace(":listener/", ":loadbalancer/").rpartition("/")[0]


def test_a_request_file_in_order_with_blank_lines_and_no_final_newline(here):
    Path("asked.jsonl").write_bytes(b'\xef\xbb\xbf{"path": "/a"}\r\n\n{"path": "/ab", "method": "PUT"}\n{}')
    assert [number(told) for told in lines("rules.json", "--requests", "asked.jsonl")] == [10, 20, "default"]


def test_what_trace_writes_it_reads(here):
    asked = {"path": "/a\u2028\u0085b", "query": [["k", "a\x1cb"]]}
    first = lines("rules.json", "--requests", "-", stdin=json.dumps(asked, ensure_ascii=False).encode())
    again = lines("rules.json", "--requests", "-", stdin="\n".join(map(json.dumps, first)).encode())
    assert first == again
    assert first[0]["request"]["path"] == asked["path"]


def test_repeated_headers_and_parameters(here):
    (told,) = lines("rules.json", "--url", "/q?k=x&k=a%20b&flag", "-H", "A: 1", "-H", "A: 2:3", "-H", "B:")
    assert told["request"]["query"] == [["k", "x"], ["k", "a b"], ["flag", ""]]
    assert told["request"]["headers"] == [["A", "1"], ["A", "2:3"], ["B", ""]]
    assert number(told) == 30


@pytest.mark.parametrize(
    ("url", "request_"),
    [
        ("https://H.Example/x", Request(host="h.example", path="/x")),
        ("h.example/x", Request(host="h.example", path="/x")),
        ("/x/y", Request(path="/x/y")),
        ("https://h.example", Request(host="h.example")),
        ("https://h.example:8443/x", Request(host="h.example:8443", path="/x")),
        ("https://h.example:443/x", Request(host="h.example", path="/x")),
        ("http://h.example:80/x", Request(host="h.example", path="/x")),
        ("http://h.example:443/x", Request(host="h.example:443", path="/x")),
        ("https://[2001:db8::1]:8443/x", Request(host="[2001:db8::1]:8443", path="/x")),
        ("https://u:p@h.example/x", Request(host="h.example", path="/x")),
        ("https://[2001:db8::1]/x", Request(host="2001:db8::1", path="/x")),
        ("/x?a=b=c&d", Request(path="/x", query=(("a", "b=c"), ("d", "")))),
        ("/x?a=%2Fb%3D&c=d+e", Request(path="/x", query=(("a", "/b="), ("c", "d+e")))),
        ("/x?", Request(path="/x")),
        ("/x?&&a=1&", Request(path="/x", query=(("a", "1"),))),
        ("/x%20y#z", Request(path="/x%20y")),
        ("?a=1", Request(query=(("a", "1"),))),
    ],
)
def test_url(url, request_):
    assert request_to(url, "GET", [], "192.0.2.1") == request_


@pytest.mark.parametrize("url", ["https://[x/", "https://h:port/", "http://h:99999/"])
def test_no_url(url):
    with pytest.raises(UsageError, match="not a URL"):
        request_to(url, "GET", [], "192.0.2.1")


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        ([], 2, "--requests"),
        (["--url", "/a", "--requests", "x"], 2, "--requests"),
        (["--url", "/a", "-H", "novalue"], 2, "not a header"),
        (["--url", "/a", "-H", ": v"], 2, "not a header"),
        (["--url", "/a", "--source-ip", "here"], 2, "not an address"),
        (["--url", "/a", "--format", "yaml"], 2, "one of text, json"),
        (["--requests", "nope.jsonl"], 3, "nope.jsonl"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_refused(here, args, code, said):
    ran = inside("trace", "rules.json", *args)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err


def test_standard_input_cannot_be_both(here):
    assert inside("trace", "-", "--requests", "-", stdin=RULES.encode()).code == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"7", "a request is an object"),
        (b"[]", "a request is an object"),
        (b'{"url": "/x"}', "unknown field 'url'"),
        (b'{"path": 7}', "'path' has the wrong type"),
        (b'{"method": null}', "'method' has the wrong type"),
        (b'{"query": {"k": "v"}}', "'query' has the wrong type"),
        (b'{"query": [["k"]]}', "'query' has the wrong type"),
        (b'{"headers": [["k", 1]]}', "'headers' has the wrong type"),
        (b'{"source_ip": "x"}', "not an address"),
    ],
    ids=lambda value: value[:20].decode() if isinstance(value, bytes) else None,
)
def test_a_bad_line_is_named(here, line, said):
    Path("asked.jsonl").write_bytes(b'{"path": "/a"}\n\n' + line + b"\n")
    ran = inside("trace", "rules.json", "--requests", "asked.jsonl")
    assert (ran.code, ran.out) == (3, "")
    assert said in ran.err
    assert "asked.jsonl:3" in ran.err


def test_requests_that_are_no_text(here):
    Path("asked.jsonl").write_bytes(b'{"path": "/\xff"}')
    ran = inside("trace", "rules.json", "--requests", "asked.jsonl")
    assert ran.code == 3
    assert "not UTF-8" in ran.err


# -- several listeners -------------------------------------------------------------------------------------------------------


@pytest.fixture
def two(here):
    fronts = [
        {"ListenerArn": listener_arn(name), "LoadBalancerArn": "x", "Protocol": protocol, "Port": port, "DefaultActions": []}
        for name, protocol, port in (("plain", "HTTP", 80), ("secure", "HTTPS", 443))
    ]
    rules = [raw(10, "/a", listener=name) for name in ("plain", "secure", "untold")]
    Path("two.json").write_text(json.dumps({"Listeners": fronts, "Rules": rules}), "utf-8")
    return here


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("https://h/a", ["secure", "untold"]),
        ("http://h/a", ["plain", "untold"]),
        ("http://h:443/a", ["secure", "untold"]),
        ("h/a", ["plain", "secure", "untold"]),
        ("/a", ["plain", "secure", "untold"]),
    ],
)
def test_the_listeners_of_a_url(two, url, names):
    assert [told["listener"].split("/")[2] for told in lines("two.json", "--url", url)] == names


def test_a_port_that_no_listener_has(here):
    front = {"ListenerArn": listener_arn(), "LoadBalancerArn": "x", "Protocol": "HTTPS", "Port": 443, "DefaultActions": []}
    Path("one.json").write_text(json.dumps({"Listeners": [front], "Rules": [raw(10, "/a")]}), "utf-8")
    assert len(lines("one.json", "--url", "http://h:8080/a")) == 1


# -- not certain -------------------------------------------------------------------------------------------------------------


def test_two_rules_of_one_number(here):
    Path("both.json").write_text(export(raw(10, "/a", number=1), raw(10, "/a*", "other", number=2)), "utf-8")
    (told,) = lines("both.json", "--url", "/a")
    assert told["rule"] is None
    assert "2 rules claim priority 10" in told["undecided"]
    assert "undecided: 2 rules claim" in inside("trace", "both.json", "--url", "/a").out


def test_a_condition_that_cannot_be_read(here):
    odd = raw(10, "/a", Conditions=[{"Field": "moon-phase", "Values": ["full"]}])
    Path("odd.json").write_text(export(odd, raw(20, "/a", "other")), "utf-8")
    ran = inside("trace", "odd.json", "--url", "/a", "--format", "json")
    told = json.loads(ran.out)
    assert told["rule"] is None
    assert [one["matched"] for one in told["considered"]] == [None, True]
    assert "rule 10" in told["undecided"]
    assert "gap: odd.json" in ran.err


def test_a_priority_that_is_unknown(here):
    Path("odd.json").write_text(export(raw(True, "/a", number=7), raw(20, "/a", "other")), "utf-8")
    (told,) = lines("odd.json", "--url", "/a")
    assert "its priority is unknown" in told["undecided"]
    assert "not certain" in inside("trace", "odd.json", "--url", "/a").out


def test_a_regex_that_could_be_read_in_two_ways(here):
    odd = raw(10, "/a", Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["/a"]}}])
    Path("odd.json").write_text(export(odd, raw(20, "/*", "other")), "utf-8")
    assert number(lines("odd.json", "--url", "/a")[0]) == 10
    assert "how AWS reads a regex" in lines("odd.json", "--url", "/ab")[0]["undecided"]
    assert number(lines("odd.json", "--url", "/b")[0]) == 20

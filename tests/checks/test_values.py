"""ALB201, 202, 204 to 207 and 210: the values of conditions."""

import pytest

from alb_lint.checks import ALB201, ALB202, ALB204, ALB205, ALB206, ALB207, ALB210
from alb_lint.findings.finding import Severity
from alb_lint.model import HttpHeader, PathPattern, QueryPair, QueryString, Rule
from shorthand import ids, listener, load_balancer, run


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("1 path=/a,/b,/c host=a.com,b.com -> t", 0),
        ("1 path=/a,/b,/c host=a.com,b.com GET -> t", 1),
        ("1 path=/a,/b,/c,/d,/e,/f -> t", 1),
        ("1 path=/a,/a,/b,/c,/d,/e -> t", 0),  # five different ones
        ("1 path=/a,/b,/c,/d,/e,${more} -> t", 0),
        ("1 path=/a,/b,/c,/d,/e opaque:host-header -> t", 0),
        ("1 path=/a,/b,/c query=k:v,w ip=10.0.0.0/8 -> t", 1),
        ("1 path=/a,/b,/c host~^a$ header:X-A~b header:X-A~c -> t", 1),
    ],
)
def test_too_many_values(rule, found):
    assert len(run(ALB201, listener(rule))) == found


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            "1 host=a.com path=/* ip=198.51.100.0/28,198.51.100.16/28,203.0.113.7/32,203.0.113.9/32 -> t",
            (
                "drop `/*`, which every request meets, and write `198.51.100.0/27` for `198.51.100.0/28` and `198.51.100.16/28`:"
                " the rule matches the same requests, with 4 values"
            ),
        ),
        (
            "1 path=/a,/b,/c,/d,/* ip=198.51.100.0/28 -> t",
            "drop `/*`, which every request meets: the rule matches the same requests, with 1 value",
        ),
        ("1 path=/a,/b,/c,/d,/e,/f -> t", "cover several values with one wildcard"),
    ],
)
def test_too_many_values_tells_what_can_go(rule, words):
    (found,) = run(ALB201, listener(rule))
    assert found.help.startswith(words)


@pytest.mark.parametrize(
    ("rule", "limits", "found"),
    [
        ("1 path=/*/*/*/*/*/* -> t", (), 0),
        ("1 path=/*/*/*/*/*/?? -> t", (), 1),
        ("1 path=/*/*/*/*/*/* -> t", (("condition-wildcards-per-alb-rule", 5),), 1),
        ("1 host=*.a.com path=/*/*/* query=k:*,* header:X-A=* -> t", (), 1),
        ("1 path=/*/*/*/*/*/* query=a*b*:v -> t", (), 0),
        (r"1 path=/*/*/*/*/*/* query=k:\*\? -> t", (), 0),
        ("1 path=/*/*/*/*/*/* path~.*.* -> t", (), 0),
    ],
)
def test_too_many_wildcards(rule, limits, found):
    assert len(run(ALB202, listener(rule, limits=limits))) == found


@pytest.mark.parametrize(
    ("rule", "messages"),
    [
        ("1 path=/api/v1/yps*,/api/v1/yp* -> t", ["the path value `/api/v1/yps*` matches nothing that `/api/v1/yp*` does not match"]),
        (
            "1 path=/api/v1/refdata*,/api/v1/ref* -> t",
            ["the path value `/api/v1/refdata*` matches nothing that `/api/v1/ref*` does not match"],
        ),
        ("1 path=/ui,/ui/* -> t", []),
        ("1 path=/ui,/api/v1/ui* -> t", []),
        ("1 path=/ui/,/ui/* -> t", ["the path value `/ui/` matches nothing that `/ui/*` does not match"]),
        ("1 path=/x,/x -> t", ["the path value `/x` is there twice"]),
        ("1 path=/x,/X -> t", []),
        ("1 host=A.com,a.COM -> t", ["the host value `a.COM` matches nothing that `A.com` does not match"]),
        ("1 path=/?,/* -> t", ["the path value `/?` matches nothing that `/*` does not match"]),
        ("1 path=/*,* -> t", ["the path value `/*` matches nothing that `*` does not match"]),
        ("1 path=/a?,/a* -> t", ["the path value `/a?` matches nothing that `/a*` does not match"]),
        ("1 path=/a*,/a? -> t", ["the path value `/a?` matches nothing that `/a*` does not match"]),
        ("1 path=foo*,f* -> t", []),  # both are dead, which is another finding
        ("1 path=/a,${p} -> t", []),
        ("1 host=*.a.com,a.com -> t", []),
        ("1 host=*.a.com,b.a.com -> t", ["the host value `b.a.com` matches nothing that `*.a.com` does not match"]),
        ("1 header:X-A=Blue,b* -> t", ["the header value `Blue` matches nothing that `b*` does not match"]),
        ("1 query=k:v,v -> t", ["the query value `k=v` matches nothing that `v` does not match"]),
        ("1 query=k:v,j:v -> t", []),
        ("1 query=k*:v,kk:v -> t", ["the query value `kk=v` matches nothing that `k*=v` does not match"]),
        (r"1 query=k:\*,k:\?x -> t", []),
        ("1 ip=10.0.0.0/8,10.1.0.0/16 -> t", ["the address block `10.1.0.0/16` matches nothing that `10.0.0.0/8` does not match"]),
        ("1 ip=10.0.0.0/8,::/0 -> t", []),
        ("1 method=GET,GET -> t", ["the method `GET` is there twice"]),
        ("1 GET,HEAD -> t", []),
    ],
)
def test_redundant_value(rule, messages):
    assert [item.message for item in run(ALB204, listener(rule))] == messages


def test_of_three_nested_values_two_go():
    assert [item.facets[1] for item in run(ALB204, listener("1 path=/a/b*,/a/*,/a* -> t"))] == ["`/a/b*`", "`/a/*`"]


def test_of_two_equal_regexes_one_goes():
    here = listener(Rule("r", "", 1, (PathPattern((), ("^/a$", "^/a$", "^/b$")),)))
    assert [item.message for item in run(ALB204, here)] == ["the path regex `^/a$` is there twice"]


@pytest.mark.parametrize(
    ("value", "severity", "way_out"),
    [
        ("/search?q=1", Severity.WARNING, "write the path as `/search` and add a query-string condition for `q=1`"),
        ("/search?*", Severity.WARNING, "write the path as `/search`: a path value matches whatever the query is"),
        ("/x?a=*&b=1", Severity.WARNING, "write the path as `/x` and add a query-string condition for `a=*` and `b=1`"),
        ("/x?download", Severity.WARNING, "write the path as `/x` and add a query-string condition for `download`"),
        ("/v?/users", Severity.INFO, None),
        ("/v?", Severity.INFO, None),
        ("/??/x", Severity.INFO, None),
        ("/img?.png", Severity.INFO, None),
        ("/plain*", None, None),
    ],
)
def test_question_mark(value, severity, way_out):
    found = run(ALB205, listener(Rule("r", "", 1, (PathPattern((value,)),))))
    assert [item.severity for item in found] == ([severity] if severity else [])
    assert way_out is None or found[0].help == way_out


def test_a_question_mark_elsewhere_is_no_query():
    assert run(ALB205, listener("1 host=a?.com query=k:v? header:X-A=? -> t")) == []


@pytest.mark.parametrize(
    "condition",
    [
        "path=/api/.*",
        "path=/api/.+",
        "path=/api/v1/.*/users",
        "path=^/api",
        "path=/api$",
        r"path=/v\d/x",
        "path=/(a|b)/x",
        "path=/x/(.*)",
        "path=/[a-z]/x",
        "path=/[^/]+/x",
        "path=.*/x",
        r"path=/a\.png",
        "host=.*.a.com",
        r"host=^api\.a\.com$",
        "host=(www|api).a.com",
        "header:User-Agent=.*Chrome.*",
        "header:User-Agent=.+Chrome.+",
        "header:X-Id=[0-9]*",
        "header:X-Env=(blue|green)",
    ],
)
def test_regex_in_glob(condition):
    assert ids(run(ALB206, listener(f"1 {condition} -> t"))) == ["r1"]


@pytest.mark.parametrize(
    "rule",
    [
        "1 path=/.* -> 403",
        "1 path=/.* -> t",
        "1 path=/static/.* -> 404",  # hides dot files
        "1 path=*/.* -> t",
        "1 path=*/.git/* -> t",
        "1 path=/index.* -> t",
        "1 path=/$metadata,/x/$ -> t",
        "1 path=/.well-known/* -> t",
        "1 path=/a+b,/c++/x -> t",
        "1 path~/api/.* -> t",
        "1 host=api.*,*.a.com,a?.com -> t",
        'header:User-Agent="*(X11; Linux*)*" -> t',
        "1 header:X-Version=1.2.* -> t",
        "1 header:X-Ip=[fe80::1] -> t",
        "1 header:Cookie=*a=b;* -> t",
        "1 query=k:.* -> t",
        "1 path=${p} -> t",
    ],
)
def test_globs_are_no_regexes(rule):
    text = rule if rule[0].isdigit() else f"1 {rule}"
    assert run(ALB206, listener(text)) == []


def test_the_glob_that_was_meant_is_told():
    assert run(ALB206, listener("1 path=/api/.* -> t"))[0].help.startswith("write the glob `/api/*`, or ")
    assert run(ALB206, listener(r"1 path=/v\d+ -> t"))[0].help == "put it under the regex values of the path condition"


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("path~^/api/[0-9]+$", None),
        ("path~^/api/.*$", None),
        ("path~^/api/.*", None),
        ("path~/.*", None),  # every path
        ("path~^/api", "`/api"),
        ("path~/api/v[12]", "`/"),
        ("host~example.com$", "example"),
        ("host~.*", None),
        ("header:User-Agent~.+Chrome.+", None),
        ("header:User-Agent~Chrome", "Chrome"),
        ("path~(?=x)", None),  # cannot be read, which is another finding
        ("path~${r}", None),
    ],
)
def test_unanchored_regex(condition, told):
    found = run(ALB207, listener(f"1 {condition} -> t"))
    assert len(found) == (told is not None)
    assert told is None or told in found[0].message


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("1 header:X_Env=blue -> t", ["possible"]),
        ("1 header:X.Env=blue -> t", ["possible"]),
        ("1 header:X-Env2=blue -> t", []),
        ("1 header:${name}=blue -> t", []),
        ("1 path=/a_b -> t", []),
    ],
)
def test_dead_header_name(rule, found):
    assert [item.confidence for item in run(ALB210, listener(rule))] == found


def test_dead_header_name_tells_of_the_attribute_where_it_is_on():
    here = listener("1 header:X_Env=blue -> t", load_balancer=load_balancer(drops_invalid_headers=True))
    assert "which this load balancer removes" in run(ALB210, here)[0].message


def test_findings_on_one_rule_are_told_apart():
    here = listener(Rule("r", "", 1, (HttpHeader("X_A", ("1",)), HttpHeader("X_B", ("1",)))))
    assert {item.facets for item in run(ALB210, here)} == {("x_a",), ("x_b",)}


def test_a_key_that_is_no_text_is_passed_over():
    here = listener(Rule("r", "", 1, (QueryString((QueryPair(None, "\ue000"), QueryPair(None, "*"))),)))
    assert run(ALB204, here) == []

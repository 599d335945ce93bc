"""ALB203: what the API refuses, and no more."""

import pytest

from alb_lint.checks import ALB107, ALB203
from alb_lint.checks._invalid_regex import unsupported
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
    Rule,
    Share,
    SourceIp,
    Transform,
    Unknown,
)
from shorthand import listener, run

OK = (FixedResponse("200"),)
PATH = (PathPattern(("/x",)),)


def messages(rule: Rule, **fields) -> list[str]:
    return [item.message for item in run(ALB203, listener(rule, **fields))]


def about(*conditions, actions=OK, transforms=(), **fields) -> list[str]:
    return messages(Rule("r", "", 1, conditions, actions, transforms), **fields)


@pytest.mark.parametrize(
    "condition",
    [
        HostHeader(("a.com", "*.A-b_c.com", "*", "?", "example.*", "*.*", "xn--a.xn--b", "10.0.0.1", "a" * 124 + ".com")),
        HostHeader((), ("^example\\.com:8443$", "a" * 128)),
        PathPattern(("/a_-.$/~\"'@:+&*?Z9", "*", "*.png", "foo", "/" + "a" * 127)),
        PathPattern((), ("^/(a|b)/[0-9]{2}$", "(?i)/x", "(?:a)+", "(?P<n>a)")),
        QueryString((QueryPair("k_-.$/~\"'@:+&()!,;=\\*", "v%20\\?"), QueryPair(None, "*"), QueryPair("", "v"))),
        HttpRequestMethod(("GET", "M-SEARCH", "MY_METHOD")),
        HttpHeader("X-*?!#$%&'+.^_`|~9", ("a b!\"#$%&'()+,./:;<=>@[]^_`{|}~-*?",)),
        SourceIp(("10.0.0.0/8", "10.0.0.5/8", "::/0", "2001:db8::/32", "192.0.2.1", "255.255.255.255/31")),
        HostHeader((Unknown("var.host"),)),
        QueryString((Unknown("var.pair"), QueryPair(Unknown("k"), Unknown("v")))),
        HttpHeader(Unknown("var.name"), (Unknown("var.value"),)),
    ],
    ids=repr,
)
def test_allowed(condition):
    assert about(condition) == []


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (HostHeader(("a.com:80",)), "the host value `a.com:80` holds `:`, which the API refuses there"),
        (HostHeader(("https://a.com",)), "the host value `https://a.com` holds `: /`, which the API refuses there"),
        (HostHeader(("localhost",)), "the host value `localhost` has no dot, and the API asks for one"),
        (HostHeader(("bücher.de",)), "the host value `bücher.de` holds `ü`, which the API refuses there"),
        (HostHeader(("",)), "the host value is empty"),
        (HostHeader(("a" * 125 + ".com",)), f"the host value `{'a' * 79}…` has 129 characters, the limit is 128"),
        (PathPattern(("/a b",)), "the path value `/a b` holds a blank, which the API refuses there"),
        (PathPattern(("/a%20b",)), "the path value `/a%20b` holds `%`, which the API refuses there"),
        (PathPattern(("/s?q=1",)), "the path value `/s?q=1` holds `=`, which the API refuses there"),
        (PathPattern(("/u/{id}",)), "the path value `/u/{id}` holds `{ }`, which the API refuses there"),
        (PathPattern(("/a\n\x1b[31m",)), "the path value `/a\\n\\x1b[31m` holds `\\n \\x1b [`, which the API refuses there"),
        (QueryString((QueryPair("k[]", "v"),)), "the query key `k[]` holds `[ ]`, which the API refuses there"),
        (QueryString((QueryPair("k", ""),)), "the query value is empty"),
        (HttpRequestMethod(("get",)), "the method `get` has other characters than capital letters, `-` and `_`"),
        (HttpRequestMethod(("*",)), "the method `*` has other characters than capital letters, `-` and `_`"),
        (HttpRequestMethod(("A" * 41,)), f"the method `{'A' * 41}` has 41 characters, the limit is 40"),
        (HttpHeader("Host", ("a",)), "a header condition cannot name the header `Host`"),
        (HttpHeader("X Y", ("a",)), "the header name `X Y` holds a blank, which the API refuses there"),
        (HttpHeader("X" * 41, ("a",)), f"the header name `{'X' * 41}` has 41 characters, the limit is 40"),
        (HttpHeader("X", ("a\\b",)), "the header value `a\\b` holds `\\`, which the API refuses there"),
        (SourceIp(("10.0.0.0/33",)), "the source-ip value `10.0.0.0/33` is not a CIDR block"),
        (SourceIp(("10.*",)), "the source-ip value `10.*` is not a CIDR block"),
        (SourceIp(("10.0.0.0/255.0.0.0",)), "the source-ip value `10.0.0.0/255.0.0.0` is not a CIDR block"),
        (SourceIp(("office",)), "the source-ip value `office` is not a CIDR block"),
        (SourceIp(("255.255.255.255/32",)), "the API refuses the address block `255.255.255.255/32`"),
        (PathPattern(("/a",), ("^/b$",)), "its path condition has both values and regexes"),
        (PathPattern(), "its path condition has no values"),
        (PathPattern((), ("a(?=b)",)), "the path regex `a(?=b)` uses look-around, which AWS does not support"),
        (PathPattern((), ("",)), "the path regex is empty"),
        (PathPattern((), ("a" * 129,)), f"the path regex `{'a' * 79}…` has 129 characters, the limit is 128"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refused(condition, message):
    assert about(condition) == [message]


def test_conditions_together():
    assert messages(Rule("r", "", 1, (), OK)) == ["it has no condition, which only the default action may"]
    assert about(PathPattern(("/a",)), PathPattern(("/b",))) == ["it has 2 path conditions, and a rule may have one"]
    assert about(HttpHeader("X-A", ("a",)), HttpHeader("X-B", ("a",)), QueryString((QueryPair(None, "a"),))) == []
    assert run(ALB203, listener("1 opaque:path-pattern -> opaque")) == []


@pytest.mark.parametrize(
    ("regex", "reason"),
    [
        ("a(?=b)", "look-around"),
        ("(?!a)", "look-around"),
        ("(?<=a)", "look-around"),
        ("(?<!a)", "look-around"),
        ("(a)\\1", "a back reference"),
        ("(?P<n>a)(?P=n)", "a back reference"),
        ("(?<n>a)\\k<n>", "a back reference"),
        ("(?>a)", "an atomic group"),
        ("a++", "a possessive quantifier"),
        ("a{2}+", "a possessive quantifier"),
        ("(?R)", "recursion or a subroutine"),
        ("\\p{L}", "a Unicode class"),
        ("[\\p{L}]", "a Unicode class"),
        ("^\\/api\\/(.*)$", ""),
        ("[(?=]", ""),
        ("[]*+]", ""),
        ("[^]++]", ""),
        ("\\(?=", ""),
        ("\\++", ""),
        ("a+?", ""),
        ("(?:a)?", ""),
        ("[\\1]", ""),
        ("\\Q(?=\\E", ""),
        ("\\", ""),
        ("[", ""),
    ],
)
def test_regexes(regex, reason):
    assert unsupported(regex) == reason


@pytest.mark.parametrize(
    "text",
    [
        "1 path=/x -> a:0,b:999,sticky=604800",
        "1 path=/x -> a:${w}",
        "1 path=/x -> redirect:https",
        "1 path=/x -> redirect:https://#{host}:#{port}/new/#{path}?#{query}",
        "1 path=/x -> redirect:path=${p}",
        "1 path=/x -> auth t",
        "1 path=/x -> opaque t",
        "1 path=/x -> opaque",
        "1 path=/x -> 204",
        "1 path=/x -> rewrite:^/a=>/b t",
    ],
)
def test_allowed_actions(text):
    assert run(ALB203, listener(text, protocol="HTTPS")) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 path=/x ->", "it has no routing action"),
        ("1 path=/x -> 404 t", "it has 2 routing actions, and needs exactly one"),
        ("1 path=/x -> t auth", "its routing action is not the last one"),
        ("1 path=/x -> auth jwt t", "it has 2 authentication actions, and may have one"),
        ("1 path=/x -> a:1000,b", "the weight 1000 of `a` is outside 0 to 999"),
        ("1 path=/x -> a,b,sticky=0", "the stickiness of 0 seconds is outside 1 to 604800"),
        ("1 path=/x -> 302", "the fixed response status `302` is not one that the API accepts"),
        ("1 path=/x -> redirect", "its redirect changes neither protocol, host, port nor path"),
        ("1 path=/x -> redirect:query=a", "its redirect changes neither protocol, host, port nor path"),
        ("1 path=/x -> redirect:path=#{path}", "the redirect path `#{path}` does not begin with a slash"),
        ("1 path=/x -> redirect:protocol=https", "the redirect protocol `https` is not one that the API accepts"),
        ("1 path=/x -> redirect:path=/y,status=HTTP_307", "the redirect status `HTTP_307` is not one that the API accepts"),
        ("1 path=/x -> redirect:port=0", "the redirect port `0` is not a port number"),
        ("1 path=/x -> redirect:port=65536", "the redirect port `65536` is not a port number"),
        ("1 path=/x -> redirect:http", "its redirect leads from HTTPS to HTTP, which the API refuses"),
    ],
)
def test_refused_actions(text, message):
    assert [item.message for item in run(ALB203, listener(text, protocol="HTTPS"))] == [message]


def test_refused_parts_of_actions():
    assert about(*PATH, actions=(FixedResponse("200", "text/xml", "x" * 1025),)) == [
        "the content type `text/xml` is not one that a fixed response may have",
        "the body of the fixed response has 1025 characters, the limit is 1024",
    ]
    assert about(*PATH, actions=(Redirect(host="h" * 129),)) == ["the redirect host has 129 characters, the limit is 128"]
    assert about(*PATH, actions=(Redirect(host=""),)) == ["the redirect host has 0 characters, and needs one"]
    assert about(*PATH, actions=(Forward(()),)) == ["its forward names no target group"]


def test_transforms():
    rewrite = Transform("url-rewrite", (("^/a(?=b)", "/b"),))
    assert about(*PATH, transforms=(rewrite,)) == ["the regex `^/a(?=b)` of a url-rewrite uses look-around, which AWS does not support"]
    plain = Transform("url-rewrite", (("^/a", "x" * 1025),))
    assert about(*PATH, transforms=(plain, plain)) == [
        "it has 2 transforms of type `url-rewrite`, and may have one",
        "the replacement of a url-rewrite has 1025 characters, the limit is 1024",
    ]


def test_the_default_action_is_judged_and_needs_no_condition():
    assert [item.rule.id for item in run(ALB203, listener(default="a:1000"))] == ["default"]
    assert run(ALB203, listener(default="t")) == []


@pytest.mark.parametrize(("protocol", "found"), [("HTTP", 1), ("HTTPS", 0), ("", 0)])
def test_authentication_needs_https(protocol, found):
    assert len(run(ALB203, listener("1 path=/x -> auth t", protocol=protocol))) == found


def test_a_value_is_reported_once_with_its_facet():
    here = listener(Rule("r", "", 1, (PathPattern(("/a b", "/a b", "/c d")),), (Forward((Share("t"),)),)))
    assert [item.facets for item in run(ALB203, here)] == [("path value /a b",), ("path value /c d",)]


def test_a_rule_that_the_api_refuses_makes_no_other_undecided():
    here = listener("10 path~^/a/(?!b).*$ -> t", "20 path=/a/x -> u")
    assert run(ALB107, here) == []
    assert [item.rule.id for item in run(ALB203, here)] == ["r10"]

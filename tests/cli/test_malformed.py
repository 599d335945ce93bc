"""Input of every bad kind on the command line: an error that can be acted on, or findings; never a traceback, always an end."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from running import export, inside, listener_arn, process, raw, without_arn

ANSWERS = {0, 1, 3}


def sound(ran):
    """Whether the run ended in one of the ways that bad input may end a run."""
    assert ran.code in ANSWERS, ran.err
    assert "Traceback" not in ran.err
    assert "bug in alb-lint" not in ran.err
    if ran.code == 3:
        unread = "not all rules of the listener were read" in ran.out or "DescribeRules of it is missing" in ran.err
        assert unread or ("error: " in (line[:7] for line in ran.err.splitlines()) and ran.out == "")
    return True


# -- whole files -------------------------------------------------------------------------------------------------------------

WHOLE = export(raw(10, "/a*"), raw(20, "/ab", "other"))
REFUSED = {
    "empty": b"",
    "blank": b" \n\t\n",
    "nul": b"\0" * 1000,
    "binary": bytes(range(256)) * 8,
    "gzip": b"\x1f\x8b\x08\0\0\0\0\0",
    "latin-1": WHOLE.replace("/ab", "/\xe4").encode("latin-1"),
    "cut": WHOLE[:-40].encode(),
    "cut-in-a-text": WHOLE[:60].encode(),
    "odd-utf-16": WHOLE.encode("utf-16")[:-1],
    "deep-lists": b"[" * 200_000,
    "deep-objects": b'{"Rules":' * 200_000,
    "deep-inside": WHOLE.replace('"/ab"', "[" * 100_000).encode(),
    "text": b'Unable to locate credentials. You can configure credentials by running "aws configure".',
    "html": b"<html><body>503</body></html>",
    "yaml": b"Rules:\n  - Priority: 10\n",
    "number": b"7",
    "string": b'"Rules"',
    "null": b"null",
    "no-rules": b'{"Rules": []}',
    "other-json": b'{"name": "x", "dependencies": {}}',
    "long-number": b"[" + b"9" * 100_000 + b"]",
    "bad-escape": WHOLE.replace("/ab", "\\x").encode(),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("name", ["rules.json", "rules", "rules.txt"])
def test_refused(tmp_path, content, name):
    (tmp_path / name).write_bytes(content)
    ran = inside("check", tmp_path / name)
    assert ran.code == 3
    assert sound(ran)
    assert name in ran.err
    assert "help: " in ran.err


@pytest.mark.parametrize("suffix", [".json", ".yaml", ".yml", ".template", ".tf", ".ts", ".js", ".tfstate", ""])
@pytest.mark.parametrize("content", ["empty", "binary", "deep-lists", "html", "cut"])
def test_refused_whatever_the_file_is_called(tmp_path, suffix, content):
    (tmp_path / f"rules{suffix}").write_bytes(REFUSED[content])
    assert sound(inside("check", tmp_path / f"rules{suffix}"))
    assert sound(inside("check", tmp_path, "--allow-empty"))


@pytest.mark.parametrize(
    "command", [("check",), ("graph", "-f", "json"), ("trace", "--url", "/a"), ("init", "-o", "-")], ids=lambda command: command[0]
)
@pytest.mark.parametrize("content", [REFUSED["binary"], REFUSED["deep-objects"], REFUSED["cut"]], ids=["binary", "deep", "cut"])
def test_every_command_refuses(tmp_path, command, content):
    (tmp_path / "rules.json").write_bytes(content)
    ran = inside(command[0], tmp_path / "rules.json", *command[1:])
    assert ran.code == 3
    assert sound(ran)


def test_refused_in_a_process_of_its_own(tmp_path):
    (tmp_path / "rules.json").write_bytes(REFUSED["deep-objects"])
    ran = process("check", "rules.json", cwd=tmp_path)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == (
        "error: rules.json: the JSON is nested too deeply\n"
        "  help: write it anew with: aws elbv2 describe-rules --listener-arn ARN --output json\n"
    )


# -- whole rules -------------------------------------------------------------------------------------------------------------


def test_rules_that_share_an_arn(tmp_path):
    same = [raw(10, "/a", number=1), raw(10, "/a", number=1), raw(20, "/b", number=1)]
    (tmp_path / "rules.json").write_text(export(*same), "utf-8")
    ran = inside("check", tmp_path / "rules.json", "-f", "json")
    assert sound(ran)
    assert ran.json["complete"] is False
    assert ran.json["listeners"][0]["rules"] == 1


@pytest.mark.parametrize(
    "regex",
    [
        "(a|aa)+$",
        "a{1,99999}",
        "((a{1,30}){1,30}){1,30}",
        *(
            pytest.param(text, marks=pytest.mark.long)
            for text in (
                "(a*)*b",
                "(a|a)*(a|a)*(a|a)*b",
                "(.*a){20}",
                "^(([a-z])+.)+[A-Z]([a-z])+$",
                "(((((((((a*)*)*)*)*)*)*)*)*)*",
                ".*" * 60,
            )
        ),
    ],
)
def test_regexes_that_blow_up_elsewhere(tmp_path, regex):
    def with_regex(number, text):
        return raw(number, "", Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"RegexValues": [text]}}])

    rules = [with_regex(10, regex), with_regex(20, "(a|b)*a(a|b){12}"), with_regex(30, regex + "x"), raw(40, "/*")]
    (tmp_path / "rules.json").write_text(export(*rules), "utf-8")
    assert sound(inside("check", tmp_path / "rules.json"))
    assert sound(inside("trace", tmp_path / "rules.json", "--url", "/" + "a" * 5_000))
    assert sound(inside("graph", tmp_path / "rules.json", "-f", "json"))


def test_globs_that_blow_up_elsewhere(tmp_path):
    rules = [raw(number, "/" + "*a" * 60 + "?" * number) for number in range(1, 8)]
    (tmp_path / "rules.json").write_text(export(*rules), "utf-8")
    assert sound(inside("check", tmp_path / "rules.json"))
    assert sound(inside("trace", tmp_path / "rules.json", "--url", "/" + "a" * 5_000))


@pytest.mark.long
def test_more_rules_than_a_listener_can_have(tmp_path):
    rules = [raw(number, f"/p{number}/*", f"g{number % 7}") for number in range(1, 51_001)]
    (tmp_path / "rules.json").write_text(json.dumps({"Rules": rules}), "utf-8")
    ran = process("check", tmp_path / "rules.json", "-f", "json", timeout=600)
    assert ran.code == 1
    assert sum(item["code"] == "ALB002" for item in ran.json["findings"]) == 1_000


# -- fields ------------------------------------------------------------------------------------------------------------------

JUNK: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    "",
    " ",
    "*",
    "default",
    "0x10",
    "١٢",
    "\x1b[2J",
    "\ud800",
    "a" * 300,
    [],
    {},
    [[]],
    [None],
    [{}],
    ["", None],
    {"Values": []},
    {"Values": [None]},
    {"Values": "x"},
    {"TargetGroups": [{}]},
    {"TargetGroups": [{"TargetGroupArn": 7, "Weight": "x"}]},
]


def template() -> dict[str, Any]:
    """An export with every kind of condition and action."""

    def conditions(*told: dict[str, Any]) -> dict[str, Any]:
        return {"Conditions": list(told)}

    group = raw(1, "/x")["Actions"][0]["TargetGroupArn"]
    rules = [
        raw(10, "", **conditions({"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a*", "/b?"], "RegexValues": ["^/c$"]}})),
        raw(20, "", **conditions({"Field": "host-header", "HostHeaderConfig": {"Values": ["*.example.com"]}})),
        raw(
            30,
            "",
            **conditions(
                {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Env", "Values": ["a*"]}},
                {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET"]}},
            ),
        ),
        raw(40, "", **conditions({"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "k", "Value": "v*"}]}})),
        raw(50, "", **conditions({"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8", "::/0"]}})),
        raw(
            60,
            "/r",
            Actions=[
                {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": {"Issuer": "https://x"}},
                {
                    "Type": "redirect",
                    "Order": 2,
                    "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "Host": "#{host}", "Path": "/#{path}", "StatusCode": "HTTP_301"},
                },
            ],
            Transforms=[{"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [{"Regex": "a", "Replace": "b"}]}}],
        ),
        raw(70, "/f", Actions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "MessageBody": "no"}}]),
        raw(
            80,
            "/w",
            Actions=[
                {
                    "Type": "forward",
                    "ForwardConfig": {
                        "TargetGroups": [{"TargetGroupArn": group, "Weight": 1}, {"TargetGroupArn": group + "2", "Weight": 0}],
                        "TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 60},
                    },
                }
            ],
        ),
        without_arn(raw(90, "/none")),
        raw("default", "", number="d", Conditions=[]),
    ]
    front = {
        "ListenerArn": listener_arn(),
        "LoadBalancerArn": "lb",
        "Protocol": "HTTPS",
        "Port": 443,
        "DefaultActions": rules[-1]["Actions"],
    }
    return {
        "Rules": rules,
        "Listeners": [front],
        "LoadBalancers": [{"LoadBalancerArn": "lb", "LoadBalancerName": "web", "IpAddressType": "ipv4"}],
        "TargetGroups": [{"TargetGroupArn": group, "TargetGroupName": "api", "LoadBalancerArns": ["lb"]}],
        "TargetHealth": {group: {"TargetHealthDescriptions": []}},
        "Tags": [{"ResourceArn": rules[0]["RuleArn"], "Tags": [{"Key": "team", "Value": "x"}]}],
        "AccountLimits": [{"Name": "rules-per-application-load-balancer", "Max": "100"}],
        "alb_lint": {"version": 1, "account": "1", "region": "r", "gaps": []},
    }


TEMPLATE = template()


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in the document, its own first."""
    found = [path]
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        found.extend(places(inner, (*path, key)))
    return found


PLACES = places(TEMPLATE)[1:]


def put(document: Any, path: tuple[Any, ...], value: Any) -> None:
    """Sets the value there; does nothing where the way there is gone."""
    for key in path[:-1]:
        try:
            document = document[key]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(document, dict) or (isinstance(document, list) and isinstance(path[-1], int) and path[-1] < len(document)):
        document[path[-1]] = value


def run_all(data: bytes) -> None:
    """Every command on the input."""
    for arguments in (("check", "-f", "json"), ("check", "--fail-on", "info"), ("trace", "--url", "/a?k=v"), ("graph",)):
        assert sound(inside(arguments[0], "-", *arguments[1:], stdin=data))


def test_the_template_is_whole():
    ran = inside("check", "-", "-f", "json", stdin=json.dumps(TEMPLATE).encode())
    assert ran.json["complete"] is True
    assert sorted(one["rules"] for one in ran.json["listeners"]) == [1, 8]


@pytest.mark.parametrize("path", [path for path in PLACES if len(path) < 6], ids=lambda path: ".".join(map(str, path)))
def test_a_wrong_type_in_every_field(path):
    for junk in JUNK[len(path) :: 6]:
        document = deepcopy(TEMPLATE)
        put(document, path, junk)
        assert sound(inside("check", "-", "-f", "json", stdin=json.dumps(document).encode()))


CHANGE = st.tuples(st.sampled_from(PLACES), st.sampled_from(JUNK))


@settings(deadline=None, max_examples=40)
@given(changes=st.lists(CHANGE, min_size=1, max_size=6))
def test_several_wrong_types_at_once(changes):
    document = deepcopy(TEMPLATE)
    for path, junk in changes:
        put(document, path, deepcopy(junk))
    run_all(json.dumps(document).encode())


@settings(deadline=None, max_examples=40)
@given(cut=st.integers(0, 6_000), flips=st.lists(st.tuples(st.integers(0, 6_000), st.integers(0, 255)), max_size=5))
def test_damaged_bytes(cut, flips):
    data = bytearray(json.dumps(TEMPLATE).encode())
    for at, byte in flips:
        data[at % len(data)] = byte
    run_all(bytes(data[: max(cut, 1)]) if cut < 4_000 else bytes(data))

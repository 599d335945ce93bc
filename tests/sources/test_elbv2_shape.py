"""The shapes of DescribeRules → model: the table of forms, and that no form raises."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alb_lint.model import (
    Authenticate,
    FixedResponse,
    Forward,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    JwtValidation,
    Location,
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
from alb_lint.sources.elbv2 import shape

HEAD = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:"
LISTENER = f"{HEAD}listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2"
RULE = f"{HEAD}listener-rule/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabe1"
GROUP = f"{HEAD}targetgroup/api/73e2d6bc24d8a067"
OTHER = f"{HEAD}targetgroup/next/09966783158cda59"
LATE = Unknown("var.x (no default)")


def conditions(*raw: object) -> Any:
    problems: list[str] = []
    found = shape.conditions(list(raw), problems)
    assert not problems
    return found[0] if len(raw) == 1 else found


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        pytest.param({"Field": "path-pattern", "Values": ["/a"], "PathPatternConfig": {"Values": ["/a"]}}, PathPattern(("/a",)), id="both"),
        pytest.param({"Field": "path-pattern", "Values": ["/a", "/b"]}, PathPattern(("/a", "/b")), id="values-only"),
        pytest.param({"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a"]}}, PathPattern(("/a",)), id="config-only"),
        pytest.param({"Field": "host-header", "HostHeaderConfig": {"Values": ["a.b"]}}, HostHeader(("a.b",)), id="host"),
        pytest.param(
            {"Field": "path-pattern", "RegexValues": ["^/a$"], "PathPatternConfig": {"RegexValues": ["^/a$"]}},
            PathPattern((), ("^/a$",)),
            id="regex-both",
        ),
        pytest.param({"Field": "host-header", "RegexValues": ["^a$"]}, HostHeader((), ("^a$",)), id="regex-beside"),
        pytest.param(
            {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a"], "RegexValues": ["^/b$"]}},
            PathPattern(("/a",), ("^/b$",)),
            id="values-and-regex",
        ),
        pytest.param(
            {"Field": "path-pattern", "Values": [], "RegexValues": None, "PathPatternConfig": {"Values": ["/a"], "RegexValues": None}},
            PathPattern(("/a",)),
            id="nothing-counts-as-absent",
        ),
        pytest.param(
            {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET", "HEAD"]}},
            HttpRequestMethod(("GET", "HEAD")),
            id="method",
        ),
        pytest.param({"Field": "source-ip", "SourceIpConfig": {"Values": ["::/0"]}}, SourceIp(("::/0",)), id="source-ip"),
        pytest.param(
            {"Field": "http-header", "Values": [], "HttpHeaderConfig": {"HttpHeaderName": "X-A", "Values": ["1"]}},
            HttpHeader("X-A", ("1",)),
            id="header",
        ),
        pytest.param(
            {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-A", "RegexValues": [".+"]}},
            HttpHeader("X-A", (), (".+",)),
            id="header-regex",
        ),
        pytest.param(
            {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "v", "Value": "1"}, {"Value": "*x*"}]}},
            QueryString((QueryPair("v", "1"), QueryPair(None, "*x*"))),
            id="query",
        ),
        pytest.param({"Field": "path-pattern", "Values": [LATE, "/a"]}, PathPattern((LATE, "/a")), id="unknown-value"),
        pytest.param({"Field": "path-pattern", "Values": LATE}, PathPattern((LATE,)), id="unknown-list"),
        pytest.param(
            {"Field": "path-pattern", "PathPatternConfig": LATE}, OpaqueCondition("path-pattern", LATE.reason), id="unknown-config"
        ),
        pytest.param({"Field": LATE, "Values": ["/a"]}, OpaqueCondition("", LATE.reason), id="unknown-field"),
        pytest.param(LATE, OpaqueCondition("", LATE.reason), id="unknown-condition"),
        pytest.param(
            {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": LATE, "Values": [8080]}},
            HttpHeader(LATE, ("8080",)),
            id="unknown-name-and-a-number",
        ),
        pytest.param(
            {"Field": "query-string", "QueryStringConfig": {"Values": [LATE, {"Key": LATE, "Value": 1}]}},
            QueryString((LATE, QueryPair(LATE, "1"))),
            id="unknown-pair",
        ),
    ],
)
def test_condition(raw: object, wanted: object) -> None:
    assert conditions(raw) == wanted


@pytest.mark.parametrize(
    ("raw", "field", "reason"),
    [
        pytest.param(5, "", "a condition is 5, not an object", id="no-object"),
        pytest.param({}, "", "Field is missing", id="no-field"),
        pytest.param({"Field": ["path-pattern"]}, "", "Field is a list", id="field-of-wrong-type"),
        pytest.param({"Field": "cookie", "CookieConfig": {}}, "cookie", "no such condition is known", id="future-field"),
        pytest.param(
            {"Field": "path-pattern", "Values": ["/a"], "NewConfig": {}},
            "path-pattern",
            "'NewConfig' has no place in it",
            id="future-config",
        ),
        pytest.param(
            {"Field": "source-ip", "SourceIpConfig": {"IpAddressType": "ipv6"}}, "source-ip", "'IpAddressType' in SourceIpConfig", id="nlb"
        ),
        pytest.param({"Field": "path-pattern"}, "path-pattern", "it has no values", id="no-values"),
        pytest.param({"Field": "path-pattern", "PathPatternConfig": {}}, "path-pattern", "it has no values", id="empty-config"),
        pytest.param({"Field": "query-string", "QueryStringConfig": {"Values": []}}, "query-string", "it has no values", id="empty-query"),
        pytest.param({"Field": "path-pattern", "Values": "/a"}, "path-pattern", "Values is '/a', not a list", id="text-for-list"),
        pytest.param(
            {"Field": "path-pattern", "PathPatternConfig": 5},
            "path-pattern",
            "PathPatternConfig is 5, not an object",
            id="number-for-config",
        ),
        pytest.param(
            {"Field": "path-pattern", "Values": ["/a"], "PathPatternConfig": {"Values": ["/b"]}},
            "path-pattern",
            "another beside it",
            id="differ",
        ),
        pytest.param(
            {"Field": "path-pattern", "Values": ["/a"], "PathPatternConfig": {"Values": ["/a", "/b"]}},
            "path-pattern",
            "another beside it",
            id="differ-in-length",
        ),
        pytest.param(
            {"Field": "http-header", "HttpHeaderConfig": {"Values": ["a"]}}, "http-header", "HttpHeaderName is missing", id="no-name"
        ),
    ],
)
def test_condition_that_cannot_be_read(raw: object, field: str, reason: str) -> None:
    problems: list[str] = []
    (found,) = shape.conditions([raw], problems)
    assert isinstance(found, OpaqueCondition)
    assert found.field == field
    assert reason in found.reason
    assert len(problems) == 1
    assert reason in problems[0]


def test_one_bad_value_leaves_the_others_certain() -> None:
    problems: list[str] = []
    (found,) = shape.conditions([{"Field": "path-pattern", "Values": ["/a", True]}], problems)
    assert found == PathPattern(("/a", Unknown("value is true, not text")))
    assert problems == ["value is true, not text"]


@pytest.mark.parametrize("raw", [None, [], {}, 5, "text"])
def test_rule_without_conditions_takes_nothing_for_certain(raw: object) -> None:
    problems: list[str] = []
    assert isinstance(shape.conditions(raw, problems)[0], OpaqueCondition)
    assert len(problems) == 1


def forward(*groups: dict[str, Any], sticky: object = None) -> dict[str, Any]:
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": list(groups), "TargetGroupStickinessConfig": sticky}}


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        pytest.param({"Type": "forward", "TargetGroupArn": GROUP}, Forward((Share(GROUP),)), id="single"),
        pytest.param(
            forward({"TargetGroupArn": GROUP, "Weight": 1}, sticky={"Enabled": False}) | {"TargetGroupArn": GROUP, "Order": 1},
            Forward((Share(GROUP),)),
            id="as-aws-writes-it",
        ),
        pytest.param(forward({"TargetGroupArn": GROUP}), Forward((Share(GROUP),)), id="no-weight"),
        pytest.param(
            forward({"TargetGroupArn": GROUP, "Weight": 0}) | {"TargetGroupArn": GROUP},
            Forward((Share(GROUP, 0),)),
            id="single-of-weight-zero",
        ),
        pytest.param(
            forward(
                {"TargetGroupArn": GROUP, "Weight": "90"},
                {"TargetGroupArn": OTHER, "Weight": 10},
                sticky={"Enabled": "true", "DurationSeconds": "60"},
            ),
            Forward((Share(GROUP, 90), Share(OTHER, 10)), 60),
            id="weighted",
        ),
        pytest.param(
            forward({"TargetGroupArn": LATE, "Weight": LATE}, sticky={"Enabled": LATE}),
            Forward((Share(LATE, LATE),), LATE),
            id="unknown-leaves",
        ),
        pytest.param(forward(sticky=None) | {"TargetGroupArn": LATE}, Forward((Share(LATE),)), id="unknown-single"),
        pytest.param(
            {"Type": "forward", "ForwardConfig": {"TargetGroups": LATE}}, OpaqueAction("forward", LATE.reason), id="unknown-groups"
        ),
        pytest.param({"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_301"}}, Redirect("HTTP_301"), id="redirect-defaults"),
        pytest.param(
            {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_302", "Port": 443, "Query": "", "Host": LATE}},
            Redirect(port="443", query="", host=LATE),
            id="redirect",
        ),
        pytest.param(
            {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": 404, "ContentType": "text/plain"}},
            FixedResponse("404", "text/plain"),
            id="fixed-response",
        ),
        pytest.param(
            {"Type": "authenticate-cognito", "AuthenticateCognitoConfig": {"UserPoolArn": "p", "SessionTimeout": 60}},
            Authenticate(
                "cognito",
                (
                    ("OnUnauthenticatedRequest", "authenticate"),
                    ("Scope", "openid"),
                    ("SessionCookieName", "AWSELBAuthSessionCookie"),
                    ("SessionTimeout", "60"),
                    ("UserPoolArn", "p"),
                ),
            ),
            id="cognito-defaults",
        ),
        pytest.param(
            {
                "Type": "jwt-validation",
                "JwtValidationConfig": {
                    "Issuer": "i",
                    "AdditionalClaims": [{"Name": "z", "Values": ["b", "a"], "Format": "f"}, {"Name": "a", "Values": ["x"]}],
                },
            },
            JwtValidation(
                (("AdditionalClaims", '[{"Name":"a","Values":["x"]},{"Format":"f","Name":"z","Values":["a","b"]}]'), ("Issuer", "i"))
            ),
            id="jwt",
        ),
        pytest.param(
            {"Type": "jwt-validation", "JwtValidationConfig": {"AdditionalClaims": [{"Name": LATE}]}},
            JwtValidation((("AdditionalClaims", LATE),)),
            id="unknown-inside-a-claim",
        ),
        pytest.param({"Type": LATE}, OpaqueAction("", LATE.reason), id="unknown-type"),
        pytest.param({"Type": "redirect", "RedirectConfig": LATE}, OpaqueAction("redirect", LATE.reason), id="unknown-config"),
        pytest.param(LATE, OpaqueAction("", LATE.reason), id="unknown-action"),
    ],
)
def test_action(raw: object, wanted: object) -> None:
    problems: list[str] = []
    assert shape.actions([raw], problems) == (wanted,)
    assert not problems


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        pytest.param(5, "", id="no-object"),
        pytest.param({"Type": 5}, "", id="type-of-wrong-type"),
        pytest.param({"Type": "teleport"}, "teleport", id="future-type"),
        pytest.param({"Type": "forward"}, "forward", id="no-group"),
        pytest.param(forward({"TargetGroupArn": OTHER}) | {"TargetGroupArn": GROUP}, "forward", id="two-answers"),
        pytest.param(
            forward({"TargetGroupArn": GROUP}, {"TargetGroupArn": OTHER}) | {"TargetGroupArn": GROUP}, "forward", id="one-and-two"
        ),
        pytest.param({"Type": "forward", "ForwardConfig": {"TargetGroups": {}}}, "forward", id="groups-of-wrong-type"),
        pytest.param({"Type": "redirect"}, "redirect", id="no-config"),
        pytest.param({"Type": "fixed-response", "FixedResponseConfig": []}, "fixed-response", id="config-of-wrong-type"),
    ],
)
def test_action_that_cannot_be_read(raw: object, kind: str) -> None:
    problems: list[str] = []
    (found,) = shape.actions([raw], problems)
    assert isinstance(found, OpaqueAction)
    assert found.type == kind
    assert len(problems) == 1


def test_actions_run_in_their_order() -> None:
    raw = [
        {"Type": "forward", "TargetGroupArn": GROUP, "Order": 2},
        {"Type": "authenticate-oidc", "AuthenticateOidcConfig": {}, "Order": "1"},
    ]
    assert [type(action) for action in shape.actions(raw, [])] == [Authenticate, Forward]


def test_a_weight_of_true_is_not_one() -> None:
    raw = forward({"TargetGroupArn": GROUP, "Weight": True}, sticky={"Enabled": False}) | {"TargetGroupArn": GROUP}
    problems: list[str] = []
    assert shape.actions([raw], problems) == (Forward((Share(GROUP, Unknown("Weight is true, not a whole number")),)),)
    assert problems


def test_no_secret_is_kept() -> None:
    config = {"ClientId": "id", "ClientSecret": "hush", "UseExistingClientSecret": True}
    assert "hush" not in repr(shape.actions([{"Type": "authenticate-oidc", "AuthenticateOidcConfig": config}], []))
    assert "Secret" not in repr(shape.actions([{"Type": "authenticate-oidc", "AuthenticateOidcConfig": config}], []))


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (None, ()),
        (
            [{"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [{"Regex": "^/a", "Replace": "/b"}]}}],
            (Transform("url-rewrite", (("^/a", "/b"),)),),
        ),
        ([{"Type": "host-header-rewrite", "HostHeaderRewriteConfig": LATE}], (Transform("host-header-rewrite", ((LATE, LATE),)),)),
        (LATE, (Transform("", ((LATE, LATE),)),)),
    ],
)
def test_transforms(raw: object, wanted: object) -> None:
    problems: list[str] = []
    assert shape.transforms(raw, problems) == wanted
    assert not problems


@pytest.mark.parametrize(
    "raw", [5, [5], [{"Type": "shout"}], [{"Type": "url-rewrite"}], [{"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [5]}}]]
)
def test_transform_that_cannot_be_read_is_told(raw: object) -> None:
    problems: list[str] = []
    (found,) = shape.transforms(raw, problems)
    assert isinstance(found.rewrites[0][0], Unknown)
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [("10", 10), (10, 10), ("-5", -5), (50001, 50001), ("007", 7), (LATE, LATE)],
)
def test_priority(raw: object, wanted: object) -> None:
    problems: list[str] = []
    assert shape.priority(raw, problems) == wanted
    assert not problems


@pytest.mark.parametrize(
    "raw", [None, True, 1.0, float("nan"), "", "ten", "١", "9" * 5000, pytest.param(10**5000, id="many-digits"), [], {}, "1 2"]
)
def test_broken_priority_is_unknown(raw: object) -> None:
    problems: list[str] = []
    assert isinstance(shape.priority(raw, problems), Unknown)
    assert len(problems) == 1
    assert len(problems[0]) < 150


BODY = {"Conditions": [{"Field": "path-pattern", "Values": ["/a"]}], "Actions": [{"Type": "forward", "TargetGroupArn": GROUP}]}


def test_rule() -> None:
    place = Location("rules.json", 3, 0, "Rules[0]", RULE)
    raw = BODY | {"RuleArn": RULE, "Priority": "10", "IsDefault": False, "Transforms": []}
    wanted = Rule(RULE, "api", 10, (PathPattern(("/a",)),), (Forward((Share(GROUP),)),), location=place, tags=(("Name", "api"),))
    assert shape.rule(raw, place, [], name="api", tags=(("Name", "api"),)) == wanted


@pytest.mark.parametrize("raw", [{"Priority": "default"}, {"Priority": "default", "IsDefault": True}, {"IsDefault": True}])
def test_default_rule(raw: dict[str, Any]) -> None:
    problems: list[str] = []
    found = shape.rule(raw | {"Conditions": [], "Actions": BODY["Actions"]}, Location("f"), problems)
    assert found.is_default
    assert not found.conditions
    assert not problems


def test_default_rule_with_conditions_is_told() -> None:
    problems: list[str] = []
    found = shape.rule(BODY | {"Priority": "default"}, Location("f"), problems)
    assert not found.conditions
    assert problems == ["the default rule has conditions, which no default rule can have; they are left out"]


def test_default_rule_with_a_number_has_no_known_priority() -> None:
    problems: list[str] = []
    found = shape.rule(BODY | {"Priority": "10", "IsDefault": True}, Location("f"), problems)
    assert not found.is_default
    assert isinstance(found.priority, Unknown)
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("arn", "listener"),
    [
        (RULE, LISTENER),
        (RULE.replace("aws:", "aws-cn:").replace("/app/", "/net/"), LISTENER.replace("aws:", "aws-cn:").replace("/app/", "/net/")),
        (LISTENER, ""),
        (f"{RULE}/more", ""),
        ("", ""),
    ],
)
def test_listener_follows_from_the_rule(arn: str, listener: str) -> None:
    assert shape.listener_arn_of(arn) == listener


def test_load_balancer_follows_from_the_listener() -> None:
    assert shape.load_balancer_arn_of(LISTENER) == f"{HEAD}loadbalancer/app/web/50dc6c495c0c9188"
    assert shape.load_balancer_arn_of(RULE) == ""


def test_deep_values_are_not_walked() -> None:
    deep: list[Any] = []
    for _ in range(50_000):
        deep = [deep]
    raw = {
        "Priority": deep,
        "Conditions": [{"Field": "path-pattern", "Values": deep, "PathPatternConfig": {"Values": ["/a"]}}, deep],
        "Actions": [{"Type": "jwt-validation", "JwtValidationConfig": {"AdditionalClaims": deep}}],
        "Transforms": deep,
    }
    problems: list[str] = []
    assert shape.rule(raw, Location("f"), problems).conditions[1] == OpaqueCondition("", "a condition is a list, not an object")
    assert len(problems) == 5


WORDS = ["Field", "Values", "RegexValues", "PathPatternConfig", "path-pattern", "query-string", "Key", "Value", "HttpHeaderName", "Weight"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS) | st.text(max_size=4) | st.just(LATE),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
WHOLE = {
    "RuleArn": RULE,
    "Priority": "10",
    "IsDefault": False,
    "Conditions": [
        {"Field": "path-pattern", "Values": ["/a"], "PathPatternConfig": {"Values": ["/a"]}},
        {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X", "Values": ["1"], "RegexValues": ["2"]}},
        {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "k", "Value": "v"}]}},
    ],
    "Actions": [
        {
            "Type": "authenticate-oidc",
            "Order": 1,
            "AuthenticateOidcConfig": {"ClientId": "c", "AuthenticationRequestExtraParams": {"a": "b"}},
        },
        {"Type": "jwt-validation", "Order": 2, "JwtValidationConfig": {"AdditionalClaims": [{"Name": "n", "Values": ["v"]}]}},
        {"Type": "redirect", "Order": 3, "RedirectConfig": {"StatusCode": "HTTP_301", "Port": "443"}},
        {"Type": "fixed-response", "Order": 4, "FixedResponseConfig": {"StatusCode": "404"}},
        {
            "Type": "forward",
            "Order": 5,
            "TargetGroupArn": GROUP,
            "ForwardConfig": {
                "TargetGroups": [{"TargetGroupArn": GROUP, "Weight": 1}],
                "TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 5},
            },
        },
    ],
    "Transforms": [{"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [{"Regex": "a", "Replace": "b"}]}}],
}


def _spots(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(spot for key, child in inner for spot in _spots(child, (*path, key)))]


SPOTS = [spot for spot in _spots(WHOLE) if spot]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(SPOTS), JSON), min_size=1, max_size=3))
def test_no_value_in_any_field_raises(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    raw = copy.deepcopy(WHOLE)
    for path, value in changes:
        _put(raw, path, value)
    problems: list[str] = []
    found = shape.rule(raw, Location("f", address="Rules[0]"), problems)
    assert found.actions
    assert found.is_default or found.conditions
    hash(found)
    assert all(problem and "\n" not in problem for problem in problems)


def _put(raw: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        try:
            raw = raw[key]
        except (LookupError, TypeError):
            return
    if isinstance(raw, dict) or (isinstance(raw, list) and path[-1] in range(len(raw))):
        raw[path[-1]] = value


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text("/a*?.", min_size=1, max_size=4), min_size=1, max_size=3), st.sampled_from(["path-pattern", "host-header"]))
def test_all_forms_of_one_condition_are_one(values: list[str], field: str) -> None:
    name = {"path-pattern": "PathPatternConfig", "host-header": "HostHeaderConfig"}[field]
    forms = [
        {"Field": field, "Values": values},
        {"Field": field, name: {"Values": values}},
        {"Field": field, "Values": values, name: {"Values": values}},
        {"Field": field, "Values": [], name: {"Values": values}},
        {"Field": field, "Values": values, name: None, "RegexValues": []},
    ]
    assert len({json.dumps(form) for form in forms}) == len(forms)
    assert len({conditions(form) for form in forms}) == 1

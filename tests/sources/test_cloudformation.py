"""One template: what its values are, what stays unknown, and what is said of it."""

import json
import re
from pathlib import Path

import pytest

from alb_lint.errors import SourceError
from alb_lint.model import FixedResponse, Forward, OpaqueAction, OpaqueCondition, PathPattern, Share, Unknown
from alb_lint.presence import AnyOf, Apart, Presence
from alb_lint.sources.cloudformation.source import SOURCE
from alb_lint.sources.source import ReadOptions, Target
from cfn_templates import FORWARD, listeners_of, only_rule, plain, read, rule, rules_of, template

PARAMETERS = """
Stage: {Type: String}
Port: {Type: Number, Default: 7}
Domain: {Type: String, Default: example.com}
Empty: {Type: String, Default: ''}
Paths: {Type: CommaDelimitedList, Default: "/a, /b"}
Hidden: {Type: "AWS::SSM::Parameter::Value<String>", Default: /my/key}
Plain: {Type: String, Default: yes}
Day: {Type: String, Default: 2010-09-09}
"""
MAPPINGS = """
Numbers:
  prod: {web: 21, list: [/x, /y]}
  "7": {web: 22}
"""


def value_of(expression: str) -> object:
    """What the first path of a rule is for this YAML expression."""
    found = only_rule(read(template(rule(paths=f"[{expression}]"), Parameters=PARAMETERS, Mappings=MAPPINGS)))
    (condition,) = found.conditions
    assert isinstance(condition, PathPattern | OpaqueCondition)
    return plain(condition.values[0]) if isinstance(condition, PathPattern) else f"?{condition.reason}"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("/a", "/a"),
        ("'/a'", "/a"),
        ("010", "010"),
        ("2010-09-09", "2010-09-09"),
        ("yes", "yes"),
        ("1_000", "1_000"),
        ("!Ref Port", "7"),
        ("{Ref: Port}", "7"),
        ("!Ref Day", "2010-09-09"),
        ("!Ref Stage", "?Ref Stage (no default)"),
        ("!Ref Hidden", "?{{resolve:ssm:/my/key}} (known at deployment)"),
        ("!Ref Nothing", "?Ref Nothing (no parameter or resource has this name)"),
        ("!Ref AWS::Region", "?Ref AWS::Region (known at deployment)"),
        ("!Ref Group", "?Ref Group (AWS::ElasticLoadBalancingV2::TargetGroup, known after deployment)"),
        ("!GetAtt Group.TargetGroupName", "?GetAtt Group.TargetGroupName (known after deployment)"),
        ("{'Fn::GetAtt': [Group, TargetGroupName]}", "?GetAtt Group.TargetGroupName (known after deployment)"),
        ("!Sub '/${Port}/${!Port}/*'", "/7/${Port}/*"),
        ("!Sub '${Domain}'", "example.com"),
        ("!Sub ['${A}-${Port}', {A: !Ref Domain}]", "example.com-7"),
        ("!Sub '/${Stage}/*'", "?Sub /${Stage}/* (Ref Stage: no default)"),
        ("!Sub '/${Group.Name}'", "?Sub /${Group.Name} (GetAtt Group.Name: known after deployment)"),
        ("!Join ['/', ['', !Ref Port, x]]", "/7/x"),
        ("!Join ['-', !Ref Paths]", "/a-/b"),
        ("!Join ['', [!Ref Stage, x]]", '?Join ["", [Ref Stage, x]] (Ref Stage: no default)'),
        ("!Join ['', [a, !Ref AWS::NoValue, b]]", "ab"),
        ("!Select [1, [a, b]]", "b"),
        ("!Select ['0', !Ref Paths]", "/a"),
        ("!Select [5, [a, b]]", "?Select [5, [a, b]] (the list has 2 items)"),
        ("!Select [1, !Split ['/', a/b/c]]", "b"),
        ("!Select [0, [a, !Ref Stage]]", "a"),
        ("!Select [0, !Split ['.', !Ref Stage]]", "?Select [0, Split [., Ref Stage]] (Ref Stage: no default)"),
        ("!FindInMap [Numbers, prod, web]", "21"),
        ("!FindInMap [Numbers, !Ref Port, web]", "22"),
        ("!FindInMap [Numbers, !Ref Stage, web]", "?FindInMap [Numbers, Ref Stage, web] (Ref Stage: no default)"),
        ("!FindInMap [Numbers, prod, none]", "?FindInMap [Numbers, prod, none] (the map has no such key)"),
        ("!FindInMap [Numbers, prod, none, {DefaultValue: /d}]", "/d"),
        ("!Select [1, !FindInMap [Numbers, prod, list]]", "/y"),
        ("!ImportValue Net", "?ImportValue Net (exported by another stack)"),
        ("!Base64 x", "?Base64 x (not evaluated)"),
        ("!Length [a, b]", "2"),
        ("!Transform {Name: M}", "?Transform Name M (not evaluated)"),
        ("'{{resolve:ssm:/key:3}}'", "?{{resolve:ssm:/key:3}} (known at deployment)"),
        ("'/x{{resolve:ssm:/key}}'", "?/x{{resolve:ssm:/key}} (dynamic reference)"),
        ("'/{{ stage }}/x'", "?/{{ stage }}/x (another tool fills in the {{ }})"),
        ("!Ref [a]", "?Ref [a] (Ref takes a name)"),
        ("!Join [a]", "?Join [a] (Join takes a delimiter and a list)"),
        ("!Sub {a: b}", "?Sub a b (Sub takes a text, or a text and a map)"),
        ("!If [Gone, /a, /b]", "?If Gone (Gone is not decided: t.yaml:Gone)"),
        ("!If [Gone, /a, /a]", "/a"),
        ("*nowhere", "?the alias *nowhere names nothing that stands before it"),
    ],
)
def test_values(expression: str, value: str) -> None:
    assert value_of(expression) == value


@pytest.mark.parametrize(
    ("expression", "priority"),
    [
        ("10", 10),
        ("'10'", 10),
        ("!Ref Port", 7),
        ("!Join ['', ['1', '01']]", 101),
        ("!FindInMap [Numbers, prod, web]", 21),
        ("'007'", 7),
        ("0", 0),
        ("-3", -3),
        ("60000", 60000),
        ("007", "?007 (YAML may read a leading 0 as base eight; write the number in quotes)"),
        ("!GetAtt Action.Priority", "?GetAtt Action.Priority (no resource has this name)"),
        ("!GetAtt Group.Priority", "?GetAtt Group.Priority (known after deployment)"),
        ("!Ref Stage", "?Ref Stage (no default)"),
    ],
)
def test_priority(expression: str, priority: object) -> None:
    reading = read(template(rule(priority=expression), Parameters=PARAMETERS, Mappings=MAPPINGS))
    assert plain(only_rule(reading).priority) == priority
    assert reading.gaps == ()


@pytest.mark.parametrize("expression", ["first", "[1]", "1.5", "!Ref AWS::NoValue", "1" * 5000])
def test_priority_that_is_no_number_is_a_gap(expression: str) -> None:
    reading = read(template(rule(priority=expression)))
    assert isinstance(only_rule(reading).priority, Unknown)
    assert [gap.location.address for gap in reading.gaps] == ["Web"]


@pytest.mark.parametrize(
    ("expression", "listener"),
    [
        ("!Ref Listener", "t.yaml:Listener"),
        ("!GetAtt Listener.ListenerArn", "t.yaml:Listener"),
        ("{'Fn::GetAtt': Listener.ListenerArn}", "t.yaml:Listener"),
        ("!Sub '${Listener}'", "t.yaml:Listener"),
        ("!If [Gone, !Ref Listener, !GetAtt Listener.ListenerArn]", "t.yaml:Listener"),
        ("!Ref Stage", "t.yaml:Ref:Stage"),
        ("!Select [0, [!Ref Stage]]", "t.yaml:Ref:Stage"),
        ("!Ref Empty", "t.yaml:Ref:Empty"),
        ("'{{ listener }}'", "t.yaml:{{ listener }}"),
        ("!ImportValue Net", "import:Net"),
        ("!ImportValue {'Fn::Sub': '${Domain}-l'}", "import:example.com-l"),
        ("!ImportValue {'Fn::Sub': '${Stage}-l'}", "Fn::ImportValue[${t.yaml:Ref:Stage}-l]"),
        ("!Ref Hidden", "ssm:/my/key"),
        ("'{{resolve:ssm:/my/key}}'", "ssm:/my/key"),
        ("arn:aws:x:listener/app/web/1/2", "arn:aws:x:listener/app/web/1/2"),
        ("!Sub 'arn:aws:x:${AWS::Region}:listener/app/web/1/2'", "arn:aws:x:${AWS::Region}:listener/app/web/1/2"),
        ("!Join ['', ['arn:aws:x:', !Ref AWS::Region, ':listener/app/web/1/2']]", "arn:aws:x:${AWS::Region}:listener/app/web/1/2"),
    ],
)
def test_listener_id(expression: str, listener: str) -> None:
    reading = read(template(rule(listener=expression), Parameters=PARAMETERS))
    assert listeners_of(reading)[listener] == ["Web"]
    assert reading.gaps == ()


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("!Ref Nothing", "Web: its listener is not known: Ref Nothing (no parameter or resource has this name)"),
        ("''", "Web: its listener is not known: ListenerArn is missing"),
        ("[a]", "Web: its listener is not known: ListenerArn is no text"),
    ],
)
def test_rule_without_a_listener_is_kept_apart(expression: str, reason: str) -> None:
    reading = read(template(rule(listener=expression)))
    assert listeners_of(reading) == {"t.yaml:Listener": [], "t.yaml:Web.ListenerArn": ["Web"]}
    assert [gap.reason for gap in reading.gaps] == [reason]


def test_equal_references_are_one_listener_and_one_target_group() -> None:
    other = rule("Other", listener="!Join ['', [!Ref Stage]]", actions="[{Type: forward, TargetGroupArn: !Sub '${Group}'}]")
    reading = read(template(rule(listener="!Ref Stage") + other, Parameters=PARAMETERS))
    assert listeners_of(reading)["t.yaml:Ref:Stage"] == ["Web", "Other"]
    assert {found.actions for found in rules_of(reading).values()} == {(Forward((Share("t.yaml:Group"),)),)}


def test_listener_facts() -> None:
    text = template(
        """
        Balancer:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties:
            Name: web
            IpAddressType: dualstack
            Scheme: internal
            LoadBalancerAttributes: [{Key: routing.http.drop_invalid_header_fields.enabled, Value: 'true'}]
        Front:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Balancer
            Port: '8443'
            Protocol: HTTPS
            DefaultActions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: 404}}]
        """
    )
    front = read(text).listeners[0]
    assert (front.id, front.name, front.protocol, front.port, front.source_kind) == (
        "t.yaml:Front",
        "Front",
        "HTTPS",
        8443,
        "cloudformation",
    )
    assert front.default is not None
    assert front.default.actions == (FixedResponse("404"),)
    assert front.load_balancer is not None
    assert (front.load_balancer.id, front.load_balancer.name) == ("t.yaml:Balancer", "web")
    assert (front.load_balancer.ip_address_type, front.load_balancer.drops_invalid_headers) == ("dualstack", True)


@pytest.mark.parametrize(
    ("properties", "facts"),
    [
        ("{}", ("ipv4", False)),
        ("{IpAddressType: !Ref Kind}", ("", False)),
        ("{LoadBalancerAttributes: !Ref Kind}", ("ipv4", None)),
        ("{LoadBalancerAttributes: [{Key: !Ref Kind, Value: x}]}", ("ipv4", None)),
        ("{LoadBalancerAttributes: [{Key: idle, Value: '1'}]}", ("ipv4", False)),
    ],
)
def test_load_balancer_defaults(properties: str, facts: tuple[str, bool | None]) -> None:
    text = template(
        f"Balancer: {{Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {properties}}}\n"
        "Front: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref Balancer}}",
        Parameters="Kind: {Type: String}",
    )
    found = read(text).listeners[0].load_balancer
    assert found is not None
    assert (found.ip_address_type, found.drops_invalid_headers) == facts


def test_network_load_balancers_are_passed_over() -> None:
    text = template(
        "Net: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {Protocol: TCP, Port: 80}}\n"
        + rule(listener="!Ref Net")
        + rule("Other", listener="arn:aws:x:listener/net/n/1/2")
    )
    reading = read(text)
    assert listeners_of(reading) == {"t.yaml:Listener": []}
    assert [gap.location.address for gap in reading.gaps] == ["Web", "Other"]


CONDITIONS = """
IsProd: !Equals [!Ref Stage, prod]
IsDev: {'Fn::Equals': [dev, !Ref Stage]}
NotProd: !Not [!Condition IsProd]
Both: !And [!Condition IsProd, !Equals [!Ref Other, x]]
NotBoth: !Not [{Condition: Both}]
Either: !Or [!Condition IsProd, !Condition IsDev]
Neither: !Not [!Condition Either]
Same: !Equals [!Ref Stage, !Ref Stage]
Default: !Equals [!Ref Domain, example.com]
Off: !Equals [!Ref Domain, other]
Impossible: !And [!Condition IsProd, !Condition NotProd]
Always: !Or [!Condition IsProd, !Condition NotProd]
Half: !Or [!Condition Off, !Condition IsProd]
Flag: !Equals [!Ref Plain, true]
Lists: !Equals [!Join [',', !Ref Paths], '/a,/b']
Loop: !Not [!Condition Loop]
Broken: !Equals [a]
HasGroup: !Not [!Equals [!Ref Group, '']]
HasArn: !Not [!Equals ['', !GetAtt Group.TargetGroupArn]]
HasNet: !Not [!Equals [!ImportValue net, '']]
HasPart: !Not [!Equals [!Sub 'x${Stage}', '']]
HasStage: !Not [!Equals [!Ref Stage, '']]
"""
DOMAIN = "t.yaml:Ref:Domain"
PROD, DEV, X = 't.yaml:Ref:Stage == "prod"', 't.yaml:Ref:Stage == "dev"', 't.yaml:Ref:Other == "x"'


@pytest.mark.parametrize(
    ("condition", "presence"),
    [
        ("IsProd", ((PROD, True),)),
        ("IsDev", ((DEV, True),)),
        ("NotProd", ((PROD, False),)),
        ("Both", ((X, True), (PROD, True))),
        ("NotBoth", (AnyOf(((X, False), (PROD, False))),)),
        ("Either", (AnyOf(((DEV, True), (PROD, True))), Apart((DEV, PROD)))),
        ("Neither", ((DEV, False), (PROD, False))),
        ("Half", (AnyOf(((f'{DOMAIN} == "other"', True), (PROD, True))),)),
        ("Same", ()),
        ("Default", ((f'{DOMAIN} == "example.com"', True),)),
        ("Always", ()),
        ("Lists", (('Fn::Join[",", t.yaml:Ref:Paths] == "/a,/b"', True),)),
        ("Off", ((f'{DOMAIN} == "other"', True),)),
        ("Impossible", None),
        ("Flag", (('t.yaml:Ref:Plain == "true"', True),)),
        ("Loop", (("t.yaml:Loop", False),)),
        ("Broken", (("t.yaml:Broken", True),)),
        ("HasGroup", ()),
        ("HasArn", ()),
        ("HasNet", ()),
        ("HasPart", ()),
        ("HasStage", (('t.yaml:Ref:Stage == ""', False),)),
        ("Gone", (("t.yaml:Gone", True),)),
    ],
)
def test_presence(condition: str, presence: Presence | None) -> None:
    text = template(rule(more=f"Condition: {condition}"), Parameters=PARAMETERS + "\nOther: {Type: String}", Conditions=CONDITIONS)
    found = list(rules_of(read(text)).values())
    assert [each.presence for each in found] == ([] if presence is None else [presence])


@pytest.mark.parametrize(
    ("paths", "value"),
    [
        ("[!Ref Empty]", "?Ref Empty (empty by default)"),
        ("!Ref Many", "?Ref Many (empty by default)"),
        ("[!If [Off, !Ref Domain, !Ref Empty]]", "?If Off (empty by default)"),
        ("['']", ""),
    ],
)
def test_an_empty_default_says_that_a_value_is_to_be_given(paths: str, value: str) -> None:
    """A template is not refused for it: whoever deploys it gives another value, and it is read where it is given."""
    parameters = f"{PARAMETERS}\nMany: {{Type: CommaDelimitedList, Default: ''}}\nOther: {{Type: String}}"
    text = template(rule(paths=paths), Parameters=parameters, Conditions=CONDITIONS)
    (condition,) = only_rule(read(text)).conditions
    assert (f"?{condition.reason}" if isinstance(condition, OpaqueCondition) else plain(condition.values[0])) == value
    (given,) = only_rule(read(text, Empty="/x", Many="/x")).conditions
    assert isinstance(given, PathPattern)
    assert given.values == (("/x",) if value else ("",))


TENANT = """
Public: {Type: String, Default: 'true'}
Cert: {Type: String, Default: ''}
"""
OPEN = """
IsPublic: !Equals [!Ref Public, 'true']
IsTls: !And [!Condition IsPublic, !Not [!Equals [!Ref Cert, '']]]
"""


@pytest.mark.parametrize(
    ("given", "presences"),
    [
        ({}, {"A": 1, "B": 2}),
        ({"Public": "true"}, {"A": 0, "B": 1}),
        ({"Public": "true", "Cert": "x"}, {"A": 0, "B": 0}),
        ({"Cert": ""}, {"A": 1}),
        ({"Public": "false"}, {}),
    ],
)
def test_a_default_is_one_deployment_of_many(given: dict[str, str], presences: dict[str, int]) -> None:
    """Rules under a condition over a parameter stay possible until a parameter is given."""
    text = template(rule("A", more="Condition: IsPublic") + rule("B", more="Condition: IsTls"), Parameters=TENANT, Conditions=OPEN)
    assert {each.name: len(each.presence) for each in rules_of(read(text, **given)).values()} == presences


def test_what_a_condition_tells_is_so_in_its_resource() -> None:
    """`Fn::If` over the condition of the rule itself does not ask the default."""
    text = template(rule("A", priority="!If [IsTls, 10, 20]", more="Condition: IsTls"), Parameters=TENANT, Conditions=OPEN)
    assert [each.priority for each in rules_of(read(text)).values()] == [10]


def test_conditions_about_one_value_exclude_each_other() -> None:
    rules = rule("A", more="Condition: IsProd") + rule("B", more="Condition: IsDev") + rule("C")
    found = rules_of(read(template(rules, Parameters=PARAMETERS + "\nOther: {Type: String}", Conditions=CONDITIONS)))
    assert {each.name: dict(each.presence) for each in found.values()} == {
        "A": {PROD: True, DEV: False},
        "B": {DEV: True, PROD: False},
        "C": {},
    }


def test_a_rule_takes_its_own_condition_for_granted() -> None:
    rules = rule("A", paths="[!If [IsProd, /p, /d], !If [NotProd, /d, /p]]", more="Condition: Both")
    found = only_rule(read(template(rules, Parameters=PARAMETERS + "\nOther: {Type: String}", Conditions=CONDITIONS)))
    assert found.conditions == (PathPattern(("/p", "/p")),)


def test_given_parameters_go_before_defaults() -> None:
    rules = rule(paths="[!Ref Domain]", more="Condition: IsProd")
    text = template(rules, Parameters=PARAMETERS + "\nOther: {Type: String}", Conditions=CONDITIONS)
    assert only_rule(read(text, Stage="prod", Domain="x.org")).conditions == (PathPattern(("x.org",)),)
    assert rules_of(read(text, Stage="dev")) == {}


@pytest.mark.parametrize(
    "content",
    [
        [{"ParameterKey": "Stage", "ParameterValue": "/s"}],
        {"Stage": "/s"},
        {"Parameters": {"Stage": "/s"}, "Tags": {}},
        ["Stage=/s"],
    ],
)
def test_parameter_files(tmp_path, content: object) -> None:
    path = tmp_path / "p.json"
    path.write_text(json.dumps(content))
    text = template(rule(paths="[!Ref Stage, !Ref Domain]"), Parameters=PARAMETERS)
    found = only_rule(read(text, files=(str(tmp_path / "x.tfvars"), str(path)), Domain="/d"))
    assert found.conditions == (PathPattern(("/s", "/d")),)


@pytest.mark.parametrize("content", ["{", "3", '[{"a": 1}]', None])
def test_unreadable_parameter_files(tmp_path, content: str | None) -> None:
    path = tmp_path / "p.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SourceError) as error:
        read(template(rule()), files=(str(path),))
    assert error.value.where == str(path)
    assert error.value.hint


def test_pseudo_parameters_can_be_given() -> None:
    text = template(rule(paths="[!Sub '/${AWS::Region}/${AWS::StackName}']"))
    assert only_rule(read(text, AWS__Region="eu-west-1", AWS__StackName="s")).conditions == (PathPattern(("/eu-west-1/s",)),)


@pytest.mark.parametrize(
    ("conditions", "reasons"),
    [
        ("!If [Gone, [{Field: path-pattern, Values: [/]}], []]", ["If Gone (Gone is not decided: t.yaml:Gone)"]),
        (
            "[{Field: path-pattern, Values: [/a]}, !If [Gone, {Field: x}, !Ref AWS::NoValue]]",
            ["If Gone (Gone is not decided: t.yaml:Gone)"],
        ),
        ("[{Fn::Transform: {Name: AWS::Include}, Field: path-pattern}]", ["Fn::Transform (a macro fills in the rest)"]),
    ],
)
def test_undecided_conditions(conditions: str, reasons: list[str]) -> None:
    reading = read(template(rule().replace("[{Field: path-pattern, Values: [/a]}]", conditions)))
    opaque = [found.reason for found in only_rule(reading).conditions if isinstance(found, OpaqueCondition)]
    assert opaque == reasons


def test_undecided_actions() -> None:
    reading = read(template(rule(actions=f"!If [Gone, {FORWARD}, []]")))
    assert only_rule(reading).actions == (OpaqueAction("", "If Gone (Gone is not decided: t.yaml:Gone)"),)


def test_redirects_and_bodies_do_not_take_references_for_text() -> None:
    actions = "[{Type: redirect, RedirectConfig: {Host: !Ref Stage, StatusCode: HTTP_301}}]"
    (found,) = only_rule(read(template(rule(actions=actions), Parameters=PARAMETERS))).actions
    assert found.host.reason == "Ref Stage (no default)"


def test_json_and_yaml_are_one() -> None:
    resources = {
        "Listener": {"Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": {"Port": 443, "Protocol": "HTTPS"}},
        "Function": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"Fn::If": ["A", {"x": [1, 2]}, None]}}},
        "Web": {
            "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
            "Properties": {
                "ListenerArn": {"Ref": "Listener"},
                "Priority": 5,
                "Conditions": [
                    {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X", "Values": ["a"]}},
                    {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "k", "Value": "v"}, {"Value": "é"}]}},
                    {"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8"]}},
                    {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET"]}},
                    {"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["^/a$"]}},
                ],
                "Actions": [{"Type": "forward", "TargetGroupArn": {"Fn::GetAtt": ["Function", "Arn"]}}],
                "Transforms": [{"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [{"Regex": "a", "Replace": "b"}]}}],
            },
        },
    }
    text = json.dumps({"Resources": resources})
    as_json, as_yaml = only_rule(read(text, "t.json")), only_rule(read("# yaml\n" + text, "t.json"))
    for part in ("id", "priority", "conditions", "actions", "transforms"):
        assert getattr(as_json, part) == getattr(as_yaml, part)
    assert not any(isinstance(found, OpaqueCondition) for found in as_json.conditions)
    assert as_json.actions == (Forward((Share("t.json:Function.Arn"),)),)


@pytest.mark.parametrize("form", ["yaml", "json"])
@pytest.mark.parametrize(
    ("told", "metadata", "needed_by"),
    [
        ("Web", {}, ("Service",)),
        (["Group", "Web"], {}, ("Service",)),
        (["Group"], {}, ()),
        ({"Web": 1}, {}, ()),
        (["Web"], {"aws:cdk:path": "Stack/Web/Resource"}, ()),  # the CDK writes both anew
    ],
)
def test_what_is_made_after_a_rule_by_name(told: object, metadata: dict[str, str], needed_by: tuple[str, ...], form: str) -> None:
    web = {"Type": "AWS::ElasticLoadBalancingV2::ListenerRule", "Metadata": metadata, "Properties": {"Priority": 1}}
    text = json.dumps({"Resources": {"Web": web, "Service": {"Type": "AWS::ECS::Service", "DependsOn": told}}})
    assert only_rule(read(text if form == "json" else f"# yaml\n{text}")).needed_by == needed_by


def test_serverless_output_and_sam() -> None:
    text = "Transform: AWS::Serverless-2016-10-31\n" + template(rule() + "Fn: {Type: AWS::Serverless::Function, Properties: {Events: {}}}")
    assert listeners_of(read(text)) == {"t.yaml:Listener": ["Web"]}
    assert read(text).gaps == ()


@pytest.mark.parametrize("transform", ["Mine", "[AWS::LanguageExtensions, Mine]", "{Name: AWS::Include, Parameters: {Location: s3://x}}"])
def test_macros_are_gaps(transform: str) -> None:
    (gap,) = read(f"Transform: {transform}\n" + template(rule())).gaps
    assert gap.reason.startswith("the macro ")
    assert gap.location.line == 1


@pytest.mark.parametrize(
    ("kind", "properties", "told"),
    [
        ("Custom::AlbRule", "ListenerArn: !Ref Listener, Conditions: [], Actions: [], Priority: 10", True),
        ("AWS::CloudFormation::CustomResource", "ListenerArn: !Ref Listener, Conditions: [], Actions: []", True),
        ("Custom::RulePriority", "ListenerArn: !Ref Listener, RulePath: /a", False),
        ("AWS::Lambda::Function", "ListenerArn: !Ref Listener, Conditions: [], Actions: []", False),
    ],
)
def test_a_custom_resource_that_looks_like_a_rule_is_a_gap(kind: str, properties: str, told: bool) -> None:
    text = template(f"Redirect: {{Type: '{kind}', Properties: {{{properties}}}}}\n")
    resource = {"Type": kind, "Properties": dict.fromkeys(re.findall(r"(\w+):", properties), "x")}
    for reading in (read(text), read(json.dumps({"Resources": {"Redirect": resource}}), "t.json")):
        assert [gap.location.address for gap in reading.gaps] == (["Redirect"] if told else [])


LOOP = """
'Fn::ForEach::Rules':
  - Name
  - {list}
  - 'Web${{Name}}':
      Type: AWS::ElasticLoadBalancingV2::ListenerRule
      Properties:
        ListenerArn: !Ref Listener
        Priority: !Sub '${{Name}}0'
        Conditions: [{{Field: path-pattern, Values: [!Sub '/${{Name}}/*']}}]
        Actions: [{{Type: forward, TargetGroupArn: !Ref Group}}]
"""


def test_loops() -> None:
    reading = read(template(LOOP.format(list="['1', '2']")))
    found = rules_of(reading)
    assert {key: (each.priority, each.conditions) for key, each in found.items()} == {
        "t.yaml/Web1": (10, (PathPattern(("/1/*",)),)),
        "t.yaml/Web2": (20, (PathPattern(("/2/*",)),)),
    }
    assert reading.gaps == ()


def test_loops_over_the_unknown_are_gaps() -> None:
    reading = read(template(LOOP.format(list="!Ref Names"), Parameters="Names: {Type: CommaDelimitedList}"))
    assert [gap.reason for gap in reading.gaps] == [
        "Fn::ForEach::Rules repeats over Ref Names, which is not known; its resources are not read"
    ]


@pytest.mark.parametrize(
    ("name", "data", "accepted"),
    [
        ("a.yaml", b"Resources:\n  A: {Type: AWS::S3::Bucket}\n", True),
        ("a.template", b'{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}', True),
        ("a.json", '{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}'.encode("utf-16"), True),
        ("-", b"Resources:\n  A: {Type: AWS::S3::Bucket}\n", True),
        ("cdk.out/manifest.json", b'{"version": "1", "artifacts": {"A": {"type": "aws:cloudformation:stack"}}}', True),
        ("manifest.json", b'{"version": "1", "artifacts": {}}', False),
        ("a.yaml", b"kind: Deployment\n", False),
        ("a.json", b'{"Rules": []}', False),
        ("a.json", b'{"template_body": "{\\"Resources\\": {\\"A\\": {\\"Type\\": \\"AWS::S3::Bucket\\"}}}"}', False),
        ("a.tf", b'resource "aws_lb_listener_rule" "a" {}', False),
        ("a.bin", b"\xff\xfe\x00", False),
    ],
)
def test_accepts(name: str, data: bytes, accepted: bool) -> None:
    assert SOURCE.accepts(Target(name, None, data)) is accepted


def test_the_conformance_template_is_read_whole() -> None:
    path = Path(__file__).parents[1] / "conformance" / "cloudformation" / "template.yaml"
    reading = SOURCE.read([Target("template.yaml", path, path.read_bytes())], ReadOptions())
    (listener,) = reading.listeners
    assert [found.priority for found in listener.rules] == [10, 20, 30, 40, 50]
    assert "Unknown" not in repr(reading)
    assert "Opaque" not in repr(reading)
    assert reading.gaps == ()

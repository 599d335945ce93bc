"""Values that only a deployment tells, in templates: numbers with a prefix, texts with a parameter, parameters that are never shown."""

import json
from pathlib import Path

import pytest

from alb_lint.model import Unknown
from alb_lint.symbols import Symbol, SymbolicNumber
from cfn_templates import only_rule, read, rule, template
from running import inside

PARAMETERS = {
    "Prefix": {"Type": "String"},
    "Domain": {"Type": "String"},
    "Secret": {"Type": "String", "NoEcho": True, "Default": "hunter2"},
}


def written(priority: object, host: object, group: str, **more: object) -> dict[str, object]:
    conditions = [{"Field": "host-header", "HostHeaderConfig": {"Values": [host]}}]
    return {
        "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
        "Properties": {
            "ListenerArn": {"Ref": "Listener"},
            "Priority": priority,
            "Conditions": conditions,
            "Actions": [{"Type": "forward", "TargetGroupArn": group}],
        },
    }


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def checked(*rules: dict[str, object], args: tuple[str, ...] = ()) -> list[str]:
    body = {"Parameters": PARAMETERS | {"Listener": {"Type": "String"}}, "Resources": {f"R{at}": one for at, one in enumerate(rules)}}
    Path("t.json").write_text(json.dumps(body), "utf-8")
    found = inside("check", "t.json", "--format", "json", "--select", "ALB001,ALB101,ALB107", *args)
    return [f"{item['code']} {item['rule']['name']}" for item in found.json["findings"]]


def joined(*parts: object) -> dict[str, object]:
    return {"Fn::Join": ["", list(parts)]}


PREFIX, HOST = {"Ref": "Prefix"}, {"Fn::Sub": "play.${Domain}"}


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ((joined(PREFIX, "01"), HOST), (joined(PREFIX, "10"), HOST), ["ALB101 R1"]),
        ((joined(PREFIX, "01"), HOST), ({"Fn::Sub": "${Prefix}01"}, {"Fn::Sub": "replay.${Domain}"}), ["ALB001 R0"]),
        ((joined(PREFIX, "01"), HOST), (joined(PREFIX, "10"), "play.example.com"), ["ALB107 R1"]),
        ((joined(PREFIX, "1"), HOST), (joined(PREFIX, "10"), HOST), ["ALB107 R0", "ALB107 R1"]),
        ((10, {"Ref": "Domain"}), (20, {"Ref": "Domain"}), ["ALB101 R1"]),
        ((10, {"Fn::Sub": "a.${Domain}"}), (20, {"Fn::Sub": "b.${Domain}"}), []),
        ((10, {"Ref": "AWS::StackName"}), (20, {"Ref": "AWS::StackName"}), ["ALB101 R1"]),
    ],
)
def test_rules(first, second, found):
    assert checked(written(*first, "x"), written(*second, "y")) == found


def test_a_parameter_that_is_given_decides():
    rules = (written(10, HOST, "x"), written(20, "play.example.com", "y"))
    assert checked(*rules) == ["ALB107 R1"]
    assert checked(*rules, args=("--parameter", "Domain=example.com")) == ["ALB101 R1"]
    assert checked(*rules, args=("--parameter", "Domain=example.org")) == []


def test_what_is_known_of_a_value():
    body = rule(paths="[!Sub '/a${Stage}x']", priority="!Join ['', ['7', !Ref Stage]]")
    found = only_rule(read(template(body, Parameters="Stage: {Type: String}")))
    stage = Symbol("t.yaml:Ref:Stage", "Stage")
    assert found.conditions[0].values[0].pieces == ("/a", stage, "x")
    assert isinstance(found.priority, Unknown)
    assert found.priority.number == SymbolicNumber(stage, before="7")


@pytest.mark.parametrize("args", [(), ("--parameter", "Secret=hunter2")])
def test_a_parameter_with_no_echo_is_never_shown(args):
    rules = (written(10, {"Ref": "Secret"}, "x"), written(20, {"Fn::Sub": "${Secret}"}, "y"))
    assert checked(*rules, args=args) == ["ALB101 R1"]
    for format_ in ("text", "json", "concise"):
        ran = inside("check", "t.json", "--format", format_, *args)
        assert "hunter2" not in ran.out + ran.err

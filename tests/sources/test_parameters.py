"""A parameter that holds a listener leads from the code that reads it to the code that writes it, in whatever language each is."""

import pytest

from running import process
from terraform_files import rule, write

TERRAFORM = {
    "reads": 'data "aws_ssm_parameter" "l" {\n  name = "/edge/l"\n}\n' + rule("tf", listener="data.aws_ssm_parameter.l.value"),
    "writes": (
        'resource "aws_lb_listener" "https" {\n  port = 443\n  protocol = "HTTPS"\n}\n'
        'resource "aws_ssm_parameter" "l" {\n  name = "/edge/l"\n  type = "String"\n  value = aws_lb_listener.https.arn\n}\n'
    ),
    "own": rule("own", listener="aws_lb_listener.https.arn"),
}
RESOURCE = (
    "  R:\n    Type: AWS::ElasticLoadBalancingV2::ListenerRule\n    Properties:\n      ListenerArn: {}\n      Priority: 10\n"
    "      Conditions: [{{Field: path-pattern, Values: [/y]}}]\n      Actions: [{{Type: forward, TargetGroupArn: a}}]\n"
)
READ_BY_TEMPLATES = {
    "type": "Parameters:\n  L: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /edge/l}\nResources:\n" + RESOURCE.format("!Ref L"),
    "reference": "Resources:\n" + RESOURCE.format("'{{resolve:ssm:/edge/l}}'"),
}
WRITTEN_BY_TEMPLATE = (
    "Resources:\n  L:\n    Type: AWS::ElasticLoadBalancingV2::Listener\n"
    "    Properties: {Port: 443, Protocol: HTTPS, DefaultActions: [{Type: forward, TargetGroupArn: a}]}\n"
    "  P:\n    Type: AWS::SSM::Parameter\n    Properties: {Name: /edge/l, Type: String, Value: !Ref L}\n"
)
PULUMI = {
    "p/Pulumi.yaml": "name: p\nruntime: nodejs\n",
    "p/index.ts": (
        'import * as aws from "@pulumi/aws";\nconst l = aws.ssm.getParameterOutput({ name: "/edge/l" });\n'
        'new aws.lb.ListenerRule("p", { listenerArn: l.value, priority: 10, actions: [{ type: "forward", targetGroupArn: "a" }],'
        ' conditions: [{ pathPattern: { values: ["/z"] } }] });\n'
    ),
}


def found(folder, files):
    """(id, rules) of each listener, and the reasons of gaps."""
    write(folder, files)
    told = process("check", ".", "-f", "json", cwd=folder).json
    return [(item["id"], item["rules"]) for item in told["listeners"]], [gap["reason"] for gap in told["gaps"]]


@pytest.mark.parametrize(
    ("files", "listeners"),
    [
        ({"x/main.tf": TERRAFORM["reads"], "z/main.tf": TERRAFORM["writes"]}, [("z:aws_lb_listener.https", 1)]),
        ({"x/main.tf": TERRAFORM["reads"], "z/main.tf": TERRAFORM["writes"] + TERRAFORM["own"]}, [("z:aws_lb_listener.https", 2)]),
        ({"x/main.tf": TERRAFORM["reads"], "z/main.tf": TERRAFORM["writes"].replace("/edge/l", "/m")}, [('ssm_parameter("/edge/l")', 1)]),
        ({"x/main.tf": TERRAFORM["reads"], "r.yaml": READ_BY_TEMPLATES["reference"]}, [("ssm:/edge/l", 2)]),
        ({"x/main.tf": TERRAFORM["reads"], "w.yaml": WRITTEN_BY_TEMPLATE}, [("w.yaml:L", 1)]),
        ({"r.yaml": READ_BY_TEMPLATES["type"], "z/main.tf": TERRAFORM["writes"] + TERRAFORM["own"]}, [("aws_lb_listener.https", 2)]),
        ({"r.yaml": READ_BY_TEMPLATES["type"], "s.yaml": READ_BY_TEMPLATES["reference"], "w.yaml": WRITTEN_BY_TEMPLATE}, [("w.yaml:L", 2)]),
        ({**PULUMI, "w.yaml": WRITTEN_BY_TEMPLATE, "x/main.tf": TERRAFORM["reads"]}, [("w.yaml:L", 2)]),
    ],
)
def test_one_parameter_is_one_listener_in_all_sources(tmp_path, files, listeners):
    told, gaps = found(tmp_path, files)
    assert [item for item in told if item[1]] == listeners
    assert gaps == []


def test_a_parameter_that_two_write_leads_to_neither(tmp_path):
    told, gaps = found(tmp_path, {"r.yaml": READ_BY_TEMPLATES["type"], "v.yaml": WRITTEN_BY_TEMPLATE, "w.yaml": WRITTEN_BY_TEMPLATE})
    assert sorted(told) == [("ssm:/edge/l", 1), ("v.yaml:L", 0), ("w.yaml:L", 0)]
    assert gaps == ["listener ssm:/edge/l: v.yaml:L and w.yaml:L are written to that parameter; its rules were compared with neither"]

"""Listeners that several root modules, templates or programs know by the same variable, and by nothing else."""

import pytest

from alb_lint.config import Config
from alb_lint.inputs import join
from cfn_templates import read_files
from pulumi_programs import read as read_programs
from running import process
from shorthand import config
from terraform_files import read_folder, rule, write

DECLARED = 'resource "aws_lb_listener" "l" {\n  port = 443\n  load_balancer_arn = aws_lb.main.arn\n}\n'
LOOKUP = 'data "aws_lb_listener" "l" {\n  load_balancer_arn = var.lb\n  port = 443\n}\n'


def terraform(tmp_path, listener, more="", folders="xy"):
    write(tmp_path, {f"{folder}/main.tf": 'variable "l" {}\nvariable "lb" {}\n' + more + rule(listener=listener) for folder in folders})
    return read_folder(tmp_path)


@pytest.mark.parametrize(
    ("listener", "more", "known_as"),
    [
        ("var.l", "", "var.l"),
        ("var.l[0]", "", "var.l[0]"),
        ("data.aws_lb_listener.l.arn", LOOKUP, "var.lb:443"),
        ("data.external.l.result.arn", 'data "external" "l" {\n  program = ["x"]\n}\n', "data.external.l.result"),
        # a resource or a module belongs to its root, so that two of them are two
        ("aws_lb_listener.l.arn", DECLARED, ""),
        ("module.edge.listener_arn", 'module "edge" {\n  source = "example/edge/aws"\n}\n', ""),
    ],
)
def test_terraform(tmp_path, listener, more, known_as):
    told = join([terraform(tmp_path, listener, more)], Config())
    assert len(told.listeners) == 2
    found = [gap.reason for gap in told.gaps if "may be one listener" in gap.reason]
    assert [known_as in reason for reason in found] == ([True] if known_as else [])


@pytest.mark.parametrize("listener", ["Ref: ListenerArn", "Fn::Select: [0, !Ref ListenerArns]"])
def test_cloudformation(tmp_path, listener):
    text = (
        "Parameters:\n  ListenerArn: {Type: String}\n  ListenerArns: {Type: CommaDelimitedList}\n"
        "Resources:\n  R:\n    Type: AWS::ElasticLoadBalancingV2::ListenerRule\n    Properties:\n"
        f"      ListenerArn: {{{listener}}}\n      Priority: 5\n      Actions: [{{Type: forward, TargetGroupArn: a}}]\n"
        "      Conditions: [{Field: path-pattern, Values: [/x]}]\n"
    )
    told = join([read_files(tmp_path, {"a.yaml": text, "b.yaml": text})], Config())
    assert ["may be one listener" in gap.reason for gap in told.gaps] == [True]


@pytest.mark.parametrize(
    ("listener", "apart"),
    [
        ('new pulumi.Config().require("arn")', True),
        ("process.env.LISTENER!", True),
        ("aws.lb.getListenerOutput({ loadBalancerArn: process.env.LB!, port: 443 }).arn", True),
        ('new pulumi.StackReference("org/edge/prod").getOutput("arn")', False),  # one listener
        ('new aws.lb.Listener("l", { port: 443 }).arn', False),  # two
    ],
)
def test_pulumi(tmp_path, listener, apart):
    program = (
        'import * as pulumi from "@pulumi/pulumi";\nimport * as aws from "@pulumi/aws";\n'
        f'new aws.lb.ListenerRule("r", {{ listenerArn: {listener}, priority: 5, actions: [{{ type: "forward", targetGroupArn: "a" }}],'
        ' conditions: [{ pathPattern: { values: ["/x"] } }] });\n'
    )
    files = {f"{folder}/index.ts": program for folder in "xy"} | {
        f"{folder}/Pulumi.yaml": f"name: {folder}\nruntime: nodejs\n" for folder in "xy"
    }
    told = join([read_programs(tmp_path, files)], Config())
    assert [gap.reason for gap in told.gaps if "may be one listener" in gap.reason] != [] if apart else not told.gaps


@pytest.mark.parametrize(
    ("toml", "listeners", "gaps"),
    [
        ("", 3, 1),
        ('[[listener]]\nname = "one"\nids = ["x:var.l", "y:var.l"]\n', 2, 1),
        ('[[listener]]\nname = "one"\nids = ["x:var.l", "y:var.l", "z:var.l"]\n', 1, 0),
        ('[[listener]]\nname = "one"\nids = ["x:var.l", "y:var.l"]\n[[listener]]\nname = "two"\nids = ["z:var.l"]\n', 2, 0),
    ],
)
def test_the_config_says_whether_they_are_one(tmp_path, toml, listeners, gaps):
    told = join([terraform(tmp_path, "var.l", folders="xyz")], config(toml))
    assert (len(told.listeners), len(told.gaps)) == (listeners, gaps)


def test_four_are_told_by_two_names(tmp_path):
    (gap,) = join([terraform(tmp_path, "var.l", folders="wxyz")], Config()).gaps
    assert gap.reason.startswith("w:var.l, x:var.l and 2 more may be one listener, since all that is known of each is var.l;")


def test_one_root_alone_is_told_nothing(tmp_path):
    assert join([terraform(tmp_path, "var.l", folders="x")], Config()).gaps == ()


def test_no_problems_is_not_said(tmp_path):
    terraform(tmp_path, "var.l")
    ran = process("check", ".", cwd=tmp_path)
    assert ran.code == 0
    assert "no problems" not in ran.out
    assert process("check", ".", "--require-complete", cwd=tmp_path).code == 4

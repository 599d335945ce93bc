"""Shapes of real code, rebuilt small, as `alb-lint check .` answers them: the folder, the exit code, the errors and warnings, the listeners."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from running import ACCOUNT, process
from terraform_files import write
from written_out import rules_of

ANSWER = """
  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      status_code  = "404"
    }
  }"""
FRONT = f"""resource "aws_lb" "front" {{ name = "front" }}
resource "aws_lb_listener" "l" {{
  load_balancer_arn = aws_lb.front.arn
  port     = 443
  protocol = "HTTPS"{ANSWER}
}}
"""


def hosts(*values: str) -> str:
    return f"\n  condition {{\n    host_header {{\n      values = [{', '.join(values)}]\n    }}\n  }}"


def paths(*values: str) -> str:
    return f"\n  condition {{\n    path_pattern {{\n      values = [{', '.join(values)}]\n    }}\n  }}"


def rule(name: str, number: str, conditions: str, listener: str = "aws_lb_listener.l.arn") -> str:
    """A rule with a target group of its own; no number where it is empty."""
    priority = f"\n  priority = {number}" if number else ""
    return (
        f'resource "aws_lb_target_group" "{name}" {{\n  port = 80\n}}\n'
        f'resource "aws_lb_listener_rule" "{name}" {{\n  listener_arn = {listener}{priority}{conditions}\n  action {{\n    type = "forward"\n'
        f"    target_group_arn = aws_lb_target_group.{name}.arn\n  }}\n}}\n"
    )


def counted(made: str, count: str) -> str:
    """The rule in copies."""
    head, name, rest = made.partition('resource "aws_lb_listener_rule" ')
    quoted, brace, body = rest.partition(" {\n")
    return f"{head}{name}{quoted}{brace}  count = {count}\n{body}"


def numbers(first: int, last: int) -> str:
    return ",".join(map(str, range(first, last + 1)))


def state(name: str) -> str:
    told = 'data "terraform_remote_state" "net" {\n  backend = "s3"\n  config = {\n    bucket = "b"\n    key = "net.tfstate"\n  }\n}\n'
    return told + rule(name, "49000", paths(f'"/{name}*"'), 'data.terraform_remote_state.net.outputs.all["tls"]')


def outside(name: str) -> str:
    return f"""variable "env" {{}}
data "aws_lb" "front" {{ name = "${{var.env}}-front" }}
data "aws_lb_listener" "tls" {{
  load_balancer_arn = data.aws_lb.front.arn
  port = 443
}}
module "web" {{
  source = "git@example.org:infra/modules//web?ref=7"
  listener_arn = data.aws_lb_listener.tls.arn
  rule_priority = 12
  route_paths = ["/{name}"]
}}
"""


def cfn_rule(name: str, listener: str, number: str, conditions: str) -> str:
    return (
        f"  {name}:\n    Type: AWS::ElasticLoadBalancingV2::ListenerRule\n    Properties:\n      ListenerArn: {listener}\n"
        f"      Priority: {number}\n      Conditions: [{conditions}]\n      Actions: [{{Type: forward, TargetGroupArn: {name}}}]\n"
    )


PARAMETERS = "{Zone: {Type: String}, Start: {Type: String}}"
TEMPLATE = f"Parameters: {PARAMETERS}\nResources:\n" + "".join(
    cfn_rule(name, "arn:l", f"!Join ['', [!Ref Start, '{number}']]", conditions)
    for name, number, conditions in (
        ("Whole", "01", "{Field: host-header, Values: [!Sub 'a.${Zone}']}"),
        ("Part", "10", "{Field: host-header, Values: [!Sub 'a.${Zone}']}, {Field: path-pattern, Values: [/p]}"),
        ("Other", "10", "{Field: host-header, Values: [!Sub 'b.${Zone}']}"),
    )
)
NESTED = """Parameters: {Base: {Type: String}}
Resources:
  Tls:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      Port: 443
      Protocol: HTTPS
      LoadBalancerArn: lb
      DefaultActions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: '404'}}]
  One:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: !Sub '${Base}/apps/one.yml'
      Parameters: {L: !Ref Tls, N: '5'}
  Two:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: !Sub 'https://s3.amazonaws.com/${Base}/apps/two.yml'
      Parameters: {L: !Ref Tls, N: '5'}
"""


def app(name: str) -> str:
    rule_ = cfn_rule("Rule", "!Ref L", "!Ref N", f"{{Field: path-pattern, Values: [/{name}]}}")
    return f"Parameters: {{L: {{Type: String}}, N: {{Type: Number}}}}\nResources:\n{rule_}"


PROGRAM = 'import * as aws from "@pulumi/aws";\nimport * as pulumi from "@pulumi/pulumi";\n'
GROUP = 'const group = new aws.lb.TargetGroup("group", {});\n'
EDGE = 'const edge = new aws.lb.Listener("edge", { port: 443 });\n' + GROUP


def made(name: str, listener: str, number: str, path: str, group: str = "group") -> str:
    return (
        f"new aws.lb.ListenerRule({name}, {{ listenerArn: {listener}, priority: {number}, conditions: [{{ pathPattern: {{ values: [{path}] }} }}],"
        f' actions: [{{ type: "forward", targetGroupArn: {group}.arn }}] }});\n'
    )


def project(name: str) -> dict[str, str]:
    net = "const net = new pulumi.StackReference(`org/net/${pulumi.getStack()}`);\n"
    return {
        f"{name}/Pulumi.yaml": f"name: {name}\nruntime: nodejs\n",
        f"{name}/index.ts": PROGRAM + net + GROUP + made(f'"{name}"', 'net.requireOutput("tls")', "300", f'"/{name}"'),
    }


UNIT = """include "all" {
  path = find_in_parent_folders("all.hcl")
}
terraform {
  source = "../../modules/web"
}
dependency "edge" {
  config_path = "../edge"
}
inputs = {
  name     = basename(get_terragrunt_dir())
  number   = 40
  listener = dependency.edge.outputs.tls_arn
}
"""
WEB = 'variable "name" {}\nvariable "zone" {}\nvariable "number" {}\nvariable "listener" {}\n' + rule(
    "r", "var.number", hosts('"${var.name}.${var.zone}"'), "var.listener"
)


def exported(*rules: dict[str, object]) -> str:
    listed = [
        {
            "RuleArn": f"{ACCOUNT}:listener-rule/app/front/a/b/{place}",
            "Priority": str(place),
            "Conditions": [held],
            "Actions": [{"Type": "forward", "TargetGroupArn": f"{ACCOUNT}:targetgroup/g{place}/x"}],
        }
        for place, held in enumerate(rules, 1)
    ]
    return json.dumps({"Rules": listed})


def service(number: str) -> str:
    """A template for a service behind a listener that another stack exports; `number`: what `Priority` is, with its default where it is a Ref."""
    return f"""
Parameters:
  Number: {{Type: Number, Default: 1}}
  Env: {{Type: String}}
Resources:
  Rule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !ImportValue front
      Priority: {number}
      Conditions: [{{Field: path-pattern, Values: ["*"]}}]
      Actions: [{{Type: forward, TargetGroupArn: !Ref Group}}]
  Group:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {{Port: 80, Protocol: HTTP}}
"""


BEHIND = """
  More:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !ImportValue front
      Priority: 2
      Conditions: [{Field: path-pattern, Values: ["/x"]}]
      Actions: [{Type: forward, TargetGroupArn: !Ref Group}]
Conditions:
  Live: !Equals [!Ref Env, live]
"""


@dataclass(frozen=True)
class Case:
    """`found`: `CODE rule,rule` of errors and warnings by number; `says`: what stands in the text; `lines`: at most so many."""

    files: dict[str, str]
    code: int
    found: list[str]
    listeners: list[tuple[str, int]] = field(default_factory=list)
    says: tuple[str, ...] = ()
    lines: int = 30
    flags: tuple[str, ...] = ()


TRY = """resource "aws_lb_listener" "l" {
  for_each = { in = { send = { arn = "tg" } } }
  load_balancer_arn = "lb"
  port     = 8080
  protocol = "HTTPS"
  dynamic "default_action" {
    for_each = try([each.value.send], [])
    content {
      type             = "forward"
      target_group_arn = default_action.value.arn
    }
  }
  dynamic "default_action" {
    for_each = try([each.value.answer], [])
    content {
      type = "fixed-response"
    }
  }
}
"""
BACKEND = 'terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "net.tfstate"\n  }\n}\n'
OUTPUT = 'output "all" {\n  value = { tls = aws_lb_listener.l.arn }\n}\n'
ZONE = 'variable "zone" {}\nvariable "alt" {}\n'
WORKSPACE = (
    'locals {\n  env = trimprefix(terraform.workspace, "app-")\n  mine = jsondecode(file("${path.module}/numbers.json"))[local.env]\n'
    '  host = local.env == "live" ? "app.example.org" : "app.${local.env}.example.org"\n}\n'
    + FRONT
    + rule("app", "local.mine.first", hosts("local.host"))
    + rule("help", "local.mine.first + 1", hosts("local.host") + paths('"/help"'))
)
NUMBERS = '{"live": {"first": 10}, "test": {"first": 20}}'
HTTP = FRONT.replace("443", "8080").replace("HTTPS", "HTTP")
MANIFEST = json.dumps({"Modules": [{"Key": "", "Dir": "."}, *({"Key": key, "Dir": f".terraform/modules/{key}"} for key in "ab")]})
FETCHED = 'variable "on" {}\n' + rule("r", "7", paths('"/${path.module}"'), "var.on")
CALLS = FRONT + "".join(f'module "{key}" {{\n  source = "org/web/aws"\n  on = aws_lb_listener.l.arn\n}}\n' for key in "ab")
DESCRIBED = (
    '[[terraform.module]]\nsource = "*infra/modules//web*"\nlistener = "listener_arn"\npriority = "rule_priority"\npaths = "route_paths"\n'
)

CASES = {
    "an error inside a constructor reaches try": Case(
        {"main.tf": TRY + rule("r", "10", paths('"/u/*"'), 'aws_lb_listener.l["in"].arn')}, 0, [], [('aws_lb_listener.l["in"]', 1)]
    ),
    "what one value shadows": Case(
        {"main.tf": ZONE + FRONT + rule("a", "300", hosts('"a.${var.zone}"')) + rule("b", "301", hosts('"a.${var.zone}"') + paths('"/x"'))},
        1,
        ["ALB101 301"],
        says=("try: curl -i https://a.$ZONE/x",),
    ),
    "what never meets, and what depends": Case(
        {
            "main.tf": ZONE
            + FRONT
            + rule("a", "10", hosts('"a.${var.zone}"'))
            + rule("b", "20", hosts('"b.${var.zone}"'))
            + rule("c", "30", hosts('"*.${var.alt}"'))
            + rule("d", "40", hosts('"new.${var.alt}"'))
            + rule("e", "50", hosts('"c.${var.zone}"'))
        },
        1,
        ["ALB101 40"],
        says=("info     ALB107 undecided",),
    ),
    "rules behind one that may not be there": Case(
        {
            "main.tf": 'variable "env" {}\n'
            + FRONT
            + counted(rule("all", "10", paths('"/*"')), 'var.env == "live" ? 0 : 1')
            + rule("a", "20", paths('"/a"'))
            + rule("b", "30", paths('"/b"'))
            + rule("c", "40", paths('"/c"'))
        },
        0,
        ["ALB107 20,30,40"],
        says=(
            '(possible) no request reaches 3 rules where 10 all[0] (/*) is there: var.env != "live": 20, 30, 40',
            "give the value: `--parameter env=…`",
            "3 rules for var.env: --parameter env=…",
        ),
        flags=("--show", "info", "--select", "ALB107"),
    ),
    "a rule behind one that may not be there": Case(
        {"t.yml": service("1").replace("  Rule:\n", "  Rule:\n    Condition: Live\n") + BEHIND},
        0,
        ["ALB107 2"],
        says=(
            '(possible) no request reaches it where 1 Rule (*) is there: Env == "live"',
            "give the value: `--parameter Env=…`",
            "1 of 2 rules decided",
            "1 rule for Env: --parameter Env=…",
        ),
        flags=("--show", "info", "--select", "ALB107"),
    ),
    "a rule whose conditions are none": Case(
        {"main.tf": FRONT + rule("r", "10", '\n  dynamic "condition" {\n    for_each = []\n    content {}\n  }')},
        0,
        ["ALB107 10"],
        says=(
            "(possible) the rule has no conditions, and only a default rule may have none; it is therefore never counted",
            "help: give it a condition",
            "1 gap",
        ),
        flags=("--show", "info", "--select", "ALB107"),
    ),
    "copies of what is not told, behind a switch": Case(
        {
            "main.tf": 'variable "on" {}\nvariable "of" {}\n'
            + FRONT
            + counted(rule("r", "100 + count.index", paths("keys(var.of)[count.index]")), "var.on ? length(var.of) : 0")
        },
        0,
        ["ALB107 None"],
        says=("help: give the value: `--parameter of=… --parameter on=…`",),
        flags=("--show", "info", "--select", "ALB107"),
    ),
    "numbers that a resource of the stack computes": Case(
        {"t.yml": service("!GetAtt Next.Number") + BEHIND.partition("Conditions:\n  Live")[0].replace(": 2", ": !GetAtt Last.Number")},
        0,
        ["ALB107 None"],
        says=(
            "help: only the account tells it: `alb-lint audit`, or give what `alb-lint export` writes",
            "1 rule for GetAtt Last.Number: only the account tells it",
        ),
        flags=("--show", "info", "--select", "ALB107"),
        lines=40,
    ),
    "copies whose number is not told": Case(
        {"main.tf": 'variable "n" {}\n' + FRONT + counted(rule("r", "100 + count.index", hosts('"p${count.index}.example.org"')), "var.n")},
        0,
        ["ALB107 None"],
        says=("help: give the value: `--parameter n=…`", "1 rule for var.n: --parameter n=…"),
        flags=("--show", "info", "--select", "ALB107"),
    ),
    "a switch that stands at off": Case(
        {
            "main.tf": FRONT.replace('"l" {', '"l" {\n  count = 0')
            + counted(rule("r", "10", paths('"/x"'), "aws_lb_listener.l[0].arn"), "0")
        },
        3,
        [],
        says=("no listener rules found (looked for in 1 .tf)", "makes none of them as the values stand: give others with --parameter K=V"),
    ),
    "numbers that are not set, told by their rules": Case(
        {"main.tf": ZONE + FRONT + rule("a", "", hosts("var.zone")) + rule("b", "", hosts('"www.${var.alt}"'))},
        0,
        ["ALB107 None", "ALB107 None"],
        says=("and rule ? a (${zone}) acts differently",),
        flags=("--show", "info"),
    ),
    "a number that is not set, where the order does not matter": Case(
        {"main.tf": FRONT + rule("a", "", hosts('"a.example.org"')) + rule("b", "", hosts('"b.example.org"'))}, 0, [], says=("no problems",)
    ),
    "no number is left": Case(
        {
            "main.tf": FRONT
            + rule("a", "", hosts('"a.example.org"'))
            + rule("b", "", hosts('"b.example.org"'))
            + rule("c", "50000", paths('"/c"'))
        },
        1,
        ["ALB002 None"],
    ),
    "one listener of two roots": Case(
        {
            "net/main.tf": BACKEND + FRONT + OUTPUT,
            "one/main.tf": state("one"),
            "two/main.tf": state("two"),
        },
        1,
        ["ALB001 49000"],
        [("net:aws_lb_listener.l", 2)],
        says=("aws_lb_listener.l (front:443, HTTPS) 2 rules: 1 error",),
        flags=("--listener", "front:443"),
    ),
    "any workspace": Case(
        {"main.tf": WORKSPACE, "numbers.json": NUMBERS}, 1, ["ALB101 None"], says=("${local.mine.first + 1}", "(${local.host})")
    ),
    "one workspace": Case(
        {"main.tf": WORKSPACE, "numbers.json": NUMBERS},
        1,
        ["ALB101 21"],
        says=("https://app.test.example.org/help",),
        flags=("--workspace", "app-test"),
    ),
    "numbers with a prefix": Case(
        {"service.yml": TEMPLATE},
        1,
        ["ALB001 None", "ALB101 None"],
        says=("two rules claim priority ${Start}10", "curl -i https://a.$ZONE/p"),
    ),
    "templates that are deployed with numbers of their own": Case(
        {"a.yml": service("!Ref Number"), "b.yml": service("!Ref Number"), "c.yml": service("!Sub '${Number}'")},
        0,
        ["ALB001 1"],
        [("import:front", 3)],
        says=(
            "ALB001 priority-collision: (possible) 3 rules of stacks that are deployed each by itself claim priority 1 by the default of Number",
            "nothing to do where each stack is given a number of its own; with the default, AWS refuses all but the first",
        ),
    ),
    "the number of another template as a default": Case({"a.yml": service("!Ref Number"), "b.yml": service("1")}, 0, ["ALB001 1"]),
    "two numbers that are written, beside a default": Case(
        {"a.yml": service("!Ref Number"), "b.yml": service("1"), "c.yml": service("'1'")}, 1, ["ALB001 1", "ALB001 1"], lines=40
    ),
    "templates that are given one number": Case(
        {"a.yml": service("!Ref Number"), "b.yml": service("!Ref Number")}, 1, ["ALB001 5"], flags=("--parameter", "Number=5")
    ),
    "one template with a default twice": Case(
        {
            "a.yml": service("!Ref Number")
            + service("!Ref Number").partition("Resources:\n")[2].replace("Rule:", "More:").replace("Group:", "G:")
        },
        1,
        ["ALB001 1"],
    ),
    "nested stacks by URL": Case(
        {"root.yml": NESTED, "apps/one.yml": app("one"), "apps/two.yml": app("two")}, 1, ["ALB001 5"], [("root.yml:Tls", 2)]
    ),
    "a module from elsewhere": Case(
        {"one/main.tf": outside("one"), "two/main.tf": outside("two")},
        3,
        [],
        says=("one/main.tf:7:1", "two/main.tf:7:1", "git@example.org:infra/modules//web?ref=7"),
    ),
    "a module from elsewhere that is described": Case(
        {"one/main.tf": outside("one"), "two/main.tf": outside("two"), "alb-lint.toml": DESCRIBED},
        1,
        ["ALB001 12"],
        [("${var.env}-front:443", 2)],
    ),
    "a module that init fetched": Case(
        {
            "main.tf": CALLS,
            ".gitignore": ".terraform\n",
            ".terraform/modules/modules.json": MANIFEST,
            ".terraform/modules/a/main.tf": FETCHED,
            ".terraform/modules/b/main.tf": FETCHED,
        },
        1,
        ["ALB001 7"],
        [("aws_lb_listener.l", 2)],
    ),
    "a request over plain HTTP": Case(
        {"main.tf": HTTP + rule("a", "1", paths('"/v/*"')) + rule("b", "2", paths('"/v/1"'))},
        1,
        ["ALB101 2"],
        says=("curl -i http://example.com:8080/v/1",),
    ),
    "twenty hosts with stars": Case(
        {"rules.json": exported(*({"Field": "host-header", "Values": [f"*h{place}.*"]} for place in range(20)))},
        0,
        [f"ALB104 {numbers(1, 20)}"],
        flags=("--show", "info"),
        lines=12,
    ),
    "paths, headers and hosts": Case(
        {
            "rules.json": exported(
                *({"Field": "path-pattern", "Values": [f"/v{place}*"]} for place in range(8)),
                *({"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-To", "Values": [f"v{place}"]}} for place in range(8)),
                *({"Field": "host-header", "Values": [f"h{place}.example.org"]} for place in range(4)),
            )
        },
        0,
        [f"ALB104 {numbers(1, 8)},{numbers(17, 20)}", f"ALB104 {numbers(9, 20)}", f"ALB104 {numbers(1, 16)}"],
        flags=("--show", "info", "--ignore", "ALB106"),
        lines=30,
    ),
    "one output of another stack": Case(
        {**project("one"), **project("two")},
        1,
        ["ALB001 300"],
        [('pulumi.StackReference:org/net/${pulumi.getStack()}.getOutput("tls")', 2)],
    ),
    "units of Terragrunt": Case(
        {
            "live/all.hcl": 'inputs = { zone = "example.org" }\n',
            "live/one/terragrunt.hcl": UNIT,
            "live/two/terragrunt.hcl": UNIT,
            "modules/web/main.tf": WEB,
        },
        1,
        ["ALB001 40"],
        [("dependency(live/edge).outputs.tls_arn", 2)],
        says=("https://one.example.org/",),
    ),
    "a this parameter, and a map that is walked": Case(
        {
            "Pulumi.yaml": "name: m\nruntime: nodejs\n",
            "index.ts": PROGRAM
            + EDGE
            + 'new Map<string, number>([["a", 1], ["b", 2]]).forEach((number, name) => {\n  '
            + made("name", "edge.arn", "300", "`/${name}`")
            + "});\nfunction route(this: void, name: string, number: number) {\n  "
            + made("name", "edge.arn", "number", "`/${name}`")
            + '}\nroute("c", 120);\n',
        },
        1,
        ["ALB001 300"],
        [("aws.lb.Listener:edge", 3)],
    ),
    "a choice of two equal sides": Case(
        {
            "Pulumi.yaml": "name: c\nruntime: nodejs\n",
            "index.ts": PROGRAM
            + EDGE
            + 'const beta = new pulumi.Config().getBoolean("beta");\nconst more = beta ? { beta: group } : undefined;\n'
            + "const all: any = { ...more, group };\n"
            + made('"a"', "edge.arn", "10", '"/*"', "all.group")
            + made('"b"', "edge.arn", "20", '"/b/*"'),
        },
        0,
        ["ALB103 20"],
        [("aws.lb.Listener:edge", 2)],
    ),
    "imports that are not here": Case(
        {
            "Pulumi.yaml": "name: i\nruntime: nodejs\n",
            "index.ts": 'import { a } from "./a";\nimport { b } from "@org/b";\nimport { c } from "#c";\nimport { d } from "~/d";\n'
            + PROGRAM
            + EDGE
            + "a(edge.arn);\nb(edge.arn);\nc(edge.arn);\nd(edge);\n"
            + made('"e"', "edge.arn", "10", '"/e"'),
        },
        0,
        [],
        [("aws.lb.Listener:edge", 1)],
        says=("4 gaps", "no findings in what could be read"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_case(tmp_path: Path, name: str) -> None:
    case = CASES[name]
    write(tmp_path, dict(case.files))
    shown = process("check", ".", *case.flags, cwd=tmp_path)
    text = re.sub(r"\s+", " ", shown.out + shown.err)
    assert shown.code == case.code
    assert [word for word in case.says if word not in text and word not in shown.out] == []
    assert len(shown.out.splitlines()) <= case.lines
    told = process("check", ".", "-f", "json", *case.flags, cwd=tmp_path)
    if case.code == 3:
        return
    found = [item for item in told.json["findings"] if item["severity"] != "info" or "--show" in case.flags]
    listed = sorted(f"{item['code']} {','.join(str(held['priority']) for held in rules_of(told.json, item))}" for item in found)
    assert listed == sorted(case.found)
    if case.listeners:
        assert [(item["id"], item["rules"]) for item in told.json["listeners"]] == case.listeners

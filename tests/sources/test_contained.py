"""What the content of an input names is read in its repository and the folders that are named, and nowhere else: every follower of a name."""

import json
import os
from pathlib import Path

import pytest

from running import process

SECRET = "/t0ps3cret"
CFN = """Resources:
  R:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/1/2
      Priority: 0
      Conditions: [{Field: path-pattern, Values: [VALUE]}]
      Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: "404"}}]
"""
HCL = """resource "aws_lb_listener_rule" "a" {
  listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/1/2"
  priority     = 0
  action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      status_code  = "404"
    }
  }
  condition {
    path_pattern {
      values = [VALUE]
    }
  }
}
"""
TS = """import * as aws from "@pulumi/aws";
IMPORT
new aws.lb.ListenerRule("r", {listenerArn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/1/2", priority: 0,
  conditions: [{pathPattern: {values: [VALUE]}}],
  actions: [{type: "fixed-response", fixedResponse: {contentType: "text/plain", statusCode: "404"}}]});
"""
NESTED = "Resources: {N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: WHERE}}}"
PROJECT = "name: x\nruntime: nodejs\n"
MANIFEST = {"version": "1", "artifacts": {"N": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "WHERE"}}}}
EXPORT = json.dumps({"Rules": [{
    "RuleArn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/a/1/2/3", "Priority": "0", "IsDefault": False,
    "Conditions": [{"Field": "path-pattern", "Values": [SECRET]}],
    "Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]}]})  # fmt: skip

Case = tuple[dict[str, str], dict[str, str], dict[str, str]]
"""(files of the repository, files beside it, links of the repository). WHERE: the way out."""
CASES: dict[str, Case] = {
    "an export by a link": ({}, {"x.json": EXPORT}, {"rules.json": "x.json"}),
    "a template by a link": ({}, {"x.yaml": CFN.replace("VALUE", SECRET)}, {"t.yaml": "x.yaml"}),
    "a .tf by a link": (
        {"main.tf": HCL.replace("VALUE", '"/a"')},
        {"x.tf": HCL.replace("VALUE", f'"{SECRET}"').replace('"a"', '"b"')}, {"z.tf": "x.tf"},
    ),
    "variables by a link": (
        {"main.tf": 'variable "v" {}\n' + HCL.replace("VALUE", "var.v")}, {"x": f'v = "{SECRET}"\n'}, {"terraform.tfvars": "x"},
    ),
    "variables that do not parse": (
        {"main.tf": 'variable "v" {}\n' + HCL.replace("VALUE", "var.v")}, {"x": f"v={SECRET}"}, {"terraform.tfvars": "x"},
    ),
    "a module": (
        {"main.tf": 'module "m" {\n  source = "WHERE/mod"\n}\n' + HCL.replace("VALUE", '"/a"')},
        {"mod/main.tf": HCL.replace("VALUE", f'"{SECRET}"')}, {},
    ),
    "a module by a link": (
        {"main.tf": 'module "m" {\n  source = "./here"\n}\n' + HCL.replace("VALUE", '"/a"')},
        {"mod/main.tf": HCL.replace("VALUE", f'"{SECRET}"')}, {"here": "mod"},
    ),
    "file()": ({"main.tf": HCL.replace("VALUE", 'trimspace(file("WHERE/x"))')}, {"x": SECRET}, {}),
    "file() by a link": ({"main.tf": HCL.replace("VALUE", 'trimspace(file("x"))')}, {"x": SECRET}, {"x": "x"}),
    "modules.json": (
        {"main.tf": 'module "m" {\n  source = "a/listener/c"\n}\n' + HCL.replace("VALUE", '"/a"'),
         ".terraform/modules/modules.json": json.dumps({"Modules": [{"Key": "m", "Dir": "WHERE/mod"}]})},
        {"mod/main.tf": HCL.replace("VALUE", f'"{SECRET}"')}, {},
    ),
    "a nested template": ({"t.yaml": NESTED}, {"x.yaml": CFN.replace("VALUE", SECRET)}, {}),
    "a manifest": (
        {"cdk.out/manifest.json": json.dumps(MANIFEST), "cdk.out/a.yaml": CFN.replace("VALUE", "/a")},
        {"x.yaml": CFN.replace("VALUE", SECRET)}, {},
    ),
    "an imported JSON": (
        {"Pulumi.yaml": PROJECT, "index.ts": TS.replace("IMPORT", 'import d from "WHERE/x.json";').replace("VALUE", "d.v")},
        {"x.json": json.dumps({"v": SECRET})}, {},
    ),
    "an imported JSON by a link": (
        {"Pulumi.yaml": PROJECT, "index.ts": TS.replace("IMPORT", 'import d from "./d.json";').replace("VALUE", "d.v")},
        {"x.json": json.dumps({"v": SECRET})}, {"d.json": "x.json"},
    ),
    "an imported module": (
        {"Pulumi.yaml": PROJECT, "index.ts": TS.replace("IMPORT", 'import {v} from "WHERE/x";').replace("VALUE", "v")},
        {"x.ts": f'export const v = "{SECRET}";'}, {},
    ),
    "an imported module by a link": (
        {"Pulumi.yaml": PROJECT, "index.ts": TS.replace("IMPORT", 'import {v} from "./x";').replace("VALUE", "v")},
        {"x.ts": f'export const v = "{SECRET}";'}, {"x.ts": "x.ts"},
    ),
    "a path of tsconfig.json": (
        {"Pulumi.yaml": PROJECT, "tsconfig.json": json.dumps({"compilerOptions": {"paths": {"@x": ["WHERE/x.ts"]}}}),
         "index.ts": TS.replace("IMPORT", 'import {v} from "@x";').replace("VALUE", "v")},
        {"x.ts": f'export const v = "{SECRET}";'}, {},
    ),
    "the config of a stack by a link": (
        {"Pulumi.yaml": PROJECT,
         "index.ts": TS.replace("IMPORT", 'import * as p from "@pulumi/pulumi";').replace("VALUE", 'new p.Config().require("v")')},
        {"x": f"config:\n  x:v: {SECRET}\n"}, {"Pulumi.dev.yaml": "x"},
    ),
    "a config by a link": ({"a.yaml": CFN.replace("VALUE", "/a")}, {"x": f'"{SECRET}" = 1\n'}, {"alb-lint.toml": "x"}),
}  # fmt: skip


def put(folder: Path, files: dict[str, str], where: str) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("WHERE/", f"{where}/").replace("WHERE", f"{where}/x.yaml"), "utf-8")


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
@pytest.mark.parametrize("name", CASES)
def test_what_lies_outside_is_never_shown(tmp_path: Path, name: str) -> None:
    inside, outside, links = CASES[name]
    repository = tmp_path / "repository"
    (repository / ".git").mkdir(parents=True)
    put(repository, inside, "../../away" if "manifest" in name else "../away")
    put(tmp_path / "away", outside, "")
    for link, target in links.items():
        (repository / link).symlink_to(tmp_path / "away" / target)
    ran = process("check", ".", "--fail-on", "never", "--allow-empty", "--stack", "dev", cwd=repository)
    assert ran.code in (0, 2, 3), ran.err
    assert SECRET not in ran.out + ran.err
    assert SECRET.strip("/") not in ran.out + ran.err
    # told as a gap or an error, or a value that is not known
    assert "gap" in ran.out + ran.err or "error" in ran.err or "  ${" in ran.out
    # the same where it may be read: the folder above is named too
    whole = process("check", ".", "../away", "--fail-on", "never", "--allow-empty", "--stack", "dev", cwd=repository)
    if "config" not in name and name not in ("variables that do not parse", "modules.json", "a path of tsconfig.json"):
        assert SECRET in whole.out, whole.out + whole.err

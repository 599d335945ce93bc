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
    "templatefile()": ({"main.tf": HCL.replace("VALUE", 'trimspace(templatefile("WHERE/x", {}))')}, {"x": SECRET}, {}),
    "jsondecode(file())": ({"main.tf": HCL.replace("VALUE", 'jsondecode(file("WHERE/x")).v')}, {"x": json.dumps({"v": SECRET})}, {}),
    "fileset()": ({"main.tf": HCL.replace("VALUE", '"/${join(",", fileset("WHERE/", "t0*"))}"')}, {SECRET.strip("/"): ""}, {}),
    "fileset() by a link": ({"main.tf": HCL.replace("VALUE", '"/${join(",", fileset("d", "t0*"))}"')}, {f"d{SECRET}": ""}, {"d": "d"}),
    "variables beside others by a link": (
        {"main.tf": 'variable "v" {}\n' + HCL.replace("VALUE", "var.v")}, {"x": json.dumps({"v": SECRET})}, {"a.auto.tfvars.json": "x"},
    ),
    "an override by a link": ({"main.tf": HCL.replace("VALUE", '"/a"')}, {"x": HCL.replace("VALUE", f'"{SECRET}"')}, {"override.tf": "x"}),
    "what Terragrunt includes": (
        {"terragrunt.hcl": 'include "r" {\n  path = "WHERE/r.hcl"\n}\nterraform {\n  source = "./mod"\n}\n',
         "mod/main.tf": 'variable "v" {}\n' + HCL.replace("VALUE", "var.v")},
        {"r.hcl": f'inputs = {{\n  v = "{SECRET}"\n}}\n'}, {},
    ),
    "what Terragrunt includes by a link": (
        {"terragrunt.hcl": 'include "r" {\n  path = "r.hcl"\n}\nterraform {\n  source = "./mod"\n}\n',
         "mod/main.tf": 'variable "v" {}\n' + HCL.replace("VALUE", "var.v")},
        {"r.hcl": f'inputs = {{\n  v = "{SECRET}"\n}}\n'}, {"r.hcl": "r.hcl"},
    ),
    "what Terragrunt reads": (
        {"terragrunt.hcl": 'inputs = {\n  v = read_terragrunt_config("WHERE/r.hcl").inputs.v\n}\nterraform {\n  source = "./mod"\n}\n',
         "mod/main.tf": 'variable "v" {}\n' + HCL.replace("VALUE", "var.v")},
        {"r.hcl": f'inputs = {{\n  v = "{SECRET}"\n}}\n'}, {},
    ),
    "a module of Terragrunt": (
        {"terragrunt.hcl": 'terraform {\n  source = "WHERE/mod"\n}\n', "main.tf": HCL.replace("VALUE", '"/a"')},
        {"mod/main.tf": HCL.replace("VALUE", f'"{SECRET}"')}, {},
    ),
    "modules.json": (
        {"main.tf": 'module "m" {\n  source = "a/listener/c"\n}\n' + HCL.replace("VALUE", '"/a"'),
         ".terraform/modules/modules.json": json.dumps({"Modules": [{"Key": "m", "Dir": "WHERE/mod"}]})},
        {"mod/main.tf": HCL.replace("VALUE", f'"{SECRET}"')}, {},
    ),
    "a nested template": ({"t.yaml": NESTED}, {"x.yaml": CFN.replace("VALUE", SECRET)}, {}),
    "an application of SAM": (
        {"t.yaml": "Resources: {N: {Type: AWS::Serverless::Application, Properties: {Location: WHERE}}}"},
        {"x.yaml": CFN.replace("VALUE", SECRET)}, {},
    ),
    "a nested template by a link": (
        {"t.yaml": NESTED.replace("WHERE", "n.yaml")}, {"x.yaml": CFN.replace("VALUE", SECRET)}, {"n.yaml": "x.yaml"},
    ),
    "an asset": (
        {"t.yaml": NESTED.replace("Properties", "Metadata: {'aws:asset:path': WHERE}, Properties").replace("TemplateURL: WHERE", "TemplateURL: x")},
        {"x.yaml": CFN.replace("VALUE", SECRET)}, {},
    ),
    "a manifest of another assembly": (
        {"cdk.out/manifest.json": json.dumps({"version": "1", "artifacts": {
            "N": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "WHERE/a"}}}}), "cdk.out/a.yaml": CFN.replace("VALUE", "/a")},
        {"a/manifest.json": json.dumps(MANIFEST).replace("WHERE", "x.yaml"), "a/x.yaml": CFN.replace("VALUE", SECRET)}, {},
    ),
    "the output of CDK": (
        {"cdk.json": json.dumps({"output": "WHERE/a"}), "a.yaml": CFN.replace("VALUE", "/a")},
        {"a/manifest.json": json.dumps(MANIFEST).replace("WHERE", "x.yaml"), "a/x.yaml": CFN.replace("VALUE", SECRET)}, {},
    ),
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
    "what tsconfig.json extends": (
        {"Pulumi.yaml": PROJECT, "tsconfig.json": json.dumps({"extends": "WHERE/t.json"}),
         "index.ts": TS.replace("IMPORT", 'import {v} from "@x";').replace("VALUE", "v")},
        {"x.ts": f'export const v = "{SECRET}";', "t.json": json.dumps({"compilerOptions": {"paths": {"@x": ["./x.ts"]}}})}, {},
    ),
    "an import of package.json": (
        {"Pulumi.yaml": PROJECT, "package.json": json.dumps({"imports": {"#x": "WHERE/x.ts"}}),
         "index.ts": TS.replace("IMPORT", 'import {v} from "#x";').replace("VALUE", "v")},
        {"x.ts": f'export const v = "{SECRET}";'}, {},
    ),
    "a workspace by a link": (
        {"Pulumi.yaml": PROJECT, "package.json": json.dumps({"workspaces": ["w"]}),
         "index.ts": TS.replace("IMPORT", 'import {v} from "w";').replace("VALUE", "v")},
        {"w/package.json": json.dumps({"name": "w", "main": "x.ts"}), "w/x.ts": f'export const v = "{SECRET}";'}, {"w": "w"},
    ),
    "what is exported again": (
        {"Pulumi.yaml": PROJECT, "again.ts": 'export * from "WHERE/x";',
         "index.ts": TS.replace("IMPORT", 'import {v} from "./again";').replace("VALUE", "v")},
        {"x.ts": f'export const v = "{SECRET}";'}, {},
    ),
    "what is required": (
        {"Pulumi.yaml": PROJECT, "index.ts": TS.replace("IMPORT", 'const d = require("WHERE/x.json");').replace("VALUE", "d.v")},
        {"x.json": json.dumps({"v": SECRET})}, {},
    ),
    "the folder of the configs of stacks": (
        {"Pulumi.yaml": PROJECT + "stackConfigDir: WHERE/c\n",
         "index.ts": TS.replace("IMPORT", 'import * as p from "@pulumi/pulumi";').replace("VALUE", 'new p.Config().require("v")')},
        {"c/Pulumi.dev.yaml": f"config:\n  x:v: {SECRET}\n"}, {},
    ),
    "a project by a link": (
        {"index.ts": TS.replace("IMPORT", 'import * as p from "@pulumi/pulumi";').replace("VALUE", 'new p.Config().require("v")')},
        {"x": PROJECT + f"config:\n  x:v: {{default: {SECRET}}}\n"}, {"Pulumi.yaml": "x"},
    ),
    "the config of a stack by a link": (
        {"Pulumi.yaml": PROJECT,
         "index.ts": TS.replace("IMPORT", 'import * as p from "@pulumi/pulumi";').replace("VALUE", 'new p.Config().require("v")')},
        {"x": f"config:\n  x:v: {SECRET}\n"}, {"Pulumi.dev.yaml": "x"},
    ),
    "a config by a link": ({"a.yaml": CFN.replace("VALUE", "/a")}, {"x": f'"{SECRET}" = 1\n'}, {"alb-lint.toml": "x"}),
}  # fmt: skip


NOT_EVEN_THEN = {
    "variables that do not parse", "modules.json", "a path of tsconfig.json", "a config by a link", "what tsconfig.json extends",
    "an import of package.json", "a workspace by a link", "the folder of the configs of stacks", "a project by a link",
    "the config of a stack by a link",
}  # fmt: skip
"""What is not followed out of the repository even where what it leads to is named."""


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
    assert "gap" in ran.out + ran.err or "error" in ran.err or "${" in ran.out
    # the same where it may be read: the folder above is named too
    whole = process("check", ".", "../away", "--fail-on", "never", "--allow-empty", "--stack", "dev", cwd=repository)
    if name not in NOT_EVEN_THEN:
        assert SECRET in whole.out, whole.out + whole.err

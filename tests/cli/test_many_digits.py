"""Python refuses to read a number of over 4,300 digits, and not with the error that its readers document: wherever a number can stand."""

import json
from pathlib import Path

import pytest

from running import export, inside, raw

DIGITS = "9" * 5_000
RULE = f'"aws_lb_listener_rule": {{"a": {{"priority": {DIGITS}, "listener_arn": "x"}}}}'
PROGRAM = "import * as aws from '@pulumi/aws';\nIMPORT\nnew aws.lb.ListenerRule('r', {priority: VALUE, listenerArn: 'x'});\n"
HCL = 'resource "aws_lb_listener_rule" "a" {\n  priority = VALUE\n  listener_arn = "x"\n}\n'
TEMPLATE = f"Resources: {{R: {{Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {{Priority: {DIGITS}, ListenerArn: x}}}}}}"
PREVIEW = (
    f'{{"steps": [{{"op": "create", "newState": {{"type": "aws:lb/listenerRule:ListenerRule", "inputs": {{"priority": {DIGITS}}}}}}}]}}'
)
READ = {
    "an export": {"r.json": export(raw(10, "/a")).replace('"10"', DIGITS)},
    "a text of an export": {"r.json": export(raw(DIGITS, "/a", number=1))},
    "a .tf": {"main.tf": HCL.replace("VALUE", DIGITS)},
    "a .tf.json": {"main.tf.json": f'{{"resource": {{{RULE}}}}}'},
    "a .tfvars": {"main.tf": 'variable "p" {}\n' + HCL.replace("VALUE", "var.p"), "terraform.tfvars": f"p = {DIGITS}\n"},
    "a .tfvars.json": {"main.tf": 'variable "p" {}\n' + HCL.replace("VALUE", "var.p"), "terraform.tfvars.json": f'{{"p": {DIGITS}}}'},
    "a text in HCL": {"main.tf": HCL.replace("VALUE", f'tonumber("{DIGITS}")')},
    "a template": {"t.yaml": TEMPLATE},
    "a program": {"Pulumi.yaml": "name: x\nruntime: nodejs\n", "index.ts": PROGRAM.replace("VALUE", DIGITS)},
    "an imported JSON": {
        "Pulumi.yaml": "name: x\nruntime: nodejs\n", "d.json": f'{{"p": {DIGITS}}}',
        "index.ts": PROGRAM.replace("IMPORT", "import d from './d.json';").replace("VALUE", "d.p"),
    },
    "the config of a stack": {
        "Pulumi.yaml": "name: x\nruntime: nodejs\n", "Pulumi.dev.yaml": f"config: {{x:p: {DIGITS}}}\n",
        "index.ts": PROGRAM.replace("IMPORT", "import * as p from '@pulumi/pulumi';").replace("VALUE", "new p.Config().requireNumber('p')"),
    },
    "a preview": {"preview.json": PREVIEW},
    "a package.json": {
        "Pulumi.yaml": "name: x\nruntime: nodejs\n", "package.json": f'{{"version": {DIGITS}}}', "index.ts": PROGRAM.replace("VALUE", "1"),
    },
    "a manifest": {"cdk.out/manifest.json": f'{{"version": {DIGITS}}}', "cdk.out/a.template.json": "{}", "t.yaml": TEMPLATE},
    "a plan of Terraform": {"plan.json": f'{{"format_version": "1.2", "resource_changes": [], "planned_values": {{{RULE}}}}}'},
    "a state": {"terraform.tfstate": f'{{"version": {DIGITS}, "resources": [{{"type": "aws_lb_listener_rule"}}]}}'},
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_what_is_read(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    for file, text in READ[name].items():
        Path(file).parent.mkdir(exist_ok=True)
        Path(file).write_text(text, "utf-8")
    ran = inside("check", ".", "--stack", "dev", "--fail-on", "never")
    assert ran.code in (0, 3), ran.err
    assert "no problems" not in ran.out
    assert "gap" in ran.out or ran.code == 3 or "priority" in ran.out


NAMED = {
    "check rules.json --baseline": f'{{"findings": {DIGITS}}}',
    "check rules.json --parameters": f'[{{"ParameterKey": "a", "ParameterValue": {DIGITS}}}]',
    "check rules.json --config": f"x = {DIGITS}\n",
    "verify": f'{{"schema": {DIGITS}}}',
    "trace rules.json --requests": f'{{"path": {DIGITS}}}\n',
    "allocate rules.json --rule": f'{{"Conditions": {DIGITS}}}',
    "diff rules.json": f'{{"Rules": {DIGITS}}}',
    "audit --snapshot": f'{{"Rules": {DIGITS}}}',
}


@pytest.mark.parametrize("place", NAMED)
def test_what_is_named(tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    Path("rules.json").write_text(export(raw(10, "/a")), "utf-8")
    Path("x.json").write_text(NAMED[place], "utf-8")
    ran = inside(*place.split(), "x.json", *(["rules.json"] if place == "verify" else []))
    assert ran.code in (2, 3) or place.endswith("--parameters"), ran.out + ran.err
    assert ran.code != 70, ran.err


def test_lines_of_the_lock_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("rules.json").write_text(export(raw(10, "/a")), "utf-8")
    Path("alb-lint.toml").write_text("", "utf-8")
    told = {"priority": 1, "listener": "x", "for": "x", "by": "x", "until": "2999-01-01", "id": "x"}
    Path("alb-lint.lock").write_text(json.dumps(told).replace(": 1,", f": {DIGITS},") + "\n", "utf-8")
    ran = inside("allocate", "rules.json", "--path", "/b")
    assert ran.code == 2
    assert ran.err.startswith("error: alb-lint.lock:1: ")

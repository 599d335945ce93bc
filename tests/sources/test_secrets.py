"""What an input marks as secret stands in no report of any format; equality still decides."""

import json
from pathlib import Path

import pytest

from alb_lint import reports
from running import export as listed
from running import process, raw

SECRET = "s3cr3t-0rigin"
FORMATS = list(reports.NAMES)
LISTENER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/1/2"


def hcl(value: str, head: str = "") -> str:
    rules = "".join(f"""
resource "aws_lb_listener_rule" "{name}" {{
  listener_arn = "{LISTENER}"
  priority     = {number}
  action {{
    type = "fixed-response"
    fixed_response {{
      content_type = "text/plain"
      status_code  = "{status}"
    }}
  }}
  condition {{
    http_header {{
      http_header_name = "X-Origin-Verify"
      values           = [{value}]
    }}
  }}
}}
""" for name, number, status in (("first", 10, 403), ("second", 20, 404)))  # fmt: skip
    return head + rules


def resource(name: str, number: int, status: str) -> dict:
    return {
        "arn": f"{LISTENER.replace(':listener/', ':listener-rule/')}/{number}", "listener_arn": LISTENER, "priority": number,
        "action": [{"type": "fixed-response", "order": 1, "fixed_response": [{"content_type": "text/plain", "status_code": status}]}],
        "condition": [{"http_header": [{"http_header_name": "X-Origin-Verify", "values": [SECRET]}]}],
    }  # fmt: skip


def plan(mark: object) -> str:
    changes = [
        {"address": f"aws_lb_listener_rule.{name}", "mode": "managed", "type": "aws_lb_listener_rule", "name": name, "change": {
            "actions": ["update"], "before": resource(name, number, status), "before_sensitive": mark,
            "after": resource(name, number, status), "after_unknown": {}, "after_sensitive": mark}}
        for name, number, status in (("first", 10, "403"), ("second", 20, "404"))
    ]  # fmt: skip
    return json.dumps({"format_version": "1.2", "terraform_version": "1.9.0", "resource_changes": changes})


def shown(mark: object) -> str:
    resources = [
        {"address": f"aws_lb_listener_rule.{name}", "mode": "managed", "type": "aws_lb_listener_rule", "name": name,
         "values": resource(name, number, status), "sensitive_values": mark}
        for name, number, status in (("first", 10, "403"), ("second", 20, "404"))
    ]  # fmt: skip
    return json.dumps({"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": {"resources": resources}}})


def state(paths: list) -> str:
    resources = [
        {"mode": "managed", "type": "aws_lb_listener_rule", "name": name,
         "instances": [{"attributes": resource(name, number, status), "sensitive_attributes": paths}]}
        for name, number, status in (("first", 10, "403"), ("second", 20, "404"))
    ]  # fmt: skip
    return json.dumps({"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x", "outputs": {}, "resources": resources})


def pulumi_yaml(value: str) -> str:
    rules = "".join(
        f"""  {name}:
    type: aws:lb:ListenerRule
    properties:
      listenerArn: {LISTENER}
      priority: {number}
      conditions: [{{httpHeader: {{httpHeaderName: X-Origin-Verify, values: [{value}]}}}}]
      actions: [{{type: fixed-response, fixedResponse: {{contentType: text/plain, statusCode: "{status}"}}}}]
"""
        for name, number, status in (("first", 10, 403), ("second", 20, 404))
    )
    return f"name: p\nruntime: yaml\nresources:\n{rules}"


def program(value: str) -> str:
    rules = "".join(
        f"""new aws.lb.ListenerRule("{name}", {{listenerArn: "{LISTENER}", priority: {number},
  conditions: [{{httpHeader: {{httpHeaderName: "X-Origin-Verify", values: [{value}]}}}}],
  actions: [{{type: "fixed-response", fixedResponse: {{contentType: "text/plain", statusCode: "{status}"}}}}]}});
"""
        for name, number, status in (("first", 10, 403), ("second", 20, 404))
    )
    return 'import * as aws from "@pulumi/aws";\nimport * as pulumi from "@pulumi/pulumi";\n' + rules


def export() -> str:
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": json.dumps(SECRET)}
    resources = [
        {"urn": f"urn:pulumi:dev::p::aws:lb/listenerRule:ListenerRule::{name}", "type": "aws:lb/listenerRule:ListenerRule", "custom": True,
         "id": f"{LISTENER.replace(':listener/', ':listener-rule/')}/{number}", "outputs": {
             "listenerArn": LISTENER, "priority": number,
             "conditions": [{"httpHeader": {"httpHeaderName": "X-Origin-Verify", "values": [secret]}}],
             "actions": [{"type": "fixed-response", "fixedResponse": {"contentType": "text/plain", "statusCode": status}}]}}
        for name, number, status in (("first", 10, "403"), ("second", 20, "404"))
    ]  # fmt: skip
    return json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": resources}})


TEMPLATE = f"""Parameters: {{S: {{Type: String, NoEcho: true, Default: {SECRET}}}}}
Resources:
""" + "".join(
    f"""  {name}: {{Type: "AWS::ElasticLoadBalancingV2::ListenerRule", Properties: {{ListenerArn: "{LISTENER}", Priority: {number},
    Conditions: [{{Field: http-header, HttpHeaderConfig: {{HttpHeaderName: X-Origin-Verify, Values: [!Ref S]}}}}],
    Actions: [{{Type: fixed-response, FixedResponseConfig: {{StatusCode: "{status}"}}}}]}}}}
"""
    for name, number, status in (("First", 10, 403), ("Second", 20, 404))
)
DEEP = {"condition": [{"http_header": [{"values": [True]}]}]}
VARIABLE = 'variable "s" {\n  type      = string\n  sensitive = true\n}\n'
CASES = {
    "a sensitive variable": {"main.tf": hcl("var.s", VARIABLE), "terraform.tfvars": f's = "{SECRET}"\n'},
    "sensitive()": {"main.tf": hcl(f'sensitive("{SECRET}")')},
    "a part of a text": {"main.tf": hcl('"k-${var.s}"', VARIABLE), "terraform.tfvars": f's = "{SECRET}"\n'},
    "a sensitive output": {
        "main.tf": hcl("module.m.s", 'module "m" {\n  source = "./m"\n}\n'),
        "m/main.tf": f'output "s" {{\n  value     = "{SECRET}"\n  sensitive = true\n}}\n',
    },
    "a plan, the value": {"plan.json": plan(DEEP)},
    "a plan, the conditions": {"plan.json": plan({"condition": True})},
    "a state as JSON": {"show.json": shown(DEEP)},
    "a state file": {"terraform.tfstate": state([[{"type": "get_attr", "value": "condition"}]])},
    "a state file, deep": {
        "terraform.tfstate": state([[
            {"type": "get_attr", "value": "condition"}, {"type": "index", "value": {"value": 0, "type": "number"}},
            {"type": "get_attr", "value": "http_header"}, {"type": "index", "value": {"value": 0, "type": "number"}},
            {"type": "get_attr", "value": "values"},
        ]]),
    },
    "an ephemeral variable": {"main.tf": hcl("var.s", VARIABLE.replace("sensitive", "ephemeral")), "terraform.tfvars": f's = "{SECRET}"\n'},
    "a part of a map": {"main.tf": hcl("merge(var.s, {}).k", f'variable "s" {{\n  sensitive = true\n  default   = {{ k = "{SECRET}" }}\n}}\n')},
    "what a function makes of it": {
        "main.tf": hcl("jsondecode(var.s).k", f'variable "s" {{\n  sensitive = true\n  default   = "{{\\"k\\":\\"{SECRET}\\"}}"\n}}\n'),
    },
    "a variable that a module is given": {
        "main.tf": VARIABLE + 'module "m" {\n  source = "./m"\n  s = var.s\n}\n', "terraform.tfvars": f's = "{SECRET}"\n',
        "m/main.tf": 'variable "s" {}\n' + hcl("var.s"),
    },
    "a config value of YAML": {"Pulumi.yaml": f"config: {{s: {{type: string, secret: true, default: {SECRET}}}}}\n" + pulumi_yaml('"${s}"')},
    "a config value of a stack of YAML": {
        "Pulumi.yaml": "config: {s: {type: string, secret: true}}\n" + pulumi_yaml('"${s}"'), "Pulumi.dev.yaml": f"config: {{p:s: {SECRET}}}\n",
    },
    "requireSecret": {
        "Pulumi.yaml": "name: p\nruntime: nodejs\n", "Pulumi.dev.yaml": f"config: {{p:s: {SECRET}}}\n",
        "index.ts": program('new pulumi.Config().requireSecret("s")'),
    },
    "apply of getSecret": {
        "Pulumi.yaml": "name: p\nruntime: nodejs\n", "Pulumi.dev.yaml": f"config: {{p:s: {SECRET}}}\n",
        "index.ts": program('new pulumi.Config().getSecret("s")!.apply(s => `k-${s}`)'),
    },
    "NoEcho in a text": {"t.yaml": TEMPLATE.replace("!Ref S", "!Sub 'k-${S}'")},
    "NoEcho in a nested stack": {
        "t.yaml": TEMPLATE[: TEMPLATE.index("  First")]
                  + "  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: n.yaml, Parameters: {T: !Ref S}}}\n",
        "n.yaml": TEMPLATE.replace(f"{{S: {{Type: String, NoEcho: true, Default: {SECRET}}}}}", "{T: {Type: String}}").replace("!Ref S", "!Ref T"),
    },
    "fn::secret": {"Pulumi.yaml": pulumi_yaml(f'{{"fn::secret": {SECRET}}}')},
    "pulumi.secret": {"Pulumi.yaml": "name: p\nruntime: nodejs\n", "index.ts": program(f'pulumi.secret("{SECRET}")')},
    "an export with secrets shown": {"stack.json": export()},
    "NoEcho": {"t.yaml": TEMPLATE},
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_no_format_shows_what_is_marked(tmp_path: Path, name: str) -> None:
    for file, text in CASES[name].items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text, "utf-8")
    ran = process("check", ".", "--fail-on", "never", *(("--stack", "dev") if "Pulumi.dev.yaml" in CASES[name] else ()), cwd=tmp_path)
    # the second rule is never reached: equality decides, though nobody sees of what
    assert "ALB101" in ran.out, ran.out + ran.err
    assert "(sensitive)" in ran.out
    assert SECRET not in ran.out + ran.err


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", ["a state as JSON", "fn::secret"])
def test_the_formats(tmp_path: Path, form: str, name: str) -> None:
    for file, text in CASES[name].items():
        (tmp_path / file).write_text(text, "utf-8")
    ran = process("check", ".", "--fail-on", "never", "--format", form, cwd=tmp_path)
    assert ran.code == 0, ran.err
    assert SECRET not in ran.out + ran.err


@pytest.mark.parametrize("command", ["plan", "graph", "ranges", "ways", "trace", "allocate", "diff", "init", "show", "check"])
def test_the_other_commands(tmp_path: Path, command: str) -> None:
    (tmp_path / "show.json").write_text(CASES["a state as JSON"]["show.json"], "utf-8")
    (tmp_path / "alb-lint.toml").write_text('[[range]]\nname = "r"\npriorities = "100-200"\nmatch = {rules = ["*"]}\n', "utf-8")
    more = {
        "trace": ("--url", "https://x/"), "allocate": ("--range", "r", "--path", "/x"), "ways": ("--target-group", "*"), "init": ("-o", "-"),
        "diff": ("show.json",), "graph": ("--format", "json"), "show": ("--format", "json"), "check": ("--suggest",),
        "plan": ("--format", "json"),
    }.get(command, ())  # fmt: skip
    ran = process(command, "show.json", *more, cwd=tmp_path)
    assert ran.code not in (2, 70), ran.err
    assert SECRET not in ran.out + ran.err


def test_different_secrets_are_different(tmp_path: Path) -> None:
    told = json.loads(CASES["a state as JSON"]["show.json"])
    told["values"]["root_module"]["resources"][1]["values"]["condition"][0]["http_header"][0]["values"] = ["0ther"]
    (tmp_path / "show.json").write_text(json.dumps(told), "utf-8")
    ran = process("check", ".", "--fail-on", "never", cwd=tmp_path)
    assert "ALB101" not in ran.out


@pytest.mark.parametrize(
    "command",
    [
        ("show", "new.json"), ("diff", "old.json", "new.json"), ("trace", "new.json", "--url", "https://x/a"), ("check", "new.json"),
        ("plan", "new.json"), ("ways", "new.json"), ("graph", "new.json"),
    ],
    ids=lambda command: command[0],
)  # fmt: skip
@pytest.mark.parametrize("form", ["text", "json"])
def test_what_is_sent_along_with_a_sign_in(tmp_path: Path, command: tuple[str, ...], form: str) -> None:
    """It may hold the secret of a client; the API tells it, other than the secret of its own field."""
    for name, said in (("old.json", "other"), ("new.json", SECRET)):
        config = dict.fromkeys(("Issuer", "AuthorizationEndpoint", "TokenEndpoint", "UserInfoEndpoint"), "https://x.example")
        config |= {"ClientId": "c", "ClientSecret": SECRET, "AuthenticationRequestExtraParams": {"client_secret": said}}
        rule = raw(10, "/a")
        rule["Actions"] = [{"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": config}, {**rule["Actions"][0], "Order": 2}]
        (tmp_path / name).write_text(listed(rule), "utf-8")
    ran = process(*command, "--format", form, cwd=tmp_path)
    assert ran.code in (0, 1), ran.err
    # they differ all the same
    assert ran.code == (1 if command[0] == "diff" else 0)
    assert SECRET not in ran.out + ran.err

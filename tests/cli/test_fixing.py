"""`check --fix`, `--diff`, `--suggest`: what is changed is proved and nothing else, what is printed can be pasted."""

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from alb_lint import inputs, pipeline
from alb_lint.cli import fixing
from alb_lint.entries import REASON
from alb_lint.mending.literals import block, cut, places
from alb_lint.model import Estate
from alb_lint.reports.suggestions import suggestions
from plan.test_anything import mangled
from running import SEED, environment, export, inside, process, raw
from shorthand import TODAY, config, listener
from written_out import singles

TERRAFORM = """\
resource "aws_lb_listener_rule" "a" {
  listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/x/1/2"
  priority     = 10 # é
  action {
    type             = "forward"
    target_group_arn = "tg-a"
  }
  condition {
    path_pattern {
      values = ["/a/*", "/a/b", "/c"] # keep
    }
  }
  condition {
    host_header {
      values = [
        "*.example.com",
        "api.example.com", # the api
      ]
    }
  }
}
resource "aws_lb_listener_rule" "b" {
  listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/x/1/2"
  priority     = 20
  action {
    type             = "forward"
    target_group_arn = "tg-b"
  }
  condition {
    path_pattern { values = ["/*"] }
  }
  condition {
    http_request_method {
      values = ["GET"]
    }
  }
}
"""
MENDED = (
    TERRAFORM.replace('"/a/b", ', "")
    .replace('"api.example.com", # the api', "# the api")
    .replace('  condition {\n    path_pattern { values = ["/*"] }\n  }\n', "")
)
CLOUDFORMATION = """\
Parameters: {Listener: {Type: String}, A: {Type: String}}
Resources:
  One:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: 10
      Conditions:
        - Field: path-pattern
          PathPatternConfig:
            Values:
              - /v2/*
              - /v2/a   # covered
              - /x
      Actions: [{Type: forward, TargetGroupArn: !Ref A}]
  Two:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: 11
      Conditions: [{Field: path-pattern, Values: [/y*, "/yz", /q]}, {Field: http-request-method, HttpRequestMethodConfig: {Values: [GET, GET]}}]
      Actions: [{Type: forward, TargetGroupArn: !Ref A}]
"""
PULUMI = """\
import * as aws from "@pulumi/aws";
const listener = new aws.lb.Listener("https", { loadBalancerArn: "x", port: 443, defaultActions: [{ type: "forward", targetGroupArn: "d" }] });
const shared = ["/s/*", "/s/t"];
new aws.lb.ListenerRule("a", {
  listenerArn: listener.arn,
  priority: 10,
  actions: [{ type: "forward", targetGroupArn: "tg" }],
  conditions: [{ pathPattern: { values: ["/a*", '/ab', "/c"] } }],
});
new aws.lb.ListenerRule("b", {
  listenerArn: listener.arn,
  priority: 20,
  actions: [{ type: "forward", targetGroupArn: "tg" }],
  conditions: [{ pathPattern: { values: shared } }],
});
"""
RANGE = '[[range]]\nname = "r"\npriorities = "100-110"\nmatch = { paths = ["/a/*", "/c"] }\n'


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def codes(*args):
    return sorted(item["code"] for item in singles(inside("check", *args, "--format", "json", "--fail-on", "never").json))


CODE = {
    "terraform": ("main.tf", TERRAFORM, MENDED),
    "yaml": (
        "app.yaml",
        CLOUDFORMATION,
        CLOUDFORMATION.replace("              - /v2/a   # covered\n", "").replace('"/yz", ', "").replace("[GET, GET]", "[GET]"),
    ),
    "crlf": ("main.tf", TERRAFORM.replace("\n", "\r\n"), MENDED.replace("\n", "\r\n")),
    "pulumi": ("index.ts", PULUMI, PULUMI.replace("'/ab', ", "")),
}


@pytest.mark.parametrize("case", list(CODE))
def test_fix_takes_out_what_changes_nothing_and_touches_nothing_else(here, case):
    name, before, after = CODE[case]
    Path(name).write_bytes(before.encode())
    was = codes(".")
    (Path("old") / name).parent.mkdir()
    ran = process("check", name, "--fix", "--fail-on", "never", cwd=here)
    assert ran.code == 0
    assert Path(name).read_bytes() == after.encode()
    assert "changed: ALB204" in ran.err
    assert len(codes(name)) < len(was)
    again = process("check", name, "--fix", "--fail-on", "never", cwd=here)
    assert Path(name).read_bytes() == after.encode()
    assert "changed:" not in again.err


@pytest.mark.parametrize("case", list(CODE))
def test_old_and_new_are_equivalent(here, case):
    name, before, after = CODE[case]
    estates = []
    for text in (before, after):
        Path(name).write_bytes(text.encode())
        estates.append(inputs.read([name], config("")))
    assert pipeline.compare(*estates).equivalent is True


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ('["10.0.0.0/25", "10.0.0.128/25"]', '["10.0.0.0/24"]'),
        ('["10.0.0.128/25", "192.0.2.0/24", "10.0.0.0/25"]', '["10.0.0.0/24", "192.0.2.0/24"]'),
        ('[\n        "10.0.0.0/25",\n        "10.0.0.128/25",\n      ]', '[\n        "10.0.0.0/24",\n      ]'),
        ('["10.0.0.0/25", "10.0.0.128/25", var.more]', None),
        ('["10.0.0.0/25", "10.0.0.128/25", "2001:db8::/33", "2001:db8:8000::/33"]', None),
    ],
)
def test_address_blocks_that_are_one(here, values, wanted):
    text = MENDED.replace('http_request_method {\n      values = ["GET"]', f"source_ip {{\n      values = {values}")
    Path("main.tf").write_text(text, "utf-8")
    inside("check", "main.tf", "--fix", "--fail-on", "never")
    assert Path("main.tf").read_text("utf-8") == (text.replace(values, wanted) if wanted else text)


def test_what_a_link_leads_to_outside_is_left(here):
    Path("tree").mkdir()
    Path("elsewhere.tf").write_text(TERRAFORM, "utf-8")
    Path("tree/link.tf").symlink_to(here / "elsewhere.tf")
    inside("check", "tree", "--fix", "--fail-on", "never", "--allow-empty")
    assert Path("elsewhere.tf").read_text("utf-8") == TERRAFORM
    assert Path("tree/link.tf").is_symlink()


@pytest.mark.parametrize("change", ["# a comment\n", 'resource "aws_lb" "more" {}\n'])
def test_fix_refuses_what_changed_meanwhile(here, monkeypatch, change):
    Path("main.tf").write_text(TERRAFORM, "utf-8")
    meant = fixing.mended

    def meddled(*args):
        found = meant(*args)
        Path("main.tf").write_text(TERRAFORM + change, "utf-8")
        return found

    monkeypatch.setattr(fixing, "mended", meddled)
    ran = inside("check", "main.tf", "--fix")
    assert ran.code == 5
    assert "changed while they were looked at" in ran.err
    assert Path("main.tf").read_text("utf-8") == TERRAFORM + change


def test_json_template(here):
    rule = {
        "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
        "Properties": {
            "ListenerArn": {"Ref": "L"},
            "Priority": 10,
            "Conditions": [{"Field": "host-header", "HostHeaderConfig": {"Values": ["*.a.com", "x.a.com"]}}],
            "Actions": [{"Type": "forward", "TargetGroupArn": {"Ref": "A"}}],
        },
    }
    parameters = {"L": {"Type": "String"}, "A": {"Type": "String"}}
    Path("app.json").write_text(json.dumps({"Parameters": parameters, "Resources": {"One": rule}}, indent=2), "utf-8")
    assert inside("check", "app.json", "--fix").code == 0
    rule["Properties"]["Conditions"][0]["HostHeaderConfig"]["Values"] = ["*.a.com"]
    assert json.loads(Path("app.json").read_text("utf-8"))["Resources"]["One"] == rule


def test_what_has_no_literal_of_its_own_is_left_and_told(here):
    Path("index.ts").write_text(PULUMI, "utf-8")
    ran = inside("check", "index.ts", "--fix", "--fail-on", "never")
    assert ran.err.count("left: ALB204") == 1
    assert '["/s/*", "/s/t"]' in Path("index.ts").read_text("utf-8")


def test_diff_changes_nothing_and_is_what_fix_does(here):
    if shutil.which("git") is None:
        pytest.skip("no git")
    Path("alb-lint.toml").write_text(RANGE.replace("100-110", "1-9"), "utf-8")
    Path("main.tf").write_text(TERRAFORM, "utf-8")
    ran = inside("check", "main.tf", "--diff")
    assert (ran.code, Path("main.tf").read_text("utf-8")) == (1, TERRAFORM)
    Path("change.patch").write_text(ran.out, "utf-8")
    Path("copy").mkdir()
    shutil.copy("main.tf", "copy/main.tf")
    git = environment(GIT_CEILING_DIRECTORIES=str(here.parent))
    subprocess.run(["git", "apply", "--whitespace=nowarn", "../change.patch"], cwd="copy", check=True, env=git)
    assert inside("check", "main.tf", "--fix", "--fail-on", "never").code == 0
    assert Path("copy/main.tf").read_bytes() == Path("main.tf").read_bytes()
    assert "priority     = 1 # é" in Path("main.tf").read_text("utf-8")
    nothing = inside("check", "main.tf", "--diff")
    assert (nothing.code, nothing.out) == (0, "")


def test_numbers_are_left_where_one_passes_from_rule_to_rule(here):
    Path("alb-lint.toml").write_text(RANGE.replace("100-110", "20"), "utf-8")
    Path("main.tf").write_text(MENDED, "utf-8")
    ran = inside("check", "main.tf", "--fix", "--fail-on", "never")
    assert Path("main.tf").read_text("utf-8") == MENDED
    assert "a rule takes the number of another" in ran.err


def test_numbers_that_a_plan_is_refused_for_are_left(here):
    Path("alb-lint.toml").write_text(
        RANGE.replace("100-110", "100") + '[[range]]\nname = "s"\npriorities = "200"\nmatch = { methods = ["GET"] }\n', "utf-8"
    )
    Path("main.tf").write_text(
        MENDED + MENDED.replace('"a"', '"c"').replace('"b"', '"d"').replace("= 10 ", "= 12 ").replace("= 20", "= 22"), "utf-8"
    )
    before = Path("main.tf").read_bytes()
    ran = inside("check", "main.tf", "--fix", "--fail-on", "never")
    assert "left: numbers on" in ran.err
    assert Path("main.tf").read_bytes() == before


def test_nothing_outside_of_what_is_named_is_changed(here):
    Path("module").mkdir()
    Path("root").mkdir()
    Path("module/main.tf").write_text(TERRAFORM, "utf-8")
    Path("root/main.tf").write_text('module "m" {\n  source = "../module"\n}\n', "utf-8")
    (here / ".git").mkdir()
    ran = inside("check", "root", "--fix", "--fail-on", "never")
    assert Path("module/main.tf").read_text("utf-8") == TERRAFORM
    assert "left: ALB204" in ran.err
    assert "outside of what was named" in ran.err


def test_an_export_is_no_code(here):
    rule = raw(10, "/v2/*")
    rule["Conditions"][0]["Values"] = ["/v2/*", "/v2/a"]
    text = export(rule)
    Path("rules.json").write_text(text, "utf-8")
    ran = inside("check", "rules.json", "--fix", "--fail-on", "never")
    assert "ALB204" in ran.out
    assert "nothing to fix" in ran.err
    assert Path("rules.json").read_text("utf-8") == text


def test_select_and_ignore_say_what_is_fixed(here):
    Path("main.tf").write_text(TERRAFORM, "utf-8")
    inside("check", "main.tf", "--fix", "--ignore", "ALB204", "--fail-on", "never")
    assert Path("main.tf").read_text("utf-8") == TERRAFORM.replace('  condition {\n    path_pattern { values = ["/*"] }\n  }\n', "")


@pytest.mark.parametrize("flags", [("--fix", "--diff"), ("--diff", "--suggest"), ("--fix", "--since", "HEAD")])
def test_flags_that_do_not_go_together(here, flags):
    Path("main.tf").write_text(TERRAFORM, "utf-8")
    ran = inside("check", "main.tf", *flags)
    assert ran.code == 2
    assert "does not go together" in ran.err
    assert Path("main.tf").read_text("utf-8") == TERRAFORM


def test_beside_what_is_unknown_the_value_still_goes(here):
    text = TERRAFORM.replace('"/c"]', "var.more]").replace('"*.example.com",', '"*.example.com",\n        var.host,')
    Path("main.tf").write_text(text, "utf-8")
    inside("check", "main.tf", "--fix", "--fail-on", "never")
    assert '"/a/b"' not in Path("main.tf").read_text("utf-8")
    assert "var.more" in Path("main.tf").read_text("utf-8")
    assert "var.host" in Path("main.tf").read_text("utf-8")


# -- text --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "wanted"),
    [
        ('["a", "b"]', "a", '["b"]'),
        ('["a", "b"]', "b", '["a"]'),
        ('["a"]', "a", None),
        ("- a\n- b\n", "b", "- a\n"),
        ("- a\n- b", "b", "- a\n"),
        ('[\n  "a",\n  "b",\n]', "b", '[\n  "a",\n]'),
        ('[\n  "a",\n  "b"\n]', "b", '[\n  "a"\n]'),
        ("[a, b]", "a", "[b]"),
        ("{x: 'a'}", "a", None),
    ],
)
def test_cut(text, value, wanted):
    (spot,) = places(text, value, 0, len(text))
    assert cut(text, *spot) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('a\n  condition {\n    x { values = ["@"] }\n  }\nb', "a\nb"),
        ('condition { x { values = ["@", "}"] } }', ""),
        ('condition { x = "{" }\nx = "@"', None),
        ('x = "@"', None),
    ],
)
def test_block(text, wanted):
    held = block(text, text.index("@"))
    assert (None if held is None else text[: held[0]] + text[held[1] :]) == wanted


# -- suggestions -------------------------------------------------------------------------------------------------------------


def answered(estate, toml=""):
    """(findings before, those that a paste of the suggestions leaves, the suggestions)."""
    settings = config(toml)
    before = pipeline.lint(estate, settings, TODAY)
    text = suggestions(replace(before, estate=estate, config=settings))
    after = pipeline.lint(estate, config(f"{toml}\n{text}"), TODAY, whole=True)
    return before.findings, after.findings, text


NEVER = {"ALB001", "ALB002", "ALB007", "ALB201", "ALB202", "ALB203", "ALB302", "ALB401", "ALB610", "ALB901"}


def test_what_is_suggested_answers_every_finding_that_can_be_meant():
    seen = set()
    for seed in range(300):
        told = mangled(Random(f"suggest {seed}"))
        before, after, text = answered(Estate((told,)))
        assert {finding.info.code for finding in after} <= NEVER, seed
        assert sorted((item.info.code, item.message) for item in after) == sorted(
            (item.info.code, item.message) for item in before if item.info.code in NEVER
        )
        seen |= {finding.info.code for finding in before} - NEVER
        assert (REASON in text) == any(finding.info.code not in NEVER for finding in before)
    assert len(seen) > 5


def test_suggestions_of_hostile_names():
    evil = 'a*[b]?"\n\\\x1b\u202e${x}'
    made = listener("10 path=/a/* -> x", "20 path=/*/b -> y", "30 path=/a/*,/a/b -> z", id=f"L{evil}")
    rules = tuple(replace(rule, id=f"{rule.id}{evil}", name=f"{rule.id}{evil}") for rule in made.rules)
    before, after, text = answered(Estate((replace(made, rules=rules, name=evil),)))
    assert before
    assert not after
    assert text.isprintable() or set(text) - {"\n"} == {one for one in text if one.isprintable()}


def test_the_config_names_its_listeners_itself(here):
    toml = '[[listener]]\nname = "public"\nids = ["L"]\n'
    before, after, text = answered(Estate((listener("10 path=/a/* -> x", "20 path=/*/b -> y"),)), toml)
    assert (len(before) > 0, after) == (True, ())
    assert "[[listener]]" not in text
    assert 'listener = "public"' in text


def test_suggest_prints_what_can_be_pasted(here):
    Path("main.tf").write_text(TERRAFORM, "utf-8")
    ran = process("check", "main.tf", "--suggest", cwd=here)
    assert (ran.code, ran.err) == (0, "")
    Path("alb-lint.toml").write_text(ran.out, "utf-8")
    assert codes(".") == []


def test_what_aws_refuses_is_never_suggested(here):
    ran = inside("check", str(SEED / "python.json"), str(SEED / "rust.json"), "--suggest")
    assert "# ALB001" in ran.out
    assert 'code = "ALB001"' not in ran.out


def test_numbers_are_left_where_a_deployment_may_move_one_rule_past_another_too_early(here):
    Path("alb-lint.toml").write_text('[[range]]\nname = "r"\npriorities = "1-2"\nmatch = { paths = ["/v2/*"] }\n', "utf-8")
    rule = """resource "aws_lb_listener_rule" "NAME" {
  listener_arn = aws_lb_listener.web.arn
  priority     = NUMBER
  action {
    type             = "forward"
    target_group_arn = "tg-NAME"
  }
  condition {
    path_pattern { values = ["PATH"] }
  }
}
"""
    code = "".join(
        rule.replace("NAME", name).replace("NUMBER", number).replace("PATH", path)
        for name, number, path in (("narrow", "10", "/v2/models/*"), ("wide", "20", "/v2/*"))
    )
    Path("main.tf").write_text(code, "utf-8")
    ran = inside("check", "main.tf", "--fix", "--fail-on", "never")
    assert Path("main.tf").read_text("utf-8") == code
    assert "a deployment may move a rule past another before that one has moved" in ran.err
    patched = inside("plan", "main.tf", "--format", "patch")
    assert "(/v2/*) may be asked before 10" in patched.out
    assert "or deploy 2 parts one after the other: 10 to 1; then 20 to 2" in patched.out
    assert "deploy 2 parts one after the other" in " ".join(inside("plan", "main.tf").out.split())

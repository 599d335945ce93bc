"""What a new user gets wrong: one message each, which names the way out. The list of what was tried."""

import json
from pathlib import Path

import pytest

from running import export, process, raw

RULES = export(raw(10, "/a"), raw(20, "/b", "web"))
RANGE = '[[range]]\nname = "{name}"\npriorities = "{numbers}"\n'

MISTAKES = {
    "a flag of another command": ("check --live", 2, "`alb-lint audit` lints a live account"),
    "a flag that is called otherwise": ("check rules.json --severity error", 2, "--level shows only findings of a severity and above"),
    "a word with a slip": ("chek rules.json", 2, "Did you mean 'check'"),
    "a file that is not there": ("check ruels.json", 3, "ruels.json: cannot read it: No such file"),
    "an ARN in place of a file": (
        "check arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/1/2",
        3,
        "alb-lint audit --listener arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/1/2",
    ),
    "an address in place of a file": ("check https://example.com/rules.json", 3, "curl … | alb-lint check -"),
    "a folder without rules": ("check nothing", 3, "nothing: no listener rules found"),
    "code whose rules are made by none of its copies": (
        "check none",
        3,
        "help: where these files hold rules, a `count`, a `for_each` or",
    ),
    "JSON that holds something else": ("check else.json", 3, "help: there are rules in what `aws elbv2 describe-rules --listener-arn ARN`"),
    "an export of a listener without rules": ("check empty.json", 3, "help: there are rules in what `aws elbv2 describe-rules"),
    "JSON and code without rules": ("check else.json none", 3, "help: where these files hold rules, a `count`, a `for_each` or"),
    "a code with a slip": ("check rules.json --select ALB1001", 2, "did you mean ALB101 (shadowed-rule)"),
    "a family in place of a code": ("explain ALB1", 2, "ALB101 shadowed-rule\n    ALB102"),
    "a format with a slip": ("check rules.json -f jsn", 2, "did you mean json?"),
    "a listener that there is not": ("check rules.json --listener wbe", 3, "there are web/"),
    "a key of the config with a slip": ("check rules.json --config key.toml", 2, "did you mean 'range'?"),
    "ranges that share numbers": ("check rules.json --config shared.toml", 2, "the ranges 'x' and 'y' share 5-10"),
    "a config that is not there": ("check rules.json --config nope.toml", 2, "nope.toml: cannot read the config"),
    "an environment that there is not": ("check rules.json --environment prod", 2, "alb-lint.toml has no [[weights]]"),
    "a parameter that nothing uses": ("check rules.json --parameter Stgae=prod", 2, "nothing in the input is called 'Stgae'"),
    "two regions in one flag": ("audit --region eu-west-1,eu-central-1", 2, "--region eu-west-1 --region eu-central-1"),
    "no credentials": ("audit --region eu-west-1", 3, "aws sso login"),
    "no request": ("trace rules.json", 2, "alb-lint trace rules.json --url https://example.com/x"),
    "one state to compare": ("diff rules.json", 2, "alb-lint diff old.json new.json, or give --since REF"),
    "no plan": ("verify rules.json rules.json", 3, "write it with: alb-lint plan --format json"),
    "a plan for other rules": ("diff other.json plan.json", 3, "make a new plan: alb-lint plan OLD"),
    "an impossible plan": ("plan rules.json --config narrow.toml", 5, "what would work"),
    "a baseline that is not there": ("check rules.json --baseline nope.json", 2, "--write-baseline FILE"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("mistakes")
    (made / "rules.json").write_text(RULES, "utf-8")
    (made / "other.json").write_text(export(raw(10, "/a"), raw(21, "/c", "web")), "utf-8")
    (made / "else.json").write_text('{"a": 1}', "utf-8")
    (made / "empty.json").write_text('{"Rules": []}', "utf-8")
    (made / "none").mkdir()
    (made / "none" / "a.tf").write_text('resource "aws_lb_listener_rule" "a" {\n  count = 0\n}\n', "utf-8")
    (made / "nothing").mkdir()
    (made / "nothing" / "a.tf").write_text('variable "x" {}\n', "utf-8")
    (made / "key.toml").write_text('[[ragne]]\nname = "x"\n', "utf-8")
    (made / "shared.toml").write_text(RANGE.format(name="x", numbers="1-10") + RANGE.format(name="y", numbers="5-20"), "utf-8")
    narrow = RANGE.format(name="x", numbers="5") + 'match = { paths = ["/a", "/b"] }\n'
    (made / "narrow.toml").write_text(narrow, "utf-8")
    (made / "wide.toml").write_text(RANGE.format(name="x", numbers="100-110") + 'match = { paths = ["/a", "/b"] }\n', "utf-8")
    ran = process("plan", "rules.json", "--config", "wide.toml", "--format", "json", cwd=made)
    assert len(json.loads(ran.out)["listeners"][0]["moves"]) == 2, ran
    (made / "plan.json").write_text(ran.out, "utf-8")
    return made


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_once_with_the_way_out(folder: Path, mistake: str):
    command, code, said = MISTAKES[mistake]
    ran = process(*command.split(), cwd=folder, AWS_EC2_METADATA_DISABLED="true", HOME=str(folder))
    told = ran.err if code != 5 else ran.out + ran.err
    assert ran.code == code, ran
    assert said in told, told
    if code != 5:
        assert ran.out == ""
        assert [line[:7] for line in ran.err.splitlines() if line.startswith("error: ")] == ["error: "]
        assert any(line.startswith("  help: ") for line in ran.err.splitlines()), told

"""`alb-lint trace` of rules with values that only a deployment tells: given with --let, or stood for by placeholders."""

import json

import pytest

from running import inside, process
from terraform_files import ACTION, hosts, rule, write

PATH = '\n  condition {\n    path_pattern {\n      values = ["/x/*"]\n    }\n  }'


RULES = (
    'variable "a" {}\nvariable "b" {}\nvariable "first" {}\n'
    + rule("one", hosts('"docs.${var.a}"'), priority="var.first", path="")
    + rule("two", hosts('"docs.${var.b}"'), priority="20", path=PATH)
)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"main.tf": RULES})
    return tmp_path


def told(*args, stdin=b""):
    ran = inside("trace", ".", *args, "--format", "json", stdin=stdin)
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


@pytest.mark.parametrize(
    ("let", "url", "rule", "undecided"),
    [
        ([], "https://docs.x.com/x/y", None, True),
        (["var.a=x.com", "var.b=x.com", "var.first=10"], "https://docs.x.com/x/y", "one", False),
        (["var.a=x.com", "var.b=x.com", "var.first=30"], "https://docs.x.com/x/y", "two", False),
        (["var.a=y.com", "var.b=x.com", "var.first=10"], "https://docs.x.com/x/y", "two", False),
        (["var.a=*.com", "var.first=10"], "https://docs.x.com/x/y", "one", False),
        (["var.a=y.com", "var.first=10"], "https://docs.x.com/x/y", None, True),
        # placeholders stand for what is not given
        (["var.first=10"], "https://docs.${var.a}/x/y", "one", False),
        (["var.first=10"], "https://docs.${var.b}/x/y", "two", False),
        (["var.first=10", "var.a=x.com"], "https://docs.x.com/x/y", "one", False),
    ],
)
def test_answers(here, let, url, rule, undecided):
    line = told("--url", url, *(word for one in let for word in ("--let", one)))
    assert line["rule"] == (rule and f"aws_lb_listener_rule.{rule}")
    assert ("undecided" in line) is undecided
    assert ("assumes" in line) is ("${" in url)


def test_a_request_of_a_finding_is_understood(here):
    line = told("--let", "var.first=1", "--requests", "-", stdin=b'{"host": "docs.${var.a}", "where": {"var.a": "any"}}\n')
    assert line["rule"] == "aws_lb_listener_rule.one"
    assert line["request"]["where"] == {"var.a": "any"}


def test_every_request_of_a_finding_is_confirmed(tmp_path):
    text = (
        'variable "d" {}\n'
        + rule("one", hosts('"*.${var.d}"'), path="")
        + rule("two", hosts('"new.${var.d}"'), priority="20", path=PATH, action=ACTION.replace('"tg"', '"other"'))
    )
    write(tmp_path, {"main.tf": text})
    (finding,) = [one for one in process("check", ".", "-f", "json", cwd=tmp_path).json["findings"] if one["code"] == "ALB101"]
    requests = [witness["request"] for witness in finding["witnesses"]]
    assert requests
    ran = process("trace", ".", "--requests", "-", "-f", "json", cwd=tmp_path, stdin="\n".join(map(json.dumps, requests)))
    assert {json.loads(line)["rule"] for line in ran.out.splitlines()} == {"aws_lb_listener_rule.one"}


@pytest.mark.parametrize(
    ("let", "said"),
    [
        ("var.c=1", "no rule waits for a value named 'var.c'"),
        ("a", "'a' is not NAME=VALUE"),
        ("=a", "'=a' is not NAME=VALUE"),
    ],
)
def test_mistakes(here, let, said):
    ran = inside("trace", ".", "--url", "/", "--let", let)
    assert ran.code == 2
    assert said in ran.err
    assert "help: " in ran.err


def test_a_name_that_holds_an_equals_sign(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    state = 'data "terraform_remote_state" "s" {\n  backend = "s3"\n  config = { bucket = "b", key = "k" }\n}\n'
    write(tmp_path, {"main.tf": state + rule("one", hosts('"${data.terraform_remote_state.s.outputs.host}"'), path="")})
    name = 'remote_state(s3, bucket = "b", key = "k").outputs.host'
    assert told("--url", "https://a=b/", "--let", f"{name}=a=b")["rule"] == "aws_lb_listener_rule.one"

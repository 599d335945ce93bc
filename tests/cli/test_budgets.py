"""Small input that asks for unbounded work ends soon, in undecided or in a plain error: by kind."""

import json
import time

import pytest

from running import process

BASE = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/a/1/2/"
SECONDS = 30
"""Ten on a machine with nothing else to do."""


def header(name, *values):
    return {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": name, "Values": list(values)}}


def paths(*values):
    return {"Field": "path-pattern", "Values": list(values)}


def rules(*conditions):
    return json.dumps({"Rules": [
        {"RuleArn": f"{BASE}{place}", "Priority": str(place + 1), "Conditions": told, "IsDefault": False,
         "Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": str(400 + place % 2)}}]}
        for place, told in enumerate(conditions)
    ]})  # fmt: skip


INPUTS = {
    "a product over headers": rules([header(f"h{i}", "a*", "b*") for i in range(12)], [header(f"h{i}", "*a", "*b") for i in range(12)]),
    "many values in two rules": rules([paths(*(f"/p{i}*" for i in range(5000)))], [paths(*(f"/p{i}/x" for i in range(5000)))]),
    "many values in one rule": rules([paths(*(f"/p{i}*" for i in range(100_000)))]),
    "many conditions": rules([header(f"h{i}", "a") for i in range(5000)], [paths("/a")]),
}


def timed(*words, cwd):
    begun = time.monotonic()
    ran = process(*words, cwd=cwd, timeout=2 * SECONDS)
    assert time.monotonic() - begun < SECONDS
    return ran


@pytest.mark.parametrize("name", INPUTS)
def test_an_input(tmp_path, name):
    (tmp_path / "x.json").write_text(INPUTS[name], "utf-8")
    ran = timed("check", "x.json", "--show", "info", "--fail-on", "never", cwd=tmp_path)
    assert ran.code == 0, ran.err
    # refused by AWS, and told so
    assert "ALB201" in ran.out
    # nothing is said to be clean that was not looked at
    assert "no problems" not in ran.out


CONFIGS = {
    "unknown keys": "".join(f"k{i} = 1\n" for i in range(20_000)),
    "ranges": "".join(f'[[range]]\nname = "r{i}"\npriorities = "{i + 1}"\n' for i in range(8_000)),
    "a large file": "#" * 2_000_000,
}


@pytest.mark.parametrize("name", CONFIGS)
def test_a_config(tmp_path, name):
    (tmp_path / "x.json").write_text(rules([paths("/a")]), "utf-8")
    (tmp_path / "alb-lint.toml").write_text(CONFIGS[name], "utf-8")
    ran = timed("check", "x.json", cwd=tmp_path)
    assert ran.code == 2
    assert len(ran.err) < 20_000


def test_suppressions(tmp_path):
    comments = "".join(f"# alb-lint: ignore[ALB101] reason {number}\n" for number in range(20_000))
    (tmp_path / "main.tf").write_text(comments + """resource "aws_lb_listener_rule" "a" {
  listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/1/2"
  priority     = 10
}
""", "utf-8")  # fmt: skip
    assert timed("check", "main.tf", "--fail-on", "never", cwd=tmp_path).code == 0

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
    # and what was left out is no value that anybody could tell
    assert "could not be decided without" not in ran.out
    assert "wait for a value" not in ran.out


CONFIGS = {
    "unknown keys": "".join(f"k{i} = 1\n" for i in range(20_000)),
    "ranges": "".join(f'[[range]]\nname = "r{i}"\npriorities = "{i + 1}"\n' for i in range(8_000)),
    "a large file": "#" * 2_000_000,
    "a key of many parts": "a." * 400_000 + "b = 1\n",
    "a quoted key of many parts": '"a".' * 200_000 + "b = 1\n",
    "a key of many parts within": "x = {y = 1, " + "a." * 400_000 + "b = 1}\n",
}


@pytest.mark.parametrize("name", CONFIGS)
def test_a_config(tmp_path, name):
    (tmp_path / "x.json").write_text(rules([paths("/a")]), "utf-8")
    (tmp_path / "alb-lint.toml").write_text(CONFIGS[name], "utf-8")
    ran = timed("check", "x.json", cwd=tmp_path)
    assert ran.code == 2
    assert len(ran.err) < 20_000


def test_many_requests_are_refused_before_they_are_told(tmp_path):
    (tmp_path / "x.json").write_text(rules(*([paths(f"/p{n}*")] for n in range(100))), "utf-8")
    (tmp_path / "r.jsonl").write_text('{"path": "/p1/x"}\n' * 20_000, "utf-8")
    ran = timed("trace", "x.json", "--requests", "r.jsonl", cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "20,000 requests, each asked of 101 rules, are more than 1,000,000 answers" in ran.err


@pytest.mark.parametrize("request_", [{"path": "/" + "a" * 70_000}, {"headers": [["x", "a" * 70_000]]}, {"query": [["k", "v"]] * 40_000}])
def test_a_request_that_no_load_balancer_takes(tmp_path, request_):
    (tmp_path / "x.json").write_text(rules([paths("/a")]), "utf-8")
    (tmp_path / "r.jsonl").write_text(json.dumps(request_), "utf-8")
    ran = timed("trace", "x.json", "--requests", "r.jsonl", cwd=tmp_path)
    assert ran.code == 3
    assert "r.jsonl:1: a request of " in ran.err
    assert "at most 65,536" in ran.err


def test_long_values_are_told_and_not_compared(tmp_path):
    given = rules([paths("/" + "*a" * 1_000_000)], [paths("/" + "?*" * 1_000_000)], [header("x", "*?b" * 500_000)], [paths("/a")])
    (tmp_path / "x.json").write_text(given, "utf-8")
    ran = timed("check", "x.json", "-f", "json", cwd=tmp_path)
    told = [item["rule"]["priority"] for item in ran.json["findings"] if "more than 1,000 characters, the limit is 128" in item["message"]]
    assert told == [1, 2, 3]
    # what they take is not known, so that it is not decided who is reached
    reached = timed("graph", "x.json", "-f", "json", cwd=tmp_path).json["listeners"][0]["nodes"]
    assert [node["reach"] for node in reached] == ["undecided"] * 4


def test_many_dear_conditions_are_undecided_from_some_rule_on(tmp_path):
    def query(*pairs):
        return {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": key, "Value": value} for key, value in pairs]}}

    given = rules(*([query(*((f"k{n % 7}*", f"*v{value}?") for value in range(5)))] for n in range(400)))
    (tmp_path / "x.json").write_text(given, "utf-8")
    ran = timed("check", "x.json", "--fail-on", "never", "--show", "info", cwd=tmp_path)
    assert ran.code == 0
    assert "ALB107" in ran.out


def test_suppressions(tmp_path):
    comments = "".join(f"# alb-lint: ignore[ALB101] reason {number}\n" for number in range(20_000))
    (tmp_path / "main.tf").write_text(comments + """resource "aws_lb_listener_rule" "a" {
  listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/1/2"
  priority     = 10
}
""", "utf-8")  # fmt: skip
    assert timed("check", "main.tf", "--fail-on", "never", cwd=tmp_path).code == 0

"""ALB009: rules that are known by their position, as real code makes them."""

from pathlib import Path

import pytest

from running import inside

RULE = """
resource "aws_lb_listener_rule" "r" {
  %s
  listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/1/2"
  priority     = %s
  action {
    type             = "forward"
    target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/app/1"
  }
  condition {
    path_pattern { values = [%s] }
  }
}
"""
PATHS = """
locals {
  paths = ["/a", "/b", "/c", "/d"]
  own   = [{ p = "/a", n = 10 }, { p = "/b", n = 20 }, { p = "/c", n = 30 }]
  map   = { a = 10, b = 20, c = 30 }
}
"""
PROGRAM = """
import * as aws from "@pulumi/aws";
const arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/1/2";
const all = [{ n: "a", p: 10 }, { n: "b", p: 20 }, { n: "c", p: 30 }];
all.forEach((one, i) => new aws.lb.ListenerRule(%s, { listenerArn: arn, priority: %s,
  conditions: [{ pathPattern: { values: ["/" + one.n] } }], actions: [{ type: "forward", targetGroupArn: "t" }] }));
"""

ROWS = {
    "count": (RULE % ("count = length(local.paths)", "100 + count.index", "local.paths[count.index]"), "renumbers 2 rules (102, 103)"),
    "count, steps of ten": (
        RULE % ("count = length(local.paths)", "100 + 10 * count.index", "local.paths[count.index]"),
        "an element inserted before index 2 renumbers 2 rules (120, 130)",
    ),
    "count, a number of its own": (
        RULE % ("count = length(local.own)", "local.own[count.index].n", "local.own[count.index].p"),
        "lets 1 rule (30) trade identities",
    ),
    "positions as keys": (
        RULE % ("for_each = { for i, p in local.paths : i => p }", "100 + each.key", "each.value"),
        "renumbers 2 rules (102, 103)",
    ),
    "keys that stay": (RULE % ("for_each = local.map", "each.value", '"/${each.key}"'), ""),
    "equal conditions": (RULE % ("count = 3", "100 + count.index", '"/a"'), ""),
    "two rules": (RULE % ("count = 2", "100 + count.index", "local.paths[count.index]"), ""),
}


@pytest.mark.parametrize("row", ROWS)
def test_terraform(row, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text, said = ROWS[row]
    Path("main.tf").write_text(PATHS + text, "utf-8")
    found = inside("check", ".", "--select", "ALB009", "-f", "json").json["findings"]
    assert [said in item["message"] for item in found] == ([True] if said else [])
    assert all(item["severity"] == "info" and item["confidence"] == "proved" for item in found)


@pytest.mark.parametrize(
    ("name", "number", "said", "confidence"),
    [
        ("`r${i}`", "100 + i", "`r` knows its 3 rules by position: an element inserted before index 2 renumbers 1 rule (102)", "proved"),
        ("`r${i}`", "one.p", "lets 1 rule (30) trade identities", "proved"),
        ("one.n", "100 + i", "one place in the code makes 3 rules (100-102) and computes their numbers", "possible"),
        ("one.n", "one.p", "", ""),
    ],
)
def test_pulumi(name, number, said, confidence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("Pulumi.yaml").write_text("name: x\nruntime: nodejs\n", "utf-8")
    Path("index.ts").write_text(PROGRAM % (name, number), "utf-8")
    found = inside("check", ".", "--select", "ALB009", "-f", "json").json["findings"]
    assert [(said in item["message"], item["confidence"]) for item in found] == ([(True, confidence)] if said else [])

"""ALB410: what Terraform does with a rule whose `lifecycle` lets something else replace it."""

import pytest

from alb_lint import inputs, pipeline, selections
from alb_lint.config import Config
from alb_lint.findings.finding import Finding
from shorthand import TODAY

RULE = """
resource "aws_lb_listener_rule" "{name}" {{
  listener_arn = "front"
  {number}
  action {{
    type             = "forward"
    target_group_arn = aws_lb_target_group.{name}.arn
  }}
  condition {{
    path_pattern {{ values = ["{path}"] }}
  }}
  {more}
}}
"""
TRIGGER = "replace_triggered_by = [aws_lb_target_group.a.arn, terraform_data.b[0]]"
FIRST = "create_before_destroy = true"


def rule(name: str, *lifecycle: str, number: str = "priority = 10", path: str = "/a/*") -> str:
    more = "lifecycle {\n" + "\n".join(lifecycle) + "\n}" if lifecycle else ""
    return RULE.format(name=name, number=number, path=path, more=more)


def found(tmp_path, *blocks: str) -> list[Finding]:
    (tmp_path / "main.tf").write_text("".join(blocks), "utf-8")
    estate = inputs.read([str(tmp_path)], Config())
    return list(pipeline.lint(estate, Config(), TODAY, selections.selection(("ALB410",), ())).findings)


DEPENDENT = """
resource "aws_ecs_service" "a" {{
  depends_on = [aws_lb_listener_rule.a{more}]
  lifecycle {{
    create_before_destroy = true
  }}
}}
"""
CHAIN = """
resource "terraform_data" "middle" {
  input = "rule ${aws_lb_listener_rule.a.arn}"
}
resource "aws_ecs_service" "far" {
  tags = { after = terraform_data.middle.id }
  lifecycle { create_before_destroy = true }
}
"""


@pytest.mark.parametrize(
    ("blocks", "severity", "words"),
    [
        pytest.param([rule("a", FIRST)], None, "", id="nothing triggers it"),
        pytest.param([rule("a", "ignore_changes = [action]")], None, "", id="another argument"),
        pytest.param([rule("a", FIRST, TRIGGER)], "error", "AWS refuses it with PriorityInUse", id="made first"),
        pytest.param(
            [rule("a", FIRST, TRIGGER, number="priority = var.number")], "error", "AWS refuses it", id="a number of the deployment"
        ),
        pytest.param([rule("a", FIRST, TRIGGER, number="")], "warning", "after all others", id="no number"),
        pytest.param([rule("a", FIRST, TRIGGER, "prevent_destroy = true")], "warning", "`prevent_destroy` refuses that", id="kept"),
        pytest.param([rule("a", TRIGGER)], None, "", id="the default is not read"),
        pytest.param(
            [rule("a", TRIGGER), rule("b", number="priority = 20", path="/*")],
            "info",
            "20 aws_lb_listener_rule.b (/*) may answer",
            id="away for a moment",
        ),
        pytest.param(
            [rule("a", TRIGGER, "create_before_destroy = false"), DEPENDENT.format(more="")], "error", "AWS refuses", id="inherited"
        ),
        pytest.param([rule("a", TRIGGER), CHAIN], "error", "AWS refuses", id="inherited from afar"),
        pytest.param([rule("a", TRIGGER), DEPENDENT.format(more="b")], None, "", id="another rule's dependent"),
    ],
)
def test_what_a_trigger_does(tmp_path, blocks, severity, words):
    told = found(tmp_path, *blocks)
    assert [item.severity.label for item in told] == ([severity] if severity else [])
    assert all(words in item.message and "`aws_lb_target_group.a.arn` and `terraform_data.b[0]`" in item.message for item in told)


def test_the_stand_in_is_confirmed(tmp_path):
    (item,) = found(tmp_path, rule("a", TRIGGER), rule("b", number="priority = 20", path="/*"))
    assert [(witness.role, witness.request.path) for witness in item.witnesses] == [("escapes", "/a/")]
    assert [related.rule.name for related in item.related] == ["aws_lb_listener_rule.b"]


def test_json_syntax(tmp_path):
    (tmp_path / "main.tf.json").write_text(
        '{"resource": {"aws_lb_listener_rule": {"a": {"listener_arn": "front", "priority": 10,'
        '"action": {"type": "forward", "target_group_arn": "t"}, "condition": {"path_pattern": {"values": ["/a"]}},'
        '"lifecycle": {"create_before_destroy": true, "replace_triggered_by": ["aws_lb_target_group.a"]}}}}}',
        "utf-8",
    )
    (item,) = found(tmp_path)
    assert item.severity.label == "error" and "`aws_lb_target_group.a`" in item.message

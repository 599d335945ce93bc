"""What plans, previews and change sets do to rules, and what is said of it."""

import json
from typing import Any

import pytest

from alb_lint import inputs, pipeline, selections
from alb_lint.config import Config
from alb_lint.model import Deployment, Estate
from shorthand import TODAY

HEAD = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:"
LISTENER = f"{HEAD}listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2"
OTHER = f"{HEAD}listener/app/web/50dc6c495c0c9188/0000000000000000"
GROUP = f"{HEAD}targetgroup/api/73e2d6bc24d8a067"
EMPTY = {kind: [] for kind in ("host_header", "http_header", "http_request_method", "query_string", "source_ip")}
Side = tuple[int, str] | tuple[int, str, str] | None
"""(number, path), and the listener where it is another one."""


def arn(name: str) -> str:
    return f"{HEAD}listener-rule/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2/{name}"


def listener_of(side: Any) -> str:
    return side[2] if len(side) > 2 else LISTENER


def terraform(*changes: tuple[str, Side, Side, str], needs: dict[str, list[str]] | None = None) -> str:
    def values(side: Side, name: str) -> Any:
        if side is None:
            return None
        return {
            "listener_arn": listener_of(side), "priority": side[0], "arn": arn(name), "id": arn(name),
            "condition": [EMPTY | {"path_pattern": [{"values": [side[1]], "regex_values": []}]}],
            "action": [{"type": "forward", "target_group_arn": GROUP, "order": 1}],
        }  # fmt: skip

    made = [
        {
            "address": f"aws_lb_listener_rule.{name}", "mode": "managed", "type": "aws_lb_listener_rule", "name": name.split("[")[0],
            "change": {"actions": actions.split(","), "before": values(before, name), "after": values(after, name), "after_unknown": {}},
        }
        for name, before, after, actions in changes
    ]  # fmt: skip
    resources = [
        {
            "type": "aws_lb_listener_rule", "mode": "managed", "name": name,
            "depends_on": [f"aws_lb_listener_rule.{other}" for other in (needs or {}).get(name, [])],
        }
        for name in dict.fromkeys(change["name"] for change in made)
    ]  # fmt: skip
    return json.dumps(
        {
            "format_version": "1.2",
            "resource_changes": made,
            "configuration": {"root_module": {"resources": resources}},
            "planned_values": {},
        }
    )


def pulumi(*steps: tuple[str, Side, Side, str], needs: dict[str, list[str]] | None = None) -> str:
    def urn(name: str) -> str:
        return f"urn:pulumi:prod::shop::my:index:Web$aws:lb/listenerRule:ListenerRule::{name}"

    def state(side: Side, name: str) -> Any:
        if side is None:
            return None
        inputs = {
            "listenerArn": listener_of(side), "priority": side[0],
            "conditions": [{"pathPattern": {"values": [side[1]]}}], "actions": [{"type": "forward", "targetGroupArn": GROUP}],
        }  # fmt: skip
        return {
            "urn": urn(name), "type": "aws:lb/listenerRule:ListenerRule", "inputs": inputs,
            "dependencies": [urn(other) for other in (needs or {}).get(name, [])],
        }  # fmt: skip

    made = [
        {"op": op, "urn": urn(name)}
        | ({"oldState": state(before, name)} if before and op != "create-replacement" else {})
        | ({"newState": state(after, name)} if after and not op.startswith("delete") else {})
        for name, before, after, ops in steps
        for op in ops.split(",")
    ]
    return json.dumps({"config": {}, "steps": made, "changeSummary": {"update": 1}})


def change_set(*changes: tuple[str, Side, Side, str], needs: dict[str, list[str]] | None = None) -> str:
    assert not needs

    def context(side: Side) -> dict[str, Any]:
        if side is None:
            return {}
        properties = {
            "ListenerArn": listener_of(side), "Priority": str(side[0]),
            "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": [side[1]]}}],
            "Actions": [{"Type": "forward", "TargetGroupArn": GROUP}],
        }  # fmt: skip
        return {"Properties": properties}

    made = [
        {
            "Type": "Resource",
            "ResourceChange": {
                "Action": action.split(",")[0], "LogicalResourceId": name, "ResourceType": "AWS::ElasticLoadBalancingV2::ListenerRule",
                "Replacement": "True" if "," in action else "False", "BeforeContext": json.dumps(context(before)) if before else None,
                "AfterContext": json.dumps(context(after)) if after else None,
            },
        }
        for name, before, after, action in changes
    ]  # fmt: skip
    return json.dumps({"Changes": made, "ChangeSetName": "c", "StackName": "s"})


TOOLS = {
    "Terraform": (terraform, {"make": "create", "move": "update", "drop": "delete", "anew": "create,delete", "again": "delete,create"}),
    "Pulumi": (
        pulumi,
        {
            "make": "create", "move": "update", "drop": "delete", "anew": "create-replacement,replace,delete-replaced",
            "again": "delete-replaced,replace,create-replacement",
        },
    ),
    "CloudFormation": (change_set, {"make": "Add", "move": "Modify", "drop": "Remove", "anew": "Modify,replaced"}),
}  # fmt: skip


def written(tool: str, *changes: tuple[str, Side, Side, str], **more: Any) -> str:
    write, words = TOOLS[tool]
    return write(*((name, before, after, words[kind]) for name, before, after, kind in changes), **more)  # type: ignore[operator]


def read(text: str, tmp_path, monkeypatch) -> Estate:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "it.json").write_text(text, "utf-8")
    return inputs.read(["it.json"], Config())


def told(estate: Estate) -> list[Deployment]:
    return [deployment for listener in estate.listeners for deployment in listener.deployments]


@pytest.mark.parametrize("tool", TOOLS)
def test_one_story_in_every_tool(tool, tmp_path, monkeypatch):
    moved, made, gone = ("a", (10, "/a"), (20, "/a"), "move"), ("b", None, (30, "/b"), "make"), ("c", (40, "/c"), None, "drop")
    anew = ("d", (50, "/d"), (51, "/d2"), "anew")
    (deployment,) = told(read(written(tool, moved, made, gone, anew), tmp_path, monkeypatch))
    assert deployment.tool == tool
    numbers = [(change.before and change.before.priority, change.after and change.after.priority) for change in deployment.changes]
    assert numbers == [(10, 20), (None, 30), (40, None), (50, 51)]
    assert [change.replaces for change in deployment.changes] == ["", "", "", "create-first"]


@pytest.mark.parametrize("tool", TOOLS)
def test_a_rule_that_changes_its_listener_goes_from_one_and_comes_to_the_other(tool, tmp_path, monkeypatch):
    estate = read(written(tool, ("a", (10, "/a"), (10, "/a", OTHER), "anew")), tmp_path, monkeypatch)
    found = {
        listener.id: [(change.before is None, change.after is None) for deployment in listener.deployments for change in deployment.changes]
        for listener in estate.listeners
    }
    assert found == {LISTENER: [(False, True)], OTHER: [(True, False)]}


BETWEEN = ", and Terraform keeps no order between the two"
SAID = [
    pytest.param("Pulumi", [("new", None, (100, "/x"), "make"), ("old", (100, "/x"), None, "drop")],
        ["100 priority 100 is in use by 100 old (/x): Pulumi deletes it only after it has made or moved all others"],
        'aliases: [{ name: "old" }]', id="renamed in Pulumi"),
    pytest.param("CloudFormation", [("New", None, (100, "/x"), "make"), ("Old", (100, "/x"), None, "drop")],
        ["100 priority 100 is in use by 100 Old (/x): CloudFormation deletes it only after it has made or moved all others"],
        "keep the logical id Old", id="renamed in CloudFormation"),
    pytest.param("Terraform", [("new", None, (100, "/x"), "make"), ("old", (100, "/x"), None, "drop")],
        ["100? priority 100 is in use until 100 aws_lb_listener_rule.old (/x) is deleted…"],
        "moved { from = aws_lb_listener_rule.old, to = aws_lb_listener_rule.new }", id="renamed in Terraform"),
    pytest.param("Terraform", [("new", None, (100, "/y"), "make"), ('old["k"]', (100, "/x"), None, "drop")],
        ['100? priority 100 is in use until 100 aws_lb_listener_rule.old["k"] (/x) is deleted…'],
        "terraform apply -target='aws_lb_listener_rule.old[\"k\"]', then the rest", id="another rule takes the number"),
    pytest.param("Pulumi", [("a", (1, "/a"), (2, "/a"), "move"), ("b", (2, "/b"), (1, "/b"), "move")],
        ["1 priority 1 is in use by 1 a (/a), and each of these moves waits for another: 1 to 2, then 2 to 1"],
        "one SetRulePriorities call", id="a swap is told once"),
    pytest.param("Pulumi", [("a", (1, "/a"), (1, "/b"), "anew")],
        ["1 Pulumi makes the new rule on 1 before it deletes the old one, which holds the number"],
        "deleteBeforeReplace: true", id="made anew on its own number"),
    pytest.param("Pulumi", [("a", (1, "/a"), (1, "/b"), "again")], [], "", id="deleted before it is made anew"),
    pytest.param("Terraform", [("a", (1, "/a"), (1, "/b"), "anew")],
        ["1 Terraform makes the new rule on 1 before it deletes the old one, which holds the number"],
        "take `create_before_destroy` out", id="create_before_destroy on its own number"),
    pytest.param("Terraform", [("a", (1, "/a"), (2, "/a"), "move"), ("b", (2, "/b"), (3, "/b"), "move")],
        ["2? priority 2 is in use until 2 aws_lb_listener_rule.b (/b) has moved to 3…"],
        "let it wait for aws_lb_listener_rule.b with `depends_on`", id="a chain"),
    pytest.param("CloudFormation", [("A", (1, "/a"), (2, "/a"), "move")], [], "", id="onto a free number"),
]  # fmt: skip


@pytest.mark.parametrize(("tool", "changes", "expected", "way_out"), SAID)
def test_what_is_said(tool, changes, expected, way_out, tmp_path, monkeypatch):
    estate = read(written(tool, *changes), tmp_path, monkeypatch)
    summary = pipeline.lint(estate, Config(), TODAY, selections.selection(("ALB401", "ALB406"), ()))
    mark = {"proved": "", "possible": "?"}
    assert [
        f"{finding.rule.priority}{mark[finding.confidence]} {finding.message.replace(BETWEEN, '…')}" for finding in summary.findings
    ] == expected
    assert all(finding.info.code == "ALB401" for finding in summary.findings)
    assert all(way_out in finding.help for finding in summary.findings)


@pytest.mark.parametrize("tool", ["Terraform", "Pulumi"])
def test_an_order_that_the_tool_keeps_is_safe(tool, tmp_path, monkeypatch):
    text = written(tool, ("a", (1, "/a"), (2, "/a"), "move"), ("b", (2, "/b"), (3, "/b"), "move"), needs={"a": ["b"]})
    summary = pipeline.lint(read(text, tmp_path, monkeypatch), Config(), TODAY, selections.selection(("ALB4",), ()))
    assert [(finding.info.code, finding.rule.priority) for finding in summary.findings] == [("ALB406", 2)]


@pytest.mark.parametrize(("tool", "word"), [("Terraform", "depends_on"), ("Pulumi", "dependsOn")])
def test_a_rule_that_waits_for_the_one_that_takes_its_number(tool, word, tmp_path, monkeypatch):
    text = written(tool, ("a", (1, "/a"), (2, "/a"), "move"), ("b", (2, "/b"), (3, "/b"), "move"), needs={"b": ["a"]})
    summary = pipeline.lint(read(text, tmp_path, monkeypatch), Config(), TODAY, selections.selection(("ALB401",), ()))
    (finding,) = summary.findings
    assert finding.message.endswith(f"(/b), which waits for this rule: {tool} moves it only after it has moved this one")
    assert finding.confidence == "proved"
    assert finding.help.startswith(f"take out what it waits by (`{word}`, or a reference)")


def test_an_alternative_without_property_values_is_a_gap(tmp_path, monkeypatch):
    document = json.loads(written("CloudFormation", ("A", (1, "/a"), (2, "/a"), "move")))
    for item in document["Changes"]:
        item["ResourceChange"].update(BeforeContext=None, AfterContext=None)
    estate = read(json.dumps(document), tmp_path, monkeypatch)
    assert [gap.reason.partition(":")[0] for gap in estate.gaps] == ["A"]
    assert "--include-property-values" in estate.gaps[0].reason


@pytest.mark.parametrize(("kind", "gaps"), [("AWS::SQS::Queue", 0), ("AWS::ElasticLoadBalancingV2::ListenerRule", 1)])
def test_what_holds_a_change_set_inside_is_a_gap_if_it_is_about_rules(kind, gaps, tmp_path, monkeypatch):
    inside = {"recorded": {"Changes": [{"ResourceChange": {"ResourceType": kind}}]}}
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/it.json").write_text(json.dumps(inside))
    monkeypatch.chdir(tmp_path)
    assert len(inputs.read(["folder"], Config()).gaps) == gaps


def test_a_change_set_does_not_tell_the_listener_whole(tmp_path, monkeypatch):
    estate = read(written("CloudFormation", ("A", None, (2, "/a"), "make")), tmp_path, monkeypatch)
    assert estate.listeners[0].unread is not None


@pytest.mark.parametrize("junk", [None, [], {}, 3, "x", [None], {"ResourceChange": 3}, "[" * 9000])
def test_any_field_may_have_any_type(junk, tmp_path, monkeypatch):
    for field in ("Action", "LogicalResourceId", "PhysicalResourceId", "Replacement", "BeforeContext", "AfterContext"):
        document = json.loads(written("CloudFormation", ("A", (1, "/a"), (2, "/a"), "move")))
        document["Changes"][0]["ResourceChange"][field] = junk
        document["Changes"].append(junk)
        read(json.dumps(document), tmp_path, monkeypatch)

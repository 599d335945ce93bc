"""`audit --against`, where it is known which live rule is which of the code: by a state, by CloudFormation's tags, by a plan."""

import json
from pathlib import Path
from typing import Any

import pytest

from running import export, inside, listener_arn, raw

LISTENER = listener_arn()


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def arn(number: int) -> str:
    return f"{LISTENER.replace(':listener/', ':listener-rule/')}/{number:0>16}"


def tf(*rules: tuple[str, int, str], more: str = "") -> str:
    blocks = (
        f'resource "aws_lb_listener_rule" "{name}" {{\n listener_arn = "{LISTENER}"\n priority = {number}\n'
        f' action {{\n type = "forward"\n target_group_arn = aws_lb_target_group.x.arn\n }}\n'
        f' condition {{\n path_pattern {{\n values = ["{path}"]\n }}\n }}\n}}\n'
        for name, number, path in rules
    )
    return "".join(blocks) + more


def tfstate(**rules: int) -> str:
    """`name=number of the ARN`."""
    made = [
        {
            "mode": "managed", "type": "aws_lb_listener_rule", "name": name,
            "instances": [{"attributes": {
                "id": arn(number), "arn": arn(number), "listener_arn": LISTENER, "priority": 1,
                "condition": [{"path_pattern": [{"values": ["/old"]}]}], "action": [{"type": "forward", "target_group_arn": "arn:x"}],
            }}],
        }
        for name, number in rules.items()
    ]  # fmt: skip
    return json.dumps({"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {}, "resources": made})


def ts(*rules: tuple[str, int, str]) -> str:
    lines = (
        f'new aws.lb.ListenerRule("{name}", {{ listenerArn: "{LISTENER}", priority: {number},'
        f' conditions: [{{ pathPattern: {{ values: ["{path}"] }} }}], actions: [{{ type: "forward", targetGroupArn: web.arn }}] }});\n'
        for name, number, path in rules
    )
    return 'import * as aws from "@pulumi/aws";\nconst web = new aws.lb.TargetGroup("web", {});\n' + "".join(lines)


def stack(**rules: int) -> str:
    made = [
        {
            "urn": f"urn:pulumi:prod::shop::aws:lb/listenerRule:ListenerRule::{name.replace('_', '-')}", "custom": True, "id": arn(number),
            "type": "aws:lb/listenerRule:ListenerRule", "inputs": {"listenerArn": LISTENER, "priority": 1},
            "outputs": {
                "listenerArn": LISTENER, "priority": 1, "conditions": [{"pathPattern": {"values": ["/old"]}}],
                "actions": [{"type": "forward", "targetGroupArn": "arn:x"}],
            },
        }
        for name, number in rules.items()
    ]  # fmt: skip
    return json.dumps({"version": 3, "deployment": {"manifest": {"time": "2026-01-01T00:00:00Z"}, "resources": made}})


PREVIEW = {
    "steps": [
        {
            "op": "create",
            "urn": "urn:pulumi:prod::shop::aws:lb/listenerRule:ListenerRule::a",
            "newState": {
                "urn": "urn:pulumi:prod::shop::aws:lb/listenerRule:ListenerRule::a", "custom": True,
                "type": "aws:lb/listenerRule:ListenerRule",
                "inputs": {"listenerArn": LISTENER, "priority": 1, "conditions": [{"pathPattern": {"values": ["/a"]}}], "actions": []},
            },
        }
    ]
}  # fmt: skip


def template(*rules: tuple[str, int, str]) -> str:
    made = {
        name: {
            "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
            "Properties": {
                "ListenerArn": LISTENER, "Priority": number, "Conditions": [{"Field": "path-pattern", "Values": [path]}],
                "Actions": [{"Type": "forward", "TargetGroupArn": {"Ref": "Group"}}],
            },
        }
        for name, number, path in rules
    }  # fmt: skip
    return json.dumps({"Resources": made, "Parameters": {"Group": {"Type": "String"}}})


def tagged(**stacks: dict[int, str]) -> dict[str, Any]:
    """The tags that CloudFormation gives: by stack, number of the rule → logical id."""
    return {
        "TagDescriptions": [
            {
                "ResourceArn": arn(number),
                "Tags": [
                    {"Key": "aws:cloudformation:stack-id", "Value": name},
                    {"Key": "aws:cloudformation:logical-id", "Value": logical},
                ],
            }
            for name, rules in stacks.items()
            for number, logical in rules.items()
        ]
    }


def said(live: str, code: dict[str, str], *states: str, select: str = "ALB401,ALB402,ALB404,ALB405") -> list[str]:
    Path("live.json").write_text(live, "utf-8")
    for name, text in code.items():
        Path("code", name).parent.mkdir(parents=True, exist_ok=True)
        Path("code", name).write_text(text, "utf-8")
    flags: list[str] = []
    for at, text in enumerate(states):
        Path(f"{at}.state.json").write_text(text, "utf-8")
        flags += ["--state", f"{at}.state.json"]
    done = inside("audit", "--snapshot", "live.json", "--against", "code", *flags, "--select", select, "--format", "json")
    assert done.code in (0, 1), done.err
    mark = {"proved": "", "possible": "?"}
    found = (item for item in done.json["findings"] if item["severity"] != "info")
    return sorted(f"{item['code']} {item['rule']['priority']}{mark[item['confidence']]}" for item in found)


A, B = raw(10, "/a"), raw(20, "/b")

ROWS = [
    pytest.param([A], {"main.tf": tf(("a", 10, "/a"))}, [tfstate(a=10)], [], id="the same"),
    pytest.param([A], {"main.tf": tf(("a", 10, "/other"))}, [tfstate(a=10)], ["ALB404 10"], id="the same with other conditions"),
    pytest.param([A], {"main.tf": tf(("b", 10, "/a"))}, [tfstate(a=10)], ["ALB401 10?"], id="another with the same conditions"),
    pytest.param([A], {"main.tf": tf(("b", 10, "/a"), more="moved {\n from = aws_lb_listener_rule.a\n to = aws_lb_listener_rule.b\n}\n")},
        [tfstate(a=10)], [], id="renamed and said so"),
    pytest.param([A], {"main.tf": tf(("a", 20, "/a"))}, [tfstate(a=10)], ["ALB405 20"], id="moved"),
    pytest.param([A, B], {"main.tf": tf(("a", 20, "/a"))}, [tfstate(a=10)], ["ALB401 20", "ALB402 20", "ALB405 20"], id="onto one of no state"),
    pytest.param([A, B], {"main.tf": tf(("a", 20, "/a"))}, [tfstate(a=10, b=20)], ["ALB401 20?", "ALB405 20"], id="onto one that goes"),
    pytest.param([A, B], {"main.tf": tf(("a", 20, "/a"), ("b", 10, "/b"))}, [tfstate(a=10, b=20)], ["ALB401 10", "ALB405 10", "ALB405 20"],
        id="a swap"),
    pytest.param([A, B], {"main.tf": tf(("a", 10, "/a"))}, [tfstate(a=10, b=20)], [], id="what goes is no orphan"),
    pytest.param([A, B], {"one/main.tf": tf(("a", 10, "/a")), "two/main.tf": tf(("b", 20, "/b"))}, [tfstate(a=10)], [], id="two roots, one state"),
    pytest.param([A], {"Pulumi.yaml": "name: shop\nruntime: nodejs\n", "index.ts": ts(("new", 10, "/a"))}, [stack(old=10)], ["ALB401 10"],
        id="renamed in Pulumi"),
    pytest.param([A], {"Pulumi.yaml": "name: shop\nruntime: nodejs\n", "index.ts": ts(("a", 10, "/x"))}, [stack(a=10)], ["ALB404 10"],
        id="the same in Pulumi"),
]  # fmt: skip


@pytest.mark.parametrize(("live", "code", "states", "expected"), ROWS)
def test_by_state(live, code, states, expected):
    assert said(export(*live), code, *states) == expected


@pytest.mark.parametrize(
    ("tags", "rules", "expected"),
    [
        pytest.param({"s": {10: "A", 20: "B"}}, [("A", 10, "/a"), ("New", 20, "/b")], ["ALB401 20"], id="renamed"),
        pytest.param({"s": {10: "A"}, "other": {20: "Z"}}, [("A", 10, "/a")], ["ALB402 20"], id="another stack's is an orphan here"),
        pytest.param({"s": {10: "A"}, "t": {20: "A"}}, [("A", 10, "/a")], ["ALB402 20"], id="one template, two stacks: by what they say"),
    ],
)
def test_by_the_tags_of_a_stack(tags, rules, expected):
    assert said(export(A, B, **tagged(**tags)), {"t.json": template(*rules)}) == expected


@pytest.mark.parametrize(
    ("name", "severity"),
    [
        pytest.param("cart-lambda", "warning", id="another name for the same thing"),
        pytest.param("shop-prod-Cart.Route", "info", id="a name built around the code's"),
        pytest.param("cart", "info", id="a name within the code's"),
    ],
)
def test_a_rule_under_another_name_may_be_a_rename(name, severity):
    live = export(A, TagDescriptions=[{"ResourceArn": arn(10), "Tags": [{"Key": "Name", "Value": name}]}])
    Path("live.json").write_text(live, "utf-8")
    Path("index.ts").write_text(ts(("cart-route", 10, "/a")), "utf-8")
    done = inside("audit", "--snapshot", "live.json", "--against", "index.ts", "--select", "ALB401", "--format", "json")
    (finding,) = done.json["findings"]
    assert (finding["severity"], finding["confidence"]) == (severity, "possible")
    assert "--state" in finding["help"]


def test_a_state_stands_for_the_live_rules_and_tells_which_is_which():
    Path("state.json").write_text(stack(cart=10, old=20), "utf-8")
    Path("index.ts").write_text(ts(("cart", 1, "/old"), ("new", 1, "/new")), "utf-8")
    done = inside("audit", "--snapshot", "state.json", "--against", "index.ts", "--select", "ALB401,ALB402,ALB404", "--format", "json")
    assert [(found["code"], found["rule"]["name"]) for found in done.json["findings"]] == [("ALB401", "new")]
    assert "rules that others made on its listeners are not in it" in done.err


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("main.tf", tf(("a", 10, "/a")), "is no export but terraform"),
        ("plan.json", json.dumps(PREVIEW), "says what will be, not what is"),
    ],
)
def test_what_is_no_export_is_no_snapshot(name, text, says):
    Path(name).write_text(text, "utf-8")
    done = inside("audit", "--snapshot", name)
    assert (done.code, says in done.err) == (2, True)


def test_what_is_no_state_is_refused():
    Path("live.json").write_text(export(A), "utf-8")
    Path("main.tf").write_text(tf(("a", 10, "/a")), "utf-8")
    done = inside("audit", "--snapshot", "live.json", "--against", "main.tf", "--state", "live.json")
    assert done.code == 2
    assert "is no state but aws-json" in done.err

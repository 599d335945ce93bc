"""A state of Pulumi and the program that made it, in one run: a rule of both is one rule, and says what the code says."""

import json
from pathlib import Path

import pytest

from alb_lint import inputs, pipeline
from alb_lint.config import Config
from alb_lint.model import Forward
from shorthand import config

ARN = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:"
LISTENER = f"{ARN}listener/app/edge/0123456789abcdef/0123456789abcdef"
GROUP = f"{ARN}targetgroup/web-1a2b3c4/0123456789abcdef"
ONE = '[[listener]]\nname = "edge"\nids = ["*:listener/app/edge/*", "*aws.lb.Listener:edge"]\n'
PROGRAM = (
    'import * as aws from "@pulumi/aws";\n'
    'const listener = new aws.lb.Listener("edge", { port: 443 });\n'
    'const web = new aws.lb.TargetGroup("web", {});\n'
    "const to = (values: string[]) => ({ listenerArn: listener.arn, conditions: [{ pathPattern: { values } }],\n"
    '  actions: [{ type: "forward", targetGroupArn: web.arn }] });\n'
)


def resource(stack, kind, name, identifier, project="shop", **properties):
    urn = f"urn:pulumi:{stack}::{project}::my:Component$aws:lb/{kind}::{name}"
    return {
        "urn": urn,
        "type": f"aws:lb/{kind}",
        "id": identifier,
        "inputs": properties,
        "outputs": properties | {"id": identifier, "arn": identifier},
    }


def rule(name, priority, path, identifier="aaaa", stack="prod", project="shop"):
    return resource(
        stack,
        "listenerRule:ListenerRule",
        name,
        LISTENER.replace(":listener/", ":listener-rule/") + f"/{identifier}",
        project,
        listenerArn=LISTENER,
        priority=priority,
        conditions=[{"pathPattern": {"values": [path]}}],
        actions=[{"type": "forward", "targetGroupArn": GROUP}],
    )


def state(*rules, stack="prod"):
    shared = [resource(stack, "listener:Listener", "edge", LISTENER, port=443)]
    shared += [resource(stack, "targetGroup:TargetGroup", "web", GROUP)]
    return json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": [*shared, *rules]}})


def write(folder: Path, code: str, **states: str) -> None:
    (folder / "prog").mkdir()
    (folder / "prog/Pulumi.yaml").write_text("name: shop\nruntime: nodejs\n")
    (folder / "prog/index.ts").write_text(PROGRAM + code)
    for name, text in states.items():
        (folder / f"{name}.json").write_text(text)


def read(folder: Path) -> list[str]:
    found = inputs.read([str(folder)], config(ONE))
    assert len(found.listeners) == 1
    return sorted(
        f"{one.name} {one.priority} {one.conditions[0].values[0]} {'code' if one.location.file.endswith('.ts') else 'state'}"
        for one in found.listeners[0].rules
    )


CASES = {
    "alike": (
        'new aws.lb.ListenerRule("cart", { ...to(["/cart"]), priority: 100 });',
        (rule("cart", 100, "/cart"),),
        ["cart 100 /cart state"],
    ),
    "another number": (
        'new aws.lb.ListenerRule("cart", { ...to(["/cart"]), priority: 200 });',
        (rule("cart", 100, "/cart"),),
        ["cart 200 /cart code"],
    ),
    "other conditions": (
        'new aws.lb.ListenerRule("cart", { ...to(["/basket"]), priority: 100 });',
        (rule("cart", 100, "/cart"),),
        ["cart 100 /basket code"],
    ),
    "another name": (
        'new aws.lb.ListenerRule("basket", { ...to(["/basket"]), priority: 100 });',
        (rule("cart", 100, "/cart"),),
        ["basket 100 /basket code", "cart 100 /cart state"],
    ),
    "another project": (
        'new aws.lb.ListenerRule("cart", { ...to(["/basket"]), priority: 100 });',
        (rule("cart", 100, "/cart", project="blog"),),
        ["cart 100 /basket code", "cart 100 /cart state"],
    ),
    "two of the name under different parents": (
        'new aws.lb.ListenerRule("cart", { ...to(["/basket"]), priority: 100 });',
        (rule("cart", 100, "/cart"), rule("cart", 101, "/help", "bbbb")),
        ["cart 100 /basket code", "cart 100 /cart state", "cart 101 /help state"],
    ),
    "two ways of one rule": (
        'new aws.lb.ListenerRule("cart", { ...to(["/cart"]), priority: isProd ? 100 : 200 });',
        (rule("cart", 300, "/cart"),),
        ["cart 100 /cart code", "cart 200 /cart code"],
    ),
}


@pytest.mark.parametrize(("code", "rules", "wanted"), CASES.values(), ids=CASES)
def test_which_rule_counts(tmp_path, code, rules, wanted):
    write(tmp_path, f"{code}\n", state=state(*rules))
    assert read(tmp_path) == wanted


def test_a_state_tells_the_id_of_a_target_group_that_the_code_names(tmp_path):
    write(tmp_path, 'new aws.lb.ListenerRule("cart", { ...to(["/cart"]), priority: 200 });\n', state=state(rule("cart", 100, "/cart")))
    action = inputs.read([str(tmp_path)], config(ONE)).listeners[0].rules[0].actions[0]
    assert isinstance(action, Forward)
    assert [share.target_group for share in action.shares] == [GROUP]


def test_the_code_acts_like_the_state_that_it_made(tmp_path):
    write(tmp_path, 'new aws.lb.ListenerRule("cart", { ...to(["/cart"]), priority: 100 });\n', state=state(rule("cart", 100, "/cart")))
    old, new = (inputs.read([str(tmp_path / name)], Config()) for name in ("state.json", "prog"))
    assert pipeline.compare(old, new).equivalent is True
    assert pipeline.compare(new, old).equivalent is True


def test_two_states_that_disagree_about_a_target_group_tell_nothing(tmp_path):
    other = state(rule("cart", 100, "/cart", stack="test"), stack="test").replace("web-1a2b3c4", "web-9")
    write(
        tmp_path,
        'new aws.lb.ListenerRule("cart", { ...to(["/cart"]), priority: 200 });\n',
        one=state(rule("help", 5, "/help", "bbbb")),
        two=other,
    )
    rules = inputs.read([str(tmp_path)], config(ONE)).listeners[0].rules
    groups = {share.target_group for one in rules if isinstance(one.actions[0], Forward) for share in one.actions[0].shares}
    assert "aws.lb.TargetGroup:web" in groups

"""One listener that uses all there is, written for every source, gives one equal model."""

from dataclasses import replace
from pathlib import Path

import pytest

from alb_lint import inputs
from alb_lint.config import Config
from alb_lint.model import Forward, Listener, Rule, Share, Unknown

HERE = Path(__file__).parent
SOURCES = {
    "aws-json": "aws_json/rules.json",
    "cloudformation": "cloudformation/template.yaml",
    "terraform": "terraform/main.tf",
    "terraform-json": "terraform_json/plan.json",
    "pulumi": "pulumi/index.ts",
    "pulumi yaml": "pulumi_yaml/Pulumi.yaml",
    "pulumi-json": "pulumi_json/stack.json",
}


def short(group: str | Unknown) -> str:
    """The name of a target group, however a source refers to it."""
    assert isinstance(group, str)
    name = group.split(":targetgroup/")[1].split("/")[0] if ":targetgroup/" in group else group.replace(":", ".").rsplit(".", 1)[-1]
    return name.lower()


def bare(rule: Rule) -> object:
    """What a rule says, without where it was said."""
    actions = tuple(
        replace(action, shares=tuple(Share(short(share.target_group), share.weight) for share in action.shares))
        if isinstance(action, Forward)
        else action
        for action in rule.actions
    )
    return rule.priority, frozenset(rule.conditions), actions, frozenset(rule.transforms), rule.is_default, rule.presence


def read(name: str) -> Listener:
    estate = inputs.read([str(HERE / SOURCES[name])], Config())
    assert not estate.gaps, [gap.reason for gap in estate.gaps]
    assert len(estate.listeners) == 1
    return estate.listeners[0]


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_tells_the_same(name: str) -> None:
    expected, told = read("cloudformation"), read(name)
    assert sorted(map(bare, told.rules), key=str) == sorted(map(bare, expected.rules), key=str)
    assert len(told.rules) == 5
    assert told.default is None or expected.default is None or bare(told.default)[2] == bare(expected.default)[2]  # type: ignore[index]
    assert told.protocol in ("", "HTTPS")
    assert told.port in (0, 443)

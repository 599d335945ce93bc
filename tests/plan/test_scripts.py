"""Patches and rollouts as plain functions."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from alb_lint import pipeline
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.errors import PlanRefused
from alb_lint.model import Estate, PrioritySite
from alb_lint.plan import scripts
from alb_lint.plan.planner import Options
from alb_lint.plan.scripts.patch import Edit, edited, files, patch_of, render
from alb_lint.plan.steps.commands import region, runnable
from alb_lint.plan.wanted.rollout import STEPS, rollouts
from shorthand import TODAY, config, listener

RANGE = '[[range]]\nname = "v"\npriorities = "100-109"\nlistener = "A"\nmatch = { paths = ["/v/*"] }\n'


def test_one_file_per_script():
    files = {path.stem for path in Path(scripts.__file__).parent.glob("*.py")} - {"__init__", "script"}
    assert files == {item.name.replace("-", "_") for item in scripts.ALL}


def site(file="x.tf", offset=0, text="10"):
    return PrioritySite(file, 1, offset + 1, offset, len(text.encode()), text)


def proposal(listeners, settings, **wishes):
    estate = Estate(tuple(listeners))
    return pipeline.propose(estate, settings, Options(TODAY, **wishes))


def sited(made, sites):
    return replace(made, rules=tuple(replace(rule, priority_site=sites.get(rule.id)) for rule in made.rules))


def test_a_literal_of_a_rule_that_stays_is_not_changed():
    here = sited(listener("10 path=/v/a -> tg1", id="A"), {"r10": site()})
    there = sited(listener("10 path=/v/a -> tg1", id="B"), {"r10": site()})
    patch = patch_of(proposal([here, there], config(RANGE)))
    assert patch.edits == ()
    (hand,) = patch.by_hand
    assert "several rules, which get 10 and 100" in hand.task


def test_a_literal_of_rules_that_get_the_same_number_is_changed_once():
    both = RANGE.replace('listener = "A"\n', "")
    listeners = [sited(listener("10 path=/v/a -> tg1", id=name), {"r10": site()}) for name in "AB"]
    patch = patch_of(proposal(listeners, config(both)))
    assert [(edit.site, edit.new) for edit in patch.edits] == [(site(), 100)]
    assert patch.by_hand == ()


@pytest.mark.parametrize("file", ["", "-"])
def test_what_came_from_no_file_is_done_by_hand(file):
    patch = patch_of(proposal([sited(listener("10 path=/v/a -> tg1", id="A"), {"r10": site(file)})], config(RANGE)))
    assert files(patch) == ()
    assert len(patch.by_hand) == 1


def test_twins_are_merged_by_hand():
    patch = patch_of(proposal([listener("10 path=/v/a -> tg1", "20 path=/v/a -> tg2", id="A")], config(RANGE), merge_twins=True))
    assert any("its twins are deleted" in item.task and "20 (/v/a)" in item.task for item in patch.by_hand)


@pytest.mark.parametrize(
    ("data", "edits", "wanted"),
    [
        (b"10", [(0, "10", 7)], b"7"),
        (b"a 10 b 20 c", [(7, "20", 2000), (2, "10", 1)], b"a 1 b 2000 c"),
        ("é 10".encode(), [(3, "10", 100)], "é 100".encode()),
        (b"\xff10\xff", [(1, "10", 11)], b"\xff11\xff"),
        (b"1010", [(0, "10", 1), (2, "10", 2)], b"12"),
    ],
)
def test_edited(data, edits, wanted):
    assert edited(data, [Edit(site("x", offset, text), new) for offset, text, new in edits]) == wanted


@pytest.mark.parametrize(("data", "offset"), [(b"11", 0), (b"", 0), (b"10", 1), (b" 10", 0)])
def test_edited_refuses_another_text(data, offset):
    with pytest.raises(PlanRefused):
        edited(data, [Edit(site("x", offset), 7)])


def test_edited_refuses_two_edits_of_one_place():
    with pytest.raises(PlanRefused):
        edited(b"10", [Edit(site(), 7), Edit(site(), 8)])


@pytest.mark.parametrize("count", range(1, 10))
def test_hunks_that_touch_are_one(count):
    data = b"10\n" + b"-\n" * (count - 1) + b"20\n" + b"-\n" * 9
    sites = {"r10": site(), "r20": site(offset=3 + 2 * (count - 1), text="20")}
    made = proposal([sited(listener("10 path=/v/a -> tg1", "20 path=/v/b -> tg2", id="A"), sites)], config(RANGE))
    text = render(made, {"x.tf": data})
    assert text.count("@@ -") == (1 if count <= 7 else 2)
    kept = [line for line in text.splitlines() if line.startswith("+") and not line.startswith("+++")]
    assert kept == ["+100", "+101"]


WEIGHTS = '[[weights]]\nenvironment = "e"\nlistener = "A"\ngroups = { "new*" = 20 }\n'


@pytest.mark.parametrize(
    ("rules", "toml", "groups", "new", "steps"),
    [
        (
            ["10 path=/v/a -> old", "20 path=/v/a -> new1"],
            WEIGHTS,
            ("old", "new1"),
            ("new1",),
            [(95, 5), (90, 10), (75, 25), (50, 50), (0, 100)],
        ),
        (
            ["10 path=/v/a -> old", "20 path=/v/a -> other"],
            "",
            ("old", "other"),
            ("other",),
            [(95, 5), (90, 10), (75, 25), (50, 50), (0, 100)],
        ),
        (
            ["10 path=/v/a -> old:50,rest:25", "20 path=/v/a -> new1:1,new2:1"],
            "",
            ("old", "rest", "new1", "new2"),
            ("new1", "new2"),
            [(63, 32, 3, 2), (60, 30, 5, 5), (50, 25, 13, 12), (33, 17, 25, 25), (0, 0, 50, 50)],
        ),
    ],
)
def test_steps_add_up(rules, toml, groups, new, steps):
    made = listener(*rules, id="A")
    settings = config(RANGE + toml)
    part = proposal([made], settings, merge_twins=True).plan.listeners[0]
    rollout = rollouts(ListenerFacts(made), part.merges, settings)[part.merges[0].keep]
    assert (rollout.groups, rollout.newcomers) == (groups, new)
    assert list(rollout.steps) == list(zip(STEPS, steps, strict=True))
    assert all(sum(weights) == 100 for _, weights in rollout.steps)
    assert dict(rollout.environments) == ({"e": (80, 20)} if toml else {})


ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/a/1/2/3"


@pytest.mark.parametrize(
    ("arn", "why"),
    [
        (ARN, ""),
        (ARN.replace("arn:aws", "arn:aws-cn"), ""),
        ("aws_lb_listener_rule.a", "it has no ARNs"),
        *(
            (ARN.replace(*change), "one of its ARNs is not one that AWS gives")
            for change in (
                ("eu-west-1", "eu-west-1\nWAY_BACK\ntouch PWNED"), ("eu-west-1", "$(touch PWNED)"), ("eu-west-1", "--profile x"), ("/3", "/3\n"),
                ("/3", "/3'"), ("/3", "/3 --profile x"), ("123456789012", "1"), ("app/a", "app/\u202ea"),
            )
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("field", ["rule_arn", "listener_arn"])
def test_only_an_arn_that_aws_gives_comes_into_a_script(field, arn, why):
    assert runnable([{"call": "modify-rule", field: arn}]) == why
    assert runnable([{"call": "set-rule-priorities", "rule_priorities": [{"RuleArn": arn, "Priority": 1}]}]) == why
    assert re.fullmatch("[a-z0-9-]*", region(arn))

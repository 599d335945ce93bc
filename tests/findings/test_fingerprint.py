"""The laws of fingerprints: renumbering, moving lines and other findings leave them alone."""

import json
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import worlds
from alb_lint import pipeline, selections
from alb_lint.config import Config
from alb_lint.findings.fingerprint import fingerprint, identity
from alb_lint.model import Listener, Location
from alb_lint.sources import aws_json
from alb_lint.sources.source import ReadOptions, Target
from running import raw, without_arn
from shorthand import TODAY, estate, listener, rule

ALL = selections.Selection(("ALL",))


COLLISIONS = selections.Selection(("ALB001",))


def prints(*listeners: Listener, chosen: selections.Selection = ALL) -> list[str]:
    summary = pipeline.lint(estate(*listeners), Config(), TODAY, chosen)
    return sorted(fingerprint(finding) for finding in summary.findings)


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32), gap=st.integers(1, 30), start=st.integers(1, 500))
def test_renumbering_that_keeps_the_order_keeps_every_fingerprint(seed, gap, start):
    before = worlds.listener(Random(seed), ("path", "method", "host"), 5)
    numbers = sorted({item.priority for item in before.rules})
    to = {number: start + gap * place for place, number in enumerate(numbers)}
    after = replace(before, rules=tuple(replace(item, priority=to[item.priority]) for item in before.rules))
    assert prints(before) == prints(after)


def read(rules):
    target = Target("rules.json", None, json.dumps({"Rules": rules}, indent=2).encode())
    return aws_json.read([target], ReadOptions()).listeners


PATHS = ("/a", "/a*", "/b", "*b", "/aa/*")


RULE = st.tuples(st.integers(1, 20), st.sampled_from(PATHS), st.sampled_from("xyz"))


@settings(deadline=None, max_examples=40)
@given(rules=st.lists(RULE, min_size=2, max_size=10, unique_by=lambda rule: rule[0]), data=st.data())
def test_moving_rules_about_in_the_file_keeps_every_fingerprint(rules, data):
    """Without ARNs, so that nothing but the content tells the rules apart."""
    told = [without_arn(raw(number, path, group)) for number, path, group in rules]
    assert prints(*read(told)) == prints(*read(data.draw(st.permutations(told))))


@settings(deadline=None, max_examples=40)
@given(rules=st.lists(RULE, min_size=2, max_size=14, unique=True), data=st.data())
def test_moving_rules_that_collide_keeps_every_fingerprint(rules, data):
    """Which of the rules of one number comes first, and so shadows, is not told; that they collide is."""
    told = [without_arn(raw(number % 5 + 1, path, group)) for number, path, group in rules]
    assert prints(*read(told), chosen=COLLISIONS) == prints(*read(data.draw(st.permutations(told))), chosen=COLLISIONS)


def test_a_finding_more_changes_no_other():
    few = prints(listener("10 path=/a -> x", "20 path=/a -> y"))
    more = prints(listener("10 path=/a -> x", "20 path=/a -> y", "30 path=/b -> x", "40 path=/b -> y"))
    assert few and set(few) < set(more)


@pytest.mark.parametrize(
    ("place", "lasting"),
    [
        (Location("f.json", 3, 0, "Rules[3]", "arn:x"), "arn:x"),
        (Location("f.tf", 3, 0, "aws_lb_listener_rule.x[0]"), "aws_lb_listener_rule.x[0]"),
        (Location("f.json", 3, 0, "Rules[3]"), ""),
        (Location("f.json", 3, 0, "[1].Rules[3]"), ""),
        (Location("f.json", 3, 0, "[1][2]"), ""),
        (Location("f.json", 3, 0, "[7]"), ""),
    ],
    ids=["arn", "address", "element", "element-of-page", "nested-list", "bare-list"],
)
def test_identity(place, lasting):
    one = replace(rule("10 path=/a -> x"), location=place)
    assert identity(one) == ((lasting,) if lasting else ("", "/a", "x"))


def test_fingerprints_tell_apart_what_differs():
    both = prints(
        listener("10 path=/a -> x", "20 path=/a -> y", id="L"),
        listener("10 path=/a -> x", "20 path=/a -> y", id="M"),
    )
    assert len(both) == len(set(both))

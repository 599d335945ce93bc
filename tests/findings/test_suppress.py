"""What hides a finding, and what is said of a suppression that hides nothing, has no reason, or is past its date."""

from dataclasses import replace

import pytest

from alb_lint import pipeline, selections
from alb_lint.findings.fingerprint import fingerprint
from alb_lint.model import Ignore, Location
from shorthand import config, estate, listener, rule

ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/1/2"
TODAY = "2027-01-01"


def lint(what, toml="", *, select=("ALB101", "ALB901"), whole=True, baseline=frozenset()):
    return pipeline.lint(estate(*what), config(toml), TODAY, selections.selection(select, ()), baseline, whole)


def shadowed(*ignores, on="low"):
    first = rule("10 path=/a name=top -> x")
    second = rule("20 path=/a name=low -> y")
    if on == "low":
        second = replace(second, ignores=ignores)
    else:
        first = replace(first, ignores=ignores)
    return listener(first, second, id=ARN, name="web/2")


def allow(**fields):
    return "[[allow]]\n" + "".join(f"{key} = {value}\n" for key, value in ({"code": '"ALB101"', "reason": '"meant"'} | fields).items())


def told(summary):
    return {finding.info.code: finding.message for finding in summary.findings}


@pytest.mark.parametrize(
    ("fields", "hides"),
    [
        ({}, True),
        ({"rule": '"low"'}, True),
        ({"rule": '"l*"'}, True),
        ({"rule": '"top"'}, False),
        ({"rule": '"*x"'}, False),
        ({"listener": '"web/2"'}, True),
        ({"listener": '"*:listener/app/web/*"'}, True),
        ({"listener": '"public"'}, True),
        ({"listener": '"other"'}, False),
        ({"until": "2027-01-01"}, True),
        ({"until": "2026-12-31"}, False),
        ({"code": '"ALB104"'}, False),
        ({"reason": '""'}, True),
    ],
    ids=lambda value: " ".join(f"{key}={text}" for key, text in value.items()) if isinstance(value, dict) else None,
)
def test_allow(fields, hides):
    toml = '[[listener]]\nname = "public"\nids = ["*/app/web/*"]\n' + allow(**fields)
    summary = lint([shadowed()], toml)
    assert ("ALB101" not in told(summary)) is hides
    assert len(summary.hidden) == hides


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": '""'}, "[[allow]] ALB101 for '*' gives no reason"),
        ({"reason": '"  "'}, "[[allow]] ALB101 for '*' gives no reason"),
        ({"until": "2026-12-31"}, "[[allow]] ALB101 for '*' ended on 2026-12-31"),
        ({"rule": '"top"'}, "[[allow]] ALB101 for 'top' hides nothing"),
        ({"rule": '"gone"'}, "[[allow]] ALB101 for 'gone' hides nothing"),
    ],
    ids=["no-reason", "blank-reason", "past", "stale", "rule-gone"],
)
def test_allow_is_reported(fields, said):
    summary = lint([shadowed()], allow(**fields))
    assert told(summary)["ALB901"] == said
    found = next(finding for finding in summary.findings if finding.info.code == "ALB901")
    assert str(found.place) == "alb-lint.toml:1"


def test_allow_that_does_its_work_is_not_reported():
    assert told(lint([shadowed()], allow(until="2027-06-01"))) == {}


def test_allow_for_a_check_that_did_not_run_is_not_stale():
    assert told(lint([shadowed()], allow(code='"ALB104"'))) == {"ALB101": told(lint([shadowed()]))["ALB101"]}


def test_allow_for_a_rule_out_of_sight_is_stale_only_in_a_whole_project():
    """One file of many is linted: that the rule is not in it says nothing."""
    toml = allow(rule='"elsewhere"')
    assert "ALB901" not in told(lint([shadowed()], toml, whole=False))
    assert "ALB901" in told(lint([shadowed()], toml, whole=True))


def test_ignored_code_of_stale_suppressions():
    assert told(lint([shadowed()], allow(rule='"gone"'), select=("ALB101",)))["ALB101"]
    assert "ALB901" not in told(lint([shadowed()], allow(rule='"gone"'), select=("ALB101",)))


PLACE = Location("rules.tf", 12)


@pytest.mark.parametrize("on", ["low", "top"])
def test_ignore_on_either_rule_of_the_finding(on):
    summary = lint([shadowed(Ignore(("ALB101",), "meant", PLACE), on=on)])
    assert told(summary) == {}
    assert len(summary.hidden) == 1


@pytest.mark.parametrize(
    ("ignore", "said"),
    [
        (Ignore(("ALB101",), "", PLACE), {"ALB901": "ignore[ALB101] gives no reason"}),
        (Ignore(("ALB104",), "meant", PLACE), {"ALB901": "ignore[ALB104] on low hides nothing"}),
        (Ignore(("ALB101", "ALB104"), "meant", PLACE), {}),
        (Ignore(("ALB105",), "that check did not run", PLACE), {}),
    ],
    ids=["no-reason", "stale", "one-of-two", "not-run"],
)
def test_ignore_is_reported(ignore, said):
    summary = lint([shadowed(ignore)], select=("ALB101", "ALB104", "ALB901"))
    mine = {code: message for code, message in told(summary).items() if code != "ALB101"}
    assert mine == said
    for finding in summary.findings:
        if finding.info.code == "ALB901":
            assert finding.place == PLACE


def test_baseline_and_its_absence():
    before = lint([shadowed()])
    known = frozenset(fingerprint(finding) for finding in before.findings)
    after = lint([shadowed()], baseline=known)
    assert (after.findings, len(after.hidden)) == ((), 1)


def test_baseline_is_no_suppression_that_can_be_stale():
    assert told(lint([listener("10 path=/a -> x", id=ARN)], baseline=frozenset({"0" * 32}))) == {}

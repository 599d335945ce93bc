"""A listener that was not read whole: nothing is proved, answered or handed out over it, however the reading failed."""

import json
from pathlib import Path

import pytest

from loopback import Estate, Fault, Loopback, serving
from running import export, inside, listener_arn, raw

RANGE = '[[range]]\nname = "r"\npriorities = "20-60"\nmatch = { paths = ["/zz*"] }\n'
WHOLE = json.loads(export(raw(10, "/a"), raw(20, "/zz/a", "web"), raw("default", "/*", Conditions=[])))
HEAD = {"ListenerArn": listener_arn(), "Protocol": "HTTPS", "Port": 443, "DefaultActions": WHOLE["Rules"][2]["Actions"]}
LACKING = {"location": {"arn": listener_arn()}, "reason": "its rules after the first 2 were not read: it failed", "lacks": "rules"}


def cut() -> str:
    text = json.dumps(WHOLE)
    return text[: text.index('"Priority": "20"')]


STATIC = {
    "a page that goes on": (json.dumps(WHOLE | {"NextMarker": "x"}), False),
    "a page of the AWS CLI that goes on": (json.dumps(WHOLE | {"NextToken": "x"}), False),
    "an export that met a gap": (json.dumps({"alb_lint": {"gaps": [LACKING]}, "Listeners": [HEAD], **WHOLE}), False),
    "an export without the rules": (json.dumps({"alb_lint": {"gaps": [LACKING]}, "Listeners": [HEAD], "Rules": []}), True),
    "a listener without its rules": (json.dumps({"Listeners": [HEAD]}), True),
    "a file that breaks off": (cut(), False),
}
"""What is in the folder, and whether no rule at all was read."""


def broken(action: str, answer: object, pages: bool = False):
    return lambda call: answer if call.action == action and (not pages or "Marker" in call.params) else None


LIVE = {
    "malformed": (broken("DescribeRules", b"<x/>"), True),
    "internal": (broken("DescribeRules", Fault("InternalFailure", "no", 500)), True),
    "throttled": (broken("DescribeRules", Fault("ThrottlingException", "Rate exceeded")), True),
    "denied": (broken("DescribeRules", Fault("AccessDenied", "no", 403)), True),
    "second page malformed": (broken("DescribeRules", b"<x/>", pages=True), False),
    "second page denied": (broken("DescribeRules", Fault("AccessDenied", "no", 403), pages=True), False),
    "second page throttled": (broken("DescribeRules", Fault("ThrottlingException", "Rate exceeded"), pages=True), False),
}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("r.toml").write_text(RANGE, "utf-8")


def sources(failure: str) -> list[str]:
    Path("in").mkdir()
    Path("in/rules.json").write_text(STATIC[failure][0], "utf-8")
    return ["in"]


def told(*args: str, code: set[int]) -> str:
    ran = inside(*args)
    assert ran.code in code, ran.err
    assert "bug in alb-lint" not in ran.err
    assert not any(word in ran.out for word in ("no problems", "proved", "the plan holds", "nothing to change", "every way is guarded"))
    return ran.out


def hold(given: list[str], nothing: bool, denied: bool = False) -> None:
    """No command claims anything over what was not read."""
    fails = {3} if nothing or denied else {0}
    (line,) = told("trace", *given, "--url", "https://h0.example.com/1/x", "-f", "json", code=fails).splitlines()
    traced = json.loads(line)
    assert traced["rule"] is None
    assert traced["action"] is None
    assert "not all rules of the listener were read" in traced["undecided"]
    refused = {3} if nothing or denied else {5}
    planned = json.loads(told("plan", *given, "--config", "r.toml", "-f", "json", code=refused))
    assert planned["listeners"] == []
    assert "not all of its rules were read" in planned["refused"][0]["reason"]
    found = json.loads(told("allocate", *given, "--config", "r.toml", "--range", "r", "--path", "/zz", "-f", "json", code=refused))
    assert found["priority"] is None
    (listener,) = json.loads(told("graph", *given, "-f", "json", code=fails))["listeners"]
    assert listener["unread"]
    assert "reachable" not in {node["reach"] for node in listener["nodes"]}
    for group in json.loads(told("ways", *given, "-f", "json", code=fails))["target_groups"]:
        assert not group["guarded"]
        assert "reachable" not in {way["reach"] for way in group["ways"]}
    (shown,) = json.loads(told("show", *given, "-f", "json", code=fails))["listeners"]
    assert shown["unread"]
    assert "reachable" not in {rule["reach"] for rule in shown["rules"]}
    (band,) = json.loads(told("ranges", *given, "--config", "r.toml", "-f", "json", code=fails))["ranges"]
    assert band["unread"]


@pytest.mark.parametrize("failure", STATIC)
def test_static(failure):
    given, nothing = sources(failure), STATIC[failure][1]
    hold(given, nothing)
    checked = inside("check", *given, "-f", "json").json
    assert not checked["complete"]
    assert [item["code"] for item in checked["findings"] if item["code"] in ("ALB103", "ALB104", "ALB107")] == ["ALB107"]
    ran = inside("check", *given)
    assert "no problems" not in ran.out
    assert "not all rules of this listener were read" in " ".join(ran.out.split())
    Path("whole.json").write_text(json.dumps(WHOLE), "utf-8")
    for one, other in (("in", "whole.json"), ("whole.json", "in"), ("in", "in")):
        told("diff", one, other, code={1})
    plan = json.loads(inside("plan", "whole.json", "--config", "r.toml", "-f", "json").out)
    Path("plan.json").write_text(json.dumps(plan), "utf-8")
    told("verify", "plan.json", *given, code={3} if nothing else {1})


@pytest.mark.usefixtures("aws", "impatient")
@pytest.mark.parametrize("failure", LIVE)
def test_live(failure):
    fault, nothing = LIVE[failure]
    with serving(Loopback(Estate(1, 25, page=10))) as loopback:
        whole = json.loads(inside("export", "--endpoint-url", loopback.url).out)
        Path("whole.json").write_text(json.dumps(whole), "utf-8")
        Path("plan.json").write_text(inside("plan", "whole.json", "--config", "r.toml", "-f", "json").out, "utf-8")
        loopback.fault = fault
        given, denied = ["--live", "--endpoint-url", loopback.url], "denied" in failure
        hold(given, nothing, denied)
        told("verify", "plan.json", *given, code={3} if nothing or denied else {1})
        audited = inside("audit", "--endpoint-url", loopback.url, "-f", "json")
        assert audited.code == 3 if nothing or denied else audited.code in (0, 1)
        assert not audited.json["complete"]
        assert "ALB107" in {item["code"] for item in audited.json["findings"]}


@pytest.mark.usefixtures("aws", "impatient")
def test_listeners_that_could_not_be_listed():
    with serving(Loopback(Estate(1, 5))) as loopback:
        loopback.fault = broken("DescribeListeners", Fault("InternalFailure", "no", 500))
        ran = inside("audit", "--endpoint-url", loopback.url)
        assert ran.code == 3
        assert "no problems" not in ran.out

"""Whatever the words of an input say, no command prints a character that steers a terminal, or a command to a build server."""

import json
import re
from pathlib import Path

import pytest

from access_logs import entry, get
from alb_lint import reports
from alb_lint.cli.commands import COMMANDS
from alb_lint.reports import graphs
from loopback import Estate, Loopback, serving
from running import ACCOUNT, inside, listener_arn

SEEN = "\x9b31m\u202e\u2028\u061c\u2066 ##[error]x ##vso[task.complete]z ##teamcity[buildStop x]"
WORDS = f"\x1b[2J\0{SEEN}\n::error::y"
"""SEEN: as far as XML can say it."""
STEERS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
COMMAND = re.compile(r"##\[|##vso\[|##teamcity\[|^\s*::", re.MULTILINE | re.IGNORECASE)
NOTHING_FOREIGN = {"schema", "man", "iam-policy"}
"""Commands that read no input."""


def rule(number: int, path: str, **more: object) -> dict[str, object]:
    shares = [{"TargetGroupArn": f"{ACCOUNT}:targetgroup/g{end}{WORDS}/73e2d6bc24d8a067", "Weight": 1} for end in range(2)]
    return {
        "RuleArn": f"{listener_arn().replace(':listener/', ':listener-rule/')}/{number}{WORDS}",
        "Priority": str(number),
        "Conditions": [
            {"Field": "path-pattern", "PathPatternConfig": {"Values": [f"{path}{WORDS}"]}},
            {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": f"X-{WORDS}", "Values": [WORDS, "a*"]}},
            {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": WORDS, "Value": WORDS}]}},
            {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": [f"G{WORDS}"]}},
            {"Field": "host-header", "HostHeaderConfig": {"Values": [f"h{WORDS}", "*"]}},
        ],
        "Actions": [{"Type": "forward", "ForwardConfig": {"TargetGroups": shares}}],
        "IsDefault": False,
        "Tags": [{"Key": f"Name{WORDS}", "Value": WORDS}],
    } | more


ANSWER = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": f"4{WORDS}", "ContentType": WORDS, "MessageBody": WORDS}}
REDIRECT = {"Type": "redirect", "RedirectConfig": dict.fromkeys(("Host", "Path", "Query", "Port", "Protocol", "StatusCode"), WORDS)}
BALANCER = f"{ACCOUNT}:loadbalancer/app/web/50dc6c495c0c9188"
EXPORT = {
    "LoadBalancers": [{"LoadBalancerArn": BALANCER, "LoadBalancerName": WORDS, "DNSName": WORDS}],
    "Listeners": [{"ListenerArn": listener_arn(), "LoadBalancerArn": BALANCER, "Protocol": WORDS, "Port": 443, "DefaultActions": [ANSWER]}],
    "TargetGroups": [{"TargetGroupArn": f"{ACCOUNT}:targetgroup/g0{WORDS}/73e2d6bc24d8a067", "TargetGroupName": WORDS}],
    "Rules": [
        rule(10, "/*"), rule(20, "/a"), rule(20, "/b", Actions=[ANSWER]), rule(30, "/a", Actions=[REDIRECT]), rule(40, "/c", Conditions=[]),
        rule(50, "/d", Conditions=[{"Field": WORDS, "Values": [WORDS]}]), rule(60, "/e", Actions=[{"Type": WORDS}]), rule(70, "/*"),
    ],
    "alb_lint": {"version": WORDS, "account": WORDS, "region": WORDS, "gaps": [{"location": {"address": WORDS}, "reason": WORDS}]},
}  # fmt: skip
SOUND = {
    **EXPORT, "alb_lint": {}, "Rules": [
        rule(number, path, RuleArn=f"{listener_arn().replace(':listener/', ':listener-rule/')}/{number}")
        for number, path in ((10, "/a"), (20, "/a*"), (30, "/b"))
    ]
}  # fmt: skip
"""One with which every command gets to its end."""
QUOTED = json.dumps(WORDS)
CONFIG = f"""
[[range]]
name = {QUOTED}
priorities = "100-200"
match = {{ paths = ["/*"] }}
owner = {QUOTED}

[[retired]]
priorities = "1-20"
reason = {QUOTED}

[[listener]]
name = {QUOTED}
ids = ["*"]

[[allow]]
code = "ALB101"
rule = {QUOTED}
reason = {QUOTED}

[[before]]
first = {QUOTED}
then = {QUOTED}
reason = {QUOTED}
"""
TERRAFORM = f'resource "aws_lb_listener_rule" {json.dumps(SEEN)} {{\n  listener_arn = {json.dumps(SEEN)}\n  priority = "{SEEN}"\n}}\n'
TEMPLATE = json.dumps(
    {"Resources": {WORDS: {"Type": "AWS::ElasticLoadBalancingV2::ListenerRule", "Properties": {WORDS: WORDS, "Priority": WORDS}}}}
)
NAME = "::add-mask::\u202e##[error]x\x1b[2J"
"""Of a file."""
FILES = {f"{NAME}.json": json.dumps(EXPORT), f"{NAME}.tf": TERRAFORM, f"{NAME}.yaml": TEMPLATE, f"{NAME}2.tf": f'x = "{WORDS}'}
ROUTES = {
    "routes": [
        {"name": WORDS, "request": {"path": f"/{WORDS}", "headers": {WORDS: WORDS}}, "expect": {"rule": WORDS, "target_group": WORDS}}
    ],
    "always": [{"name": WORDS, "when": {"path": f"/{WORDS}"}, "expect": {"weights": {WORDS: 1}}, "except": WORDS}],
    "never": [{"name": WORDS, "expect": {"redirect": [WORDS, "*"]}}, {"name": WORDS, "expect": {"target_group": "*"}}],
}
LOOKING = ("--method", WORDS, "--host", WORDS, "--path", f"/{WORDS}", "--header", f"X-{WORDS}: {WORDS}")
RUNS: tuple[tuple[str, ...], ...] = (
    ("check",), ("check", "--full"), ("check", "--show", "info", "--statistics"), ("check", "--suggest"), ("check", "--fix", "--diff"),
    *(("check", "-f", name) for name in reports.NAMES if name != "github"),
    ("show",), ("show", "-f", "json"), ("show", "--match", f"/{WORDS}"), ("show", "--listener", WORDS),
    *(("plan", *more) for more in ((), ("--merge-twins",), ("--suggest",))),
    *(("plan", "--merge-twins", "-f", name) for name in ("json", "markdown", "html", "aws-cli", "patch")),
    *(("allocate", "--range", name, "--path", f"/{WORDS}", "-f", form) for name in (WORDS, "x") for form in ("text", "json", "github-output")),
    *(("trace", "--url", "https://h/a", "-f", form) for form in ("text", "json")),
    ("trace", "--url", f"https://h/a{WORDS}?{WORDS}", "-X", WORDS, "-H", f"X-{WORDS}: {WORDS}"), ("trace", "--requests", "requests.jsonl"),
    *(("replay", "--logs", "words.log", "-f", form) for form in ("text", "json")),
    *(("diff", "other.json", "-f", form) for form in ("text", "json", "markdown")),
    *(("graph", "-f", form) for form in graphs.ALL), ("graph", "--listener", WORDS),
    *(("ranges", "-f", form) for form in ("text", "json")),
    *(("ways", "-f", form) for form in ("text", "json")), ("ways", "--target-group", WORDS),
    *(("test", "--routes", "routes.json", "-f", form) for form in ("text", "json", "junit")), ("test", "--routes", "odd.json"),
    ("init", "-o", "-"), ("verify", "plan.json"), ("config", "show"), ("explain", WORDS),
    *((name, WORDS) for name in ("check", "plan", "diff", "verify", "config", "schema")),
)  # fmt: skip


def hold(*words: str) -> str:
    ran = inside(*words)
    assert ran.code != 70, ran.err
    for text in (ran.out, ran.err):
        assert not STEERS.search(text), repr(text)
        assert not COMMAND.search(text), repr(text)
    return ran.out


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, told in (("in", FILES), ("sound", {f"{NAME}.json": json.dumps(SOUND)})):
        Path(name).mkdir()
        for file, text in told.items():
            Path(name, file).write_text(text, "utf-8")
    Path("alb-lint.toml").write_text(CONFIG, "utf-8")
    Path("other.json").write_text(json.dumps({**EXPORT, "Rules": [rule(10, "/z", Actions=[ANSWER]), rule(20, "/a")]}), "utf-8")
    Path("plan.json").write_text(json.dumps({"schema": WORDS}), "utf-8")
    Path("routes.json").write_text(json.dumps(ROUTES), "utf-8")
    Path("odd.json").write_text(json.dumps({"never": [{WORDS: WORDS, "expect": {"status": WORDS}}]}), "utf-8")
    said = WORDS.replace("\n", "\\x0a")
    lines = [get(f"/{said}", 1, agent=said), get(f"/{said}", "-", elb=f"app/{said.split()[0]}/1"), f"https {said}", said, get("/a", said)]
    Path("words.log").write_text(
        "\n".join([*lines, entry(f"{said.split()[0]} https://h{said.split()[0]}:443/{said}?{said} {said}", 10)]), "utf-8"
    )
    Path("requests.jsonl").write_text(json.dumps({"path": f"/{WORDS}", "headers": [[WORDS, WORDS]]}) + f"\n{WORDS}\n", "utf-8")


@pytest.mark.parametrize("folder", ["in", "sound"])
@pytest.mark.parametrize("run", RUNS, ids=lambda run: " ".join(run).replace(WORDS, "WORDS"))
def test_static(run, folder):
    given = [] if run[0] in ("config", "explain", "schema") or (run[-1] == WORDS and len(run) == 2) else [folder]
    hold(*run, *given)


class Said(Estate):
    """An account whose names command."""

    def _rule(self, call, arn, number):
        made = super()._rule(call, arn, number)
        made["Conditions"][0] = {"Field": "path-pattern", "PathPatternConfig": {"Values": [f"/{SEEN}"]}}
        return made

    def describe_tags(self, call):
        told = super().describe_tags(call)
        return {"TagDescriptions": [{**item, "Tags": [{"Key": SEEN, "Value": SEEN}]} for item in told["TagDescriptions"]]}

    def describe_target_groups(self, call):
        return {"TargetGroups": [{"TargetGroupArn": self._group(call), "TargetGroupName": SEEN}]}


@pytest.mark.usefixtures("aws", "impatient")
@pytest.mark.parametrize(
    "run", [("audit",), ("audit", "-f", "json"), ("audit", "--full"), ("export",), ("show", "--live"), ("plan", "--live")]
)
def test_live(run):
    Path("alb-lint.toml").unlink()
    with serving(Loopback(Said(1, 5))) as loopback:
        told = hold(*run, "--endpoint-url", loopback.url)
    assert "[error]x" in told or run[0] == "plan"


def test_every_command_is_here():
    assert {run[0] for run in RUNS} | {"audit", "export"} | NOTHING_FOREIGN >= set(COMMANDS)

"""The commands that the Markdown of the project prints, and a folder in which they can be run as they stand.

A block of `sh` holds commands; a block of `console` holds commands after `$ ` and what they print. A line `…` there stands for any lines,
and the ids that AWS makes up may be others.
"""

import gzip
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from access_logs import get
from running import ROOT, environment, export, listener_arn, process, raw

PAGES = sorted(path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "fixtures").rglob("*.md")) if path.is_file())
BLOCK = re.compile(r"^```(?P<language>console|sh|shell|bash)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
FINDS = re.compile(r"\balb-lint (check|audit|diff|verify|replay|test)\b")
"""Commands that end with 1 where they find something."""


@dataclass(frozen=True)
class Command:
    """One command of a page. `printed`: what stands below it, None in a block that shows no output."""

    page: str
    line: int
    text: str
    printed: str | None


@dataclass(frozen=True)
class Outcome:
    """What a command left: its exit code, and standard output and error as a terminal shows them."""

    command: Command
    code: int
    out: str


def commands(page: Path) -> Iterator[Command]:
    """The commands of a page in their order."""
    text = page.read_text("utf-8")
    name = page.relative_to(ROOT).as_posix()
    for block in BLOCK.finditer(text):
        first = text[: block.start("text")].count("\n") + 1
        lines = block["text"].splitlines()
        yield from (_shown if block["language"] == "console" else _told)(name, first, lines)


def _told(name: str, first: int, lines: Sequence[str]) -> Iterator[Command]:
    start = 0
    for end in range(1, len(lines) + 1):
        text = "\n".join(lines[start:end])
        if end == len(lines) or _whole(text):
            if any(line.strip() and not line.lstrip().startswith("#") for line in lines[start:end]):
                yield Command(name, first + start, text, None)
            start = end


def _whole(text: str) -> bool:
    """Whether the shell needs no further line: it says so of a quote, a brace and a here-document that are still open."""
    if not re.search(r"['\"\\]|<<|\b(for|if|while)\b|\{$|\($", text):
        return True
    done = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True, check=False)
    return done.returncode == 0 and not done.stderr and not text.endswith("\\")


def _shown(name: str, first: int, lines: Sequence[str]) -> Iterator[Command]:
    starts = [place for place, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        text, at = lines[start][2:], start + 1
        while not _whole(text):
            text += "\n" + lines[at].removeprefix("> ")
            at += 1
        yield Command(name, first + start, text, "\n".join(lines[at:end]))


def agrees(printed: str, out: str) -> bool:
    """Whether the output is what the page prints; a line `…` of the page stands for any lines."""
    out, printed = (re.sub(r"\b[0-9a-f]{16}\b", "0" * 16, text) for text in (out, printed))  # ids that AWS makes up
    lines = "".join(r"(?:.*\n)*?" if line == "…" else re.escape(line) + r"\n" for line in printed.strip("\n").split("\n"))
    return re.fullmatch(lines, out.strip("\n") + "\n") is not None


def run(wanted: Sequence[Command], place: Path, **env: str) -> list[Outcome]:
    """All of them, one after the other in one shell, from the top of a furnished folder."""
    logs = place.parent / f"{place.name}.logs"
    logs.mkdir()
    lines = ["set -o pipefail"]
    for number, command in enumerate(wanted):
        lines += ["{", command.text, f'}} > "{logs}/{number}.out" 2>&1 < /dev/null', f'echo $? > "{logs}/{number}.code"']
    done = subprocess.run(
        ["bash", "-c", "\n".join(lines) + "\n"], cwd=place, env=told(place) | env, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.stderr == "", done.stderr
    return [
        Outcome(command, int((logs / f"{number}.code").read_text("utf-8")), (logs / f"{number}.out").read_text("utf-8"))
        for number, command in enumerate(wanted)
    ]


def told(place: Path) -> dict[str, str]:
    """The environment of the commands: our own programs first, a home of its own, no account."""
    tools = place.parent / "tools"
    own = {name: str(place.parent / f"{name.lower()}") for name in ("HOME", "PRE_COMMIT_HOME")}
    for folder in own.values():
        Path(folder).mkdir(exist_ok=True)
    kept = environment(**own)
    return kept | {
        "PATH": f"{tools}:{Path(sys.executable).parent}:{kept['PATH']}",
        "ARN": listener_arn(),
        "GITHUB_OUTPUT": str(place.parent / "outputs"),
        "GITHUB_STEP_SUMMARY": str(place.parent / "summary.md"),
        "AWS_CONFIG_FILE": str(place.parent / "aws-config"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "example",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@example.com",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.com",
        "GIT_CONFIG_GLOBAL": "/dev/null",
    }


# -- the folder ----------------------------------------------------------------------------------------------------------------

CONFIG = """
[[listener]]
name = "public"
ids = ["*:listener/app/web/*/*", "aws_lb_listener.https"]

[[range]]
name = "v2-api"
priorities = "2110-2119"
match = { paths = ["/v2/*"] }
was = "2021-2023"

[[weights]]
environment = "production"
groups = { "*rust*" = 0 }
"""
RULE = """
resource "aws_lb_listener_rule" "{name}" {{
  listener_arn = aws_lb_listener.https.arn
{priority}  condition {{
    path_pattern {{ values = ["{path}"] }}
  }}
  action {{
    type             = "forward"
    target_group_arn = "{group}"
  }}
}}
"""
LISTENER = """resource "aws_lb_listener" "https" {
  load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188"
  port              = 443
  protocol          = "HTTP"
  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      status_code  = "404"
    }
  }
}
"""


def furnish(place: Path) -> None:
    """A repository of a team as the pages speak of it, with the shipped fixtures, and stand-ins for programs that are not ours.

    `aws` makes the call through boto3, or prints an export where there is no endpoint to call; `man` reads to the end.
    """
    place.mkdir()
    tools = place.parent / "tools"
    tools.mkdir()
    shutil.copytree(ROOT / "fixtures", place / "fixtures")
    rules = [
        raw(10, "/api/v2/*"),
        raw(20, "/api/*", "rest"),
        raw(2021, "/v2/scores/*"),
        raw(2022, "/v2/models/*", "old"),
        raw(3000, "/*", "site"),
    ]
    files = {
        "rules.json": export(*rules),
        "before.json": export(*rules),
        "after.json": export(*rules[:-1], raw(3000, "/*", "shop")),
        "live.json": _snapshot(),
        "estate.json": _snapshot(),
        "code.json": export(*rules),
        "new.json": json.dumps(
            {"Conditions": [{"Field": "path-pattern", "Values": ["/orders/*"]}], "Actions": raw(1, "/", "new")["Actions"]}
        ),
        "requests.jsonl": '{"path": "/api/x"}\n{"path": "/v2/scores/1", "method": "POST"}\n',
        "routes.yaml": "routes:\n  - request: https://example.com/api/v2/x\n    expect: {target_group: api}\n",
        "alb-lint.toml": CONFIG,
        "infra/main.tf": _terraform(),
    }
    for name, text in files.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(text, "utf-8")
    log = f"{get('/api/x', 20)}\n{get('/v2/scores/7', 2021)}\n"
    (place / "logs").mkdir()
    (place / "logs" / "access.log").write_text(log, "utf-8")
    (place / "access.log.gz").write_bytes(gzip.compress(log.encode(), mtime=0))
    for name, number in (("orders", 40), ("billing", 50)):
        (place.parent / name).mkdir()
        (place.parent / name / "rules.json").write_text(export(raw(number, f"/{name}/*", name)), "utf-8")
    (place.parent / "aws-config").write_text(
        "[profile prod]\nregion = eu-west-1\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = example\n", "utf-8"
    )
    _programs(tools, place)
    made = process("plan", "rules.json", "--format", "json", "--output", "plan.json", cwd=place)
    assert made.code == 0, made.err
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "all"]):
        subprocess.run(["git", *words], cwd=place, env=told(place), check=True)


def _programs(tools: Path, place: Path) -> None:
    for name, text in {
        "alb-lint": f'exec {sys.executable} -m alb_lint "$@"',
        "python": f'exec {sys.executable} "$@"',
        "aws": f'[ -n "$AWS_ENDPOINT_URL" ] || exec cat "{place}/before.json"\nexec {sys.executable} {ROOT}/tests/stand_in_aws.py "$@"',
        "man": "exec cat > /dev/null",
    }.items():
        (tools / name).write_text(f"#!/bin/sh\n{text}\n", "utf-8")
        (tools / name).chmod(0o755)


def _terraform() -> str:
    """Rules in code; the third begins at line 42 and has no number yet."""
    parts = [LISTENER]
    for name, number, path in (("scores", 2021, "/v2/scores/*"), ("models", 2022, "/v2/models/*")):
        parts.append(RULE.format(name=name, priority=f"  priority     = {number}\n", path=path, group=name))
    text = "".join(parts)
    text += "\n" * (40 - text.count("\n"))
    return text + RULE.format(name="orders", priority="", path="/orders/*", group="orders")


def _snapshot() -> str:
    """An export of one load balancer with two listeners that answer alike."""
    balancer = listener_arn("edge").replace(":listener/", ":loadbalancer/").rpartition("/")[0]
    ends = {443: "f2f7dc8efc522ab2", 80: "f2f7dc8efc522a80"}
    listeners = [
        {"ListenerArn": listener_arn("edge").rpartition("/")[0] + "/" + end, "LoadBalancerArn": balancer, "Port": port, "Protocol": "HTTP"}
        for port, end in ends.items()
    ]
    rules = [
        raw(number, path) | {"RuleArn": f"{item['ListenerArn'].replace(':listener/', ':listener-rule/')}/{number:0>16}"}
        for item in listeners
        for number, path in ((10, "/api/*"), (20, "/v2/*"))
    ]
    about = {"version": "0", "taken_at": "2026-01-01T00:00:00Z", "account": "123456789012", "region": "eu-west-1", "gaps": []}
    balancers = [{"LoadBalancerArn": balancer, "LoadBalancerName": "edge", "DNSName": "edge.example.com", "Type": "application"}]
    return json.dumps({"alb_lint": about, "LoadBalancers": balancers, "Listeners": listeners, "Rules": rules}, indent=2)

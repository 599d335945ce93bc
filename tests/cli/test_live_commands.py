"""audit, export, iam-policy and --live from the command line, against a loopback server."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import alb_lint
from alb_lint.cli import running
from loopback import HOME, Call, Estate, Fault, Loopback, serving

pytestmark = pytest.mark.usefixtures("aws", "impatient", "apart")


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder without a config."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with serving(Loopback(Estate(2, 25))) as running:
        yield running


class Ran:
    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        self.code = running.guarded(list(arguments))
        self.out, self.err = capsys.readouterr()


def live(loopback: Loopback) -> tuple[str, str]:
    return "--endpoint-url", loopback.url


FORMATS = ("text", "concise", "json")


@pytest.mark.parametrize("regions", [(), ("--region", "all")])
@pytest.mark.parametrize("format_", FORMATS)
def test_audit_finds_what_check_finds_in_the_export(
    loopback: Loopback, capsys: pytest.CaptureFixture[str], format_: str, regions: tuple[str, ...]
) -> None:
    """Byte for byte, whatever the number of workers."""
    audits = [Ran(capsys, "audit", *live(loopback), *regions, "--max-workers", n, "--format", format_) for n in ("1", "8")]
    for workers in ("1", "8"):
        done = Ran(capsys, "export", *live(loopback), *regions, "--max-workers", workers, "-o", f"{workers}.json")
        assert (done.code, done.out) == (0, "")
    checks = [Ran(capsys, "check", f"{workers}.json", "--format", format_) for workers in ("1", "8")]
    assert len({(run.code, run.out) for run in (*audits, *checks)}) == 1
    assert audits[0].code == 1
    assert "ALB101" in audits[0].out


def test_a_partial_audit_finds_what_check_finds_in_the_export(loopback: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    def fault(call: Call) -> Fault | None:
        broken = call.action == "DescribeTags" or (call.action == "DescribeRules" and "web-1/" in str(call.params))
        return (
            Fault("AccessDenied" if call.action == "DescribeTags" else "InternalFailure", "no", 403 if broken else 500) if broken else None
        )

    loopback.fault = fault
    audit = Ran(capsys, "audit", *live(loopback), "--format", "json")
    Ran(capsys, "export", *live(loopback), "-o", "estate.json")
    check = Ran(capsys, "check", "estate.json", "--format", "json")
    assert audit.out == check.out
    report = json.loads(audit.out)
    assert (report["complete"], len(report["gaps"])) == (False, 3)
    assert Ran(capsys, "audit", *live(loopback), "--require-complete", "--fail-on", "never").code == 3
    loopback.fault = lambda call: fault(call) if call.action == "DescribeTags" else None
    assert Ran(capsys, "audit", *live(loopback), "--require-complete", "--fail-on", "never").code == 4
    assert Ran(capsys, "export", *live(loopback), "--require-complete").code == 4


def test_errors_do_not_keep_the_report_back(loopback: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    loopback.fault = lambda call: Fault("OptInRequired", "no", 403) if call.region == "us-east-1" else None
    named = ("--region", "us-east-1", "--region", "eu-west-1")
    audit = Ran(capsys, "audit", *live(loopback), *named, "--format", "json")
    assert audit.code == 3
    assert json.loads(audit.out)["findings"]
    assert (
        f"error: account {HOME}, region us-east-1: AWS does not take these keys in this region (OptInRequired: no)\n  help: " in audit.err
    )
    assert Ran(capsys, "export", *live(loopback), *named, "-o", "x.json").code == 3
    assert json.loads(Path("x.json").read_text())[0]["Rules"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("audit", "--region", "all", "--region", "eu-west-1"), 2, "a region beside all regions"),
        (("audit", "--tag", "x"), 2, "not a tag"),
        (("audit", "--load-balancer", "nope"), 3, "no application load balancer matches --load-balancer nope"),
        (("audit", "--format", "nope"), 2, "unknown format"),
        (("audit", "--accounts-file", "nope"), 2, "cannot be read"),
        (("audit", "--profile", "nope"), 3, "there is no profile nope"),
        (("audit", "x.json"), 2, "has no meaning without --against"),
        (("audit", "--source-kind", "terraform"), 2, "has no meaning without --against"),
        (("audit", "--snapshot", "x.json", "--region", "all"), 2, "has no meaning with --snapshot"),
        (("audit", "--against", "nope.json"), 3, "cannot read it"),
        (("export", "--redact", "all"), 2, "unknown redact"),
        (("trace", "--live", "x.json", "--url", "/"), 2, "a file and --live are both given"),
        (("graph", "x.json"), 2, "has no meaning without --live"),
    ],
)
def test_what_cannot_be_done(
    loopback: Loopback, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, said: str
) -> None:
    run = Ran(capsys, *arguments, *live(loopback))
    assert (run.code, run.out) == (code, "")
    assert said in next(line for line in run.err.splitlines() if line.startswith("error: "))
    assert "Traceback" not in run.err


@pytest.mark.parametrize(("allow", "code"), [((), 3), (("--allow-empty",), 0)])
def test_an_empty_account(loopback: Loopback, capsys: pytest.CaptureFixture[str], allow: tuple[str, ...], code: int) -> None:
    loopback.estate = Estate(0)
    run = Ran(capsys, "audit", *live(loopback), *allow)
    assert run.code == code
    assert code == 0 or f"account {HOME}, region eu-west-1" in run.err


def test_standard_output_has_the_report_alone(loopback: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    loud, quiet = (Ran(capsys, "export", *live(loopback), *flags) for flags in ((), ("--quiet",)))
    assert json.loads(loud.out)["Rules"]
    assert loud.err.splitlines() == [f"account {HOME}, region eu-west-1: 2 listeners", "13 calls to AWS"]
    assert quiet.err == ""


def test_redaction(loopback: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    plain, accounts, names = (Ran(capsys, "export", *live(loopback), "--redact", level).out for level in ("none", "accounts", "names"))
    assert (HOME in plain, HOME in accounts, HOME in names) == (True, False, False)
    assert ("web-1" in accounts, "web-1" in names) == (True, False)


def test_findings_are_the_same_when_redacted(loopback: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    found = []
    for level in ("none", "accounts", "names"):
        Ran(capsys, "export", *live(loopback), "--redact", level, "-o", "x.json")
        report = json.loads(Ran(capsys, "check", "x.json", "--select", "ALL", "--format", "json").out)
        found.append(sorted((one["code"], one["rule"]["priority"], len(one["related"])) for one in report["findings"] if one["rule"]))
    assert found[0] == found[1] == found[2]
    assert len({code for code, *_ in found[0]}) > 2


def test_export_tells_the_time(loopback: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    about = json.loads(Ran(capsys, "export", *live(loopback)).out)["alb_lint"]
    assert len(about["taken_at"]) == len("2026-01-01T00:00:00Z")


@pytest.mark.parametrize(
    "command",
    [
        ("trace", "--url", "https://h0.example.com/1/x", "--format", "json"),
        ("graph",),
        ("graph", "--format", "dot", "--listener", "web-1:443"),
    ],
)
def test_live_instead_of_files(loopback: Loopback, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]) -> None:
    Ran(capsys, "export", *live(loopback), "-o", "estate.json")
    from_file, from_api = Ran(capsys, *command, "estate.json"), Ran(capsys, *command, "--live", *live(loopback))
    assert from_api.out == from_file.out != ""
    assert from_api.code == from_file.code == 0


def test_live_failing_in_part_is_told_by_every_command(loopback: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    loopback.fault = lambda call: Fault("OptInRequired", "no", 403) if call.region == "us-east-1" else None
    run = Ran(capsys, "graph", "-f", "json", "--live", *live(loopback), "--region", "us-east-1", "--region", "eu-west-1")
    assert run.code == 3
    assert json.loads(run.out)["listeners"]


def test_iam_policy(capsys: pytest.CaptureFixture[str]) -> None:
    def document(*flags: str) -> Any:
        run = Ran(capsys, "iam-policy", *flags)
        assert run.code == 0
        return json.loads(run.out)

    assert "elasticloadbalancing:DescribeRules" in document()["Statement"][0]["Action"]
    assert "SetRulePriorities" not in json.dumps(document("--org", "--attributes"))
    assert "SetRulePriorities" in json.dumps(document("--apply"))
    assert "role/audit" in json.dumps(document("--org", "--org-role", "audit"))


def code(text: str) -> str:
    """The name of a file with Terraform code of one listener."""
    head = 'resource "aws_lb_listener" "https" {\n  port = 443\n}\n'
    Path("main.tf").write_text(head + text)
    return "main.tf"


def resource(name: str, priority: int, path: str, host: str) -> str:
    return f"""resource "aws_lb_listener_rule" "{name}" {{
  listener_arn = aws_lb_listener.https.arn
  priority     = {priority}
  action {{
    type             = "forward"
    target_group_arn = aws_lb_target_group.api.arn
  }}
  condition {{
    path_pattern {{ values = ["{path}"] }}
  }}
  condition {{
    host_header {{ values = ["{host}"] }}
  }}
}}
"""


def test_audit_against_code(loopback: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    """The account and its export are compared alike, and nothing but the comparison differs from a plain audit."""
    loopback.estate = Estate(1, 2)
    name = code(resource("one", 2, "/1/*", "h0.example.com") + resource("new", 1, "/new", "h9.example.com"))
    select = ("--select", "ALB4", "--format", "json")
    audit = Ran(capsys, "audit", *live(loopback), "--against", name, *select)
    Ran(capsys, "export", *live(loopback), "-o", "estate.json")
    offline = Ran(capsys, "audit", "--snapshot", "estate.json", "--against", name, *select)
    assert (offline.out, offline.code) == (audit.out, audit.code)
    report = json.loads(audit.out)
    assert audit.code == 1
    assert sorted((one["code"], one["rule"]["name"]) for one in report["findings"]) == [
        ("ALB401", "aws_lb_listener_rule.new"),
        ("ALB401", "aws_lb_listener_rule.one"),
        ("ALB402", ""),
        ("ALB403", "aws_lb_listener_rule.new"),
        ("ALB405", "aws_lb_listener_rule.one"),
        ("ALB408", "aws_lb_listener_rule.new"),
    ]
    plain = Ran(capsys, "audit", "--snapshot", "estate.json", *select)
    assert json.loads(plain.out)["findings"] == []


def test_one_listener_against_code(loopback: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    name = code(resource("one", 1, "/1/*", "h0.example.com"))
    flags = ("--against", name, "--select", "ALB401", "--format", "json")
    both = json.loads(Ran(capsys, "audit", *live(loopback), *flags).out)
    one = json.loads(Ran(capsys, "audit", *live(loopback), "--listener", "web-1:443", *flags).out)
    assert (len(both["gaps"]), len(one["gaps"])) == (3, 0)
    assert Ran(capsys, "audit", *live(loopback), "--require-complete", *flags).code == 4


def test_further_sources(loopback: Loopback, capsys: pytest.CaptureFixture[str]) -> None:
    Ran(capsys, "export", *live(loopback), "-o", "estate.json")
    Path("more.json").write_text('{"Rules": []}')
    run = Ran(capsys, "audit", "--snapshot", "estate.json", "--against", "estate.json", "more.json", "--select", "ALB4", "--format", "json")
    assert (run.code, json.loads(run.out)["findings"]) == (0, [])


def test_check_does_not_load_the_comparison() -> None:
    Path("rules.json").write_text('{"Rules": [{"Priority": "1", "Conditions": [], "Actions": []}]}')
    line = "import sys; from alb_lint.cli.running import run; code = run(); sys.exit(code or('alb_lint.checks.against' in sys.modules))"
    command = [sys.executable, "-c", line, "check", "rules.json", "--select", "ALB101"]
    environment = os.environ | {"PYTHONPATH": str(Path(alb_lint.__file__).parents[1])}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stderr) == (0, "")

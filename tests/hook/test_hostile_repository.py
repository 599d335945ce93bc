"""A repository that was made to harm whoever lints it, through pre-commit and through `check .`, as root, in a namespace of its own.

Nothing outside of it is read, written or printed, and it ends within a minute.
"""

import hashlib
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import pytest
import yaml

from running import ROOT, environment

ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/a/1/2"
LISTENER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/1/2"
CANARY = "canary7f3a"
"""Part of every text that must not be shown, and of no other."""


def _refusal() -> str:
    if shutil.which("git") is None:
        return "git is not installed"
    if shutil.which("unshare") is None or os.geteuid() != 0:
        return "needs root and unshare"
    # what the runs below need: a file system and devices of their own
    tried = subprocess.run(
        ["unshare", "-m", "sh", "-c", "mount -t tmpfs none /mnt && mknod /mnt/null c 1 3 && echo x >/mnt/null"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return f"unshare is refused here: {tried.stderr.strip()}" if tried.returncode else ""


REFUSED = _refusal()
pytestmark = pytest.mark.skipif(bool(REFUSED), reason=REFUSED)


def rules(*conditions: object) -> str:
    return json.dumps({"Rules": [
        {"RuleArn": f"{ARN}/{place}", "Priority": str(place), "Conditions": told, "IsDefault": False,
         "Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": str(400 + place % 2)}}]}
        for place, told in enumerate(conditions)
    ]})  # fmt: skip


def paths(*values: str) -> dict[str, object]:
    return {"Field": "path-pattern", "Values": list(values)}


def header(name: str, *values: str) -> dict[str, object]:
    return {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": name, "Values": list(values)}}


def regex(text: str) -> dict[str, object]:
    return {"Field": "path-pattern", "PathPatternConfig": {"RegexValues": [text]}}


def terraform(head: str, path: str) -> str:
    return f"""{head}
resource "aws_lb_listener_rule" "a" {{
  listener_arn = "{LISTENER}"
  priority     = 0
  action {{
    type = "fixed-response"
    fixed_response {{
      content_type = "text/plain"
      status_code  = "404"
    }}
  }}
  condition {{
    path_pattern {{
      values = [{path}]
    }}
  }}
}}
"""


def program(head: str, path: str) -> str:
    answer = '{type: "fixed-response", fixedResponse: {contentType: "text/plain", statusCode: "404"}}'
    return f"""import * as aws from "@pulumi/aws";
{head}
new aws.lb.ListenerRule("r", {{listenerArn: "{LISTENER}", priority: 0, conditions: [{{pathPattern: {{values: [{path}]}}}}], actions: [{answer}]}});
"""


TEMPLATE = """Resources:
  R:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: %s
      Priority: 0
      Conditions: [{Field: path-pattern, Values: ["%s"]}]
      Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: "404"}}]
"""
ALIASES = "x0: &x0 [a, a]\n" + "".join(f"x{n}: &x{n} [*x{n - 1}, *x{n - 1}, *x{n - 1}]\n" for n in range(1, 40))
DOUBLING = "".join(f"  l{n} = concat(local.l{n + 1}, local.l{n + 1})\n" for n in range(60))
OUTSIDE = {
    ".bashrc": f"# {CANARY}-bashrc\n",
    ".docker/config.json": json.dumps({"auth": f"/{CANARY}-docker"}),
    "settings.json": json.dumps({"mine": f"{CANARY}-settings"}),
    "secret.tfvars": f'v = "/{CANARY}-tfvars"\n',
    "module/main.tf": terraform("", f'"/{CANARY}-module"'),
    "nested.yaml": TEMPLATE % (LISTENER, f"/{CANARY}-nested"),
    "assembly/manifest.json": json.dumps({"version": "1"}),
    "assembly/S.template.json": json.dumps(yaml.safe_load(TEMPLATE % (LISTENER, f"/{CANARY}-assembly"))),
    "rules.json": rules([paths(f"/{CANARY}-rules")]),
    "parent.hcl": f'inputs = {{ v = "/{CANARY}-parent" }}\n',
    "program.ts": program("", f'"/{CANARY}-program"'),
}
INSIDE = {
    # what is found without any of the traps, and commands to a build server in every text
    "rules.json": rules([paths("/##[set-output name=approved;]true", "/##vso[task.prependpath]evil", "/::error::x")]),
    "::add-mask::e.json": rules([paths("/a")]),
    "names.json": json.dumps({
        "Rules": json.loads(rules([paths("/\x1b[2J")]))["Rules"],
        "LoadBalancers": [{"LoadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/a/1",
                           "LoadBalancerName": "::stop-commands::x"}],
    }),
    # bombs
    "deep.json": '{"Rules":' * 100_000,
    "headers.json": rules([header(f"h{n}", "a*", "*b") for n in range(12)], [header(f"h{n}", "*a", "b*") for n in range(12)]),
    "regexes.json": rules(*([regex(f"(a|b)*a(a|b){{{n}}}")] for n in range(24))),
    "marks.json": rules(*([paths("/" + "?" * n + "*")] for n in range(1, 119))),
    "values.json": rules([paths(*(f"/p{n}*" for n in range(5_000)))], [paths(*(f"/p{n}/x" for n in range(5_000)))]),
    "aliases.yaml": ALIASES + TEMPLATE % (LISTENER, "/a"),
    "loop/Pulumi.yaml": "name: x\nruntime: nodejs\n",
    "loop/index.ts": program('let s = "/a"; for (;;) { s = s + s; }', "s"),
    "locals/main.tf": terraform(f"locals {{\n{DOUBLING}  l60 = [1]\n}}", "local.l0..."),
    # names that are no names of files
    "--baseline=hide.json": "{}",
    "--output=OUTSIDE/settings.json": "{}",
    "-o.json": "{}",
    # ways out of the tree
    "ts/Pulumi.yaml": "name: x\nruntime: nodejs\n",
    "ts/index.ts": program('import d from "../../outside/.docker/config.json"; import e from "../../outside/program"; e;', "d.auth"),
    "tf/main.tf": terraform('variable "v" {}', "var.v"),
    "environment/main.tf": terraform('variable "AWS_SECRET_ACCESS_KEY" {}', "var.AWS_SECRET_ACCESS_KEY"),
    "modules/main.tf": 'module "a" {\n  source = "../../outside/module"\n}\nmodule "b" {\n  source = "./link"\n}\n',
    "functions/main.tf": terraform(
        "", 'file("../../outside/.bashrc"), file("OUTSIDE/.bashrc"), jsondecode(file("./link.json")).auth, join("", fileset("../../outside", "*"))'
    ),
    "grunt/terragrunt.hcl": 'include "root" {\n  path = "../../outside/parent.hcl"\n}\nterraform {\n  source = "../../outside/module"\n}\n',
    "stack/t.yaml": TEMPLATE % (LISTENER, "/t") + "  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ../../outside/nested.yaml}}\n"
                    "  L: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: link.yaml}}\n",
    "cdk/cdk.json": json.dumps({"output": "../../outside/assembly"}),
    "cdk/cdk.out/manifest.json": json.dumps({
        "version": "1",
        "artifacts": {"N": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "../../../outside/assembly"}}},
    }),
    # secrets that their own source marks
    "marked/main.tf": terraform('variable "v" {\n  sensitive = true\n}', "var.v"),
    "marked/terraform.tfvars": f'v = "/{CANARY}-sensitive"\n',
    "marked/t.yaml": f"Parameters: {{P: {{Type: String, NoEcho: true, Default: /{CANARY}-noecho}}}}\n"
                     + (TEMPLATE % (LISTENER, "P")).replace('"P"', "!Ref P"),
    "pulumi/Pulumi.yaml": f"""name: x
runtime: yaml
resources:
  r:
    type: aws:lb:ListenerRule
    properties:
      listenerArn: {LISTENER}
      priority: 0
      conditions: [{{pathPattern: {{values: [{{fn::secret: /{CANARY}-pulumi}}]}}}}]
      actions: [{{type: fixed-response, fixedResponse: {{contentType: text/plain, statusCode: "404"}}}}]
""",
}  # fmt: skip
LINKS = {
    "tf/terraform.tfvars": "../../outside/secret.tfvars",
    "environment/terraform.tfvars": "/proc/self/environ",
    "modules/link": "../../outside/module",
    "functions/link.json": "../../outside/.docker/config.json",
    "stack/link.yaml": "../../outside/nested.yaml",
    "linked.json": "../outside/rules.json",
    "up": "../outside",
    "zero/.gitignore": "/dev/zero",
    "zero/more.tf": "/dev/zero",
    "zero/terraform.tfvars": "/dev/zero",
    "pyproject.toml": "/dev/zero",
    "cdk/cdk.context.json": "/dev/ptmx",
    "ptmx/.gitignore": "/dev/ptmx",
    "ptmx/cdk.json": "/dev/ptmx",
}
PIPES = ("p.tf", "package.json", "ts/d.json", "zero/x.auto.tfvars", "loop/tsconfig.json")
DEVICES = {"null.json": (1, 3), "zero.json": (1, 5), "full.tf": (1, 7), "random.yaml": (1, 8)}

NAMESPACE = """set -e
mount -t tmpfs none /dev
mknod -m 666 /dev/null c 1 3; mknod -m 666 /dev/zero c 1 5; mknod -m 666 /dev/full c 1 7
mknod -m 666 /dev/random c 1 8; mknod -m 666 /dev/urandom c 1 9; mknod -m 666 /dev/ptmx c 5 2; mknod -m 666 /dev/tty c 5 0
ln -s /proc/self/fd /dev/fd; ln -s fd/1 /dev/stdout; ln -s fd/2 /dev/stderr
ls -l --time-style=+ /dev >"$DEVICES.before"
set +e
"$@"; code=$?
ls -l --time-style=+ /dev >"$DEVICES.after"
exit $code
"""


def lay(top: Path, files: dict[str, str], outside: Path) -> None:
    for name, text in files.items():
        place = top / name.replace("OUTSIDE", str(outside).lstrip("/"))
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text.replace("OUTSIDE", str(outside)), "utf-8")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `repo`, a repository of all of the above, and `outside`, which it tries to reach."""
    top = tmp_path_factory.mktemp("hostile")
    repo, outside = top / "repo", top / "outside"
    lay(outside, OUTSIDE, outside)
    lay(repo, INSIDE, outside)
    (top / "home").mkdir()
    for name, target in LINKS.items():
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).symlink_to(target)
    (repo / "zero/main.tf").write_text(INSIDE["tf/main.tf"], "utf-8")
    for number in range(1, 2_000):
        (repo / f".report.json.{number}.tmp").symlink_to(outside / ".bashrc")
    for name in PIPES:
        (repo / name).unlink(missing_ok=True)
        os.mkfifo(repo / name)
    for name, numbers in DEVICES.items():
        os.mknod(repo / name, 0o20666, os.makedev(*numbers))
    entry = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))[0]
    assert entry["entry"].startswith("alb-lint ")
    local = {key: entry[key] for key in ("id", "name", "args", "files", "require_serial")}
    local |= {"language": "system", "entry": f"{sys.executable} -m alb_lint {entry['entry'].removeprefix('alb-lint ')}"}
    (repo / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [{"repo": "local", "hooks": [local]}]}), "utf-8")
    for words in (("init", "-q"), ("add", "-A")):
        subprocess.run(["git", *words], cwd=repo, check=True, capture_output=True)
    return top


def listing(folder: Path) -> dict[str, tuple[str, int, int]]:
    """Every name, with where it leads or what it holds, its mode and when it was changed."""
    found = {}
    for place in sorted(folder.rglob("*")):
        if ".git" in place.parts:
            continue
        about = place.lstat()
        held = str(place.readlink()) if place.is_symlink() else hashlib.sha256(place.read_bytes()).hexdigest() if place.is_file() else ""
        found[str(place.relative_to(folder))] = (held, about.st_mode, about.st_mtime_ns if not place.is_dir() else 0)
    return found


def descendants(process: int) -> Iterator[int]:
    yield process
    with suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text("ascii").split():
                yield from descendants(int(child))


def wants_a_processor(process: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0] == "R"
    return False


class Waiting(Thread):
    """`seconds` in which no process of a run wanted a processor, as looked at many times a second.

    With what the run got of processors, it is no less than the run takes by the clock where nothing else runs, however busy this machine is.
    """

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process, self.seconds, self.over = process, 0.0, Event()

    def run(self) -> None:
        last = time.monotonic()
        while not self.over.wait(0.05):
            waits = not any(map(wants_a_processor, descendants(self.process)))
            now = time.monotonic()
            self.seconds += now - last if waits else 0
            last = now


@contextmanager
def a_minute_of_its_own(process: int) -> Iterator[None]:
    """Holds that what is done until the block ends, by the process and those that it starts, takes less than a minute where nothing else runs."""
    begun, waiting = resource.getrusage(resource.RUSAGE_CHILDREN), Waiting(process)
    waiting.start()
    try:
        yield
    finally:
        waiting.over.set()
        waiting.join()
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ended.ru_utime + ended.ru_stime - begun.ru_utime - begun.ru_stime + waiting.seconds < 60


def test_waiting_is_seen():
    with subprocess.Popen(["sh", "-c", "sleep 1; :"]) as run:
        waiting = Waiting(run.pid)
        waiting.start()
        run.wait()
        waiting.over.set()
        waiting.join()
    assert waiting.seconds > 0.5


COMMANDS = {
    "pre-commit": (sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose", "--color", "never"),
    "check": (sys.executable, "-m", "alb_lint", "check", "."),
    "check-json": (sys.executable, "-m", "alb_lint", "check", ".", "--format", "json", "--output", "report.json"),
    "check-devices": (sys.executable, "-m", "alb_lint", "check", ".", "--full", "--output", "/dev/null"),
}


@pytest.mark.parametrize(
    "name", ["pre-commit", "check", *(pytest.param(name, marks=pytest.mark.long) for name in ("check-json", "check-devices"))]
)
def test_nothing_outside_is_read_written_or_printed(hostile, tmp_path, name):
    if name == "pre-commit":
        pytest.importorskip("pre_commit")
    repo, log, script = hostile / "repo", tmp_path / "opened", tmp_path / "namespace"
    script.write_text(NAMESPACE, "utf-8")
    watched = ["strace", "-f", "-qq", "-y", "-e", "trace=open,openat,openat2", "-o", str(log)] if shutil.which("strace") else []
    before = {place: listing(hostile / place) for place in ("outside", "repo")}
    with subprocess.Popen(
        ["unshare", "-m", "sh", str(script), *watched, *COMMANDS[name]],
        cwd=repo, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment(
            HOME=str(hostile / "home"), PRE_COMMIT_HOME=str(hostile / "home"), DEVICES=str(tmp_path / "devices"),
            AWS_SECRET_ACCESS_KEY=f"/{CANARY}-environment",
        ),
    ) as run, a_minute_of_its_own(run.pid):  # fmt: skip
        try:
            out, err = run.communicate(timeout=600)
        finally:
            run.kill()
    shown = out.decode("utf-8") + err.decode("utf-8")
    assert run.returncode == 1, shown[-2000:]
    report = repo / "report.json"
    if report.exists():
        assert (name, report.is_symlink()) == ("check-json", False)
        shown += report.read_text("utf-8")
        report.unlink()
    # found all the same, and nothing of what lies outside or is marked as secret
    assert ("ALB002" in shown) == (name != "check-devices")
    assert CANARY not in shown
    assert "Traceback" not in shown
    assert "bug in alb-lint" not in shown
    # no command to a build server, no control character
    assert not re.search(r"##\[|##vso\[|^\s*::", shown, re.MULTILINE)
    assert all(character.isprintable() or character == "\n" for character in shown)
    # nothing is changed, in or out of the repository, and no device is replaced
    assert {place: listing(hostile / place) for place in ("outside", "repo")} == before
    assert (tmp_path / "devices.after").read_text() == (tmp_path / "devices.before").read_text()
    if watched:
        opened = set(re.findall(r"= \d+<(.*?)>$", log.read_text("utf-8", "replace"), re.MULTILINE))
        assert any(path.startswith(f"{repo}/") for path in opened)
        outside = [path for path in opened if path.startswith(f"{hostile}/outside") or (path.startswith("/proc/") and "environ" in path)]
        assert outside == []

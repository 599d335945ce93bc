"""Runs alb-lint as a user does: in a process of its own, or, for long tables, through the same entry in this one."""

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alb_lint.cli import running

ROOT = Path(__file__).parents[1]
SEED = ROOT / "fixtures" / "passport-scorer"
_SCRUBBED = ("NO_COLOR", "FORCE_COLOR", "CI", "TERM", "COLUMNS", "PYTHONIOENCODING", "GITHUB_ACTIONS")
ACCOUNT = "arn:aws:elasticloadbalancing:eu-west-1:123456789012"


@dataclass(frozen=True)
class Ran:
    """What a run left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _SCRUBBED and not name.startswith("AWS_")}
    return kept | {"PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1", "ALB_LINT_NO_CACHE": "1"} | more


def process(*args: str | Path, cwd: Path | None = None, stdin: str | bytes = b"", timeout: float = 60, **env: str) -> Ran:
    """`alb-lint ARGS` in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "alb_lint", *map(str, args)],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        cwd=cwd,
        env=environment(**env),
        timeout=timeout,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def inside(*args: str | Path, stdin: bytes = b"") -> Ran:
    """`alb-lint ARGS` through its entry in this process; the current folder is the caller's."""
    out, err = io.StringIO(), io.StringIO()
    known = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = running.guarded([str(arg) for arg in args])
    finally:
        sys.stdin = known
    return Ran(code, out.getvalue(), err.getvalue())


def listener_arn(name: str = "web") -> str:
    return f"{ACCOUNT}:listener/app/{name}/50dc6c495c0c9188/f2f7dc8efc522ab2"


def raw(priority: object, path: str, group: str = "api", *, number: int | str = 0, listener: str = "web", **more: Any) -> dict[str, Any]:
    """One rule as the API gives it. `number`: the end of its ARN, else its priority."""
    end = f"{number or priority:0>16}"
    return {
        "RuleArn": f"{listener_arn(listener).replace(':listener/', ':listener-rule/')}/{end}",
        "Priority": str(priority),
        "Conditions": [{"Field": "path-pattern", "Values": [path]}],
        "Actions": [{"Type": "forward", "TargetGroupArn": f"{ACCOUNT}:targetgroup/{group}/73e2d6bc24d8a067"}],
        "IsDefault": priority == "default",
    } | more


def export(*rules: dict[str, Any], **more: Any) -> str:
    """The text of an export, one line per field, as the AWS command line writes it."""
    return json.dumps({"Rules": list(rules)} | more, indent=4)


def without_arn(rule: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in rule.items() if key != "RuleArn"}

"""Public reports of people who work with listener rules, rebuilt small: what the tool says to each, word for word, in `said.txt`.

After a change of words: `PYTHONPATH=tests:src python tests/field/test_field.py` writes them anew; read the difference before it is kept.
"""

import os
from pathlib import Path

import pytest

from running import inside

HERE = Path(__file__).parent
CASES: dict[str, list[str]] = {
    # a module from a registry is a gap, alone and beside other files
    "tf-registry-module-alb": ["check main.tf", "check . -f concise", "check mixed -f concise"],
    # rules by index: Terraform rewrites them in place, and nothing is refused
    "index-priorities-shift": [
        "audit --snapshot live.json --against new --select ALB4 -f concise",
        "audit --snapshot live.json --against plan.json --select ALB4 -f concise",
        "check old new -f concise --select ALB001",
    ],
    "serverless-query-and": ["check ."],
    # a Host header with a port: no document tells whether it is compared with the port
    "host-with-port": ["trace main.tf --url https://grafana.example.org:8443/", "check . -f concise"],
    "tg-two-albs": ["check main.tf -f concise", "check sls.yml -f concise"],
    # a default of a parameter is one deployment, not all
    "cfn-conditions-not-exclusive": [
        "check . -f concise",
        "check . -f concise --parameter Public=false",
        "check . -f concise --parameter Public=true --parameter Cert=arn",
    ],
    # somebody's block on the number that the code wants
    "console-block-rules": ["audit --snapshot live.json --against code.tf"],
    # actions that a deployment leaves alone
    "bluegreen-weights": [
        "check code.tf --ignore ALB306 -f concise",
        "audit --snapshot live.json --against code.tf --ignore ALB306 -f concise",
    ],
    "grpc-http2-target-group": ["check . --select ALB310"],
    # the request that can be pasted goes to that load balancer, as the listener speaks
    "witness-scheme-port": ["check estate.json"],
    # rules that a service owns are not moved
    "ecs-express-managed": [f"plan {name}.json" for name in ("estate", "eb", "lbc", "cfn")] + ["check estate.json"],
    "auto-priority-mixed": ["check . -f concise"],
    "transform-loop-regex": ["check . -f concise"],
    "pulumi-loop": ["check . -f concise", "plan . -f patch", "plan . --fix-shadowed -f patch"],
    # the listener as it will be, not as the code says
    "new-rule-behind-live-catchall": ["audit --snapshot live.json --against code.tf"],
}


def said(case: str) -> str:
    """What the commands of the case say and how they end."""
    known = Path.cwd()
    os.chdir(HERE / case)
    try:
        told = []
        for command in CASES[case]:
            ran = inside(*command.split())
            told.append(f"$ alb-lint {command}\n{ran.out}{ran.err}# exit {ran.code}\n")
        return "\n".join(told)
    finally:
        os.chdir(known)


def test_every_report_has_its_commands():
    assert sorted(CASES) == sorted(path.name for path in HERE.iterdir() if path.is_dir() and path.name != "__pycache__")


@pytest.mark.parametrize("case", CASES)
def test_what_is_said(case, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    assert said(case) == (HERE / case / "said.txt").read_text("utf-8")


if __name__ == "__main__":
    os.environ["COLUMNS"] = "100"
    for name in CASES:
        (HERE / name / "said.txt").write_text(said(name), "utf-8")

"""Every command that README, docs and `--help` print is run here as it stands, page by page."""

import re
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from alb_lint.cli import helping
from documents import FINDS, PAGES, ROOT, Command, agrees, commands, furnish, run
from moto_estate import moto_server

NOT_RUN = {
    r"^\./check": "it runs these tests",
    r"^python3 -m venv": "it installs from the package index: tests/docs/test_release.py does so, where that is asked for",
    r"^docker ": "it needs a Docker daemon; tests/test_ci_files.py looks at the Dockerfile",
    r"^aws elbv2 (set|modify|create|delete)-": "a report prints it for an account that is not here; the script of docs/plan.md makes such calls",
    r"^alb-lint (plan|diff) (BEFORE|AFTER)": "a report prints it for rules that are not here yet; docs/plan.md has the same for files that are",
    r"^pip install ": "it installs from the package index; for these tests it is installed",
    r"^(\$ )?(PYTHONPATH=tests )?python (benchmarks/run\.py|tests/cli/test_fuzz\.py)": "it runs for minutes: by hand, and with `pytest -m long`",
}
"""Commands that are not run, with the reason."""
LIVE = re.compile(r"alb-lint audit\b(?!.*--snapshot)|--live\b|alb-lint export\b")
HELP = [Command("help", 0, line, None) for line, _ in helping.OVERALL.examples]
"""Those of `alb-lint -h`; those of its commands are in docs/commands.md, as tests/docs/test_generated.py sees to."""
RUN = {page.relative_to(ROOT).as_posix(): list(commands(page)) for page in PAGES} | {"help": HELP}


@pytest.fixture(scope="module")
def moto():
    """Its URL, with a load balancer `web` that has a listener."""
    with moto_server() as url:
        _fill(url)
        yield url


def _fill(url):
    import boto3

    keys = {"endpoint_url": url, "region_name": "eu-west-1", "aws_access_key_id": "any", "aws_secret_access_key": "any"}
    ec2, elb = boto3.client("ec2", **keys), boto3.client("elbv2", **keys)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{place}.0/24", AvailabilityZone=f"eu-west-1{zone}")["Subnet"]["SubnetId"]
        for place, zone in enumerate("ab")
    ]
    answer = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
    balancer = elb.create_load_balancer(Name="web", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    listener = elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=443, DefaultActions=answer)["Listeners"][0][
        "ListenerArn"
    ]
    for priority, path in ((10, "/api/*"), (2021, "/v2/*")):
        conditions = [{"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}]
        elb.create_rule(ListenerArn=listener, Priority=priority, Conditions=conditions, Actions=answer)
    for client in (ec2, elb):
        client.close()


def _elsewhere(wanted):
    """The commands with a free port in place of the one that the page has for moto, and without the config that `init` would not overwrite."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])
    told = [command.text.replace("5000", port) for command in wanted]
    fresh = [f"rm alb-lint.toml\n{text}" if re.match(r"alb-lint init (?!.*-o -)", text) else text for text in told]
    return [replace(command, text=text) for command, text in zip(wanted, fresh, strict=True)]


def unrun(command):
    return next((reason for pattern, reason in NOT_RUN.items() if re.match(pattern, command.text)), None)


@pytest.mark.parametrize("name", [name for name, told in RUN.items() if told])
def test_every_command_does_what_the_page_says(name, tmp_path, request):
    wanted = [command for command in RUN[name] if not unrun(command)]
    furnish(tmp_path / "work")
    live = any(LIVE.search(command.text) for command in wanted) and "moto_server" not in str(wanted)
    for done in run(_elsewhere(wanted), tmp_path / "work", **({"AWS_ENDPOINT_URL": request.getfixturevalue("moto")} if live else {})):
        where = f"{name}:{done.command.line}: {done.command.text}\n→ {done.code}\n{done.out}"
        assert "Traceback" not in done.out, where
        if done.command.printed is None:
            assert done.code in ((0, 1) if FINDS.search(done.command.text) else (0,)), where
            assert not re.search(r"^error: ", done.out, re.MULTILINE), where
        else:
            assert agrees(done.command.printed, done.out), where


def test_what_is_not_run_is_little_and_printed_somewhere():
    printed = [command.text for told in RUN.values() for command in told]
    assert all(any(re.match(pattern, text) for text in printed) for pattern in NOT_RUN)
    assert len(NOT_RUN) <= 7


def test_commands_stand_in_blocks_that_say_so():
    """A block without a language, or as plain text, would hide its commands from this test; pages of checks show what a file gives."""
    for page in PAGES:
        for language, text in re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL):
            if language in ("", "text") and page.parent.name != "checks":
                assert not re.search(r"^\$? ?(alb-lint|pip|docker|git|aws|python) ", text, re.MULTILINE), f"{page}: {text}"


@pytest.mark.parametrize(
    ("printed", "out", "same"),
    [
        ("a\nb", "a\nb\n", True), ("a", "b", False), ("", "", True), ("", "x", False), ("a\n…\nd", "a\nb\nc\nd\n", True), ("a\n…", "a\nb", True),
        ("…\nd", "c\nd", True), ("a\n…\nd", "a\nd", True), ("a\n…\nd", "a\nx", False), ("…", "x", True), ("a…", "ab", False),
    ],
)  # fmt: skip
def test_what_agrees(printed, out, same):
    assert agrees(printed, out) is same


def renew():
    """Writes what is printed now below the commands of `console` blocks: `PYTHONPATH=tests:src python tests/docs/test_commands.py`."""
    import tempfile

    for name, told in RUN.items():
        if not any(command.printed is not None for command in told):
            continue
        with tempfile.TemporaryDirectory() as folder:
            wanted = [command for command in told if not unrun(command)]
            furnish(Path(folder) / "work")
            lines = (ROOT / name).read_text("utf-8").splitlines()
            for done in reversed(run(_elsewhere(wanted), Path(folder) / "work")):
                printed = done.command.printed
                if printed is not None and not agrees(printed, done.out):
                    start = done.command.line + done.command.text.count("\n")
                    lines[start : start + len(printed.splitlines())] = done.out.rstrip("\n").splitlines()
            (ROOT / name).write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    renew()

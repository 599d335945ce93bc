"""What only a process of its own shows: start-up, signals, pipes, encodings, and how errors leave."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from alb_lint import __version__, errors
from alb_lint.cli import exit_codes, running
from running import ROOT, SEED, environment, export, inside, process, raw

FOREIGN = ("boto3", "botocore", "networkx", "pydantic", "jinja2", "asyncio", "yaml", "tree_sitter", "rich", "multiprocessing", "pathspec")
MODULES = 285
"""Modules of a plain run, the interpreter's own included; 253 at the time of writing, each costs some 0.2 ms."""


def test_check_of_an_export_loads_nothing_heavy(tmp_path):
    """All of rich, `rich.markdown` included, is for colours and help."""
    code = (
        "import sys\n"
        "from alb_lint.cli import running\n"
        f"code = running.guarded(['check', 'resolved.json', '--format', 'json', '--output', {str(tmp_path / 'out.json')!r}])\n"
        "code = running.guarded(['check', 'resolved.json'])\n"
        "print('\\nloaded', code, *sorted(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=SEED, env=environment(), capture_output=True, text=True, check=True)
    ran, *loaded = done.stdout.rpartition("\nloaded")[2].split()
    assert ran == "0"
    assert not set(FOREIGN) & set(loaded)
    assert len(loaded) < MODULES


# -- help and version --------------------------------------------------------------------------------------------------------


def test_version():
    ran = process("--version")
    assert (ran.code, ran.out, ran.err) == (0, f"alb-lint {__version__}\n", "")


def commands():
    return running.COMMANDS


@pytest.fixture(scope="session")
def help_text():
    return process("--help").out


def test_help_lists_every_command(help_text):
    for name in commands():
        assert f" {name} " in help_text
    assert "Usage: alb-lint " in help_text


FLAGS = {
    "check": "--config --format --output --select --ignore --fail-on --listener --baseline --write-baseline --require-complete --project "
    "--environment --source-kind --allow-empty --fix --diff --suggest --quiet --no-color",
    "trace": "--url --method --header --source-ip --requests --config --format --output --listener --source-kind --no-color",
    "plan": "--config --listener --merge-twins --fix-shadowed --compact --split --spread --environment --format --output --write --suggest --live",
    "verify": "--config --format --output --live",
    "allocate": "--range --place --from --write --path --host --method --header --query --source-ip --rule --config --format --live",
    "diff": "--target-groups --listener --config --format --output",
    "graph": "--config --format --all --output --listener --source-kind",
    "ranges": "--config --format --output --listener --source-kind --no-color",
    "explain": "--list --no-color",
    "init": "--output --force --source-kind",
}


@pytest.mark.parametrize("name", commands())
def test_help_of_a_command(name, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERMINAL_WIDTH", "200")
    ran = inside(name, "--help")
    assert ran.code == 0
    assert f"Usage: alb-lint {name}" in ran.out
    for flag in FLAGS.get(name, "").split():
        assert f" {flag} " in ran.out
    assert "[]" not in ran.out  # markup that has eaten [[tables]]


def test_no_arguments_give_the_help(help_text):
    ran = process()
    assert ran.code == 2
    assert (ran.out + ran.err).split() == help_text.split()


# -- leaving -----------------------------------------------------------------------------------------------------------------


def test_exit_codes_are_complete():
    kinds = {item for item in vars(errors).values() if isinstance(item, type) and issubclass(item, errors.AlbLintError)}
    told = {kind.__name__: exit_codes.of(kind("what")) for kind in kinds - {errors.AlbLintError}}
    assert told == {"UsageError": 2, "ConfigError": 2, "SourceError": 3, "PlanRefused": 5}
    assert exit_codes.of(errors.AlbLintError("what")) == 70
    assert {name: code for name, code in vars(exit_codes).items() if name.isupper() and isinstance(code, int)} == {
        "CLEAN": 0,
        "FINDINGS": 1,
        "USAGE": 2,
        "UNREADABLE": 3,
        "INCOMPLETE": 4,
        "REFUSED": 5,
        "BUG": 70,
        "INTERRUPTED": 130,
    }


@pytest.fixture
def broken(monkeypatch):
    from alb_lint import pipeline

    def stumble(*_args, **_more):
        raise ZeroDivisionError("no\x1b[31m such number")

    monkeypatch.setattr(pipeline, "lint", stumble)


def test_a_bug_says_so(broken):
    ran = inside("check", SEED / "resolved.json")
    assert ran.code == 70
    assert "bug in alb-lint: ZeroDivisionError" in ran.err
    assert "--debug" in ran.err
    assert __version__ in ran.err
    assert "Traceback" not in ran.err
    assert "\x1b" not in ran.err


def test_a_bug_with_debug_shows_where(broken):
    ran = inside("--debug", "check", SEED / "resolved.json")
    assert ran.code == 70
    assert "Traceback" in ran.err
    assert "in stumble" in ran.err


def test_an_error_with_debug_keeps_its_code():
    ran = inside("--debug", "check", "nope.json")
    assert ran.code == 3
    assert "Traceback" in ran.err
    assert ": cannot read it" in ran.err
    assert "Traceback" not in inside("check", "nope.json").err


def test_reader_that_goes_away(tmp_path):
    """`alb-lint … | head -1`: more output than a pipe holds, and nobody reads it."""
    (tmp_path / "many.json").write_text(export(*(raw(number, "/a", f"g{number}") for number in range(1, 400))), "utf-8")
    run = subprocess.Popen(
        [sys.executable, "-m", "alb_lint", "check", "many.json", "-f", "json"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert run.stdout is not None and run.stderr is not None
    assert run.stdout.readline() == b"{\n"
    run.stdout.close()
    assert run.stderr.read() == b""
    run.stderr.close()
    assert run.wait(30) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_is_no_bug_of_ours():
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "alb_lint", "check", "resolved.json"],
            cwd=SEED,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["check", "nope.json"], 3),
        (["check", "python.json", "--fail-on", "nothing"], 2),
        (["check", "python.json", "--no-such"], 2),
        (["plan", "python.json", "rust.json"], 5),
        (["check", "python.json", "rust.json"], 1),
        (["check", "resolved.json", "--output", "/dev/null"], 0),
    ],
)
def test_the_code_of_a_run_that_cannot_say_what_is_wrong(args, code):
    """1 would be taken for findings."""
    command = [sys.executable, "-m", "alb_lint", *args]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, cwd=SEED, env=environment(), stdout=subprocess.DEVNULL, stderr=full, check=False)
    assert done.returncode == code


@pytest.mark.skipif(os.name == "nt", reason="file descriptors of POSIX")
def test_no_output_at_all():
    line = f"{sys.executable} -m alb_lint check python.json rust.json >&- 2>&-"
    assert subprocess.run(["sh", "-c", line], cwd=SEED, env=environment(), check=False).returncode == 1


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_interrupt(tmp_path):
    """Ctrl-C goes to the whole group, as from a terminal; here while a named pipe that never ends is read."""
    pipe = tmp_path / "slow.json"
    os.mkfifo(pipe)
    run = subprocess.Popen(
        [sys.executable, "-m", "alb_lint", "check", str(pipe)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    with pipe.open("wb") as writer:  # opens once the other side reads
        writer.write(b"{")
        writer.flush()
        time.sleep(0.1)
        os.killpg(run.pid, signal.SIGINT)
        out, err = run.communicate(timeout=30)
    assert (run.returncode, out) == (130, b"")
    assert b"Traceback" not in err


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_interrupt_of_the_workers(tmp_path):
    """Several processes, all of which get the signal: none of them shows a traceback, and the work ends."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os, time\n"
        "from alb_lint import pipeline\n"
        "pipeline.POOL_RULES = 1\n"
        "os.cpu_count = lambda: 2\n"
        "def slow(listener, codes, context):\n"
        f"    open({str(tmp_path / 'begun')!r}, 'a').close()\n"
        "    time.sleep(20)\n"
        "    return []\n"
        "pipeline._lint_one = slow\n",
        "utf-8",
    )
    rules = (raw(number, "/a", listener=f"web{number}") for number in range(1, 20))
    (tmp_path / "many.json").write_text(export(*rules), "utf-8")
    run = subprocess.Popen(
        [sys.executable, "-m", "alb_lint", "check", str(tmp_path / "many.json")],
        env=environment(PYTHONPATH=os.pathsep.join((str(tmp_path), str(ROOT / "src")))),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    for _ in range(200):
        if (tmp_path / "begun").exists():
            break
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGINT)
    out, err = run.communicate(timeout=15)
    assert (run.returncode, out) == (130, b"")
    assert err == b""


# -- text --------------------------------------------------------------------------------------------------------------------


def test_a_terminal_that_speaks_ascii_alone():
    ran = process("check", "python.json", "rust.json", cwd=SEED, PYTHONIOENCODING="ascii")
    assert ran.code == 1
    assert "ALB101" in ran.out
    assert "Traceback" not in ran.err


def test_json_is_utf8_whatever_the_terminal_speaks(tmp_path):
    (tmp_path / "rules.json").write_text(export(raw(10, "/a", "grün")), "utf-8")
    told = process("graph", "rules.json", "-f", "json", cwd=tmp_path, PYTHONIOENCODING="latin-1").json
    assert "grün" in json.dumps(told, ensure_ascii=False)


@pytest.mark.skipif(sys.platform != "linux", reason="file names of any bytes")
def test_file_name_that_is_no_text(tmp_path):
    name = os.fsdecode(b"rules-\xff\x1b[2J.json")
    (tmp_path / name).write_text(export(raw(10, "/a"), raw(20, "/a", "other")), "utf-8")
    for form in ("text", "concise", "json"):
        ran = process("check", ".", "-f", form, cwd=tmp_path)
        assert ran.code == 1
        assert "ALB101" in ran.out
        assert "\x1b" not in ran.out + ran.err
    ran = process("check", name + "x", cwd=tmp_path)
    assert ran.code == 3
    assert "\x1b" not in ran.err

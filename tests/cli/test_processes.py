"""Runs that are ended from outside: no process is left, and a worker that is killed costs nothing but time."""

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from alb_lint import parallel
from running import environment, process

pytestmark = pytest.mark.skipif(not hasattr(os, "fork") or not Path("/proc").is_dir(), reason="looks at processes of Linux")


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """Input that is read by more than one process."""
    folder = tmp_path_factory.mktemp("large")
    base = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/"
    for number in range(8):
        rules = [
            {"RuleArn": f"{base}a{number}/{listener:016x}/2/{place}", "Priority": str(place + 1), "IsDefault": False,
             "Conditions": [{"Field": "path-pattern", "Values": [f"/p{number}-{listener}-{place}/*"]}],
             "Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": str(400 + place % 99)}}]}
            for listener in range(60) for place in range(100)
        ]  # fmt: skip
        (folder / f"{number}.json").write_text(json.dumps({"Rules": rules}))
    return folder


def children(pid):
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def wait_for(holds, seconds):
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one processor, one process")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_no_worker_outlives_the_run(large, number):
    if signal.getsignal(number) is signal.SIG_IGN:
        pytest.skip("this signal is ignored here, as it is under nohup, and so it is by what is started")
    run = subprocess.Popen(
        [sys.executable, "-m", "alb_lint", "check", ".", "-q", "--fail-on", "never"], cwd=large, env=environment(),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert wait_for(lambda: children(run.pid), 30)
    workers = children(run.pid)
    run.send_signal(number)
    # the pipe ends with the last that holds it
    run.communicate(timeout=60)
    assert run.returncode == (-signal.SIGKILL if number == signal.SIGKILL else 130)
    assert wait_for(lambda: not any(Path(f"/proc/{pid}").is_dir() for pid in workers), 5)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_while_processes_are_made(number):
    # what a hook of fork raises is lost: the signal must come after it
    script = (
        "import os, signal, sys\n"
        "from alb_lint.parallel import in_order\n"
        "number = int(sys.argv[1])\n"
        "signal.signal(number, signal.default_int_handler)\n"
        "os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), number))\n"
        "try:\n"
        "    print(list(in_order(int, 3, 2)))\n"
        "except KeyboardInterrupt:\n"
        "    print('ended')\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(int(number))], env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert (run.stdout, run.stderr) == ("ended\n", "")


def test_workers_can_be_ended():
    held = list(parallel.in_order(lambda _: signal.pthread_sigmask(signal.SIG_BLOCK, []), 3, 2))
    assert held == [set(), set(), set()]


def heeds(pid, number):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    caught = next(line.split()[1] for line in lines if line.startswith("SigCgt"))
    return bool(int(caught, 16) >> (number - 1) & 1)


def test_signals_of_a_run_in_one_process():
    run = subprocess.Popen(
        [sys.executable, "-m", "alb_lint", "check", "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    assert wait_for(lambda: heeds(run.pid, signal.SIGTERM), 30)
    run.terminate()
    _, err = run.communicate(timeout=60)
    assert (run.returncode, err) == (130, b"")


def test_what_a_killed_worker_left_is_done_here():
    first = os.getpid()

    def work(number):
        if os.getpid() != first and number == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    assert list(parallel.in_order(work, 9, 3)) == list(range(9))


def test_a_worker_may_be_killed_amid_its_result():
    first, size = os.getpid(), 1 << 24

    def work(number):
        if number == 0:
            assert wait_for(lambda: len(children(first)) == 2, 30)
            time.sleep(0.5)  # until both wait for the first bytes of what they send to be read
            os.kill(min(children(first)), signal.SIGKILL)
        return bytes([number]) * size

    assert [found[-1] for found in parallel.in_order(work, 5, 3)] == [0, 1, 2, 3, 4]
    assert children(first) == []


def test_an_error_of_a_worker_is_the_error():
    def work(number):
        if number == 5:
            raise ValueError("five")
        return number

    with pytest.raises(ValueError, match="five"):
        list(parallel.in_order(work, 9, 3))


def test_a_result_that_cannot_be_sent_is_an_error():
    with pytest.raises((AttributeError, TypeError, pickle.PicklingError), match="lambda"):
        list(parallel.in_order(lambda number: lambda: number, 3, 2))


@pytest.mark.parametrize("name", ["--output=x.json", "--baseline=b.json", "-q", "--project"])
def test_a_file_that_is_called_like_a_flag(tmp_path, name):
    (tmp_path / name).touch()
    if name == "--project":
        ran = process("check", "--project", "--allow-empty", "x.json", cwd=tmp_path)
        assert ran.code == 2
        return
    ran = process("check", "--project", "--allow-empty", name, cwd=tmp_path)
    assert ran.code == 2
    assert "would be read as a flag" in ran.err
    assert sorted(path.name for path in tmp_path.iterdir()) == [name]
    assert process("check", "--project", "--allow-empty", "--", name, cwd=tmp_path).code in (0, 3)

"""A short run of the fuzzer that is guided by coverage, where atheris is installed."""

import importlib.util
import subprocess
import sys

import pytest

from running import ROOT, environment

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        importlib.util.find_spec("atheris") is None, reason="atheris is not installed; `pip install atheris`, for Linux and macOS"
    ),
]


def test_a_short_run(tmp_path):
    command = [sys.executable, str(ROOT / "tests" / "coverage_guided.py"), str(tmp_path / "corpus"), "-max_total_time=120", "-seed=1"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=600, check=False, env=environment())
    told = (done.stdout + done.stderr).decode("utf-8", "replace")
    assert done.returncode == 0, told[-4000:]
    assert "Done " in told
    assert list((tmp_path / "corpus").iterdir())

"""As many processes as processors that the run may use."""

import os
import sys
import threading
from pathlib import Path

import pytest

from alb_lint import parallel

BOUND = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is one process without fork")
@pytest.mark.parametrize(
    ("said", "granted"),
    [
        (["max 100000\n"], 8),
        (["200000 100000\n"], 2),
        (["150000 100000\n"], 2),
        (["50000 100000"], 1),
        (["100000\n", "50000\n"], 2),
        (["-1\n", "100000\n"], 8),
        (["0 100000"], 8),
        (["many 100000"], 8),
        (["\ufffd"], 8),
        ([""], 8),
        ([], 8),
    ],
)
def test_what_the_control_group_grants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: list[str], granted: int) -> None:
    files = tuple(str(tmp_path / f"{number}") for number in range(max(1, len(said))))
    for file, text in zip(files, said, strict=False):
        Path(file).write_text(text, "utf-8")
    monkeypatch.setattr(parallel, "_QUOTAS", (("no such file",), files))
    assert parallel.processes() == max(1, min(BOUND, granted))


def test_one_process_where_none_can_be_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork", raising=False)
    assert parallel.processes() == 1


def test_one_process_on_macos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert parallel.processes() == 1


def test_one_process_beside_a_thread() -> None:
    end = threading.Event()
    beside = threading.Thread(target=end.wait)
    beside.start()
    try:
        assert parallel.processes() == 1
    finally:
        end.set()
        beside.join()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity here")
def test_what_the_process_is_bound_to() -> None:
    bound = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(bound)[:1])
    try:
        assert parallel.processes() == 1
    finally:
        os.sched_setaffinity(0, bound)

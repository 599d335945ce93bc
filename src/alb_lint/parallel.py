"""Work in forked processes: they inherit what they work on, so that only results travel."""

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from alb_lint.files import NotRead, start

T = TypeVar("T")

_MOST = 8
_QUOTAS = (("/sys/fs/cgroup/cpu.max",), ("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "/sys/fs/cgroup/cpu/cpu.cfs_period_us"))
"""Files that tell the microseconds of processor time granted in each period, and the period; in a container they are its own."""
_LOOK = 0.5
"""Seconds between two looks for the first process."""
_ENDING: Final = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals by which a run is ended from outside."""

_work: Callable[[int], Any] | None = None
"""What the children inherit; set only while they are made."""


def processes() -> int:
    """How many processes can work at once; 1 where processes cannot be forked, or had better not be: beside a thread, which may hold a lock that the
    child then waits for, and on macOS, whose libraries start threads of their own. Source: Python library reference, "Contexts and start methods".

    What this process may use counts, not what the machine has: the processors that it is bound to, and the share of their time that its control
    group has. Source: Linux kernel documentation, "Control Group v2: cpu.max" and "CFS Bandwidth Control: cpu.cfs_quota_us".
    """
    if not hasattr(os, "fork") or sys.platform == "darwin" or threading.active_count() > 1:
        return 1
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(bound, _granted(), _MOST))


def _granted() -> int:
    """Processors whose whole time the control group of this process may take, rounded up; `_MOST` where nothing is said."""
    for files in _QUOTAS:
        try:
            said = " ".join([start(file, 100).decode("ascii") for file in files]).split()
        except (NotRead, ValueError):
            continue  # another kind of group, or none
        if len(said) == 2 and all(word.isdecimal() and int(word) > 0 for word in said):
            return -(-int(said[0]) // int(said[1]))
    return _MOST


def in_order(work: Callable[[int], T], count: int, workers: int) -> Iterator[T]:
    """`work(0)` to `work(count - 1)`, in this order, done by `workers` processes, this one among them. Results and errors must pickle.

    Where a process is killed, as for the memory that it takes, this one does what is left. A process ends with the one that made it.
    """
    global _work  # noqa: PLW0603 - what is inherited needs a place that both sides know
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import active_children, get_context

    _work = work
    done = 0
    made = max(1, min(workers, count) - 1)
    try:
        with ProcessPoolExecutor(made, get_context("fork"), _begin, (os.getpid(),)) as pool:
            try:
                with _held_back():
                    rest = pool.map(_call, range(1, count))  # makes all processes at once
                yield work(0)
                done = 1
                for found in rest:
                    yield found
                    done += 1
            except BrokenProcessPool:
                pass  # a process was killed from outside: what is left is done below
            except BaseException:
                for child in active_children():
                    child.kill()  # else leaving the pool waits for all that is queued
                raise
        for number in range(done, count):
            yield work(number)
    finally:
        _work = None


@contextmanager
def _held_back() -> Iterator[None]:
    """Signals that end a run come after what is done here: an exception in a hook of fork is lost, and one in the pool leaves half of it made."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(parent: int) -> None:
    from threading import Thread

    # Ctrl-C reaches the children too: it is left to the first process, which ends them; what it does on other signals is not for them
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN if number == signal.SIGINT else signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)  # held back while this process was made
    Thread(target=_end_with, args=(parent,), daemon=True).start()
    # the collector would write to every inherited object, and so copy all of their memory
    gc.disable()
    gc.freeze()


def _end_with(parent: int) -> None:
    """Ends this process when the one that made it is gone: it would wait for work for ever, and hold the pipe that others wait for."""
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os._exit(1)


def _call(number: int) -> Any:
    assert _work is not None
    return _work(number)

"""Work in forked processes: they inherit what they work on, so that only results travel."""

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pickle import PicklingError
from traceback import format_exc
from typing import TYPE_CHECKING, Any, Final, TypeVar

from alb_lint.files import NotRead, start

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

T = TypeVar("T")

_MOST = 8
_QUOTAS = (("/sys/fs/cgroup/cpu.max",), ("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "/sys/fs/cgroup/cpu/cpu.cfs_period_us"))
"""Files that tell the microseconds of processor time granted in each period, and the period; in a container they are its own."""
_LOOK = 0.5
"""Seconds between two looks for the first process."""
_ENDING: Final = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals by which a run is ended from outside."""


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
    from multiprocessing import get_context

    context = get_context("fork")
    made = min(workers, count) - 1
    children: list[tuple[BaseProcess, Connection]] = []
    try:
        with _held_back():
            for first in range(1, made + 1):
                # a pipe of its own for each: one that is killed amid its message ends the pipe, which nobody else holds
                here, there = context.Pipe(duplex=False)
                child = context.Process(target=_child, args=(work, range(first, count, made), there, os.getpid()), daemon=True)
                child.start()
                there.close()
                children.append((child, here))
        yield work(0)
        for number in range(1, count):
            told = _received(children[(number - 1) % made][1]) if made else None
            if told is None:
                yield work(number)
                continue
            found, error = told
            if error is not None:
                raise error
            yield found
    finally:
        for process, pipe in children:
            pipe.close()
            process.kill()
            process.join()


def _received(pipe: "Connection") -> tuple[Any, BaseException | None] | None:
    """The next result of a process, or its error; None where it was killed."""
    try:
        told: tuple[Any, BaseException | None] = pipe.recv()
    except (EOFError, OSError):
        return None
    return told


def _child(work: Callable[[int], Any], numbers: range, pipe: "Connection", parent: int) -> None:
    """Does this part of the work, and sends each result, until there is an error."""
    _begin(parent)
    for number in numbers:
        try:
            found, error = work(number), None
        except Exception as raised:  # noqa: BLE001 - it is raised where the result is asked for
            raised.add_note(f"in another process:\n{format_exc()}")
            found, error = None, raised
        try:
            pipe.send((found, error))
        except (PicklingError, TypeError, AttributeError) as raised:
            error = raised
            pipe.send((None, error))
        if error is not None:
            return


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

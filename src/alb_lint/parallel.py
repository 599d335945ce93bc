"""Work in forked processes: they inherit what they work on, so that only results travel."""

import gc
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")

_work: Callable[[int], Any] | None = None
"""What the children inherit; set only while they are made."""


def processes() -> int:
    """How many processes can work at once; 1 where processes cannot be forked."""
    return min(os.cpu_count() or 1, 8) if hasattr(os, "fork") else 1


def in_order(work: Callable[[int], T], count: int, workers: int) -> Iterator[T]:
    """`work(0)` to `work(count - 1)`, in this order, done by `workers` processes, this one among them. Results and errors must pickle."""
    global _work  # noqa: PLW0603 - what is inherited needs a place that both sides know
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import active_children, get_context

    _work = work
    try:
        with ProcessPoolExecutor(max(1, min(workers, count) - 1), mp_context=get_context("fork"), initializer=_begin) as pool:
            rest = pool.map(_call, range(1, count))  # begins at once
            try:
                yield work(0)
                yield from rest
            except BaseException:
                for child in active_children():
                    child.terminate()  # else leaving the pool waits for all that is queued
                raise
    finally:
        _work = None


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the first process, which ends the others
    # the collector would write to every inherited object, and so copy all of their memory
    gc.disable()
    gc.freeze()
    # Ctrl-C reaches the children too: it is left to the first process, which ends them
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _call(number: int) -> Any:
    assert _work is not None
    return _work(number)

"""Limits on one cell: one thread, and a bound on its time."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class CellTimeoutError(BaseException):
    """Raised inside a cell that ran past its time. Not an `Exception`, so that no detector swallows it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `CellTimeoutError` in this thread once ``seconds`` have passed; 0 sets no limit.

    It works in any thread, a Dask worker's too. A library call that holds the interpreter is left only when it
    returns.
    """
    if seconds <= 0:
        yield
        return
    thread, lock, done = threading.get_ident(), threading.Lock(), False

    def stop() -> None:
        with lock:
            if not done:
                _raise_in(thread, CellTimeoutError)

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with lock:
            done = True
        timer.cancel()


def _raise_in(thread: int, error: type[BaseException]) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))


@contextmanager
def one_thread() -> Iterator[None]:
    """Limit BLAS and OpenMP to one thread, for reproducible sums and no oversubscription.

    torch has its own count of threads, which `benchmark.toolkit.nn.threads` limits.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield

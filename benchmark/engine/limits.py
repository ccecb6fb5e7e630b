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
    """Keep BLAS, OpenMP and torch on one thread: the same bytes on any number of workers, and no spinning beside them.

    torch counts its threads by itself; `benchmark.toolkit.nn` sets them where it imports it.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield

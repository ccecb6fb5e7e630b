"""Limits on one cell: its time, its memory, and one thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds on the fit and score of a cell.

    Parameters
    ----------
    seconds : float
        Wall time of fit and score; 0 sets no bound.
    memory : int
        Bytes of a detector in a process of its own; 0 sets no bound.
    """

    seconds: float = 0.0
    memory: int = 0


@contextmanager
def one_thread() -> Iterator[None]:
    """Limit BLAS and OpenMP to one thread, for reproducible sums and no oversubscription.

    torch has its own count of threads, which `benchmark.toolkit.nn.threads` limits.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield

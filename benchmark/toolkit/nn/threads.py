"""One thread for torch and OpenBLAS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from threadpoolctl import threadpool_limits


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch and OpenBLAS compute on one thread inside the block, and as before after it.

    Sums of several threads differ in their last digits with the number of threads; on one, the same cell gives the
    same bytes whatever else the machine does. Parallelism is over processes.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1, user_api="blas"):
            yield
    finally:
        torch.set_num_threads(before)

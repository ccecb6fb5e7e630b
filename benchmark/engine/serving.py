"""Workers that are right by construction: one thread, the arithmetic of this process, bounded memory, code loaded.

A Dask worker ends when its scheduler does. This one waits for the scheduler to come back, and joins again.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

from benchmark.engine.cluster import WORKER_DATA, worker_environment
from benchmark.interfaces.errors import BenchmarkError

PRELOAD = "benchmark.engine.remote"
"""Module that each worker imports before its first job: it settles the arithmetic, and loads the engine."""

_LOOK = 1.0
_RESTART = 60.0
"""Seconds in which a worker that was killed is started again."""


def serve(scheduler: str, count: int, memory: str, name: str, data: Path | None, patience: float) -> None:
    """Run workers until they are interrupted, or until the scheduler stays away.

    Parameters
    ----------
    scheduler : str
        Its address, ``tcp://host:port``.
    count : int
        Number of worker processes, one thread each.
    memory : str
        Memory of each, ``4GiB``; ``auto`` shares what the machine has.
    name : str
        Name of the workers; several get ``-0``, ``-1`` and so on at its end.
    data : path, optional
        Data folder of this machine, in place of the client's.
    patience : float
        Seconds to wait for a scheduler that does not answer.

    Raises
    ------
    BenchmarkError
        If the scheduler stays away for longer.
    """
    import dask

    environment = worker_environment()
    if data is not None:
        environment[WORKER_DATA] = str(data.resolve())
    settings = {"distributed.nanny.pre-spawn-environ": environment, "distributed.worker.preload": [PRELOAD]}
    names = [name] if count == 1 else [f"{name}-{number}" for number in range(count)]
    with dask.config.set(settings):
        asyncio.run(_serve_all(scheduler, names, memory, patience))


async def _serve_all(scheduler: str, names: list[str], memory: str, patience: float) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await asyncio.gather(*(_serve(scheduler, name, memory, patience, stop) for name in names))


async def _serve(scheduler: str, name: str, memory: str, patience: float, stop: asyncio.Event) -> None:
    """Keep one worker connected."""
    from distributed import Nanny

    while not stop.is_set():
        await _answering(scheduler, patience, stop)
        if stop.is_set():
            return
        nanny: Any = Nanny(scheduler, nthreads=1, memory_limit=memory, name=name, death_timeout=patience)
        try:
            await nanny
            print(f"worker {name} has joined {scheduler}", file=sys.stderr, flush=True)
            seen = monotonic()
            while not stop.is_set() and nanny.status.name in ("running", "starting", "init"):
                if nanny.process is not None and nanny.process.status.name == "running":
                    seen = monotonic()
                elif monotonic() - seen > _RESTART:  # a worker that was killed did not come back
                    break
                await asyncio.sleep(_LOOK)
        except (OSError, RuntimeError):  # the scheduler went away while it joined
            pass
        finally:
            with suppress(Exception):
                await nanny.close(timeout=5)
        if not stop.is_set():
            print(f"worker {name} has lost {scheduler}; it waits", file=sys.stderr, flush=True)


async def _answering(scheduler: str, patience: float, stop: asyncio.Event) -> None:
    """Wait until a scheduler answers."""
    from distributed.comm.core import connect

    began = monotonic()
    while not stop.is_set():
        try:
            comm = await connect(scheduler, timeout=5)
        except OSError as error:
            if monotonic() - began > patience:
                raise BenchmarkError(f"the scheduler {scheduler} has not answered for {patience:.0f} s") from error
            await asyncio.sleep(_LOOK)
        else:
            comm.abort()
            return


def default_name() -> str:
    """Name of a worker: its machine and this process."""
    return f"{os.uname().nodename if hasattr(os, 'uname') else 'worker'}-{os.getpid()}"

"""How the process of a detector is started: from a clean server process, without the main module of the caller.

`multiprocessing` imports the main module of its caller in every process that it starts, and a script without
``if __name__ == "__main__"`` would then run again in each. A detector does not need that module.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any

THREADS = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
"""Environment variables that hold numerical libraries to one thread."""

PRELOADED = ("pandas", "scipy", "sklearn", "torch", "xgboost")
"""Libraries that the server imports once, for the detectors that import them. None of them starts a thread by that."""

_starting = threading.Lock()


class _Bare(SpawnProcess):
    """A process that does not import the main module."""

    def start(self) -> None:
        with _without_main():
            super().start()


class _BareSpawn(SpawnContext):
    Process = _Bare


if sys.platform == "linux":
    from multiprocessing.context import ForkServerContext, ForkServerProcess

    class _BareFork(ForkServerProcess):
        """A process that does not import the main module."""

        def start(self) -> None:
            with _without_main():
                super().start()

    class _BareForkServer(ForkServerContext):
        Process = _BareFork


def starting_context(libraries: Iterable[str]) -> Any:
    """Return the `multiprocessing` context in which the process of a detector starts.

    On Linux each process is a copy of a server process, which has imported the engine and some libraries and runs no
    code of a detector; elsewhere it is a new interpreter. The server starts with the first process.

    Parameters
    ----------
    libraries : iterable of str
        Of `PRELOADED`: those that the server should import. It is started once, so that later ones come too late, and
        are imported by each process.
    """
    process = multiprocessing.current_process()
    if process.daemon:
        process.daemon = False  # a Dask worker is daemonic, and a daemonic process may start none
    if sys.platform != "linux":
        return _BareSpawn()
    context = _BareForkServer()
    context.set_forkserver_preload(["benchmark.engine.ahead", *libraries])
    with _one_thread_for_all():
        from multiprocessing.forkserver import ensure_running

        ensure_running()
    return context


@contextmanager
def _without_main() -> Iterator[None]:
    """Give the main module a name that `multiprocessing` leaves alone in a started process."""
    with _starting:
        main = sys.modules["__main__"]
        spec = getattr(main, "__spec__", None)
        main.__spec__ = ModuleSpec("benchmark.__main__", None)
        try:
            yield
        finally:
            main.__spec__ = spec


@contextmanager
def _one_thread_for_all() -> Iterator[None]:
    """Start processes with an environment of one thread for each library; the server must have one when it copies."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(THREADS)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value

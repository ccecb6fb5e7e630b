"""The workers of a run that is distributed: on this machine, or those of a Dask scheduler.

Workers that are started here agree with this process. Those of a scheduler are asked when they are first seen, also
later ones; one that differs gets no work, and a warning names it and says in what it differs.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from benchmark import arithmetic
from benchmark.engine.admission import Facts, Question, differences, expected, lacking, question, report
from benchmark.engine.plan import Plan
from benchmark.engine.received import DatasetOf
from benchmark.engine.starting import THREADS
from benchmark.interfaces.errors import BenchmarkError
from benchmark.process.failure import text_of

WORKER_DATA = "BENCHMARK_WORKER_DATA"
"""Environment variable of a worker: its own data folder, in place of the client's."""

PATIENCE = 600.0
"""Seconds that a run waits for a scheduler that has gone."""

START = 180.0
"""Seconds in which each step of the start of a local worker must end; a busy machine needs more than Dask's 30."""

ATTEMPTS = 3
"""Workers of a scheduler that a job may lose."""


class LocalMembers:
    """Workers that this process has started: a job that kills its worker is not tried on another."""

    attempts = 1

    def __init__(self, client: Any) -> None:
        self.client = client

    def look(self) -> frozenset[str]:
        """Addresses of the workers."""
        return frozenset(self.client.nthreads())

    def submit(self, address: str, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """Send a call to one worker."""
        return _submit(self.client, address, function, arguments)

    def lacks(self, address: str) -> frozenset[DatasetOf]:
        """Datasets that a worker cannot read."""
        return frozenset()


class SchedulerMembers:
    """Workers of a scheduler that agree with this process.

    Parameters
    ----------
    address : str
        Of the scheduler.
    plan : Plan
        What the results depend on.
    root : path, optional
        Data folder.
    """

    attempts = ATTEMPTS

    def __init__(self, address: str, plan: Plan, root: Path | None) -> None:
        self.address, self.root = address, root
        self.question: Question = question(plan)
        self.wanted: Facts = expected(self.question, plan)
        self.client: Any = None
        self.asked: dict[str, Any] = {}  # address: future of its report
        self.admitted: dict[str, frozenset[DatasetOf]] = {}  # address: datasets that it lacks
        self.refused: dict[str, str] = {}
        self.blocks: dict[tuple[str, str], Any] = {}  # address and fingerprint: future of recordings
        self.ever = False

    def open(self) -> None:
        """Connect; `OSError` where the scheduler does not answer."""
        from distributed import Client

        self.client = Client(self.address, set_as_default=False)

    def close(self) -> None:
        """Leave the scheduler."""
        self.blocks.clear()
        self.asked.clear()
        if self.client is not None:
            with suppress(Exception):  # a scheduler that is gone
                self.client.close(timeout=5)

    def look(self) -> frozenset[str]:
        """Addresses of the admitted workers; asks new ones.

        Raises
        ------
        BenchmarkError
            If the scheduler stays away, or if every worker differs and none was right before.
        """
        there = self._addresses()
        self.asked = {address: future for address, future in self.asked.items() if address in there}
        self.admitted = {address: lacks for address, lacks in self.admitted.items() if address in there}
        self.refused = {address: why for address, why in self.refused.items() if address in there}
        self.blocks = {key: block for key, block in self.blocks.items() if key[0] in there}
        for address in sorted(there - set(self.asked) - set(self.admitted) - set(self.refused)):
            with suppress(OSError):
                self.asked[address] = self.submit(address, _reported, (self.question, self.root))
        for address, future in list(self.asked.items()):
            if future.done():
                del self.asked[address]
                self._judge(address, future)
        if self.refused and not (self.ever or self.asked or self.admitted):
            lines = "".join(f"\n  {text}" for text in self.refused.values())
            raise BenchmarkError(f"no worker of {self.address} may compute this run:{lines}")
        return frozenset(self.admitted)

    def submit(self, address: str, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """Send a call to one worker; `OSError` where the scheduler is gone."""
        try:
            return _submit(self.client, address, function, arguments)
        except Exception as error:
            if self.client.status == "closed":
                raise ConnectionError(f"the scheduler {self.address} is gone") from error
            raise

    def lacks(self, address: str) -> frozenset[DatasetOf]:
        """Datasets that a worker cannot read."""
        return self.admitted.get(address, frozenset())

    def _judge(self, address: str, future: Any) -> None:
        try:
            found = future.result(timeout=60)
        except Exception as error:
            if future.status in ("cancelled", "lost") or isinstance(error, OSError):
                return  # it went away; if not, the next look asks again
            self._refuse(address, address, [f"it cannot answer ({type(error).__name__}: {text_of(error)})"])
            return
        if differ := differences(self.wanted, found):
            self._refuse(address, f"{found.worker} at {address}", differ)
        else:
            self.admitted[address] = lacking(found)
            self.ever = True

    def _refuse(self, address: str, name: str, differ: list[str]) -> None:
        self.refused[address] = f"worker {name} is refused: {', '.join(differ)}"
        warnings.warn(self.refused[address], RuntimeWarning, stacklevel=2)

    def _addresses(self) -> set[str]:
        """Addresses of all workers; waits for a scheduler that has gone."""
        began = monotonic()
        while True:
            try:
                if self.client is None or self.client.status == "closed":
                    self.open()
                return set(self.client.nthreads())
            except (OSError, RuntimeError, ValueError) as error:  # gone, or a client that is just closing
                waited = monotonic() - began
                if waited > PATIENCE:
                    raise BenchmarkError(
                        f"the scheduler {self.address} has not answered for {waited:.0f} s. Finished work is kept, "
                        "and the same command goes on from there"
                    ) from error
                if self.client is not None and self.client.status not in ("running", "connecting"):
                    self.close()
                    self.client = None
                sleep(1)


def _submit(client: Any, address: str, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    return client.submit(function, *arguments, workers=[address], allow_other_workers=False, pure=False, retries=0)


def _reported(asked: Question, root: Path | None) -> Facts:
    """Report on a worker."""
    from distributed import get_worker

    return replace(report(asked, folder_here(root), str(get_worker().name)))


def folder_here(root: Path | None) -> Path | None:
    """Data folder of this worker: its own where it was started with one, else that of the client."""
    own = os.environ.get(WORKER_DATA)
    return Path(own) if own else root


@contextmanager
def local_members(count: int, memory: str) -> Iterator[LocalMembers]:
    """Start workers on this machine, one thread each.

    Raises
    ------
    BenchmarkError
        If they do not start in time.
    """
    import dask
    from distributed import Client, LocalCluster

    settings = {
        "distributed.scheduler.allowed-failures": 0,
        "distributed.nanny.pre-spawn-environ": worker_environment(),
        "distributed.scheduler.worker-ttl": None,  # else a clock that jumps, or a machine that slept, ends every job
    }
    with dask.config.set(settings), ExitStack() as stack:
        try:
            with dask.config.set({"distributed.comm.timeouts.connect": f"{START:.0f}s"}):
                cluster = LocalCluster(
                    n_workers=count,
                    threads_per_worker=1,
                    processes=True,
                    memory_limit=memory,
                    dashboard_address="127.0.0.1:0",  # None would try a fixed port, and warn where it is taken
                    host="127.0.0.1",
                    silence_logs=50,
                )
                client = stack.enter_context(Client(stack.enter_context(cluster)))
        except TimeoutError as error:
            raise BenchmarkError(f"{count} workers did not start in time: the machine is busy. Try fewer") from error
        yield LocalMembers(client)


@contextmanager
def scheduler_members(address: str, plan: Plan, root: Path | None) -> Iterator[SchedulerMembers]:
    """Connect to a scheduler."""
    members = SchedulerMembers(address, plan, None if root is None else root.resolve())
    members.open()
    try:
        yield members
    finally:
        members.close()


def worker_environment() -> dict[str, str]:
    """Environment of a worker: one thread for each library, and the arithmetic of this process.

    Dask's default has a variable more, which makes the C library return every freed block to the system at once. A
    training loop, which needs the same blocks again, then spends half its time on page faults.
    """
    if arithmetic.current() == "portable":
        return THREADS | dict(arithmetic.variables())
    return THREADS | {arithmetic.CHOICE: "native"}

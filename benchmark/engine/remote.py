"""Hash tasks and run jobs on workers, local ones or those of a scheduler."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from benchmark import arithmetic
from benchmark.arithmetic import Arithmetic
from benchmark.engine.cluster import (
    LocalMembers,
    SchedulerMembers,
    folder_here,
    local_members,
    scheduler_members,
)
from benchmark.engine.detect import Output
from benchmark.engine.dispatch import Call, Lost, dispatch
from benchmark.engine.failure import faults_of_data
from benchmark.engine.job import CellKeys, Outcome, isolated_libraries, run_job
from benchmark.engine.limits import Limits
from benchmark.engine.plan import Plan, TaskOf
from benchmark.engine.received import DatasetOf, using
from benchmark.engine.store import Store
from benchmark.engine.tasks import TaskDigest, load_recordings, task_digests
from benchmark.engine.turns import Turns
from benchmark.engine.upload import KEPT, pack, unpack
from benchmark.engine.workers import Workers
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.errors import BenchmarkError
from benchmark.process.failure import reason_of
from benchmark.process.state import defined_state

OnStart = Callable[[Cell], None]
"""Called with each cell that starts, or that waits on a worker behind others of its job."""

Given = tuple[tuple[DatasetOf, str], ...]
"""Datasets that come with a call, and their fingerprints."""


class Distributed:
    """Runs jobs on workers.

    Parameters
    ----------
    members : LocalMembers or SchedulerMembers
        The workers.
    workers : Workers
        Limits on a cell.
    plan : Plan
        Whose fingerprints the data of the workers have.
    root : path, optional
        Data folder.
    """

    def __init__(
        self, members: LocalMembers | SchedulerMembers, workers: Workers, plan: Plan, root: Path | None
    ) -> None:
        self.members, self.workers, self.root = members, workers, root
        self.fingerprints = {(cell.dataset, cell.variant): one.fingerprint for cell, one in plan.identities.items()}
        self.packed: tuple[str, bytes] = "", b""

    def hash_tasks(self, tasks: Sequence[TaskOf], root: Path | None) -> list[Sequence[TaskDigest]]:
        """Make tasks and hash their parts; a fault of data or protocol is a `BenchmarkError`."""

        def prepare(task: TaskOf, address: str) -> tuple[Any, ...]:
            return task, self._folder(), *self._data(address, [task[:2]])

        found: dict[int, Sequence[TaskDigest]] = {}
        calls = [Call(_hash_on_worker, partial(prepare, task)) for task in tasks]
        for number, answer in dispatch(calls, self.members):
            if isinstance(answer, BenchmarkError):
                raise answer
            if isinstance(answer, Lost | BaseException):
                dataset, _, protocol, _ = tasks[number]
                why = "its worker was stopped" if isinstance(answer, Lost) else reason_of(answer)
                raise BenchmarkError(f"protocol {protocol!r} makes no tasks of dataset {dataset!r}: {why}")
            found[number] = answer
        return [found[number] for number in range(len(tasks))]

    def run(self, turns: Turns, root: Path | None, start: OnStart) -> Iterator[Outcome]:
        """Compute jobs; yields the outcome of each cell. The first cell of a job is told to ``start``.

        A job whose cells another run has finished goes to a worker as an empty one.
        """
        limits = Limits(self.workers.timeout)
        libraries = isolated_libraries([keys.cell for job in turns.jobs for keys in job], limits)
        wanted = arithmetic.current()

        def prepare(number: int, address: str) -> tuple[Any, ...]:
            job = turns.mine(number).cells
            if job:
                start(job[0].cell)
            datasets = sorted({(keys.cell.dataset, keys.cell.variant) for keys in job})
            fixed = (job, _stored(job, turns.store), self._folder(), limits, wanted, libraries)
            return *fixed, *self._data(address, datasets)

        numbers = range(len(turns.jobs))
        calls = [Call(_run_on_worker, partial(prepare, one), partial(turns.is_free, one)) for one in numbers]
        for number, answer in dispatch(calls, self.members):
            turn = turns.mine(number)
            yield from turn.found
            yield from outcomes(answer, turn.cells, self.workers)
            turns.done(number)

    def _folder(self) -> Path | None:
        """The data folder as workers with another working folder find it."""
        return None if self.root is None else self.root.resolve()

    def _data(self, address: str, datasets: Sequence[DatasetOf]) -> tuple[Any, ...]:
        """What a call has to bring for a worker: names and fingerprints of datasets, then a block of each."""
        members = self.members
        missing = [dataset for dataset in datasets if dataset in members.lacks(address)]
        if not missing or not isinstance(members, SchedulerMembers):
            return ((),)
        given = tuple((dataset, self.fingerprints[dataset]) for dataset in missing)
        blocks = [self._block(members, address, *one) for one in given]
        kept = [key for key in members.blocks if key[0] == address]
        for key in kept[: max(0, len(kept) - max(KEPT, len(given)))]:
            del members.blocks[key]  # the worker lets go of it, too
        return given, *blocks

    def _block(self, members: SchedulerMembers, address: str, dataset: DatasetOf, fingerprint: str) -> Any:
        """The recordings of a dataset on one worker; sent once. The last one used is the last of `members.blocks`."""
        key = address, fingerprint
        block = members.blocks.pop(key, None)
        if block is None:
            if self.packed[0] != fingerprint:
                self.packed = fingerprint, pack(load_recordings(*dataset, self.root))
            block = members.client.scatter(self.packed[1], workers=[address], hash=False)
        members.blocks[key] = block
        return block


def hashed(task: TaskOf, root: Path | None) -> Sequence[TaskDigest]:
    """Make the tasks of a protocol and hash them; any fault of them is a `BenchmarkError`."""
    dataset, variant, protocol, seed = task
    with defined_state(), faults_of_data(f"protocol {protocol!r} makes no tasks of dataset {dataset!r}"):
        return task_digests(dataset, variant, protocol, seed, root)


def outcomes(answer: Any, job: Sequence[CellKeys], workers: Workers) -> list[Outcome]:
    """Turn the answer of a worker into outcomes; faulty data or a faulty protocol stops the whole run."""
    if isinstance(answer, BenchmarkError):
        raise answer
    if isinstance(answer, Lost):
        reason = f"its worker was stopped, most likely above its share of memory (--memory {workers.memory})"
        return [Outcome(keys.cell, Result("OUT_OF_MEMORY", reason), {}) for keys in job]
    if isinstance(answer, BaseException):
        return [Outcome(keys.cell, Result("ERROR", reason_of(answer)), {}) for keys in job]
    found: list[Outcome] = answer
    return found


@contextmanager
def distributed(workers: Workers, plan: Plan, root: Path | None) -> Iterator[Distributed]:
    """Start local workers, or connect to the scheduler.

    Raises
    ------
    OSError
        If the scheduler does not answer.
    """
    if workers.scheduler:
        with scheduler_members(workers.scheduler, plan, root) as members:
            yield Distributed(members, workers, plan, root)
    else:
        with local_members(workers.count, workers.memory) as started:
            yield Distributed(started, workers, plan, root)


def _stored(job: Sequence[CellKeys], store: Store) -> dict[str, Output]:
    return store.load_outputs({task.scores for keys in job for task in keys.tasks})


def _hash_on_worker(task: TaskOf, root: Path | None, given: Given, *blocks: bytes) -> Sequence[TaskDigest]:
    with _data_of(given, blocks):
        return hashed(task, folder_here(root))


def _run_on_worker(
    cells: Sequence[CellKeys],
    stored: dict[str, Output],
    root: Path | None,
    limits: Limits,
    wanted: Arithmetic,
    libraries: Sequence[str],
    given: Given,
    *blocks: bytes,
) -> list[Outcome]:
    """Compute a job on a Dask worker. A detector in a process of its own may hold as much as the worker."""
    from distributed import get_worker

    bounded = replace(limits, memory=get_worker().memory_manager.memory_limit or 0)
    with _data_of(given, blocks):
        return run_job(cells, stored, folder_here(root), bounded, wanted, libraries)


def _data_of(given: Given, blocks: Sequence[bytes]) -> AbstractContextManager[None]:
    pairs = zip(given, blocks, strict=True)
    return using({dataset: unpack(dataset[0], fingerprint, block) for (dataset, fingerprint), block in pairs})

"""Run a plan: in this process, on a local Dask cluster, or on any Dask scheduler. Nothing else schedules work."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil

from benchmark import arithmetic
from benchmark.engine.detect import Output
from benchmark.engine.failure import faults_of_data
from benchmark.engine.job import CellKeys, Job, Outcome, isolated_libraries, run_job
from benchmark.engine.limits import Limits
from benchmark.engine.plan import Plan, TaskOf, cell_keys, group_by_fit
from benchmark.engine.starting import THREADS
from benchmark.engine.store import Store
from benchmark.engine.tasks import TaskDigest, task_digests
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.errors import BenchmarkError
from benchmark.process.state import defined_state

OnResult = Callable[[Cell, Result, bool], None]
"""Called with each cell, its result, and whether it came from the store. Its ``start``, where it has that attribute, is
called with each cell that starts."""

OnStart = Callable[[Cell], None]
"""Called with each cell that starts, or that waits on a worker behind others of its job."""


@dataclass(frozen=True)
class Workers:
    """Who does the work.

    Parameters
    ----------
    count : int
        Local worker processes, one thread each; 0 runs every cell in this process.
    scheduler : str
        Address of a Dask scheduler (``tcp://…``) to use instead of local workers. Its workers need this package and
        the same data folder.
    timeout : float
        Bound on fit and score of a cell in seconds; 0 sets none.
    memory : str
        Memory of a local worker (``4GiB``; ``auto`` shares what the machine has). One that needs more is stopped, and
        its cells end ``OUT_OF_MEMORY``. A detector in a process of its own may hold as much as its worker; without
        workers, this much.
    """

    count: int = 0
    scheduler: str = ""
    timeout: float = 0.0
    memory: str = "auto"


def execute(
    plan: Plan, store: Store, root: Path | None, workers: Workers, on_result: OnResult = lambda *_: None
) -> dict[Cell, Result]:
    """Run every cell of a plan that is not in the store, and keep each result as it comes.

    An interrupt stops cleanly: what has finished is kept, and the next call goes on from there.

    Returns
    -------
    dict of Cell to Result
        All cells of the plan, also those whose method is not registered.
    """
    results: dict[Cell, Result] = {}
    for cell, reason in plan.unregistered.items():
        results[cell] = Result("NOT_REGISTERED", reason)
        on_result(cell, results[cell], False)
    waiting = []
    for cell, identity in plan.identities.items():
        known = store.load(identity.key)
        if known is None:
            waiting.append(cell)
        else:
            results[cell] = known
            on_result(cell, known, True)
    duplicates = _same_key(waiting, plan)
    if not duplicates:
        return results
    with _pool(workers) as pool:
        keys = cell_keys(list(duplicates), plan, store, lambda tasks: pool.hash_tasks(tasks, root))
        for outcome in pool.run(group_by_fit(keys, store.has_output), store, root, told_of_starts(on_result)):
            for key, output in outcome.outputs.items():
                store.save_output(key, output)
            identity = plan.identities[outcome.cell]
            store.save(outcome.cell, identity, outcome.result, outcome.traceback)
            if outcome.log is not None:
                store.save_log(identity.key, outcome.log)
            for cell in duplicates[outcome.cell]:
                results[cell] = outcome.result
                on_result(cell, outcome.result, cell != outcome.cell)
    return results


def told_of_starts(on_result: OnResult) -> OnStart:
    """Return what is told that a cell starts: ``start`` of a function of results, where it has one."""
    start: OnStart = getattr(on_result, "start", lambda _: None)
    return start


def rerun_cell(cell: Cell, plan: Plan, store: Store, root: Path | None, timeout: float = 0.0) -> Outcome:
    """Compute one cell of a plan again, in this process and without stored outputs."""
    (keys,) = cell_keys([cell], plan, store, lambda tasks: [task_digests(*task, root) for task in tasks])
    with Job({}, Limits(timeout), isolated_libraries([cell], Limits(timeout))) as job:
        return job.run(keys, root)


def _same_key(cells: list[Cell], plan: Plan) -> dict[Cell, list[Cell]]:
    """Group cells with the same key. Only the first of each group is run."""
    first: dict[str, Cell] = {}
    gathered: dict[Cell, list[Cell]] = {}
    for cell in cells:
        gathered.setdefault(first.setdefault(plan.identities[cell].key, cell), []).append(cell)
    return gathered


def _stored(job: Sequence[CellKeys], store: Store) -> dict[str, Output]:
    """Load the outputs of a job that the store has."""
    found = {}
    for key in {task.scores for keys in job for task in keys.tasks}:
        if (output := store.load_output(key)) is not None:
            found[key] = output
    return found


class _InProcess:
    """Runs jobs in this process."""

    def __init__(self, workers: Workers) -> None:
        self.limits = Limits(workers.timeout, _memory(workers.memory))

    def hash_tasks(self, tasks: Sequence[TaskOf], root: Path | None) -> list[Sequence[TaskDigest]]:
        return [hashed(task, root) for task in tasks]

    def run(self, jobs: Sequence[list[CellKeys]], store: Store, root: Path | None, start: OnStart) -> Iterator[Outcome]:
        libraries = _libraries(jobs, self.limits)
        for cells in jobs:
            with Job(_stored(cells, store), self.limits, libraries) as job:
                for keys in cells:
                    start(keys.cell)
                    yield job.run(keys, root)


def _libraries(jobs: Sequence[list[CellKeys]], limits: Limits) -> tuple[str, ...]:
    return isolated_libraries([keys.cell for job in jobs for keys in job], limits)


def _memory(text: str) -> int:
    """Bytes that a detector in a process of its own may hold, where this process is the only worker."""
    if text == "auto":
        return int(psutil.virtual_memory().total)
    from dask.utils import parse_bytes

    return int(parse_bytes(text))


def hashed(task: TaskOf, root: Path | None) -> Sequence[TaskDigest]:
    """Make the tasks of a protocol and hash them; any fault of them is a `BenchmarkError`."""
    dataset, variant, protocol, seed = task
    with defined_state(), faults_of_data(f"protocol {protocol!r} makes no tasks of dataset {dataset!r}"):
        return task_digests(dataset, variant, protocol, seed, root)


class _Distributed:
    """Runs jobs on the workers of a Dask client."""

    def __init__(self, client: Any, workers: Workers) -> None:
        self.client, self.workers = client, workers

    def hash_tasks(self, tasks: Sequence[TaskOf], root: Path | None) -> list[Sequence[TaskDigest]]:
        futures = [self.client.submit(hashed, task, root, pure=False) for task in tasks]
        found: list[Sequence[TaskDigest]] = self.client.gather(futures)
        return found

    def run(self, jobs: Sequence[list[CellKeys]], store: Store, root: Path | None, start: OnStart) -> Iterator[Outcome]:
        from distributed import as_completed

        waiting = deque(enumerate(jobs))
        running: dict[Any, list[CellKeys]] = {}
        limits = Limits(self.workers.timeout)
        wanted, libraries = arithmetic.current(), _libraries(jobs, limits)

        def submit() -> Any:
            number, job = waiting.popleft()
            start(job[0].cell)
            arguments = (job, _stored(job, store), root, limits, wanted, libraries)
            future = self.client.submit(_run_on_worker, *arguments, key=f"job-{number}-{id(self)}", pure=False)
            running[future] = job
            return future

        # One job a thread at a time: a job that waits for a worker behind another would be blamed when that one takes
        # the worker down.
        slots = max(1, sum(self.client.nthreads().values()))
        done = as_completed([submit() for _ in range(min(slots, len(waiting)))])
        for future in done:
            job = running.pop(future)
            if waiting:
                done.add(submit())
            yield from _outcomes(future, job, self.workers)
            future.release()


def _run_on_worker(
    cells: Sequence[CellKeys], stored: dict[str, Output], root: Path | None, limits: Limits, *more: Any
) -> list[Outcome]:
    """Compute a job on a Dask worker. A detector in a process of its own may hold as much as the worker."""
    from distributed import get_worker

    return run_job(cells, stored, root, replace(limits, memory=get_worker().memory_manager.memory_limit or 0), *more)


def _outcomes(future: Any, job: Sequence[CellKeys], workers: Workers) -> list[Outcome]:
    """Turn a finished future into outcomes; faulty data or a faulty protocol stops the whole run."""
    from distributed import KilledWorker

    error = future.exception() if future.status == "error" else None
    if isinstance(error, BenchmarkError):
        raise error
    if isinstance(error, KilledWorker):
        reason = f"its worker was stopped, most likely above its share of memory (--memory {workers.memory})"
        return [Outcome(keys.cell, Result("OUT_OF_MEMORY", reason), {}) for keys in job]
    if error is not None:
        return [Outcome(keys.cell, Result("ERROR", f"{type(error).__name__}: {error}"), {}) for keys in job]
    outcomes: list[Outcome] = future.result()
    return outcomes


@contextmanager
def _pool(workers: Workers) -> Iterator[_InProcess | _Distributed]:
    """Start the workers; a job that kills its worker is not tried on another."""
    if workers.count == 0 and not workers.scheduler:
        yield _InProcess(workers)
        return
    import dask
    from distributed import Client, LocalCluster

    settings = {
        "distributed.scheduler.allowed-failures": 0,
        "distributed.nanny.pre-spawn-environ": _worker_environment(),
    }
    with dask.config.set(settings):
        if workers.scheduler:
            with Client(workers.scheduler) as client:
                yield _Distributed(client, workers)
            return
        with (
            LocalCluster(
                n_workers=workers.count,
                threads_per_worker=1,
                processes=True,
                memory_limit=workers.memory,
                dashboard_address="127.0.0.1:0",  # None would try a fixed port, and warn where it is taken
                host="127.0.0.1",
                silence_logs=50,
            ) as cluster,
            Client(cluster) as client,
        ):
            yield _Distributed(client, workers)


def _worker_environment() -> dict[str, str]:
    """Environment of a local worker: one thread for each library, and the arithmetic of this process.

    Dask's default has a variable more, which makes the C library return every freed block to the system at once. A
    training loop, which needs the same blocks again, then spends half its time on page faults.
    """
    if arithmetic.current() == "portable":
        return THREADS | dict(arithmetic.variables())
    return THREADS | {arithmetic.CHOICE: "native"}

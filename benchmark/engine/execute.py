"""Running a plan: in this process, on a local Dask cluster, or on any Dask scheduler. Nothing else schedules work."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmark.engine.evaluate import load_tasks, run_cell
from benchmark.engine.plan import Plan
from benchmark.engine.store import Store
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.errors import BenchmarkError

_ENVIRONMENT = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), 1)
"""Variables of a local worker. Dask's default adds one that has the C library give every freed block back to the system
at once; a training loop, which needs the same blocks again, then spends half its time on page faults."""

OnResult = Callable[[Cell, Result, bool], None]
"""Called with each cell, its result, and whether it came from the store."""


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
        its cell ends ``OUT_OF_MEMORY``.
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
        All cells of the plan, those that nobody registered too.
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
    alike = _same_key(waiting, plan)
    for cell, result in _run(list(alike), root, workers, plan):
        store.save(cell, plan.identities[cell], result)
        for other in alike[cell]:
            results[other] = result
            on_result(other, result, other != cell)
    return results


def run_protected(cell: Cell, root: Path | None, timeout: float) -> Result:
    """Run a cell on arrays that cannot be written to, for the methods of a table share them.

    A detector that works in place on what it is given would change the data of those that come after it; here it ends
    with ``ERROR``. See `benchmark.engine.evaluate.run_cell`.
    """
    started = perf_counter()
    for task in load_tasks(cell.dataset, cell.variant, cell.protocol, cell.seed, root):
        for part in (task.train, task.validation, task.train_unlabelled, task.validation_unlabelled, task.test):
            for column in (part.values, part.labels):
                if column is not None:
                    column.flags.writeable = False
    waited = perf_counter() - started
    result = run_cell(cell, root, timeout)
    if result.ok:
        result.seconds["prepare"] += waited
    return result


def _same_key(cells: list[Cell], plan: Plan) -> dict[Cell, list[Cell]]:
    """Gather cells that differ in how they are written and not in what they are; the first of each stands for all."""
    first: dict[str, Cell] = {}
    gathered: dict[Cell, list[Cell]] = {}
    for cell in cells:
        gathered.setdefault(first.setdefault(plan.identities[cell].key, cell), []).append(cell)
    return gathered


def _run(cells: list[Cell], root: Path | None, workers: Workers, plan: Plan) -> Iterator[tuple[Cell, Result]]:
    if not cells:
        return
    if workers.count == 0 and not workers.scheduler:
        for cell in cells:
            yield cell, run_protected(cell, root, workers.timeout)
        return
    yield from _run_distributed(cells, root, workers, plan)


def _run_distributed(
    cells: list[Cell], root: Path | None, workers: Workers, plan: Plan
) -> Iterator[tuple[Cell, Result]]:
    from distributed import as_completed

    with _client(workers) as client:
        waiting = deque(cells)
        running: dict[Any, Cell] = {}

        def submit() -> Any:
            cell = waiting.popleft()
            key = f"cell-{plan.identities[cell].key}"
            future = client.submit(run_protected, cell, root, workers.timeout, key=key, pure=False)
            running[future] = cell
            return future

        # One cell a thread at a time: one that waits on a worker behind another would be blamed when that one takes
        # the worker down.
        room = max(1, sum(client.nthreads().values()))
        done = as_completed([submit() for _ in range(min(room, len(waiting)))])
        for future in done:
            cell = running.pop(future)
            if waiting:
                done.add(submit())
            yield cell, _outcome(future, workers)
            future.release()


def _outcome(future: Any, workers: Workers) -> Result:
    """Turn a finished future into a result; faulty data or a faulty protocol stops the whole run."""
    from distributed import KilledWorker

    error = future.exception() if future.status == "error" else None
    if isinstance(error, BenchmarkError):
        raise error
    if isinstance(error, KilledWorker):
        reason = f"its worker was stopped, most likely above its share of memory (--memory {workers.memory})"
        return Result("OUT_OF_MEMORY", reason)
    if error is not None:
        return Result("ERROR", f"{type(error).__name__}: {error}")
    result: Result = future.result()
    return result


@contextmanager
def _client(workers: Workers) -> Iterator[Any]:
    """A Dask client of the wished workers; a cell that kills its worker is not tried on another."""
    import dask
    from distributed import Client, LocalCluster

    with dask.config.set(
        {"distributed.scheduler.allowed-failures": 0, "distributed.nanny.pre-spawn-environ": _ENVIRONMENT}
    ):
        if workers.scheduler:
            with Client(workers.scheduler) as client:
                yield client
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
            yield client

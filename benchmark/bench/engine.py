"""What the engine costs besides the work of the cells: for each cell, with a second worker, and with all stored.

Cheap cells (`norm` on 2,000 rows) give the cost of a cell, and equal ones of some tenths of a second (`knn`) the gain
of a second worker. Workers are warm: their start and their imports are not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmark.engine.execute import Workers, execute
from benchmark.engine.plan import cell_keys, group_by_fit, make_plan
from benchmark.engine.remote import distributed, hashed
from benchmark.engine.store import Store
from benchmark.engine.turns import Turns
from benchmark.interfaces.cell import Cell
from benchmark.interfaces.errors import BenchmarkError

SMALL = ("norm", "google-2019[rows=2000]")
EQUAL = ("knn", "google-2019[rows=8000]")
CELLS = 30


@dataclass(frozen=True)
class EngineMeasurement:
    """Cost of the engine on this machine.

    Parameters
    ----------
    cells : int
        Number of cells of each kind.
    plan_ms : float
        To find the key of the result of a cell, dataset read before.
    hash_ms : float
        To make the tasks of a cell and hash them, once a protocol and seed; remembered in the store.
    overhead_ms : float
        To schedule, save and report a cell, in this process: wall time less what the cell itself says that it took.
    stored_ms : float
        To load a cell that is stored.
    one_worker_s, two_workers_s : float
        Equal cells on one and on two warm workers.
    speedup : float
        Ratio of both.
    """

    cells: int
    plan_ms: float
    hash_ms: float
    overhead_ms: float
    stored_ms: float
    one_worker_s: float
    two_workers_s: float
    speedup: float


def bench_engine(
    cells: int = CELLS, small: tuple[str, str] = SMALL, equal: tuple[str, str] = EQUAL
) -> EngineMeasurement:
    """Measure the engine on the twin of google-2019.

    Parameters
    ----------
    cells : int
        Number of cells of each kind: one method, so many seeds.
    small, equal : (str, str)
        Method and protocol of the cheap cells, and of those that workers share.

    Raises
    ------
    BenchmarkError
        If a cell fails.
    """
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "store")
        planned = _cells(small, cells)
        make_plan(planned[:1], store, None)  # reads the dataset
        started = perf_counter()
        plan = make_plan(planned, store, None)
        plan_seconds = perf_counter() - started
        started = perf_counter()
        cell_keys(planned, plan, store, lambda tasks: [hashed(task, None) for task in tasks])
        hash_seconds = perf_counter() - started
        started = perf_counter()
        results = execute(plan, store, None, Workers())
        wall = perf_counter() - started
        if failed := next((result for result in results.values() if not result.ok), None):
            raise BenchmarkError(f"{small[0]} cannot be measured: {failed.reason}")
        own = sum(sum(result.seconds.values()) for result in results.values())
        started = perf_counter()
        execute(plan, store, None, Workers())
        stored_seconds = perf_counter() - started
        one, two = (_on_workers(count, _cells(equal, cells), store) for count in (1, 2))
    each = 1000 / cells
    costs = (plan_seconds * each, hash_seconds * each, (wall - own) * each, stored_seconds * each)
    return EngineMeasurement(cells, *costs, one, two, one / two)


def _cells(kind: tuple[str, str], count: int) -> list[Cell]:
    method, protocol = kind
    return [Cell("google-2019", "twin", protocol, seed, method) for seed in range(count)]


def _on_workers(count: int, cells: Sequence[Cell], store: Store) -> float:
    """Seconds that equal cells take on warm workers; each worker runs a cell before."""
    warm = [replace(one, seed=len(cells) + one.seed) for one in cells[: 2 * count]]
    plan = make_plan([*warm, *cells], store, None)
    with distributed(Workers(count), plan, None) as pool:
        keys = cell_keys(list(plan.identities), plan, store, lambda tasks: pool.hash_tasks(tasks, None))
        jobs = group_by_fit(keys, lambda _: False)
        first = [job for job in jobs if job[0].cell in set(warm)]
        for outcome in pool.run(Turns(first, store, plan.identities), None, lambda _: None):
            if not outcome.result.ok:
                raise BenchmarkError(f"{outcome.cell} cannot be measured: {outcome.result.reason}")
        turns = Turns([job for job in jobs if job not in first], store, plan.identities)
        started = perf_counter()
        for _ in pool.run(turns, None, lambda _: None):
            pass
        return perf_counter() - started

"""Run a plan: in this process, on a local Dask cluster, or on any Dask scheduler. Nothing else schedules work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path

import psutil

from benchmark.engine.job import Job, Outcome, isolated_libraries
from benchmark.engine.limits import Limits
from benchmark.engine.plan import Plan, TaskOf, cell_keys, group_by_fit
from benchmark.engine.remote import Distributed, OnStart, distributed, hashed
from benchmark.engine.store import Store
from benchmark.engine.tasks import TaskDigest, task_digests
from benchmark.engine.turns import Turns
from benchmark.engine.workers import Workers as Workers
from benchmark.interfaces.cell import Cell, Identity, Result

OnResult = Callable[[Cell, Result, bool], None]
"""Called with each cell, its result, and whether it came from the store. Its ``start``, where it has that attribute, is
called with each cell that starts."""


def execute(
    plan: Plan, store: Store, root: Path | None, workers: Workers, on_result: OnResult = lambda *_: None
) -> dict[Cell, Result]:
    """Run every cell of a plan that is not in the store, and keep each result as it comes.

    Several runs on one store share the work: what one computes, the others take from the store.

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
    with _workers(workers, plan, root) as pool:
        keys = cell_keys(list(duplicates), plan, store, lambda tasks: pool.hash_tasks(tasks, root))
        with closing(Turns(group_by_fit(keys, store.has_output), store, plan.identities)) as turns:
            for outcome in pool.run(turns, root, told_of_starts(on_result)):
                if not outcome.stored:
                    _keep(outcome, plan.identities[outcome.cell], store)
                for cell in duplicates[outcome.cell]:
                    results[cell] = outcome.result
                    on_result(cell, outcome.result, outcome.stored or cell != outcome.cell)
    return results


def _keep(outcome: Outcome, identity: Identity, store: Store) -> None:
    for key, output in outcome.outputs.items():
        store.save_output(key, output)
    store.save(outcome.cell, identity, outcome.result, outcome.traceback)
    if outcome.log is not None:
        store.save_log(identity.key, outcome.log)


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


class _InProcess:
    """Runs jobs in this process."""

    def __init__(self, workers: Workers) -> None:
        self.limits = Limits(workers.timeout, _memory(workers.memory))

    def hash_tasks(self, tasks: Sequence[TaskOf], root: Path | None) -> list[Sequence[TaskDigest]]:
        return [hashed(task, root) for task in tasks]

    def run(self, turns: Turns, root: Path | None, start: OnStart) -> Iterator[Outcome]:
        libraries = isolated_libraries([keys.cell for job in turns.jobs for keys in job], self.limits)
        for number, turn in turns:
            yield from turn.found
            wanted = {task.scores for keys in turn.cells for task in keys.tasks}
            with Job(turns.store.load_outputs(wanted), self.limits, libraries) as job:
                for keys in turn.cells:
                    start(keys.cell)
                    yield job.run(keys, root)
            turns.done(number)


def _memory(text: str) -> int:
    """Bytes that a detector in a process of its own may hold, where this process is the only worker."""
    if text == "auto":
        return int(psutil.virtual_memory().total)
    from dask.utils import parse_bytes

    return int(parse_bytes(text))


def _workers(workers: Workers, plan: Plan, root: Path | None) -> AbstractContextManager[_InProcess | Distributed]:
    if workers.count == 0 and not workers.scheduler:
        return nullcontext(_InProcess(workers))
    return distributed(workers, plan, root)

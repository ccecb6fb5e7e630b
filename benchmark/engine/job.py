"""A job: cells that share fits, computed one after the other.

A detector of another distribution, or given by its file, fits and scores in a process of its own. So does every
detector where the fit has a time limit, since only the end of a process stops a call that never returns. Other
built-in detectors run in this process, in a defined state of it. Measuring is done here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Self

from benchmark import arithmetic
from benchmark.arithmetic import Arithmetic
from benchmark.engine.ask import Asked
from benchmark.engine.code import outside_libraries
from benchmark.engine.detect import Output, timed
from benchmark.engine.evaluate import evaluate
from benchmark.engine.failure import failure_of, faults_of_data
from benchmark.engine.fits import Fits, Request
from benchmark.engine.limits import Limits, one_thread
from benchmark.engine.method import is_foreign, require_bounds, smoothing_of, target_of
from benchmark.engine.starting import PRELOADED
from benchmark.engine.tasks import load_tasks
from benchmark.evaluation.smoothing import require_time_order
from benchmark.interfaces.cell import Cell, Result, Row
from benchmark.interfaces.errors import BenchmarkError, DataError
from benchmark.interfaces.protocol import Task
from benchmark.interfaces.registry import DATASETS
from benchmark.process.state import defined_state

if TYPE_CHECKING:
    from benchmark.engine.isolation import Isolated


@dataclass(frozen=True)
class TaskKeys:
    """Keys of one task of a cell.

    Parameters
    ----------
    task : str
        Name of the task.
    fit : str
        Hash of the detector with its parameters, seed, source, arithmetic, and of its training and validation data.
    scores : str
        Hash of the fit and of the test data.
    """

    task: str
    fit: str
    scores: str


@dataclass(frozen=True)
class CellKeys:
    """A cell with the keys of its tasks, in their order."""

    cell: Cell
    tasks: tuple[TaskKeys, ...]


@dataclass(frozen=True)
class Outcome:
    """Result of one cell of a job.

    Parameters
    ----------
    cell : Cell
        The cell.
    result : Result
        Its result.
    outputs : dict of str to Output
        Outputs that were computed for it, by scores key.
    traceback : str
        Of a failure.
    log : str, optional
        What the detector printed; None where none ran in a process of its own.
    stored : bool
        Whether another run has computed it meanwhile, and kept it.
    """

    cell: Cell
    result: Result
    outputs: dict[str, Output]
    traceback: str = ""
    log: str | None = None
    stored: bool = False


def run_job(
    cells: Sequence[CellKeys],
    stored: Mapping[str, Output],
    root: Path | None,
    limits: Limits | None = None,
    wanted: Arithmetic | None = None,
    libraries: Sequence[str] = (),
) -> list[Outcome]:
    """Compute the cells of a job. Each fit and each output is computed once.

    A failure of a detector is a status with a reason, never an exception.

    Parameters
    ----------
    cells : sequence of CellKeys
        Cells of one job.
    stored : mapping of str to Output
        Outputs that the store has, by scores key.
    root : path, optional
        Data folder, for the real variant.
    limits : Limits, optional
        Bounds on a cell.
    wanted : {"portable", "native"}, optional
        Arithmetic of the plan. A worker in another one is refused.
    libraries : sequence of str
        Libraries that detectors of the whole plan import in processes of their own (`isolated_libraries`).

    Raises
    ------
    BenchmarkError
        If the data or the protocol are at fault: then no method could run.
    """
    if wanted is not None and (here := arithmetic.current()) != wanted:
        reason = arithmetic.obstacle() or "numpy or torch was loaded before benchmark, or its variables are not set"
        raise BenchmarkError(f"this run is in {wanted} arithmetic, a worker computes in {here}: {reason}")
    with Job(stored, limits or Limits(), libraries) as job:
        return [job.run(keys, root) for keys in cells]


def is_isolated(method: str, limits: Limits) -> bool:
    """Whether a method fits and scores in a process of its own."""
    return limits.seconds > 0 or is_foreign(method)


def isolated_libraries(cells: Sequence[Cell], limits: Limits) -> tuple[str, ...]:
    """Libraries that are imported once for all processes of the detectors of these cells."""
    return shared_libraries([method for method in {cell.method for cell in cells} if is_isolated(method, limits)])


def shared_libraries(methods: Iterable[str]) -> tuple[str, ...]:
    """The same for methods that have processes of their own."""
    needed = {name for one in methods for name in outside_libraries(target_of(one))}
    return tuple(sorted(needed & set(PRELOADED)))


class Job:
    """The fits and outputs of one job.

    Parameters
    ----------
    stored : mapping of str to Output
        Outputs that the store has, by scores key.
    limits : Limits
        Bounds on a cell.
    libraries : sequence of str
        See `run_job`.
    """

    def __init__(self, stored: Mapping[str, Output], limits: Limits, libraries: Sequence[str] = ()) -> None:
        self.outputs = dict(stored)
        self.limits, self.libraries = limits, libraries
        self.here = Fits()
        self.apart: Isolated | None = None
        self.ran_apart = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def run(self, keys: CellKeys, root: Path | None) -> Outcome:
        """Compute one cell; see `run_job`."""
        cell, before, traceback = keys.cell, set(self.outputs), ""
        self.ran_apart = False
        with defined_state():
            started = perf_counter()
            with faults_of_data(f"protocol {cell.protocol!r} makes no tasks of dataset {cell.dataset!r}"):
                tasks = load_tasks(cell.dataset, cell.variant, cell.protocol, cell.seed, root)
            seconds = {"prepare": perf_counter() - started}
            try:
                result = self._result(cell, tasks, keys.tasks, seconds)
            except (Exception, SystemExit) as error:
                failure = failure_of(error)
                result, traceback = Result(failure.status, failure.reason), failure.traceback
        log = self.apart.log() if self.apart is not None and self.ran_apart else None
        if not result.ok:
            self._leave()  # the next cell gets a process that nothing has happened to
        outputs = {key: one for key, one in self.outputs.items() if key not in before}
        return Outcome(cell, result, outputs, traceback, log)

    def _result(self, cell: Cell, tasks: Sequence[Task], keys: Sequence[TaskKeys], seconds: dict[str, float]) -> Result:
        if not tasks:
            raise DataError(f"protocol {cell.protocol!r} makes no task of {cell.dataset!r}, so nothing is measured")
        for task in tasks:  # before any fit
            require_time_order(task, smoothing_of(cell.method))
            require_bounds(cell.method, task, self.limits.seconds)
        self._compute(cell, tasks, keys)
        return self._measured(cell, tasks, keys, seconds)

    def _compute(self, cell: Cell, tasks: Sequence[Task], keys: Sequence[TaskKeys]) -> None:
        """Compute the outputs that are missing."""
        missing = [(task, one) for task, one in zip(tasks, keys, strict=True) if one.scores not in self.outputs]
        if not missing or not is_isolated(cell.method, self.limits):
            with one_thread():
                for task, one in missing:
                    self.outputs[one.scores] = self.here.output(Request.of(cell.method, cell.seed, one.fit, task))
            return
        apart, left = self._apart(cell.method), self.limits.seconds
        for task, one in missing:
            request = Request.of(cell.method, cell.seed, one.fit, task)
            self.outputs[one.scores], spent = apart.output(request, left)
            left = max(left - spent, 0.001) if left else 0.0

    def _apart(self, method: str) -> Isolated:
        """Return the process of the detector, which is that of the cell before where it still runs."""
        from benchmark.engine.isolation import Isolated

        self.ran_apart = True
        if self.apart is not None and self.apart.alive:
            self.apart.begin()
            return self.apart
        self._leave()
        self.apart = Isolated(target_of(method), self.limits.memory, self.libraries)
        self.apart.start()
        return self.apart

    def _leave(self) -> None:
        if self.apart is not None:
            self.apart.close()
            self.apart = None

    def _measured(
        self, cell: Cell, tasks: Sequence[Task], keys: Sequence[TaskKeys], seconds: dict[str, float]
    ) -> Result:
        smoothing = smoothing_of(cell.method)
        window = DATASETS.build(cell.dataset).metadata.vus_window
        rows: list[Row] = []
        with timed(seconds, "evaluate"), one_thread():
            for task, one in zip(tasks, keys, strict=True):
                rows.append(evaluate(task, self.outputs[one.scores], window, cell.metrics, smoothing))
        for one in keys:
            for name, spent in self.outputs[one.scores].seconds.items():
                seconds[name] = seconds.get(name, 0.0) + spent
        outputs = [self.outputs[one.scores] for one in keys]
        measured = [one.measured if isinstance(one, Asked) else {} for one in outputs]
        scores = {one.task: one.scores for one in keys}
        return Result("OK", rows=rows, scores=scores, seconds=seconds, measured=measured if any(measured) else [])

"""A job: cells that share fits, computed in one process, one after the other."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from benchmark import arithmetic
from benchmark.arithmetic import Arithmetic
from benchmark.engine.answers import guarded
from benchmark.engine.detect import Inputs, Output, run_detector, timed
from benchmark.engine.evaluate import evaluate, oracle_output
from benchmark.engine.limits import CellTimeoutError, one_thread, time_limit
from benchmark.engine.method import fitted_spec, require_bounds, smoothing_of
from benchmark.engine.tasks import load_tasks
from benchmark.evaluation.smoothing import require_time_order
from benchmark.interfaces.cell import Cell, Result, Row
from benchmark.interfaces.detector import Detector
from benchmark.interfaces.errors import BenchmarkError, DivergedError
from benchmark.interfaces.protocol import Task
from benchmark.interfaces.registry import DATASETS, METHODS


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
    """Result of one cell of a job, with the outputs that were computed for it."""

    cell: Cell
    result: Result
    outputs: dict[str, Output]


def run_job(
    cells: Sequence[CellKeys],
    stored: Mapping[str, Output],
    root: Path | None,
    timeout: float = 0.0,
    wanted: Arithmetic | None = None,
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
    timeout : float
        Bound on fit and score of a cell in seconds; 0 sets none.
    wanted : {"portable", "native"}, optional
        Arithmetic of the plan. A worker in another one is refused.

    Raises
    ------
    BenchmarkError
        If the data or the protocol are at fault: then no method could run.
    """
    if wanted is not None and (here := arithmetic.current()) != wanted:
        reason = arithmetic.obstacle() or "numpy or torch was loaded before benchmark, or its variables are not set"
        raise BenchmarkError(f"this run is in {wanted} arithmetic, a worker computes in {here}: {reason}")
    job = Job(stored)
    return [job.run(keys, root, timeout) for keys in cells]


class Job:
    """The fits and outputs of one job.

    Parameters
    ----------
    stored : mapping of str to Output
        Outputs that the store has, by scores key.
    """

    def __init__(self, stored: Mapping[str, Output]) -> None:
        self.outputs = dict(stored)
        self.fitted: dict[str, tuple[Detector, float]] = {}

    def run(self, keys: CellKeys, root: Path | None, timeout: float) -> Outcome:
        """Compute one cell; see `run_job`."""
        cell, before = keys.cell, set(self.outputs)
        started = perf_counter()
        tasks = load_tasks(cell.dataset, cell.variant, cell.protocol, cell.seed, root)
        seconds = {"prepare": perf_counter() - started}
        try:
            with one_thread(), time_limit(timeout):
                for task in tasks:  # before any fit
                    require_time_order(task, smoothing_of(cell.method))
                    require_bounds(cell.method, task, timeout)
                for task, task_keys in zip(tasks, keys.tasks, strict=True):
                    self._compute(cell, task, task_keys)
            result = self._measured(cell, tasks, keys.tasks, seconds)
        except CellTimeoutError:
            result = Result("TIMEOUT", f"fit and score took longer than {timeout:g} s")
        except DivergedError as error:
            result = Result("DIVERGED", _text(error))
        except MemoryError:
            result = Result("OUT_OF_MEMORY", "the detector asked for more memory than there is")
        except BenchmarkError as error:
            result = Result("ERROR", _text(error))
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            reason = f"{type(error).__name__}: {_text(error)} ({Path(place.filename).name}:{place.lineno})"
            result = Result("ERROR", reason)
        return Outcome(cell, result, {key: one for key, one in self.outputs.items() if key not in before})

    def _compute(self, cell: Cell, task: Task, keys: TaskKeys) -> None:
        if keys.scores in self.outputs:
            return
        spec = fitted_spec(cell.method)
        if METHODS.build(spec, seed=cell.seed).supervision == "oracle":
            self.outputs[keys.scores] = oracle_output(
                guarded(METHODS.build(spec, seed=cell.seed), cell.method), task, cell.method
            )
            return
        inputs = Inputs.of(task, METHODS.build(spec, seed=cell.seed).supervision)
        if keys.fit not in self.fitted:
            detector, spent = METHODS.build(spec, seed=cell.seed), dict[str, float]()
            with timed(spent, "fit"):
                detector.fit(detector.view(inputs.train), detector.view(inputs.validation))
            self.fitted[keys.fit] = detector, spent["fit"]
        detector, fit_seconds = self.fitted[keys.fit]
        self.outputs[keys.scores] = run_detector(guarded(detector, cell.method), inputs, cell.method, fit_seconds)

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
        return Result("OK", rows=rows, scores={one.task: one.scores for one in keys}, seconds=seconds)


def _text(error: BaseException) -> str:
    """Text of an exception in one line; says so where its text cannot be made."""
    try:
        return " ".join(str(error).split())
    except Exception as second:
        return f"(its text cannot be made: {type(second).__name__})"

"""Running one cell: load, split, fit, score, cut, measure. The only code that holds test labels."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.engine.limits import CellTimeoutError, one_thread, time_limit
from benchmark.evaluation.measure import measure, measure_dependencies, measure_strata
from benchmark.evaluation.published_rules import evaluation_steps
from benchmark.interfaces.cell import Cell, Result, Row
from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.detector import Detector
from benchmark.interfaces.errors import BenchmarkError, DataError, DivergedError
from benchmark.interfaces.protocol import Task
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import DATASETS, METHODS, PROTOCOLS
from benchmark.metrics.checks import finite
from benchmark.metrics.confidence import confidence_summary

Scores = NDArray[np.float32]


def run_cell(cell: Cell, root: Path | None, timeout: float = 0.0) -> Result:
    """Run one cell and report how it ended; a detector's failure is a status with a reason, never an exception.

    Parameters
    ----------
    cell : Cell
        What to run.
    root : path, optional
        Data folder, for the real variant.
    timeout : float
        Bound on fit and score in seconds; 0 sets none.

    Raises
    ------
    BenchmarkError
        If the data or the protocol are at fault: then no method could run.
    """
    started = perf_counter()
    tasks = load_tasks(cell.dataset, cell.variant, cell.protocol, cell.seed, root)
    seconds = {"prepare": perf_counter() - started}
    rows: list[Row] = []
    arrays: dict[str, Scores] = {}
    try:
        with one_thread(), time_limit(timeout):
            for task in tasks:
                row, scores = _run_task(cell, task, seconds)
                rows.append(row)
                arrays |= scores
    except CellTimeoutError:
        return Result("TIMEOUT", f"fit and score took longer than {timeout:g} s")
    except DivergedError as error:
        return Result("DIVERGED", str(error))
    except MemoryError:
        return Result("OUT_OF_MEMORY", "the detector asked for more memory than there is")
    except BenchmarkError as error:
        return Result("ERROR", str(error))
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return Result("ERROR", f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})")
    return Result("OK", rows=rows, arrays=arrays, seconds=seconds)


def file_stamps(dataset: str, variant: Variant, root: Path | None) -> tuple[tuple[str, int, int], ...]:
    """Path, size and time of every file behind a dataset: what tells that it has to be read again. None for a twin."""
    if variant == "twin" or root is None:
        return ()
    files = [file.resolve() for file in DATASETS.build(dataset).files(root)]
    return tuple((str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files)


def load_recordings(dataset: str, variant: Variant, root: Path | None) -> tuple[Recording, ...]:
    """Load a dataset, once a process as long as its files stay as they are."""
    return _recordings(dataset, variant, root, file_stamps(dataset, variant, root))


@lru_cache(maxsize=2)
def _recordings(dataset: str, variant: Variant, root: Path | None, _: object) -> tuple[Recording, ...]:
    return tuple(DATASETS.build(dataset).load(variant, root))


def load_tasks(dataset: str, variant: Variant, protocol: str, seed: int, root: Path | None) -> tuple[Task, ...]:
    """Make the tasks of one protocol and seed, once a process: every method of a table shares them."""
    return _tasks(dataset, variant, protocol, seed, root, file_stamps(dataset, variant, root))


@lru_cache(maxsize=2)
def _tasks(dataset: str, variant: Variant, protocol: str, seed: int, root: Path | None, _: object) -> tuple[Task, ...]:
    built = PROTOCOLS.build(protocol)
    name = DATASETS.build(dataset).metadata.name
    if built.datasets and name not in built.datasets:
        raise BenchmarkError(f"protocol {protocol!r} is for {', '.join(built.datasets)}, not for {name!r}")
    return tuple(built.tasks(name, list(load_recordings(dataset, variant, root)), seed))


def _run_task(cell: Cell, task: Task, seconds: dict[str, float]) -> tuple[Row, dict[str, Scores]]:
    """Fit on what the detector may see, score validation and test, and measure."""
    detector = METHODS.build(cell.method, seed=cell.seed)
    train, validation = task.for_fit(detector.supervision)
    labels = task.test.labels
    assert labels is not None
    with _timed(seconds, "fit"):
        detector.fit(train, validation)
    with _timed(seconds, "score"):
        held_out = checked(detector.score(validation.unlabelled()), len(validation), cell.method)
        scores = checked(detector.score(task.test_inputs), len(task.test), cell.method)
    window = DATASETS.build(cell.dataset).metadata.vus_window if task.test.sequential else None
    with _timed(seconds, "evaluate"):
        measured = measure(detector.supervision, held_out, validation.labels, scores, labels, window)
        row: Row = {"task": task.name} | measured
        if task.strata is not None:
            row["strata"] = measure_strata(row, task.strata, task.stratum_names, scores, labels)
    row |= _beside(detector, task)
    row["alternatives"] = {}
    for name in detector.alternatives():
        # Validation first: what an alternative has to fit once is then not counted as time of scoring.
        other_held_out = checked(detector.alternative(name, validation.unlabelled()), len(validation), cell.method)
        with _timed(seconds, f"score {name}"):
            other = checked(detector.alternative(name, task.test_inputs), len(task.test), cell.method)
        row["alternatives"][name] = measure(
            detector.supervision, other_held_out, validation.labels, other, labels, window
        )
    if task.published_rules is not None:
        trained_on = checked(detector.score(train.unlabelled()), len(train), cell.method)
        row["evaluation_steps"] = evaluation_steps(task.published_rules, trained_on, held_out, scores, labels)
    return row, {f"{task.name}/validation": held_out, f"{task.name}/test": scores}


def _beside(detector: Detector, task: Task) -> Row:
    """What a fitted detector says beside its scores, measured: decisions, soundness, dependencies."""
    row: Row = {}
    assert task.test.labels is not None
    judgement = detector.judge(task.test_inputs)
    if judgement is not None:
        said = (judgement.flags, judgement.confidence, judgement.abstained)
        row["confidence"] = confidence_summary(task.test.labels, *said)
    diagnostics = detector.diagnostics(task.test_inputs)
    if diagnostics:
        row["diagnostics"] = diagnostics
    if (true := task.test.dependencies) is not None and (learned := detector.adjacency(task.test_inputs)) is not None:
        row["dependencies"] = measure_dependencies(learned, true)
    return row


@contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    started = perf_counter()
    yield
    seconds[name] = seconds.get(name, 0.0) + perf_counter() - started


def checked(given: NDArray[Any], points: int, method: str) -> Scores:
    """Insist on one finite number a point; an error names the method and the first point at fault."""
    scores = np.asarray(given, dtype=np.float32)
    if scores.shape != (points,):
        raise DataError(f"{method}: score returned shape {scores.shape} for {points} points")
    finite(scores, method)
    return scores

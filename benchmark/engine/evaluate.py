"""Running one cell: load, split, fit, score, cut, measure. The only code that holds test labels."""

from __future__ import annotations

import traceback
from functools import lru_cache
from math import isnan
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.data.dataset import Variant
from benchmark.data.recording import Recording
from benchmark.detector import Detector
from benchmark.engine.cell import Cell, Result, Row
from benchmark.engine.limits import CellTimeoutError, one_thread, time_limit
from benchmark.errors import BenchmarkError, DivergedError
from benchmark.metrics.point import point_metrics
from benchmark.metrics.ranking import auc_pr, auc_roc
from benchmark.protocols import thresholds
from benchmark.protocols.protocol import Task
from benchmark.registry import DATASETS, METHODS, PROTOCOLS

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
    seconds = {"prepare": perf_counter() - started, "fit": 0.0, "score": 0.0, "evaluate": 0.0}
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
    started = perf_counter()
    detector.fit(train, validation)
    seconds["fit"] += perf_counter() - started
    started = perf_counter()
    validation_scores = checked(detector, validation.unlabelled())
    test_scores = checked(detector, task.test_inputs)
    seconds["score"] += perf_counter() - started
    started = perf_counter()
    assert task.test.labels is not None
    row = measure(detector, validation_scores, validation.labels, test_scores, task.test.labels)
    seconds["evaluate"] += perf_counter() - started
    row |= {
        "task": task.name,
        "points": len(test_scores),
        "anomalous": int(task.test.labels.sum()),
    }
    return row, {f"{task.name}/validation": validation_scores, f"{task.name}/test": test_scores}


def checked(detector: Detector, recording: Recording) -> Scores:
    """Score a recording and insist on one finite number a point."""
    scores = np.asarray(detector.score(recording), dtype=np.float32)
    if scores.shape != (len(recording),):
        raise ValueError(f"score returned shape {scores.shape} for {len(recording)} points")
    bad = np.flatnonzero(~np.isfinite(scores))
    if len(bad):
        raise ValueError(f"score of point {bad[0]} is {scores[bad[0]]}; {len(bad)} of {len(scores)} are not finite")
    return scores


def measure(
    detector: Detector,
    validation_scores: Scores,
    validation_labels: NDArray[np.bool_] | None,
    test_scores: Scores,
    test_labels: NDArray[np.bool_],
) -> Row:
    """Cut by every policy that applies and measure on test. Column names carry the policy (``F1@val``)."""
    policy = thresholds.validation_policy(detector.supervision)
    if policy == "val-f1" and validation_labels is not None:
        cut = thresholds.best_f1(validation_scores, validation_labels)
    else:
        policy, cut = "val-q99", thresholds.quantile(validation_scores)
    cuts = {
        "val": cut,
        "pot": thresholds.pot(validation_scores),
        "oracle": thresholds.best_f1(test_scores, test_labels),
    }
    row: Row = {"policy": policy}
    for place, value in cuts.items():
        row[f"cut@{place}"] = value
        for name, number in point_metrics(test_labels, thresholds.flag(test_scores, value)).items():
            row[f"{COLUMNS[name]}@{place}"] = number
    row["AUC-ROC"] = _number(auc_roc(test_labels, test_scores))
    row["AUC-PR"] = _number(auc_pr(test_labels, test_scores))
    return row


COLUMNS: dict[str, str] = {"accuracy": "Accuracy", "precision": "Precision", "recall": "Recall", "f1": "F1"}


def _number(value: float) -> Any:
    """Keep an undefined value as null, which JSON can hold."""
    return None if isnan(value) else value

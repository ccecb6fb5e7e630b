"""Seconds, rows a second and memory of one detector on one cell."""

from __future__ import annotations

import multiprocessing
import resource
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmark.engine.failure import failure_of
from benchmark.interfaces.dataset import Variant
from benchmark.interfaces.errors import BenchmarkError

REPETITIONS = 3


@dataclass(frozen=True)
class DetectorMeasurement:
    """Cost of a detector on the first task of a cell; one thread, medians of the repetitions.

    Parameters
    ----------
    method, dataset, variant, protocol, task : str
        The detector, and the cell that it was measured on.
    rows : dict of str to int
        Rows fitted on (``train``, ``validation``) and scored (``test``).
    channels : int
        Number of channels.
    fit_seconds, score_seconds : float
        Wall time to fit, and to score the test rows.
    rows_a_second : float
        Test rows scored in a second.
    peak_mib : float
        Largest resident memory of the process in MiB, libraries and data included.
    added_mib : float
        Rise of that peak during fit and score, imports of the detector's own libraries included.
    """

    method: str
    dataset: str
    variant: str
    protocol: str
    task: str
    rows: dict[str, int]
    channels: int
    fit_seconds: float
    score_seconds: float
    rows_a_second: float
    peak_mib: float
    added_mib: float


def bench_detector(
    spec: str,
    dataset: str = "google-2019",
    protocol: str = "google-2019",
    variant: Variant = "twin",
    root: Path | None = None,
    repetitions: int = REPETITIONS,
) -> DetectorMeasurement:
    """Measure a registered detector in a separate process, so that its memory is measured alone.

    Parameters
    ----------
    spec : str
        ``name[param=value,…]``, or ``file.py:Class``.
    dataset, protocol : str
        ``name[param=value,…]``; the default cell has 20,000 rows.
    variant : {"twin", "real"}
        Files of the dataset, or its twin.
    root : path, optional
        Data folder, for the real variant.
    repetitions : int
        Number of fits and scores; the result is their median.

    Raises
    ------
    BenchmarkError
        If the detector fails, or its process ends.
    """
    try:
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
            return process.submit(_measure, spec, dataset, protocol, variant, root, repetitions).result()
    except (BenchmarkError, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise BenchmarkError(f"{spec} cannot be measured: {failure_of(error).reason}") from error


def _measure(
    spec: str, dataset: str, protocol: str, variant: Variant, root: Path | None, repetitions: int
) -> DetectorMeasurement:
    from benchmark.engine.detect import checked
    from benchmark.engine.limits import one_thread
    from benchmark.engine.tasks import load_tasks
    from benchmark.interfaces.registry import METHODS

    task = load_tasks(dataset, variant, protocol, 0, root)[0]
    before = _peak_mib()
    fit, score = [], []
    with one_thread():
        for _ in range(repetitions):
            detector = METHODS.build(spec, seed=0)
            train, validation = (detector.view(part) for part in task.for_fit(detector.supervision))
            test = detector.view(task.test_inputs)
            started = perf_counter()
            detector.fit(train, validation)
            fit.append(perf_counter() - started)
            started = perf_counter()
            checked(detector.score(test), len(test), spec)
            score.append(perf_counter() - started)
    peak = _peak_mib()
    return DetectorMeasurement(
        spec,
        dataset,
        variant,
        protocol,
        task.name,
        {"train": len(train), "validation": len(validation), "test": len(task.test)},
        len(task.test.channels),
        median(fit),
        median(score),
        len(task.test) / max(median(score), 1e-9),
        peak,
        peak - before,
    )


def _peak_mib() -> float:
    """Largest resident memory of this process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)

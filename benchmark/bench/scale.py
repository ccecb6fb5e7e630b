"""How the cost of a detector grows with rows and with channels.

The series are made: channel c at row t is sin(2π·t / p) + 0.3·noise, with a period p of its own between 20 and 2,000
rows, and normal noise. Cost depends on the numbers hardly, and on the sizes alone for most detectors. Each size runs in
a new process with one thread, so that its memory is measured alone.

The growth between two sizes n and m with costs a and b is log(b / a) / log(m / n): 1 where the cost is linear.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from math import log
from time import perf_counter

import numpy as np

from benchmark.engine.failure import failure_of
from benchmark.interfaces.errors import BenchmarkError
from benchmark.interfaces.recording import Recording

ROWS = (5_000, 20_000, 80_000)
"""Rows that are fitted, and as many scored, with `BASE_CHANNELS`."""

CHANNELS = (10, 38, 150)
"""Channels, with `BASE_ROWS`."""

BASE_ROWS, BASE_CHANNELS = 5_000, 38

METHODS = (
    "trailing-norm", "knn", "dlinear", "linear-ae", "cnn", "lstm", "usad", "gan-uq[preset=corrected]",
    "crl-bsad[preset=corrected]", "mst-gat", "ddmt[preset=corrected]", "dcdetector[preset=corrected]",
)  # fmt: skip
"""Methods that are measured unless others are named."""


@dataclass(frozen=True)
class ScaleMeasurement:
    """Cost of one detector at one size.

    Parameters
    ----------
    method : str
        ``name[param=value,…]``.
    ladder : {"rows", "channels"}
        What grows from line to line.
    rows, channels : int
        Size of the part that is fitted; as many rows are scored. A quarter as many are validation rows.
    fit_seconds : float
        Wall time of the fit; NaN where the detector failed.
    rows_a_second : float
        Rows scored in a second; NaN where it failed.
    peak_mib : float
        Largest resident memory of the process in MiB, libraries included.
    reason : str
        Why there are no numbers; empty otherwise.
    """

    method: str
    ladder: str
    rows: int
    channels: int
    fit_seconds: float
    rows_a_second: float
    peak_mib: float
    reason: str = ""


def bench_scale(
    methods: Sequence[str] = METHODS,
    rows: Sequence[int] = ROWS,
    channels: Sequence[int] = CHANNELS,
    on_start: Callable[[str], None] | None = None,
) -> list[ScaleMeasurement]:
    """Measure each method on both ladders.

    Parameters
    ----------
    methods : sequence of str
        Registered methods, or ``file.py:Class``.
    rows, channels : sequence of int
        The ladders.
    on_start : callable, optional
        Called with the name of each size before it is measured, since one may take minutes.

    Returns
    -------
    list of ScaleMeasurement
        Method by method, rows first. A detector that fails at a size has the reason there, and goes on.
    """
    found = []
    for method in methods:
        for ladder, count, width in (
            *(("rows", count, BASE_CHANNELS) for count in rows),
            *(("channels", BASE_ROWS, width) for width in channels),
        ):
            if on_start:
                on_start(f"{method}, {count:,} rows of {width} channels")
            found.append(_measured(method, ladder, count, width))
    return found


def growth(measurements: Sequence[ScaleMeasurement]) -> float | None:
    """Exponent of the seconds of fit and score from the first size of a ladder to its last.

    Parameters
    ----------
    measurements : sequence of ScaleMeasurement
        One ladder of one method.

    Returns
    -------
    float or None
        None where the detector failed at an end, or where there is one size only.
    """
    first, last = measurements[0], measurements[-1]
    sizes = getattr(first, first.ladder), getattr(last, first.ladder)
    costs = [one.fit_seconds + one.rows / one.rows_a_second for one in (first, last) if not one.reason]
    if len(costs) < 2 or sizes[0] == sizes[1]:
        return None
    return log(costs[1] / costs[0]) / log(sizes[1] / sizes[0])


def made_series(rows: int, channels: int, seed: int) -> Recording:
    """The series of the module: ``channels`` sines with noise, float32, in time order."""
    generator = np.random.default_rng([seed, channels])
    periods = np.random.default_rng(channels).uniform(20, 2_000, channels)
    values = np.sin(2 * np.pi * np.arange(rows)[:, None] / periods) + 0.3 * generator.standard_normal((rows, channels))
    names = tuple(f"c{channel}" for channel in range(channels))
    return Recording(f"made-{seed}", values.astype(np.float32), names, sequential=True)


def _measured(method: str, ladder: str, rows: int, channels: int) -> ScaleMeasurement:
    try:
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
            cost = process.submit(_cost, method, rows, channels).result()
    except (BenchmarkError, KeyboardInterrupt):
        raise
    except BaseException as error:
        nan = float("nan")
        return ScaleMeasurement(method, ladder, rows, channels, nan, nan, nan, failure_of(error).reason)
    return ScaleMeasurement(method, ladder, rows, channels, *cost)


def _cost(method: str, rows: int, channels: int) -> tuple[float, float, float]:
    """Seconds of the fit, rows scored in a second, and peak memory in MiB."""
    from benchmark.engine.detect import checked
    from benchmark.engine.limits import one_thread
    from benchmark.interfaces.registry import METHODS as REGISTERED

    parts = [made_series(count, channels, seed) for seed, count in enumerate((rows, rows // 4, rows))]
    with one_thread():
        detector = REGISTERED.build(method, seed=0)
        train, validation, test = map(detector.view, parts)
        started = perf_counter()
        detector.fit(train, validation)
        fitted = perf_counter()
        checked(detector.score(test), rows, method)
        scored = perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return fitted - started, rows / max(scored - fitted, 1e-9), peak

"""Methods on labelled recordings that are in memory, by the protocol ``native``."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

import numpy as np
import polars as pl

from benchmark.engine.detect import Inputs, run_detector
from benchmark.engine.evaluate import evaluate, oracle_output
from benchmark.engine.limits import one_thread
from benchmark.engine.method import fitted_spec, smoothing_of
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS
from benchmark.protocols.native import Native
from benchmark.stats.intervals import mean_interval

WINDOW = 20
"""Buffer of the metrics named VUS, in points."""


def compared(methods: Sequence[str], recordings: list[Recording], metric: str, seeds: int) -> pl.DataFrame:
    """Fit, score and measure; see `benchmark.api.compare`.

    Raises
    ------
    ParameterError
        If no result has the metric, or there is no method.
    """
    if not methods:
        raise ParameterError("no method is named")
    lines = []
    for method in methods:
        values = np.array([_measured(method, recordings, metric, seed) for seed in range(seeds)], np.float64)
        over = np.nanmean(values, axis=0) if len(recordings) > 1 else values[:, 0]
        interval = mean_interval(over[~np.isnan(over)]) if np.isfinite(over).sum() > 1 and np.ptp(over) > 0 else None
        lines.append(
            {
                "method": method,
                metric: float(np.nanmean(values)) if np.isfinite(values).any() else None,
                "low": None if interval is None else interval.low,
                "high": None if interval is None else interval.high,
                "recordings": len(recordings),
                "seeds": seeds,
            }
        )
    return pl.DataFrame(lines, infer_schema_length=None).sort(metric, descending=True, nulls_last=True)


def _measured(method: str, recordings: list[Recording], metric: str, seed: int) -> list[float]:
    found = []
    for task in Native().tasks("recordings", recordings, seed):
        detector = METHODS.build(fitted_spec(method), seed=seed)
        if detector.supervision == "oracle":
            output = oracle_output(detector, task, method)
        else:
            inputs = Inputs.of(task, detector.supervision)
            started = perf_counter()
            with one_thread():
                detector.fit(detector.view(inputs.train), detector.view(inputs.validation))
                output = run_detector(detector, inputs, method, perf_counter() - started)
        row = evaluate(task, output, WINDOW, (), smoothing_of(method))
        if metric not in row:
            known = ", ".join(name for name, value in row.items() if isinstance(value, float))
            raise ParameterError(f"no result has the metric {metric!r}; known: {known}")
        found.append(float("nan") if row[metric] is None else float(row[metric]))
    return found

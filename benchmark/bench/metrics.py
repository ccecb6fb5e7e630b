"""Time, growth and memory of every metric, compared with one argsort of the same scores."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan, log
from statistics import median
from time import process_time

import numpy as np

from benchmark.metrics.catalogue import CATALOGUE, Metric
from benchmark.metrics.evaluated import Evaluated

SIZES = (5_000, 50_000, 500_000, 1_000_000)
GROWTH = (50_000, 1_000_000)
"""Sizes between which growth is measured; at smaller ones overhead dominates."""

WINDOW = 100
MEAN_EVENT = 100
SHARE = 0.10
CUT = 0.95
ENOUGH = 0.02
"""Shortest duration of one repetition in seconds, so that the resolution of the clock does not matter."""


@dataclass(frozen=True)
class Measurement:
    """One metric over several lengths of a series.

    Parameters
    ----------
    name : str
        Metric, or ``argsort``.
    values : tuple of float or None
        Its value for each length; None where undefined.
    seconds : tuple of float
        Processor time for each length, median of the repetitions.
    ratios : tuple of float
        The same, divided by the time of one argsort of the scores, measured right before.
    growth : float or None
        Exponent b in time ∝ T^b between 50,000 and 1,000,000 points; None unless both are measured.
    bytes_a_point : float
        Peak of memory in addition to the inputs at the largest length, divided by that length.
    """

    name: str
    values: tuple[float | None, ...]
    seconds: tuple[float, ...]
    ratios: tuple[float, ...]
    growth: float | None
    bytes_a_point: float


def make_case(points: int, seed: int = 0) -> Evaluated:
    """Make a series with a tenth of anomalous points, in events of 10 to 190, and a score that finds part of them."""
    generator = np.random.default_rng(seed)
    labels = np.zeros(points, dtype=np.bool_)
    count = max(1, round(points * SHARE / MEAN_EVENT))
    lengths = generator.integers(MEAN_EVENT // 10, 2 * MEAN_EVENT - MEAN_EVENT // 10, size=count, endpoint=True)
    starts = generator.choice(max(points - 2 * MEAN_EVENT, 1), size=count, replace=False)
    for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        labels[start : start + length] = True
    scores = generator.normal(size=points) + labels
    return Evaluated(labels, scores, scores > np.quantile(scores, CUT), WINDOW)


def bench_metrics(sizes: Sequence[int] = SIZES, repetitions: int = 5) -> list[Measurement]:
    """Measure every metric of the catalogue.

    Times are processor times of one thread, so that other processes on the machine matter little. Each ratio is to an
    argsort measured right before.

    Parameters
    ----------
    sizes : sequence of int
        Lengths of the series, ascending.
    repetitions : int
        Number of measurements; the result is their median.
    """
    cases = [make_case(size) for size in sizes]
    sorts = [_seconds(_sort(case), repetitions) for case in cases]
    memory = _peak(_sort(cases[-1])) / sizes[-1]
    ones = tuple(1.0 for _ in sizes)
    none, growth = tuple(None for _ in sizes), _growth(sizes, sorts)
    measurements = [Measurement("argsort", none, tuple(sorts), ones, growth, memory)]
    for metric in CATALOGUE:
        values, seconds, ratios = [], [], []
        for case in cases:
            sort_seconds = _seconds(_sort(case), repetitions)
            value = metric.compute(case)
            taken = _seconds(_computed(metric, case), repetitions)
            values.append(None if isnan(value) else value)
            seconds.append(taken)
            ratios.append(taken / sort_seconds)
        memory = _peak(_computed(metric, cases[-1])) / sizes[-1]
        growth = _growth(sizes, seconds)
        measurements.append(Measurement(metric.name, tuple(values), tuple(seconds), tuple(ratios), growth, memory))
    return measurements


def _computed(metric: Metric, case: Evaluated) -> Callable[[], object]:
    """Compute a metric anew, checks included: a case keeps what it has computed."""
    return lambda: metric.compute(Evaluated(case.labels, case.scores, case.flags, case.window))


def _sort(case: Evaluated) -> Callable[[], object]:
    return lambda: np.argsort(case.scores)


def _seconds(call: Callable[[], object], repetitions: int) -> float:
    """Median processor time of one call; short calls are made several times in a row."""
    started = process_time()
    call()
    times = max(1, min(1000, int(ENOUGH / max(process_time() - started, 1e-9))))
    taken = []
    for _ in range(repetitions):
        started = process_time()
        for _ in range(times):
            call()
        taken.append((process_time() - started) / times)
    return median(taken)


def _growth(sizes: Sequence[int], seconds: Sequence[float]) -> float | None:
    at = dict(zip(sizes, seconds, strict=True))
    low, high = GROWTH
    return log(at[high] / at[low]) / log(high / low) if low in at and high in at else None


def _peak(call: Callable[[], object]) -> float:
    """Largest number of bytes held during a call beyond those before it."""
    tracemalloc.start()
    try:
        call()
        return float(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()

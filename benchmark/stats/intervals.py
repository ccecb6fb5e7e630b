"""Intervals of a mean over seeds: Student's t and percentile bootstrap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np

from benchmark.interfaces.errors import ParameterError

DRAWS_AT_ONCE = 10_000_000
"""Numbers drawn in one block of a bootstrap: bounds its memory (80 MB)."""


@dataclass(frozen=True)
class MeanInterval:
    """A mean and its interval.

    Parameters
    ----------
    mean, low, high : float
        Mean and the limits of its interval; the limits are NaN for fewer than two values.
    count : int
        Number of values.
    """

    mean: float
    low: float
    high: float
    count: int


def mean_interval(values: Sequence[float], level: float = 0.95) -> MeanInterval:
    """Mean with Student's t interval.

    Parameters
    ----------
    values : sequence of float
        One value a seed. A NaN makes the result NaN: a missing value is never dropped in silence.
    level : float
        Coverage in (0, 1).

    Returns
    -------
    MeanInterval
        mean ± t_{(1+level)/2, n−1} · s/√n.
    """
    from scipy.special import stdtrit  # scipy.stats would take a second to import

    sample = np.asarray(values, dtype=np.float64)
    if len(sample) == 0:
        return MeanInterval(nan, nan, nan, 0)
    mean = float(sample.mean())
    if len(sample) < 2:
        return MeanInterval(mean, nan, nan, 1)
    half = float(stdtrit(len(sample) - 1, (1 + level) / 2)) * float(sample.std(ddof=1)) / sqrt(len(sample))
    return MeanInterval(mean, mean - half, mean + half, len(sample))


def bootstrap_interval(
    values: Sequence[float], generator: np.random.Generator, level: float = 0.95, resamples: int = 10_000
) -> MeanInterval:
    """Mean with a percentile bootstrap interval (Efron 1979).

    It assumes no distribution, but with few values it is too short: of five normal values, the 95 % interval contains
    the mean about 83 times in 100. With fewer than about twenty seeds prefer `mean_interval`.

    Parameters
    ----------
    values : sequence of float
        One value a seed. A NaN makes the result NaN.
    generator : numpy Generator
        Source of the resamples.
    level : float
        Coverage in (0, 1).
    resamples : int
        Number of resamples, at least 1.

    Returns
    -------
    MeanInterval
        Mean, and the (1∓level)/2 quantiles of the means of `resamples` samples drawn with replacement.
    """
    if resamples < 1:
        raise ParameterError(f"resamples is {resamples}; it must be at least 1")
    sample = np.asarray(values, dtype=np.float64)
    if len(sample) < 2 or np.isnan(sample).any():
        return MeanInterval(float(sample.mean()) if len(sample) else nan, nan, nan, len(sample))
    size = max(1, DRAWS_AT_ONCE // len(sample))
    means = [
        sample[generator.integers(len(sample), size=(min(size, resamples - done), len(sample)))].mean(axis=1)
        for done in range(0, resamples, size)
    ]
    low, high = np.quantile(np.concatenate(means), [(1 - level) / 2, (1 + level) / 2])
    return MeanInterval(float(sample.mean()), float(low), float(high), len(sample))

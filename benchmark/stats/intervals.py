"""Intervals of a mean over seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np


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

"""Measured values against one number: equal within a margin, or refuted as one more run.

Where the values never vary nothing is tested: the method gives one number, and a comparison with it is a fact about
these data. P-values are then 0 or 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.intervals import (
    Limits,
    MeanInterval,
    beta_shapes,
    mean_interval,
    never_varies,
    prediction_deviation,
    prediction_interval,
    unit_scale,
)


@dataclass(frozen=True)
class Equivalence:
    """Result of a test that a mean lies within a margin of a target.

    Parameters
    ----------
    interval : MeanInterval
        The mean with its 1 − 2α interval (Student's t).
    p_value : float
        The larger of the two one-sided tests' p-values; below α the mean is within the margin.
    verdict : {"equivalent", "different", "undecided"}
        The interval lies within the margin; wholly outside it; or neither.
    """

    interval: MeanInterval
    p_value: float
    verdict: Literal["equivalent", "different", "undecided"]


def equivalence_test(values: ArrayLike, target: float, margin: float, alpha: float = 0.05) -> Equivalence:
    """Two one-sided t-tests (Schuirmann 1987) that the mean lies in (target − margin, target + margin).

    A difference that is not significant is no evidence of equality: with few seeds nothing is significant. This test
    has to find evidence of agreement, so few seeds give ``undecided``.

    Parameters
    ----------
    values : array_like, shape (seeds,)
        One value a seed: a measured metric against its published `target`, or paired differences against 0.
    target : float
        The number to agree with.
    margin : float
        Largest deviation that counts as agreement, in the unit of the values; above 0.
    alpha : float
        Error rate of either verdict, in (0, 0.5).

    Returns
    -------
    Equivalence
        ``undecided`` for fewer than two values. Values that never vary are ``equivalent`` (p = 0) or ``different``
        (p = 1) without a test.
    """
    if not margin > 0:
        raise ParameterError(f"margin is {margin}; it must be above 0")
    sample = np.asarray(values, dtype=np.float64)
    interval = mean_interval(sample, level=1 - 2 * alpha)
    if isnan(interval.low):
        return Equivalence(interval, nan, "undecided")
    if never_varies(sample):
        within = abs(interval.mean - target) < margin
        return Equivalence(interval, 0.0 if within else 1.0, "equivalent" if within else "different")
    from scipy.stats import ttest_1samp

    below = ttest_1samp(sample, target + margin, alternative="less").pvalue
    above = ttest_1samp(sample, target - margin, alternative="greater").pvalue
    p_value = float(max(below, above))
    if p_value < alpha:
        return Equivalence(interval, p_value, "equivalent")
    if interval.low > target + margin or interval.high < target - margin:
        return Equivalence(interval, p_value, "different")
    return Equivalence(interval, p_value, "undecided")


def refutation(values: ArrayLike, printed: float, half_unit: float, limits: Limits | None) -> float:
    """P-value of the claim that a printed number is one more run of the method that gave the values.

    Parameters
    ----------
    values : array_like, shape (seeds,)
        Measured, one a seed.
    printed : float
        The number of the paper.
    half_unit : float
        Half a unit of its last digit, at least 0: the printed number is anything in printed ± half_unit.
    limits : (float, float) or None
        Range of the metric; None for a metric without one.

    Returns
    -------
    float
        One minus the level of the prediction interval (`prediction_interval`) that just touches printed ± half_unit.
        Without limits this is 2·P(T_{n−1} ≥ d/(s√(1 + 1/n))), d the distance of the mean from printed ± half_unit; with
        limits, 2·P(T_{n−1} ≥ z), z the normal quantile of the beta's tail beyond printed ± half_unit. 1 where the mean
        lies in printed ± half_unit; NaN for fewer than two values. Values that never vary are one number v without
        spread, and v is known to the printed digits only: 1 where v ± half_unit meets printed ± half_unit, else 0.

    Raises
    ------
    ParameterError
        For a value outside the limits, or a printed number wholly outside them.
    """
    from scipy.special import betainc, betaincc, ndtri, stdtr

    sample = np.asarray(values, dtype=np.float64)
    mean = prediction_interval(sample, limits=limits).mean
    if len(sample) < 2 or isnan(mean):
        return nan
    if never_varies(sample):
        return 1.0 if abs(mean - printed) <= 2 * half_unit + 1e-12 else 0.0
    low, high = printed - half_unit, printed + half_unit
    if low <= mean <= high:
        return 1.0
    deviation = prediction_deviation(sample)
    steps = max(low - mean, mean - high) / deviation
    if limits is not None:
        shapes = beta_shapes(mean, deviation, limits)
        if shapes is None:
            return 1.0
        tail = betaincc(*shapes, unit_scale(low, limits)) if low > mean else betainc(*shapes, unit_scale(high, limits))
        # A tail of 0 is below the smallest number, which is 38 normal deviations away.
        steps = max(0.0, -float(ndtri(tail))) if tail > 0 else max(38.0, steps)
    return float(2 * stdtr(len(sample) - 1, -steps))

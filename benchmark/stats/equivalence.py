"""Measured values against one number: equal within a margin, or refuted as one more run.

Where the values never vary nothing is tested: the method gives one number, and a comparison with it is a fact about
these data. P-values are then 0 or 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.intervals import (
    Limits,
    MeanInterval,
    mean_interval,
    never_varies,
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
    sample = np.asarray(values, dtype=np.float64)
    mean = prediction_interval(sample, limits=limits).mean
    if limits is not None:
        unit_scale(min(printed + half_unit, limits[1]), limits)
        unit_scale(max(printed - half_unit, limits[0]), limits)
    if len(sample) < 2 or isnan(mean):
        return nan
    fixed = never_varies(sample)
    deviation = 0.0 if fixed else float(sample.std(ddof=1))
    return float(one_run_p(mean, deviation, len(sample), printed, half_unit * (2 if fixed else 1), limits))


def one_run_p(
    mean: ArrayLike, sd: ArrayLike, count: ArrayLike, printed: ArrayLike, tolerance: ArrayLike, limits: Limits | None
) -> NDArray[np.float64]:
    """P-values of `refutation` from means and standard deviations, on arrays that broadcast.

    Parameters
    ----------
    mean, sd, count : array_like
        Mean, standard deviation (n − 1) and number of the values, at least 2. An `sd` of 0 is exact: p is then 1 where
        the mean lies in printed ± tolerance, else 0.
    printed, tolerance : array_like
        The numbers, and what they may be off by.
    limits : (float, float) or None
        Range of the metric; means lie within it.
    """
    from scipy.special import betainc, betaincc, ndtri, stdtr

    mean, sd, count, printed, tolerance = np.broadcast_arrays(
        *(np.asarray(one, dtype=np.float64) for one in (mean, sd, count, printed, tolerance))
    )
    low, high = printed - tolerance, printed + tolerance
    distance = np.maximum(low - mean, mean - high)
    with np.errstate(divide="ignore", invalid="ignore"):
        deviation = sd * np.sqrt(1 + 1 / count)
        steps = np.maximum(distance, 0) / deviation
        if limits is not None:
            below, width = limits[0], limits[1] - limits[0]
            centre = (mean - below) / width
            size = centre * (1 - centre) * (width / deviation) ** 2 - 1
            shapes = centre * size, (1 - centre) * size
            ends = (np.clip((end - below) / width, 0, 1) for end in (low, high))
            tails = [tail(*shapes, end) for tail, end in zip((betaincc, betainc), ends, strict=True)]
            tail = np.where(low > mean, *tails)
            # A tail of 0 is below the smallest number, which is 38 normal deviations away.
            steps = np.where(tail > 0, np.maximum(0, -ndtri(tail)), np.maximum(38, steps))
            steps = np.where(size > 0, steps, 0)  # no distribution with this mean varies so much: nothing is refuted
        p_values = 2 * stdtr(count - 1, -steps)
    within = distance <= 1e-12
    chosen: NDArray[np.float64] = np.where(within, 1.0, np.where(sd > 0, p_values, 0.0))
    return chosen

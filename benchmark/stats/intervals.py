"""Intervals over seeds and recordings: of a mean, and of one more run.

A metric has a range, mostly 0 to 1. Student's interval can leave it, so with ``limits`` the interval is made on the
logit of the mean: with m the mean and e the standard error on the unit scale of the limits, it is
logit⁻¹(logit(m) ± t·e/(m(1 − m))). This is the delta method: 1/(m(1 − m)) is the slope of the logit at m.

Where all values are equal there is no spread to build an interval from: its limits are the value itself. Where the mean
is a limit of the range, all values are equal. Tables show no interval then (`never_varies`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, inf, isnan, log, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.clusters import Clusters, cluster_positions, resample

DRAWS_AT_ONCE = 4_000_000
"""Numbers drawn in one block of a bootstrap: bounds its memory (about 100 MB)."""

SAME = 1e-12
"""Values closer than this share of their size are equal: sums in another order differ in the last digits."""

Limits = tuple[float, float]
"""Lowest and highest value of a metric."""


@dataclass(frozen=True)
class MeanInterval:
    """A mean and an interval: of the mean, or of one more run (`prediction_interval`).

    Parameters
    ----------
    mean, low, high : float
        Mean and the limits of the interval; the limits are NaN for fewer than two values.
    count : int
        Number of values.
    """

    mean: float
    low: float
    high: float
    count: int


def mean_interval(values: ArrayLike, level: float = 0.95, limits: Limits | None = None) -> MeanInterval:
    """Mean with Student's t interval, within the range of the metric where that is given.

    Parameters
    ----------
    values : array_like, shape (seeds,)
        One value a seed. A NaN makes the result NaN: a missing value is never dropped in silence.
    level : float
        Coverage in (0, 1).
    limits : (float, float), optional
        Range of the metric; see the module. Without it the interval is m ± t_{(1+level)/2, n−1}·s/√n.

    Returns
    -------
    MeanInterval
        For values that never vary both limits are the mean.

    Raises
    ------
    ParameterError
        For a value outside the limits.
    """
    return _interval(values, level, limits, one_more=False)


def prediction_interval(values: ArrayLike, level: float = 0.95, limits: Limits | None = None) -> MeanInterval:
    """Interval that holds the number of one more run.

    A number printed in a paper is one run, so it is compared with this interval, not with that of the mean.

    Parameters
    ----------
    values : array_like, shape (seeds,)
        As in `mean_interval`.
    level : float
        Coverage in (0, 1).
    limits : (float, float), optional
        Range of the metric. Without it the interval is m ± t_{(1+level)/2, n−1}·s·√(1 + 1/n); with it the same on the
        logit, see the module.

    Returns
    -------
    MeanInterval
        Mean of the values, and the limits for one more value.

    Raises
    ------
    ParameterError
        For a value outside the limits.
    """
    return _interval(values, level, limits, one_more=True)


def never_varies(values: ArrayLike) -> bool:
    """Whether two or more values are all equal, up to rounding in the last digits.

    Such values are copies of one run. They show no spread, so nothing can be tested with them: differences of this kind
    are facts about these data ("always above") without a p-value.
    """
    sample = np.asarray(values, dtype=np.float64)
    if len(sample) < 2 or not np.isfinite(sample).all():
        return False
    return bool(np.ptp(sample) <= SAME * max(1e-300, float(np.abs(sample).max())))


def hierarchical_interval(
    values: Mapping[str, ArrayLike],
    clusters: Clusters | None,
    generator: np.random.Generator,
    level: float = 0.95,
    resamples: int = 10_000,
) -> MeanInterval:
    """Mean over recordings of the mean over seeds, with a bootstrap over clusters, recordings and seeds.

    A resample draws as many clusters as there are, then as many recordings of each drawn cluster as it has, then as
    many seeds of each drawn recording as it has, each with replacement; its mean is over all recordings drawn. So the
    interval holds the spread over recordings, which is far larger than that over seeds. It is written by hand because
    `scipy.stats.bootstrap` has one level only.

    The percentiles are expanded (Hesterberg 2015, "What teachers should know about the bootstrap"): in place of 1.96
    standard deviations √(n/(n − 1))·t with n − 1 degrees of freedom, n the number of clusters (of recordings, if there
    is one cluster). Plain percentiles are too short for few clusters. With fewer than four clusters the limits are
    nearly the extremes of the resamples: few clusters say little about others.

    Parameters
    ----------
    values : mapping of str to array_like, shape (seeds,)
        Values of each recording, one a seed.
    clusters : mapping of str to str or None, optional
        Cluster of each recording (machine, spacecraft), within which recordings resemble each other. A recording with
        None, or without an entry, is a cluster of its own.
    generator : numpy Generator
        Source of the resamples.
    level : float
        Coverage in (0, 1).
    resamples : int
        Number of resamples, at least 1.

    Returns
    -------
    MeanInterval
        ``count`` is the number of recordings. With fewer than two the limits are NaN: seeds of one recording say
        nothing of others. The limits never leave the range of the values.

    Raises
    ------
    ParameterError
        For no recording, recordings with different numbers of seeds, or a value that is not finite.
    """
    if resamples < 1:
        raise ParameterError(f"resamples is {resamples}; it must be at least 1")
    table = _by_recording(values)
    recordings, seeds = table.shape
    mean = float(table.mean())
    if recordings < 2:
        return MeanInterval(mean, nan, nan, recordings)
    if never_varies(table.ravel()):
        return MeanInterval(mean, mean, mean, recordings)
    groups = cluster_positions(list(values), clusters)
    width = len(groups) * max(len(group) for group in groups) * seeds
    block = max(1, DRAWS_AT_ONCE // width)
    means = np.concatenate(
        [_resampled(table, groups, generator, min(block, resamples - done)) for done in range(0, resamples, block)]
    )
    low, high = np.quantile(means, _percentiles(len(groups) if len(groups) > 1 else recordings, level))
    return MeanInterval(mean, float(low), float(high), recordings)


def unit_scale(value: float, limits: Limits) -> float:
    """Position of a value between the limits, in [0, 1]; rounding beyond a limit is cut off.

    Raises
    ------
    ParameterError
        For a value further outside than rounding.
    """
    low, high = limits
    position = (value - low) / (high - low)
    if position < -1e-9 or position > 1 + 1e-9:
        raise ParameterError(f"the value {value:g} lies outside the range {low:g} to {high:g} of its metric")
    return min(1.0, max(0.0, position)) if not isnan(position) else nan


def logit(position: float) -> float:
    """Logarithm of position/(1 − position); −∞ at 0 and ∞ at 1."""
    if position in (0, 1):
        return inf if position else -inf
    return log(position / (1 - position))


def _interval(values: ArrayLike, level: float, limits: Limits | None, *, one_more: bool) -> MeanInterval:
    from scipy.special import stdtrit  # the quantile of scipy.stats.t, which takes a second to import

    sample = np.asarray(values, dtype=np.float64)
    count = len(sample)
    if count == 0:
        return MeanInterval(nan, nan, nan, 0)
    if limits is not None:
        for extreme in (float(sample.min()), float(sample.max())):
            unit_scale(extreme, limits)
    mean = float(sample.mean())
    if count < 2 or isnan(mean):
        return MeanInterval(mean, nan, nan, count)
    if never_varies(sample):
        return MeanInterval(mean, mean, mean, count)
    half = float(stdtrit(count - 1, (1 + level) / 2)) * spread(sample, one_more=one_more)
    if limits is None:
        return MeanInterval(mean, mean - half, mean + half, count)
    low, high = map(float, limits)
    centre = unit_scale(mean, limits)
    shift = half / (high - low) / (centre * (1 - centre))
    ends = [low + (high - low) * _expit(logit(centre) + side * shift) for side in (-1, 1)]
    return MeanInterval(mean, max(low, min(mean, ends[0])), min(high, max(mean, ends[1])), count)


def spread(sample: NDArray[np.float64], *, one_more: bool) -> float:
    """Standard error of the mean, s/√n, or standard deviation of one more value around the mean, s·√(1 + 1/n)."""
    count = len(sample)
    return float(sample.std(ddof=1)) * sqrt(1 + 1 / count if one_more else 1 / count)


def _expit(number: float) -> float:
    """Inverse of the logit."""
    if number < 0:
        return exp(number) / (1 + exp(number))
    return 1 / (1 + exp(-number))


def _by_recording(values: Mapping[str, ArrayLike]) -> NDArray[np.float64]:
    """Values as an array of recordings by seeds."""
    rows = [np.atleast_1d(np.asarray(seeds, dtype=np.float64)) for seeds in values.values()]
    if not rows:
        raise ParameterError("there is no recording; a mean over recordings needs one or more")
    for name, row in zip(values, rows, strict=True):
        if row.shape != rows[0].shape or row.ndim != 1 or not len(row):
            raise ParameterError(f"recording {name} has values of shape {row.shape}, the first has {rows[0].shape}")
        if not np.isfinite(row).all():
            raise ParameterError(f"recording {name} has a value that is NaN or infinite; leave its recording out")
    return np.stack(rows)


def _resampled(
    table: NDArray[np.float64], groups: Sequence[NDArray[np.intp]], generator: np.random.Generator, count: int
) -> NDArray[np.float64]:
    """Means of resamples, shape (count,)."""
    recordings, taken = resample(groups, generator, count)
    if table.shape[1] == 1:
        means = table[recordings, 0]
    else:
        seeds = generator.integers(table.shape[1], size=(*recordings.shape, table.shape[1]))
        means = table[recordings[..., None], seeds].mean(axis=-1)
    total: NDArray[np.float64] = np.where(taken, means, 0.0).sum(axis=(1, 2)) / taken.sum(axis=(1, 2))
    return total


def _percentiles(units: int, level: float) -> list[float]:
    """Levels of the two percentiles; see `hierarchical_interval`."""
    from scipy.special import ndtr, stdtrit

    tail = float(ndtr(-sqrt(units / (units - 1)) * float(stdtrit(units - 1, (1 + level) / 2))))
    return [tail, 1 - tail]

"""Intervals over seeds and recordings: of a mean, and of one more run.

A metric has a range, mostly 0 to 1, and Student's interval can leave it. With ``limits``, and on their unit scale:

- The interval of the mean m is made on its logit: logit⁻¹(logit(m) ± t·e/(m(1 − m))), e the standard error. This is the
  delta method: 1/(m(1 − m)) is the slope of the logit at m. Of a quantity without an upper limit (seconds) it is made
  on the logarithm: m·exp(± t·e/m).
- The interval of one more run has the quantiles of the beta distribution with mean m and variance s²(1 + 1/n), at the
  normal probabilities of ±t. For a narrow spread this is m ± t·s√(1 + 1/n). The delta method serves a mean only: over
  the spread of single runs the logit is no line, and the interval would hold 73 % of runs in place of 95 % (arcsine
  distribution, 20 seeds; the beta has 96 %, and 91 to 98 % in all of fourteen distributions tried, with 5 to 20 seeds).

Where all values are equal there is no spread to build an interval from: its limits are the value itself. Where the mean
is a limit of the range, all values are equal. Tables show no interval then (`never_varies`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, isinf, isnan, log, nan, sqrt

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
        Range of the metric; see the module. The upper limit may be infinite. Without limits the interval is
        m ± t_{(1+level)/2, n−1}·s/√n.

    Returns
    -------
    MeanInterval
        For values that never vary both limits are the mean.

    Raises
    ------
    ParameterError
        For a value outside the limits.
    """
    from scipy.special import stdtrit  # the quantile of scipy.stats.t, which takes a second to import

    sample, mean = _checked(values, limits)
    count = len(sample)
    if count < 2 or isnan(mean):
        return MeanInterval(mean, nan, nan, count)
    if never_varies(sample):
        return MeanInterval(mean, mean, mean, count)
    half = float(stdtrit(count - 1, (1 + level) / 2)) * float(sample.std(ddof=1)) / sqrt(count)
    if limits is None:
        return MeanInterval(mean, mean - half, mean + half, count)
    low, width = float(limits[0]), float(limits[1] - limits[0])
    if isinf(width):
        above = mean - low
        return MeanInterval(mean, low + above * exp(-half / above), low + above * exp(half / above), count)
    centre = unit_scale(mean, limits)
    middle, shift = log(centre / (1 - centre)), half / width / (centre * (1 - centre))
    return MeanInterval(mean, low + width * _expit(middle - shift), low + width * _expit(middle + shift), count)


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
        Range of the metric; see the module. Without it the interval is m ± t_{(1+level)/2, n−1}·s·√(1 + 1/n).

    Returns
    -------
    MeanInterval
        Mean of the values, and the limits for one more value; for values that never vary both are the mean. Where the
        values vary more than any distribution with this mean can in this range, they are the limits of the range.

    Raises
    ------
    ParameterError
        For a value outside the limits.
    """
    from scipy.special import betainccinv, betaincinv, ndtr, stdtrit

    sample, mean = _checked(values, limits)
    count = len(sample)
    if count < 2 or isnan(mean):
        return MeanInterval(mean, nan, nan, count)
    if never_varies(sample):
        return MeanInterval(mean, mean, mean, count)
    steps = float(stdtrit(count - 1, (1 + level) / 2))
    deviation = float(sample.std(ddof=1)) * sqrt(1 + 1 / count)
    if limits is None:
        return MeanInterval(mean, mean - steps * deviation, mean + steps * deviation, count)
    width, centre = limits[1] - limits[0], unit_scale(mean, limits)
    size = centre * (1 - centre) * (width / deviation) ** 2 - 1  # sum of the shapes of the beta distribution
    if size <= 0:
        return MeanInterval(mean, float(limits[0]), float(limits[1]), count)
    tail = float(ndtr(-steps))
    ends = (float(end(centre * size, (1 - centre) * size, tail)) for end in (betaincinv, betainccinv))
    low, high = (limits[0] + width * end for end in ends)
    # scipy gives NaN for some tails below 1e-15, as of two seeds: then the limit of the range.
    low, high = limits[0] if isnan(low) else low, limits[1] if isnan(high) else high
    return MeanInterval(mean, min(mean, low), max(mean, high), count)


def never_varies(values: ArrayLike) -> bool:
    """Say if two or more values are all equal, up to rounding in the last digits.

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
    low, high = np.quantile(means, expanded_percentiles(len(groups) if len(groups) > 1 else recordings, level))
    return MeanInterval(mean, float(low), float(high), recordings)


def unit_scale(value: float, limits: Limits) -> float:
    """Position of a value between the limits, in [0, 1]; rounding beyond a limit is cut off. 0 below an infinite limit.

    Raises
    ------
    ParameterError
        For a value further outside than rounding.
    """
    low, high = limits
    position = (value - low) / (high - low)
    if isinf(high) and value < low:
        position = -1.0
    if position < -1e-9 or position > 1 + 1e-9:
        raise ParameterError(f"the value {value:g} lies outside the range {low:g} to {high:g} of its metric")
    return min(1.0, max(0.0, position)) if not isnan(position) else nan


def _checked(values: ArrayLike, limits: Limits | None) -> tuple[NDArray[np.float64], float]:
    """Values as an array within the limits, and their mean (NaN of none)."""
    sample = np.asarray(values, dtype=np.float64)
    if len(sample) and limits is not None:
        for extreme in (float(sample.min()), float(sample.max())):
            unit_scale(extreme, limits)
    return sample, float(sample.mean()) if len(sample) else nan


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


def expanded_percentiles(units: int, level: float) -> list[float]:
    """Levels in (0, 1) of the two percentiles of a bootstrap over so many units; see `hierarchical_interval`."""
    from scipy.special import ndtr, stdtrit

    tail = float(ndtr(-sqrt(units / (units - 1)) * float(stdtrit(units - 1, (1 + level) / 2))))
    return [tail, 1 - tail]

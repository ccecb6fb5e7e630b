"""Interval of a mean over units that not every seed measures: an incident that only some splits test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan

import numpy as np

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.intervals import MeanInterval, expanded_percentiles, never_varies


def unequal_interval(
    values: Mapping[str, Sequence[float]],
    generator: np.random.Generator,
    level: float = 0.95,
    resamples: int = 10_000,
) -> MeanInterval:
    """Mean over all values of all units, with a bootstrap over units and, within each, over its seeds.

    As `benchmark.stats.intervals.hierarchical_interval` without clusters, but units may have different numbers of
    values: each value counts once, and a unit with more values counts more. A resample draws as many units as there
    are, then as many values of each drawn unit as it has, each with replacement. The percentiles are expanded likewise.

    Parameters
    ----------
    values : mapping of str to sequence of float
        Values of each unit, one for each seed that measures it; at least one.
    generator : numpy Generator
        Source of the resamples.
    level : float
        Coverage in (0, 1).
    resamples : int
        Number of resamples, at least 1.

    Returns
    -------
    MeanInterval
        ``count`` is the number of units. With fewer than two the limits are NaN.

    Raises
    ------
    ParameterError
        For no unit, a unit without a value, or a value that is not finite.
    """
    if not values or not all(len(found) for found in values.values()):
        raise ParameterError("there is no unit, or a unit without a value; a mean over units needs one or more of each")
    counts = np.array([len(found) for found in values.values()])
    table = np.zeros((len(counts), int(counts.max())))
    for row, found in enumerate(values.values()):
        table[row, : len(found)] = found
    everything = np.concatenate([np.asarray(found, np.float64) for found in values.values()])
    if not np.isfinite(everything).all():
        raise ParameterError("a unit has a value that is NaN or infinite; leave the unit out")
    mean = float(everything.mean())
    if len(counts) < 2:
        return MeanInterval(mean, nan, nan, len(counts))
    if never_varies(everything):
        return MeanInterval(mean, mean, mean, len(counts))
    drawn = generator.integers(len(counts), size=(resamples, len(counts)))
    chosen = generator.integers(counts[drawn][..., None], size=(*drawn.shape, table.shape[1]))
    taken = np.arange(table.shape[1]) < counts[drawn][..., None]
    totals = np.where(taken, table[drawn[..., None], chosen], 0.0).sum(axis=(1, 2))
    means = np.clip(totals / taken.sum(axis=(1, 2)), everything.min(), everything.max())  # sums are rounded
    low, high = np.quantile(means, expanded_percentiles(len(counts), level))
    return MeanInterval(mean, float(low), float(high), len(counts))

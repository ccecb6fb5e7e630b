"""Interval of a ratio of sums over units that are drawn again: found events of all events, with incidents as units."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.intervals import MeanInterval, expanded_percentiles, never_varies


def ratio_interval(
    parts: ArrayLike, sizes: ArrayLike, generator: np.random.Generator, level: float = 0.95, resamples: int = 10_000
) -> MeanInterval:
    r"""Ratio of the sum of parts to the sum of sizes, with a bootstrap over units, then over their seeds.

    .. math:: r = \frac{\sum_u \bar p_u}{\sum_u n_u}

    A resample draws as many units as there are, with replacement, then as many seeds of each drawn unit as it has. Its
    ratio is of the drawn parts and the drawn sizes, so that units of any size weigh as they do in the ratio itself. The
    percentiles are expanded as in `benchmark.stats.intervals.hierarchical_interval`.

    Parameters
    ----------
    parts : array_like, shape (units, seeds)
        Part of each unit in each seed, such as the events found of an incident; at most its size.
    sizes : array_like, shape (units,)
        Size of each unit, above 0.
    generator : numpy Generator
        Source of the resamples.
    level : float
        Coverage in (0, 1).
    resamples : int
        Number of resamples, at least 1.

    Returns
    -------
    MeanInterval
        ``count`` is the number of units; with fewer than two the limits are NaN. Where every unit has the same share
        in every seed, both limits are the ratio.

    Raises
    ------
    ParameterError
        For shapes that do not fit, no unit, a size that is not above 0, or a part outside its size.
    """
    table, whole = np.asarray(parts, np.float64), np.asarray(sizes, np.float64)
    if table.ndim != 2 or whole.shape != table.shape[:1] or not table.size:
        raise ParameterError(f"parts {table.shape} and sizes {whole.shape} must be (units, seeds) and (units,)")
    if not (whole > 0).all() or not ((table >= 0) & (table <= whole[:, None])).all():
        raise ParameterError("sizes must be above 0, and each part within 0 and the size of its unit")
    if resamples < 1:
        raise ParameterError(f"resamples is {resamples}; it must be at least 1")
    units, seeds = table.shape
    ratio = float(table.mean(axis=1).sum() / whole.sum())
    if units < 2:
        return MeanInterval(ratio, np.nan, np.nan, units)
    if never_varies((table / whole[:, None]).ravel()):
        return MeanInterval(ratio, ratio, ratio, units)
    drawn = generator.integers(units, size=(resamples, units))
    chosen = generator.integers(seeds, size=(resamples, units, seeds))
    sums = table[drawn[..., None], chosen].mean(axis=-1).sum(axis=1)
    low, high = np.quantile(sums / whole[drawn].sum(axis=1), expanded_percentiles(units, level))
    return MeanInterval(ratio, float(low), float(high), units)

"""Two methods on equal splits: difference, interval, tests, correction for many tests.

Pairing is by seed: at one seed every method has the same split, so the effect of the split on both cancels. The tests
measure only the variation over seeds. A significant difference on *this* dataset is more than chance in split and
training; for other datasets see `benchmark.stats.ranks`. Where neither split nor method depends on the seed, the
interval has no width and any difference is significant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import nan, sqrt

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.intervals import MeanInterval, mean_interval
from benchmark.stats.power import difference_seeds
from benchmark.stats.result_array import Tidy, result_array


@dataclass(frozen=True)
class PairedDifference:
    """First method minus second, over seeds.

    Parameters
    ----------
    interval : MeanInterval
        Mean difference and its limits.
    p_value : float
        Two-sided paired t-test; NaN for fewer than two seeds.
    p_wilcoxon : float
        Two-sided Wilcoxon signed-rank test. With n seeds it is at least 2/2ⁿ: 0.0625 with five seeds.
    """

    interval: MeanInterval
    p_value: float
    p_wilcoxon: float


def paired_difference(
    first: Sequence[float],
    second: Sequence[float],
) -> PairedDifference:
    """Compare two methods seed by seed.

    Parameters
    ----------
    first, second : sequence of float
        One value a seed, the same seeds in the same order.

    Returns
    -------
    PairedDifference
        Mean of first − second with interval and p-values.
    """
    gaps = differences(first, second)
    return PairedDifference(mean_interval(gaps), float(t_test(gaps)), wilcoxon_test(gaps))


def compare_pairs(frame: Tidy, against: str | None = None) -> pl.DataFrame:
    """Compare pairs of methods on each dataset. The pairs of one dataset are one family for Holm's correction.

    Parameters
    ----------
    frame : tidy frame
        See `benchmark.stats.result_array`. On each dataset the methods without a gap are compared.
    against : str, optional
        Compare every other method with this one, as ``second``; without it every pair. A dataset on which it has a gap
        has no pairs.

    Returns
    -------
    polars DataFrame
        Columns ``dataset``, ``first``, ``second``, ``seeds``, ``difference``, ``low``, ``high`` (t interval of first −
        second), ``p``, ``p_holm``, ``p_wilcoxon``, ``p_wilcoxon_holm``, and ``seeds_needed`` for 80 % power at the
        observed effect size (see `difference_seeds`).
    """
    table = frame if isinstance(frame, pl.DataFrame) else pl.DataFrame(frame, infer_schema_length=None)
    rows = []
    for dataset in sorted(table["dataset"].unique().to_list()):
        results = result_array(table.filter(pl.col("dataset") == dataset))
        pairs = list(combinations(range(len(results.methods)), 2))
        if against is not None:
            pairs = [pair[::-1] if results.methods[pair[0]] == against else pair for pair in pairs]
            pairs = [pair for pair in pairs if results.methods[pair[1]] == against]
        if not pairs:
            continue
        gaps = np.stack([differences(results.values[one, 0], results.values[two, 0]) for one, two in pairs])
        p_values, p_wilcoxon = t_test(gaps), [wilcoxon_test(gap) for gap in gaps]
        p_holm, p_wilcoxon_holm = holm(p_values), holm(p_wilcoxon)
        for index, (one, two) in enumerate(pairs):
            interval = mean_interval(gaps[index].tolist())
            rows.append(
                {
                    "dataset": dataset,
                    "first": results.methods[one],
                    "second": results.methods[two],
                    "seeds": interval.count,
                    "difference": interval.mean,
                    "low": interval.low,
                    "high": interval.high,
                    "p": p_values[index],
                    "p_holm": p_holm[index],
                    "p_wilcoxon": p_wilcoxon[index],
                    "p_wilcoxon_holm": p_wilcoxon_holm[index],
                    "seeds_needed": difference_seeds(gaps[index], sides=2),
                }
            )
    return pl.DataFrame(rows, schema=_PAIR_SCHEMA)


_PAIR_SCHEMA = {
    "dataset": pl.String,
    "first": pl.String,
    "second": pl.String,
    "seeds": pl.Int64,
    **dict.fromkeys(
        ("difference", "low", "high", "p", "p_holm", "p_wilcoxon", "p_wilcoxon_holm", "seeds_needed"), pl.Float64
    ),
}


def differences(first: ArrayLike, second: ArrayLike) -> NDArray[np.float64]:
    """First minus second, and exactly 0 where they agree to twelve digits.

    Otherwise two equal methods whose last bits differ would have a tiny difference that never varies, and a test would
    find it significant.

    Parameters
    ----------
    first, second : array_like, shape (seeds,)
        Finite numbers.

    Raises
    ------
    ParameterError
        For different lengths, or a number that is not finite.
    """
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if one.shape != two.shape or one.ndim != 1:
        raise ParameterError(f"values of shapes {one.shape} and {two.shape}; a pair needs one value a seed in both")
    if not (np.isfinite(one).all() and np.isfinite(two).all()):
        raise ParameterError("a value is NaN or infinite; compare only methods that have a number for every seed")
    return np.where(np.isclose(one, two, rtol=1e-12, atol=0), 0.0, one - two)


def t_test(gaps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Two-sided p-value of Student's t-test that the mean difference is 0.

    Parameters
    ----------
    gaps : ndarray, shape (..., seeds)
        Differences.

    Returns
    -------
    ndarray, shape (...)
        2·P(T_{n−1} ≥ |mean|·√n/s); for differences that never vary 0, or 1 where they are 0; NaN for fewer than two
        seeds.
    """
    from scipy.special import stdtr

    count = gaps.shape[-1]
    if count < 2:
        return np.full(gaps.shape[:-1], nan)
    mean, deviation = gaps.mean(axis=-1), gaps.std(axis=-1, ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.abs(mean) * sqrt(count) / deviation
    # 0/0 is a difference that is always 0.
    p_values: NDArray[np.float64] = np.where(np.isnan(statistic), 1.0, 2 * stdtr(count - 1, -statistic))
    return p_values


def wilcoxon_test(gaps: NDArray[np.float64]) -> float:
    """Two-sided p-value of Wilcoxon's signed-rank test that differences are symmetric about 0.

    Parameters
    ----------
    gaps : ndarray, shape (seeds,)
        Differences. Zeros are dropped, ties share their mean rank.

    Returns
    -------
    float
        Exact, also with ties: twice the smaller tail of the sum of positive ranks over all 2ⁿ equally likely signs. 1
        where all differences are 0; NaN for fewer than two seeds.
    """
    if len(gaps) < 2:
        return nan
    signed = gaps[gaps != 0]
    _, inverse, counts = np.unique(np.abs(signed), return_inverse=True, return_counts=True)
    twice = (2 * np.cumsum(counts) - counts + 1)[inverse]  # mean ranks doubled, so that they are whole
    chances = np.zeros(int(twice.sum()) + 1)
    chances[0] = 1
    for rank in twice:  # one more difference: as likely negative (sum stays) as positive (sum grows by its rank)
        chances[rank:] = (chances[rank:] + chances[:-rank]) / 2
        chances[:rank] /= 2
    positive = int(twice[signed > 0].sum())
    return float(min(1.0, 2 * min(chances[: positive + 1].sum(), chances[positive:].sum())))


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Holm's step-down correction (Holm 1979): bounds the chance of any false rejection in the family.

    Parameters
    ----------
    p_values : array_like, shape (tests,)
        The family. A NaN stays NaN and counts as a test.

    Returns
    -------
    ndarray, shape (tests,)
        Adjusted p-values, in the same order: the i-th smallest (i from 0) becomes max over j ≤ i of (m − j)·p_j, at
        most 1.
    """
    family = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(family, kind="stable")
    adjusted = np.empty_like(family)
    adjusted[order] = np.minimum(1, np.maximum.accumulate((len(family) - np.arange(len(family))) * family[order]))
    return adjusted

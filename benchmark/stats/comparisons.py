"""Two methods on equal splits: difference, interval, tests, correction for many tests.

Pairing is by seed: at one seed every method has the same split, so the effect of the split on both cancels. The tests
measure only the variation over seeds. A significant difference on *this* dataset is more than chance in split and
training; for other recordings and datasets see `benchmark.stats.ranks`.

Where neither split nor method depends on the seed, all seeds are copies of one run, and a difference never varies.
Nothing is tested then: the p-values are NaN, and the difference is called "always". That one method is above the other
on these data is a fact, and says nothing of others.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import nan
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.intervals import SAME, MeanInterval, mean_interval, never_varies
from benchmark.stats.power import difference_seeds
from benchmark.stats.result_array import Tidy, result_array
from benchmark.stats.signed_rank import Alternative, signed_rank_test

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class PairedDifference:
    """First method minus second, over seeds.

    Parameters
    ----------
    interval : MeanInterval
        Mean difference and its limits.
    p_value : float
        Two-sided paired t-test; NaN for fewer than two seeds, or if the difference never varies.
    p_wilcoxon : float
        Two-sided Wilcoxon signed-rank test, NaN in the same cases. With n seeds it is at least 2/2ⁿ: 0.0625 with five.
    always : bool
        True if the difference is the same at every seed, and not 0.
    """

    interval: MeanInterval
    p_value: float
    p_wilcoxon: float
    always: bool = False


def paired_difference(first: ArrayLike, second: ArrayLike) -> PairedDifference:
    """Compare two methods seed by seed.

    Parameters
    ----------
    first, second : array_like, shape (seeds,)
        One value a seed, the same seeds in the same order.

    Returns
    -------
    PairedDifference
        Mean of first − second with interval and p-values.
    """
    gaps = differences(first, second)
    return PairedDifference(mean_interval(gaps), float(t_test(gaps)), _signed_rank(gaps), always(gaps))


def always(gaps: ArrayLike) -> bool:
    """Say if a difference is the same at every one of two or more seeds, and not 0."""
    return never_varies(gaps) and bool(np.any(gaps))


def _signed_rank(gaps: NDArray[np.float64]) -> float:
    """P-value of the signed-rank test over seeds, NaN if the difference never varies."""
    return nan if always(gaps) else signed_rank_test(gaps)


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
        observed effect size (see `difference_seeds`). Where a difference is the same at every seed, and not 0, the
        p-values are NaN.
    """
    import polars as pl

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
        p_values, p_wilcoxon = t_test(gaps), [_signed_rank(gap) for gap in gaps]
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
    return pl.DataFrame(
        rows,
        schema={
            **dict.fromkeys(("dataset", "first", "second"), pl.String),
            "seeds": pl.Int64,
            **dict.fromkeys(
                ("difference", "low", "high", "p", "p_holm", "p_wilcoxon", "p_wilcoxon_holm", "seeds_needed"),
                pl.Float64,
            ),
        },
    )


def differences(first: ArrayLike, second: ArrayLike) -> NDArray[np.float64]:
    """First minus second, without noise in the last digits.

    Where they agree to twelve digits the difference is exactly 0, and where the difference varies by no more than that
    it is its mean. Otherwise a test would find noise of rounding significant.

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
    gaps: NDArray[np.float64] = np.where(np.isclose(one, two, rtol=SAME, atol=0), 0.0, one - two)
    if len(gaps) and gaps.any() and np.ptp(gaps) <= SAME * max(np.abs(one).max(), np.abs(two).max()):
        return np.full(len(gaps), gaps.mean())
    return gaps


def t_test(gaps: NDArray[np.float64], alternative: Alternative = "two-sided") -> NDArray[np.float64]:
    """P-value of Student's t-test that the mean difference is 0 (`scipy.stats.ttest_1samp`).

    Parameters
    ----------
    gaps : ndarray, shape (..., seeds)
        Differences.
    alternative : {"two-sided", "greater", "less"}
        A mean other than 0, above 0, or below 0.

    Returns
    -------
    ndarray, shape (...)
        NaN for fewer than two seeds, and for a difference that never varies: no spread, no test. 1 where all
        differences are 0.
    """
    shape, count = gaps.shape[:-1], gaps.shape[-1]
    if count < 2:
        return np.full(shape, nan)
    rows = gaps.reshape(-1, count)
    p_values = np.where(rows.any(axis=1), nan, 1.0)
    varies = np.ptp(rows, axis=1) > 0
    if varies.any():
        from scipy.stats import ttest_1samp

        p_values[varies] = ttest_1samp(rows[varies], 0, axis=1, alternative=alternative).pvalue
    return p_values.reshape(shape)


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
        most 1. They are those of `statsmodels.stats.multitest.multipletests`, which is not called because it collects
        garbage each time: a tenth of a second for each column of a table.
    """
    family = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(family, kind="stable")
    adjusted = np.empty_like(family)
    adjusted[order] = np.minimum(1, np.maximum.accumulate((len(family) - np.arange(len(family))) * family[order]))
    return adjusted

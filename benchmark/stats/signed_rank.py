"""Wilcoxon's signed-rank test, also where observations come in clusters."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.sign_flip import sign_flip_test

Alternative = Literal["two-sided", "greater", "less"]

ENUMERATED = 13
"""Up to so many signs all 2ⁿ are enumerated: 8,192. A two-sided test enumerates more (`sign_flip.ENUMERATED`)."""

DIGITS = 12
"""Decimals, relative to the largest difference, to which two must agree to share a rank. Later ones are rounding."""

RESAMPLES = 9_999
"""Signs of clusters that a one-sided test draws where there are more clusters; a two-sided one draws more."""


def signed_rank_test(
    gaps: ArrayLike,
    clusters: Sequence[NDArray[np.intp]] | None = None,
    alternative: Alternative = "two-sided",
    generator: np.random.Generator | None = None,
) -> float:
    """P-value of Wilcoxon's signed-rank test that differences are symmetric about 0.

    With clusters the ranks are of all differences, and under the hypothesis the sign of a whole cluster is as likely
    one as the other (Rosner, Glynn and Lee 2006). The test of the summed ranks of clusters is then by exchange of
    signs (`benchmark.stats.sign_flip`; one-sided `scipy.stats.permutation_test`), without their large-sample
    approximation. A two-sided p-value with K clusters is at least 2/2ᴷ: six clusters or more are needed for 5 %.

    Parameters
    ----------
    gaps : array_like, shape (n,)
        Differences, finite. Zeros are dropped, ties share their mean rank.
    clusters : sequence of ndarray of int, optional
        Positions of the differences of each cluster (`benchmark.stats.clusters.cluster_positions`); without it every
        difference is independent.
    alternative : {"two-sided", "greater", "less"}
        Differences other than 0, above 0, or below 0.
    generator : numpy Generator, optional
        Source of the drawn signs where there are too many clusters to enumerate them; by default one with seed 0.

    Returns
    -------
    float
        Exact without ties, and with ties or clusters for at most thirteen signs (sixteen clusters, two-sided). Beyond,
        ties are approximated by the normal distribution, and the signs of clusters are drawn, 99,999 times for a
        two-sided test and 9,999 times for a one-sided one. 1 where all differences are 0; NaN for fewer than two
        differences, or clusters.

    Raises
    ------
    ParameterError
        For a difference that is not finite.
    """
    sample = np.asarray(gaps, dtype=np.float64)
    if not np.isfinite(sample).all():
        raise ParameterError("a difference is NaN or infinite; leave out what cannot be compared")
    if len(sample) < 2 or (clusters is not None and len(clusters) < 2):
        return nan
    if not sample.any():
        return 1.0
    sample = np.round(sample / np.abs(sample).max(), DIGITS)
    kept = np.flatnonzero(sample)
    tied = len(np.unique(np.abs(sample[kept]))) < len(kept)
    groups = clusters if clusters is not None and len(clusters) < len(sample) else None
    if groups is None and (not tied or len(kept) > ENUMERATED):
        from scipy.stats import wilcoxon

        return float(wilcoxon(sample[kept], alternative=alternative, method="asymptotic" if tied else "exact").pvalue)
    sums = signed_ranks(sample, [np.array([place]) for place in kept] if groups is None else groups)
    drawn = generator or np.random.default_rng(0)
    if alternative == "two-sided":
        return float(sign_flip_test(sums[None], drawn)[0])
    from scipy.stats import permutation_test

    return float(
        permutation_test(
            (sums,),
            lambda signed, axis: signed.sum(axis=axis),
            permutation_type="samples",  # exchanges signs
            vectorized=True,
            alternative=alternative,
            n_resamples=RESAMPLES,
            rng=drawn,
        ).pvalue
    )


def signed_ranks(gaps: NDArray[np.float64], groups: Sequence[NDArray[np.intp]]) -> NDArray[np.float64]:
    """Sum of the signed ranks of each group; those of zeros are 0, and ties share their mean rank.

    Parameters
    ----------
    gaps : ndarray, shape (n,)
        Differences.
    groups : sequence of ndarray of int
        Positions of each group.
    """
    from scipy.stats import rankdata

    largest = np.abs(gaps).max(initial=0.0)
    sample = np.round(gaps / largest, DIGITS) if largest else gaps
    kept = np.flatnonzero(sample)
    ranks = np.zeros(len(sample))
    ranks[kept] = np.sign(sample[kept]) * rankdata(np.abs(sample[kept]))
    return np.array([ranks[members].sum() for members in groups])

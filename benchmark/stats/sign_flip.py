"""Test of a weighted mean over groups of units, by exchange of the signs of whole groups.

Two methods that are equally good can be exchanged in every group, so the sign of each group's share in the mean
difference is as likely one as the other. The test compares the observed sum of the shares with the sums under all
signs. It is exact for exchangeable methods, whatever the sizes of the groups and the distribution within them. Where
the differences are of mean 0 but skewed, it is approximate, as Student's t-test is. With G groups a two-sided p-value
is at least 2/2ᴳ: six groups or more are needed for 5 %.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import ParameterError

ENUMERATED = 16
"""Up to so many groups all signs are taken (65,536, of which the first half suffices)."""

DRAWN = 99_999
"""Signs that are drawn for more groups."""

STUDENT = 200
"""Beyond so many groups Student's t-test of the shares takes the place of drawn signs."""

AT_ONCE = 4_000_000
"""Sums in one block: bounds the memory (about 70 MB)."""

TIES = 1e-12
"""Sums that agree to this share of the largest possible one are equal: their last digits depend on the order."""


def smallest_p(groups: int) -> float:
    """Smallest two-sided p-value that so many groups can give; 1 for none."""
    return min(1.0, 2.0 * 0.5**groups) if groups <= ENUMERATED else 1 / (DRAWN + 1)


def sign_flip_test(shares: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    """Two-sided p-values that sums of shares are 0.

    Parameters
    ----------
    shares : ndarray, shape (tests, groups)
        Share of each group in the statistic of each test: the sum over its units of weight times difference.
    generator : numpy Generator
        Source of the signs where there are more than `ENUMERATED` groups; equal signs for every test.

    Returns
    -------
    ndarray, shape (tests,)
        Up to `ENUMERATED` groups exact; up to `STUDENT` groups (1 + count)/(1 + `DRAWN`) over drawn signs; beyond,
        Student's t with as many degrees of freedom as groups less one. 1 where all shares are 0, and where there is
        one group.

    Raises
    ------
    ParameterError
        For a share that is not finite.
    """
    if not np.isfinite(shares).all():
        raise ParameterError("a difference is NaN or infinite; compare methods on units where both have a value")
    tests, groups = shares.shape
    if not tests or not groups:
        return np.ones(tests)
    if groups > STUDENT:
        return _student(shares)
    observed = np.abs(shares.sum(axis=1))
    limit = observed - TIES * np.abs(shares).sum(axis=1)
    reached = np.zeros(tests)
    block = max(256, AT_ONCE // max(tests, groups))
    if groups <= ENUMERATED:
        total = 1 << (groups - 1)
        for start in range(0, total, block):
            codes = np.arange(start, min(start + block, total))
            signs = 1.0 - 2.0 * ((codes[:, None] >> np.arange(groups)) & 1)
            reached += (np.abs(signs @ shares.T) >= limit).sum(axis=0)
        exact: NDArray[np.float64] = np.minimum(1.0, reached / total)
        return exact
    for start in range(0, DRAWN, block):
        count = min(block, DRAWN - start)
        signs = 2.0 * generator.integers(2, size=(count, groups)) - 1.0
        reached += (np.abs(signs @ shares.T) >= limit).sum(axis=0)
    p_values: NDArray[np.float64] = np.where(shares.any(axis=1), (1 + reached) / (1 + DRAWN), 1.0)
    return p_values


def _student(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import stdtr

    groups = shares.shape[1]
    error = np.sqrt(shares.var(axis=1, ddof=1) * groups)
    total = np.abs(shares.sum(axis=1))
    tiny = TIES * np.abs(shares).sum(axis=1)
    ratio = np.divide(total, error, out=np.full(len(shares), np.inf), where=error > tiny)
    p_values: NDArray[np.float64] = np.where(total <= tiny, 1.0, 2 * stdtr(groups - 1, -ratio))
    return p_values

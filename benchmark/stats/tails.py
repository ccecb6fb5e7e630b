"""Extreme values: a threshold from the tail of scores."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.98
RISK = 1e-3
FEWEST = 10
"""Smallest number of distinct excesses that a tail is fitted to."""


def peaks_over_threshold(scores: NDArray[Any], level: float = LEVEL, risk: float = RISK) -> float:
    """Cut where an extreme-value tail leaves the probability ``risk``.

    The excesses over the quantile at ``level`` are fitted by a generalised Pareto distribution (maximum likelihood);
    the cut is t + (σ/γ)·((risk·n/k)^(−γ) − 1) for k excesses of n scores (Siffert et al. 2017, eq. 1). The fit is of
    excesses in units of a power of two near their mean: its iterative search fails for very large ones, and so the unit
    of the scores does not move the cut.

    Parameters
    ----------
    scores : ndarray, shape (n,)
        Validation scores.
    level : float
        Level of the quantile at which the tail begins, in (0, 1).
    risk : float
        Probability of a normal score above the cut, below 1 − level.

    Returns
    -------
    float
        The cut. With fewer than ten distinct excesses no tail can be fitted, and the cut is the largest score.
    """
    from scipy.stats import genpareto

    scores = scores.astype(np.float64)
    start = float(np.quantile(scores, level))
    excesses = scores[scores > start] - start
    if len(np.unique(excesses)) < FEWEST:
        return float(scores.max())
    _, exponent = np.frexp(excesses.mean())
    shape, _, scale = genpareto.fit(np.ldexp(excesses, -exponent), floc=0)
    beyond = genpareto.isf(min(1.0, risk * len(scores) / len(excesses)), shape, scale=scale)
    return start + float(np.ldexp(beyond, exponent))

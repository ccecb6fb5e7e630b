"""Power of a paired t-test, and the number of seeds that it needs."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from benchmark.interfaces.errors import ParameterError

MOST_SEEDS = 2.0**53
"""Larger counts are not exact in floating point, and of no use."""


def paired_power(effect: float, count: float, alpha: float = 0.05) -> float:
    """Power of a two-sided paired t-test over `count` seeds: its chance to detect the difference.

    Parameters
    ----------
    effect : float
        Mean difference over its standard deviation over seeds (Cohen's d_z), of either sign.
    count : float
        Number of seeds, at least 2.
    alpha : float
        Level of the test, in (0, 1).

    Returns
    -------
    float
        P(|T| > t_{1−α/2, n−1}) in [alpha, 1], where T is noncentral t with n − 1 degrees of freedom and noncentrality
        effect·√n. It is computed as P(T² > t²), because T² is noncentral F with (1, n − 1) degrees of freedom.
    """
    from scipy.special import ncfdtr, stdtrit  # noncentral t itself (nctdtr) is NaN at some strong effects

    critical = stdtrit(count - 1, 1 - alpha / 2)
    return float(1 - ncfdtr(1, count - 1, effect**2 * count, critical**2))


def seeds_needed(differences: ArrayLike, power: float = 0.8, alpha: float = 0.05) -> float:
    """Smallest number of seeds with which a paired t-test reaches a power.

    The observed mean and standard deviation of the differences are taken as the true ones. From few seeds both are
    rough, so the answer is only an order of magnitude.

    Parameters
    ----------
    differences : array_like, shape (seeds,)
        First method less second, seed by seed.
    power : float
        Chance to detect the difference, above alpha and below 1.
    alpha : float
        Level of the two-sided test, in (0, 1).

    Returns
    -------
    float
        A whole number of at least 2; it is 2 where the difference never varies. Infinity where the mean difference is
        0, or so small that 2⁵³ seeds are too few. NaN for fewer than two seeds.
    """
    sample: np.ndarray[Any, np.dtype[np.float64]] = np.asarray(differences, dtype=np.float64)
    if not alpha < power < 1:
        raise ParameterError(f"power is {power}; it must lie between alpha ({alpha}) and 1")
    if len(sample) < 2:
        return nan
    mean, deviation = float(sample.mean()), float(sample.std(ddof=1))
    if mean == 0:
        return inf
    if deviation == 0:
        return 2.0
    effect = abs(mean) / deviation
    high = 2.0
    while paired_power(effect, high, alpha) < power:
        high *= 2
        if high > MOST_SEEDS:
            return inf
    low = high / 2  # too few, or 1
    while high - low > 1:
        middle = (low + high) // 2
        if paired_power(effect, middle, alpha) < power:
            low = middle
        else:
            high = middle
    return high

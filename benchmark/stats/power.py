"""How many seeds it takes to tell two methods apart."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from benchmark.interfaces.errors import ParameterError

MOST_SEEDS = 2.0**53
"""Beyond it a count of seeds has no exact floating-point number, nor any use."""


def paired_power(effect: float, count: float, alpha: float = 0.05) -> float:
    """Chance that a two-sided paired t-test over `count` seeds finds the difference.

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
        effect·√n. It is computed as P(T² > t²), for T² is noncentral F with (1, n − 1) degrees of freedom.
    """
    from scipy.special import ncfdtr, stdtrit  # noncentral t itself (nctdtr) is NaN at some strong effects

    cut = stdtrit(count - 1, 1 - alpha / 2)
    return float(1 - ncfdtr(1, count - 1, effect**2 * count, cut**2))


def seeds_needed(differences: ArrayLike, power: float = 0.8, alpha: float = 0.05) -> float:
    """Fewest seeds with which a paired t-test separates two methods.

    It takes the observed mean and standard deviation of the differences for the true ones. From few seeds both are
    rough, so the answer is an order of magnitude and no promise.

    Parameters
    ----------
    differences : array_like, shape (seeds,)
        First method less second, seed by seed.
    power : float
        Chance to find the difference, above alpha and below 1.
    alpha : float
        Level of the two-sided test, in (0, 1).

    Returns
    -------
    float
        A whole number of at least 2 (2 where the difference never varies); infinity where the mean difference is 0, or
        so small that 2⁵³ seeds would not do; NaN for fewer than two seeds.
    """
    found: np.ndarray[Any, np.dtype[np.float64]] = np.asarray(differences, dtype=np.float64)
    if not alpha < power < 1:
        raise ParameterError(f"power is {power}; it must lie between alpha ({alpha}) and 1")
    if len(found) < 2:
        return nan
    mean, deviation = float(found.mean()), float(found.std(ddof=1))
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

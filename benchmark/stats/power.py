"""Power of t-tests over seeds, and the number of seeds that they need.

Powers come from the noncentral distributions of `scipy.special`, without `statsmodels.stats.power`: its solver takes
milliseconds a call and fails where an effect is strong, and it has no test of equivalence.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isnan, nan, sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.intervals import mean_interval, never_varies

MOST_SEEDS = 2.0**53
"""Larger counts are not exact in floating point, and of no use."""

Sides = Literal[1, 2]
"""One-sided test that a difference is above 0, or two-sided test that it is not 0."""


def paired_power(effect: float, count: float, alpha: float = 0.05, sides: Sides = 2) -> float:
    """Power of a paired t-test over `count` seeds: its chance to detect the difference.

    Parameters
    ----------
    effect : float
        Mean difference over its standard deviation over seeds (Cohen's d_z). Its sign counts in a one-sided test only.
    count : float
        Number of seeds, at least 2.
    alpha : float
        Level of the test, in (0, 1).
    sides : {1, 2}
        One-sided for a difference above 0, or two-sided.

    Returns
    -------
    float
        P(T > t_{1−α, n−1}) or P(|T| > t_{1−α/2, n−1}), where T is noncentral t with n − 1 degrees of freedom and
        noncentrality effect·√n.
    """
    from scipy.special import ncfdtr, nctdtr, stdtrit

    critical, shift = float(stdtrit(count - 1, 1 - alpha / sides)), abs(effect) * sqrt(count)
    # Noncentral t (nctdtr) is NaN at some strong effects. T² is noncentral F, which is not; the tail of t against the
    # effect is then 0 in floating point.
    either = 1 - float(ncfdtr(1, count - 1, shift**2, critical**2))
    if sides == 2:
        return either
    against = float(nctdtr(count - 1, shift, -critical))
    against = 0.0 if isnan(against) else against
    return either - against if effect > 0 else against


def difference_power(sd: float, count: int, difference: float, alpha: float = 0.05, sides: Sides = 1) -> float:
    """Chance that a paired t-test shows a true difference.

    Parameters
    ----------
    sd : float
        Standard deviation of the paired differences over seeds, at least 0.
    count : int
        Number of seeds.
    difference : float
        True mean difference, in the direction of the test.
    alpha : float
        Level of the test.
    sides : {1, 2}
        One-sided by default, as claims have a direction.

    Returns
    -------
    float
        NaN for fewer than two seeds. Where `sd` is 0 nothing is tested: 1 for a difference in the direction, else 0.
    """
    if count < 2:
        return nan
    if sd == 0:
        return 1.0 if difference > 0 or (sides == 2 and difference != 0) else 0.0
    return paired_power(difference / sd, count, alpha, sides)


def difference_seeds(gaps: ArrayLike, power: float = 0.8, alpha: float = 0.05, sides: Sides = 1) -> float:
    """Smallest number of seeds with which a paired t-test shows a difference with a given power.

    The observed mean and standard deviation of the differences are taken as the true ones. From few seeds both are
    rough, so the answer is only an order of magnitude. It does not depend on the sign of the difference.

    Parameters
    ----------
    gaps : array_like, shape (seeds,)
        First method less second, seed by seed.
    power : float
        Chance to detect the difference, above alpha and below 1.
    alpha : float
        Level of the test, in (0, 1).
    sides : {1, 2}
        One-sided in the direction of the observed difference, or two-sided.

    Returns
    -------
    float
        A whole number of at least 2; it is 2 where the difference never varies. Infinity where the mean difference is
        0, or so small that 2⁵³ seeds are too few. NaN for fewer than two seeds.
    """
    sample = np.asarray(gaps, dtype=np.float64)
    _check(power, alpha)
    if len(sample) < 2 or np.isnan(sample).any():
        return nan
    mean = float(sample.mean())
    if mean == 0:
        return inf
    if never_varies(sample):
        return 2.0
    effect = abs(mean) / float(sample.std(ddof=1))
    return _smallest(lambda count: paired_power(effect, count, alpha, sides) >= power)


def equivalence_seeds(sd: float, margin: float, power: float = 0.8, alpha: float = 0.05) -> float:
    """Smallest number of seeds with which two one-sided t-tests show that a mean lies within a margin of a target.

    Parameters
    ----------
    sd : float
        Standard deviation over seeds, taken as the true one.
    margin : float
        Largest deviation that counts as agreement; above 0.
    power : float
        Chance to show it where the mean is exactly the target, above alpha and below 1.
    alpha : float
        Level of the test, in (0, 0.5).

    Returns
    -------
    float
        A whole number of at least 2, or infinity. Both tests are significant with a chance of at least 2q − 1, where
        q is the power of one of them at the effect margin/sd (Bonferroni; exact but for samples where both fail), so
        q = (1 + power)/2 is asked for.
    """
    if not margin > 0:
        raise ParameterError(f"margin is {margin}; it must be above 0")
    _check(power, alpha)
    if isnan(sd):
        return nan
    if sd == 0:
        return 2.0
    return _smallest(lambda count: paired_power(margin / sd, count, alpha, 1) >= (1 + power) / 2)


def equivalence_possible(values: ArrayLike, margin: float, alpha: float = 0.05) -> bool:
    """Say if equality within a margin could be shown at this spread and number of seeds, were the mean on target.

    Parameters
    ----------
    values : array_like, shape (seeds,)
        One value a seed.
    margin : float
        Largest deviation that counts as agreement.
    alpha : float
        Level of each one-sided test.

    Returns
    -------
    bool
        Whether half of the 1 − 2α interval of the mean (90 %) is shorter than the margin; False for fewer than two
        seeds.
    """
    interval = mean_interval(values, level=1 - 2 * alpha)
    return (interval.high - interval.low) / 2 < margin


def _check(power: float, alpha: float) -> None:
    if not alpha < power < 1:
        raise ParameterError(f"power is {power}; it must lie between alpha ({alpha}) and 1")


def _smallest(enough: Callable[[float], bool]) -> float:
    """Smallest count from 2 that is enough, infinity above 2⁵³; all counts above an enough one are enough."""
    high = 2.0
    while not enough(high):
        high *= 2
        if high > MOST_SEEDS:
            return inf
    low = high / 2  # too few, or 1
    while high - low > 1:
        middle = (low + high) // 2
        if enough(middle):
            high = middle
        else:
            low = middle
    return high

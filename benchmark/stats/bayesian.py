"""Bayesian signed-rank test with a region of practical equality (Benavoli, Corani, Demšar and Zaffalon 2017).

The test of section 4.2.1 there: a Dirichlet process prior with strength s = 0.5 at the difference 0, and the posterior
probability that the median of the mean of two random differences is below, within or above the region of practical
equality. The paper lets the reader choose the region; here it is a parameter without a default.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.interfaces.errors import ParameterError

STRENGTH = 0.5
"""Weight of the prior, in observations (their recommended value)."""

AT_ONCE = 4_000_000
"""Weights drawn in one block."""


class Practical(NamedTuple):
    """Posterior probabilities; they add up to 1.

    Parameters
    ----------
    better : float
        The first method is better by more than the region.
    equal : float
        The difference lies within the region.
    worse : float
        The second method is better by more than the region.
    """

    better: float
    equal: float
    worse: float


def bayesian_signed_rank(
    gaps: ArrayLike, rope: float, generator: np.random.Generator, draws: int = 10_000
) -> Practical:
    """Probabilities that the first method is better, practically equal, or worse.

    Parameters
    ----------
    gaps : array_like, shape (n,)
        First method less second, higher is better; independent observations.
    rope : float
        Half of the width of the region of practical equality, at least 0.
    generator : numpy Generator
        Source of the Dirichlet weights.
    draws : int
        Samples of the posterior.

    Returns
    -------
    Practical
        Shares of draws in which a side has the largest weight Σᵢⱼ wᵢwⱼ·[zᵢ + zⱼ > 2·rope] (above), [< −2·rope] (below)
        and [otherwise]; an equal largest weight is divided among the sides that have it. NaN for no observation.

    Raises
    ------
    ParameterError
        For a negative region, or a difference that is not finite.
    """
    sample = np.asarray(gaps, dtype=np.float64)
    if not rope >= 0:
        raise ParameterError(f"rope is {rope}; it must be 0 or more")
    if not np.isfinite(sample).all():
        raise ParameterError("a difference is NaN or infinite; compare on units where both have a value")
    if not len(sample):
        return Practical(np.nan, np.nan, np.nan)
    z = np.concatenate([[0.0], sample])
    places = np.argsort(z, kind="stable")
    ordered = z[places]
    shape = np.ones(len(z))
    shape[places == 0] = STRENGTH
    above = np.searchsorted(ordered, 2 * rope - ordered, side="right")  # first place with a sum above
    below = np.searchsorted(ordered, -2 * rope - ordered, side="left")  # places before it have a sum below
    wins = np.zeros(3)
    block = max(1, AT_ONCE // len(z))
    for done in range(0, draws, block):
        weights = generator.dirichlet(shape, size=min(block, draws - done))
        wins += _winners(weights, above, below)
    better, equal, worse = (float(share) for share in wins / draws)
    return Practical(better, equal, worse)


def _winners(weights: NDArray[np.float64], above: NDArray[np.intp], below: NDArray[np.intp]) -> NDArray[np.float64]:
    """How many draws each of above, within and below wins."""
    sums = np.concatenate([np.zeros((len(weights), 1)), np.cumsum(weights, axis=1)], axis=1)
    total = sums[:, -1:]
    up = (weights * (total - sums[:, above])).sum(axis=1)
    down = (weights * sums[:, below]).sum(axis=1)
    sides = np.stack([up, total[:, 0] ** 2 - up - down, down], axis=1)
    largest = sides >= sides.max(axis=1, keepdims=True) - 1e-12
    won: NDArray[np.float64] = (largest / largest.sum(axis=1, keepdims=True)).sum(axis=0)
    return won

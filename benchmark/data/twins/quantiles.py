"""Quantile tables: a marginal distribution as a few knots, with exact point masses."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

GRID = (0.0, 0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98, 1.0)
"""Probabilities of the knots between point masses."""

SCALE = 10_000
"""Tables with point masses store probabilities as integers, in units of 1 / `SCALE`."""

Table = list[float] | list[list[float]]
"""Quantiles at `GRID`, or ``[probabilities · SCALE, quantiles]`` where there are point masses."""


def make_table(
    values: NDArray[Any], weights: NDArray[Any] | None = None, *, atom: float = 0.02, records_per_knot: int = 4
) -> Table:
    """Summarise a sample by a few quantiles.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Sample; NaN is left out.
    weights : ndarray, shape (n,), optional
        Positive weight of each value; equal where not given. Point masses depend on counts alone, so that a single
        value of large weight is never stored as it is.
    atom : float
        Smallest share of the sample at which a repeated value becomes a point mass with its exact probability.
    records_per_knot : int
        Smallest number of sample values for each knot, so that a table is not a copy of a small sample.

    Returns
    -------
    list of float, or two lists of float
        Quantiles at `GRID`; or probabilities times `SCALE` and quantiles, both non-decreasing. The quantile function
        jumps where a probability repeats.
    """
    values = np.asarray(values, dtype=np.float64)
    mass = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=np.float64)
    order = np.argsort(values, kind="stable")[: int((~np.isnan(values)).sum())]
    values, mass = values[order], mass[order]
    if len(values) == 0:
        return [[0.0, 1.0], [0.0, 0.0]]
    _, start, count = np.unique(values, return_index=True, return_counts=True)
    heavy = np.flatnonzero((count >= max(atom * len(values), 2)) & (count < len(values)))
    step = max(1, round(len(GRID) * records_per_knot / len(values)))
    grid = sorted({0.0, 1.0, *GRID[::step]})
    # Runs of the sorted sample: a point mass, or a stretch between two of them.
    edges = sorted({0, len(values), *(int(start[i]) for i in heavy), *(int(start[i] + count[i]) for i in heavy)})
    upto = np.concatenate([[0.0], np.cumsum(mass)]) / mass.sum()
    middle = (upto[1:] + upto[:-1]) / 2
    probabilities: list[float] = []
    quantiles: list[float] = []
    for first, stop in pairwise(edges):
        low, high = float(upto[first]), float(upto[stop])
        inner = [p for p in grid if low < p < high] if values[first] != values[stop - 1] else []
        probabilities += [low, *inner, high]
        between = np.interp(inner, middle[first:stop], values[first:stop])
        quantiles += [values[first], *between, values[stop - 1]]
    short = [_shorten(float(q)) for q in quantiles]
    if len(probabilities) == len(GRID) and np.allclose(probabilities, GRID):
        return short
    scaled: list[float] = [round(p * SCALE) for p in probabilities]
    return [scaled, short]


def draw_from_table(table: Table, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Evaluate the quantile function of a table at probabilities in [0, 1]; linear between knots."""
    if isinstance(table[0], list):
        knots, quantiles = np.asarray(table[0]) / SCALE, np.asarray(table[1])
    else:
        knots, quantiles = np.asarray(GRID), np.asarray(table)
    right = np.clip(np.searchsorted(knots, probabilities, side="left"), 1, len(knots) - 1)
    width = knots[right] - knots[right - 1]
    weight = np.divide(probabilities - knots[right - 1], width, out=np.ones_like(probabilities), where=width > 0)
    result: NDArray[np.float64] = quantiles[right - 1] + np.clip(weight, 0, 1) * (
        quantiles[right] - quantiles[right - 1]
    )
    return result


def _shorten(value: float) -> float:
    return float(f"{value:.4g}")

"""Quantile tables: the marginal distribution of a quantity as a few knots, point masses kept exact."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

GRID = (0.0, 0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98, 1.0)
"""Probabilities of the knots between point masses."""

Table = list[list[float]]


def make_table(values: NDArray[Any], *, atom: float = 0.02, records_per_knot: int = 4) -> Table:
    """Summarise a sample as ``[probabilities, quantiles]``.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Sample; NaN is left out.
    atom : float
        Share of the sample from which on a repeated value is a point mass, kept with its exact probability.
    records_per_knot : int
        Smallest number of sample values for each knot, so that a table is no copy of a small sample.

    Returns
    -------
    list of two lists of float
        Both non-decreasing; where a probability repeats, the quantile function jumps.
    """
    values = np.sort(np.asarray(values, dtype=np.float64)[~np.isnan(values)])
    if len(values) == 0:
        return [[0.0, 1.0], [0.0, 0.0]]
    _, start, count = np.unique(values, return_index=True, return_counts=True)
    heavy = np.flatnonzero((count >= max(atom * len(values), 2)) & (count < len(values)))
    step = max(1, round(len(GRID) * records_per_knot / len(values)))
    grid = sorted({0.0, 1.0, *GRID[::step]})
    # Runs of the sorted sample: a point mass, or a stretch between two of them.
    edges = sorted({0, len(values), *(int(start[i]) for i in heavy), *(int(start[i] + count[i]) for i in heavy)})
    probabilities: list[float] = []
    quantiles: list[float] = []
    for first, stop in pairwise(edges):
        low, high = first / len(values), stop / len(values)
        inner = [p for p in grid if low < p < high] if values[first] != values[stop - 1] else []
        probabilities += [low, *inner, high]
        at = [first + (p - low) / (high - low) * (stop - 1 - first) for p in inner]
        quantiles += [values[first], *np.interp(at, np.arange(len(values)), values), values[stop - 1]]
    return [[round(float(p), 4) for p in probabilities], [_shorten(float(q)) for q in quantiles]]


def draw_from_table(table: Table, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Evaluate the quantile function of a table at probabilities in [0, 1]; linear between knots."""
    knots, quantiles = (np.asarray(part) for part in table)
    right = np.clip(np.searchsorted(knots, probabilities, side="left"), 1, len(knots) - 1)
    width = knots[right] - knots[right - 1]
    weight = np.divide(probabilities - knots[right - 1], width, out=np.ones_like(probabilities), where=width > 0)
    result: NDArray[np.float64] = quantiles[right - 1] + np.clip(weight, 0, 1) * (
        quantiles[right] - quantiles[right - 1]
    )
    return result


def _shorten(value: float) -> float:
    return float(f"{value:.4g}")

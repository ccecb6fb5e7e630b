"""Shares of channels in a score, for detectors that can say what they blame."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Shares = NDArray[np.float64]


def shares(blame: NDArray[Any]) -> Shares:
    """Divide the blame of each point by its sum.

    Parameters
    ----------
    blame : ndarray, shape (T, C)
        Blame of each channel, finite. What is below 0 counts as 0.

    Returns
    -------
    ndarray of float64, shape (T, C)
        At least 0. Each row sums to 1, or is 0 where nothing is blamed.
    """
    positive: Shares = np.maximum(blame, 0).astype(np.float64)
    positive = _divided(positive, positive.max(axis=1, initial=0.0))  # so that the sum of huge numbers is finite
    return _divided(positive, positive.sum(axis=1))


def over_window(columns: NDArray[Any], window: int) -> Shares:
    """Sum the blame of a channel over the points of a window: (T, window · C), oldest point first, to (T, C)."""
    points, width = columns.shape
    total: Shares = columns.reshape(points, window, width // window).sum(axis=1, dtype=np.float64)
    return total


def _divided(rows: Shares, divisors: NDArray[np.float64]) -> Shares:
    """Divide each row by its divisor, or by 1 where that is 0."""
    return rows / np.where(divisors > 0, divisors, 1)[:, None]

"""Trailing means: smoothing that looks at no later point."""

from __future__ import annotations

import numpy as np

from benchmark.interfaces.recording import FloatArray


def trailing_mean(terms: FloatArray, length: int) -> FloatArray:
    """Average each row with the rows before it.

    The sum is taken shift by shift, not cumulatively, so that a large value has no effect beyond the window.

    Parameters
    ----------
    terms : ndarray, shape (T, ...)
        Rows in time order.
    length : int
        Rows of a mean, at least 1: the row itself and up to ``length`` − 1 before it; fewer at the start.

    Returns
    -------
    ndarray, shape (T, ...)
        The means, in the type of ``terms``; for a length of 1 ``terms`` itself.
    """
    if length == 1:
        return terms
    total = terms.copy()
    for shift in range(1, min(length, len(terms))):
        total[shift:] += terms[:-shift]
    count = np.minimum(np.arange(1, len(terms) + 1), length).astype(terms.dtype)
    total /= count.reshape(-1, *[1] * (terms.ndim - 1))
    return total

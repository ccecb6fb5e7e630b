"""The precision in which a reader keeps the numbers of a table."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def compact(table: NDArray[np.float64]) -> NDArray[np.floating[Any]]:
    """Return a table in float32, or in float64 where float32 would lose what it says.

    It would where a number is above the largest one of float32, or where it leaves a column fewer than half of its
    distinct values. A counter near 10^10 that takes 2,000 values in steps of one has two of them in float32.

    Parameters
    ----------
    table : ndarray of float64, shape (T, C)
        Numbers as read; NaN where one is missing.

    Returns
    -------
    ndarray of float32 or float64, shape (T, C)
        In C order.
    """
    with np.errstate(over="ignore"):
        single = np.ascontiguousarray(table, dtype=np.float32)
    if (np.isinf(single) & np.isfinite(table)).any():
        return np.ascontiguousarray(table)
    if (np.isnan(single) | (single == table)).all():
        return single
    for column in table.T:
        ordered = np.sort(column[~np.isnan(column)])
        distinct, kept = (np.count_nonzero(np.diff(form)) for form in (ordered, ordered.astype(np.float32)))
        if 2 * kept < distinct:
            return np.ascontiguousarray(table)
    return single

"""What every metric insists on before it computes. What is undefined is stated in `benchmark.metrics`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.interfaces.errors import DataError

Marks = NDArray[np.bool_]
Scores = NDArray[np.floating[Any]]


def marks(values: ArrayLike, what: str = "label") -> Marks:
    """Return labels or flags as booleans.

    Parameters
    ----------
    values : array_like, shape (T,)
        Booleans, or numbers that are 0 or 1.
    what : str
        What one of them is called in an error.

    Raises
    ------
    DataError
        If there are none, the shape is another, or one is neither 0 nor 1.
    """
    array = np.asarray(values)
    _one_a_point(array, what)
    if array.dtype == np.bool_:
        return array
    bad = np.flatnonzero((array != 0) & (array != 1))
    if len(bad):
        raise DataError(f"{what} of point {bad[0]} is {array[bad[0]]}: it has to be 0 or 1")
    return array.astype(np.bool_)


def finite(values: ArrayLike, detector: str = "") -> Scores:
    """Return scores in their own floating precision, double where they are whole numbers.

    Parameters
    ----------
    values : array_like, shape (T,)
        One score a point.
    detector : str
        Whose scores they are, for the error.

    Raises
    ------
    DataError
        If there are none, the shape is another, or one is NaN or infinite; it names the first such point.
    """
    array = np.asarray(values)
    _one_a_point(array, "score")
    if array.dtype.kind != "f":
        array = array.astype(np.float64)
    usable = np.isfinite(array)
    if not usable.all():
        bad = np.flatnonzero(~usable)
        whose = f"{detector}: " if detector else ""
        raise DataError(f"{whose}score of point {bad[0]} is {array[bad[0]]}; {len(bad)} of {len(array)} are not finite")
    return array


def flagged(labels: ArrayLike, flags: ArrayLike) -> tuple[Marks, Marks]:
    """Check labels and flags, and that there are as many of one as of the other."""
    return _matching(marks(labels), marks(flags, "flag"), "flags")


def scored(labels: ArrayLike, scores: ArrayLike) -> tuple[Marks, Scores]:
    """Check labels and scores, and that there are as many of one as of the other."""
    return _matching(marks(labels), finite(scores), "scores")


def _matching(labels: Marks, others: Any, what: str) -> tuple[Marks, Any]:
    if len(labels) != len(others):
        raise DataError(f"{len(labels)} labels and {len(others)} {what}: there has to be one of each for every point")
    return labels, others


def _one_a_point(array: NDArray[Any], what: str) -> None:
    if array.ndim != 1 or len(array) == 0:
        raise DataError(f"{what}s have shape {array.shape}: they have to be one a point, of one point at least")

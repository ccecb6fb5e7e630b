"""Checks of labels, flags and scores. `benchmark.metrics` states what each metric gives where it is undefined."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.interfaces.errors import DataError

Marks = NDArray[np.bool_]
Scores = NDArray[np.floating[Any]]
Array = TypeVar("Array", bound=NDArray[Any])


def marks(values: ArrayLike, name: str = "label") -> Marks:
    """Return labels or flags as booleans.

    Parameters
    ----------
    values : array_like, shape (T,)
        Booleans, or numbers that are 0 or 1.
    name : str
        Name of one value in an error.

    Raises
    ------
    DataError
        If there is no value, the shape is another, or a value is neither 0 nor 1.
    """
    array = np.asarray(values)
    _require_vector(array, name)
    if array.dtype == np.bool_:
        return array
    bad = np.flatnonzero((array != 0) & (array != 1))
    if len(bad):
        raise DataError(f"{name} of point {bad[0]} is {array[bad[0]]}: it has to be 0 or 1")
    return array.astype(np.bool_)


def finite(values: ArrayLike, detector: str = "") -> Scores:
    """Return scores in their own floating precision, and whole numbers in double precision.

    Parameters
    ----------
    values : array_like, shape (T,)
        One score a point.
    detector : str
        Name of the detector, for the error.

    Raises
    ------
    DataError
        If there is no score, the shape is another, or a score is NaN or infinite; it names the first such point.
    """
    array = np.asarray(values)
    _require_vector(array, "score")
    if array.dtype.kind != "f":
        array = array.astype(np.float64)
    usable = np.isfinite(array)
    if not usable.all():
        bad = np.flatnonzero(~usable)
        whose = f"{detector}: " if detector else ""
        raise DataError(f"{whose}score of point {bad[0]} is {array[bad[0]]}; {len(bad)} of {len(array)} are not finite")
    return array


def require_length(values: Array, labels: Marks, name: str) -> Array:
    """Return values of which there is one for each label.

    Parameters
    ----------
    values : ndarray, shape (T,)
        Scores or flags.
    labels : ndarray of bool, shape (T,)
        Labels of the same points.
    name : str
        Name of the values in an error.

    Raises
    ------
    DataError
        If the lengths differ; it names both.
    """
    if len(values) != len(labels):
        raise DataError(f"{len(labels)} labels and {len(values)} {name}: there has to be one of each for every point")
    return values


def _require_vector(array: NDArray[Any], name: str) -> None:
    if array.ndim != 1 or len(array) == 0:
        raise DataError(f"{name}s have shape {array.shape}: they have to be one a point, of one point at least")

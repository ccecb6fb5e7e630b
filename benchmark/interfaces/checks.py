"""Checks of the columns of a recording: what they must be, with one error that names the place.

`Recording` calls these functions when it is made. Each is one pass over an array.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import DataError

LARGEST = 1e300
"""Largest size of a value: differences and sums of values stay finite in float64."""

PARTS = ("train", "test", None)

_WHOLE = 2**24
"""Whole numbers up to this one are exact in float32."""

_WHOLE_DOUBLE = 2**53
"""Whole numbers up to this one are exact in float64."""


def checked_names(recording: str, channels: Sequence[str]) -> tuple[str, ...]:
    """Return channel names as a tuple of str, each once.

    Raises
    ------
    DataError
        Where the name of the recording is empty or no text, a channel's name is no text, or two channels share one.
    """
    if not isinstance(recording, str) or not recording:
        raise DataError(f"the name of a recording is {recording!r}; expected a text of at least one character")
    if isinstance(channels, str) or not all(isinstance(channel, str) for channel in channels):
        raise DataError(f"channels are {channels!r}; expected a tuple of names", recording=recording)
    names = tuple(channels)
    if len(set(names)) < len(names):
        twice = next(name for position, name in enumerate(names) if name in names[:position])
        raise DataError("two channels have this name; each needs its own", recording=recording, column=twice)
    return names


def checked_values(recording: str, values: Any, channels: tuple[str, ...]) -> NDArray[np.floating[Any]]:
    """Return values as float32 or float64, shape (T, C).

    Floating-point numbers keep their precision, half precision aside. Whole numbers become float32 where that is exact
    (up to 2^24), else float64. NaN is a missing value.

    Raises
    ------
    DataError
        Where values are no plain array of numbers, have another shape than their channels, or hold an infinite number,
        one above `LARGEST` or a whole number above 2^53.
    """
    array = _plain(recording, values, "values", "numbers of shape (points, channels)")
    if array.ndim != 2 or array.shape[1] != len(channels):
        raise DataError(f"values {array.shape} do not fit {len(channels)} channels", recording=recording)
    kind = array.dtype.kind
    if kind == "b":
        return array.astype(np.float32)
    if kind in "iu":
        largest = max(abs(int(array.min(initial=0))), abs(int(array.max(initial=0))))
        if largest > _WHOLE_DOUBLE:
            row, channel = np.argwhere((array > _WHOLE_DOUBLE) | (array < -_WHOLE_DOUBLE))[0]
            raise DataError(
                f"{array[row, channel]} is above 2^53 and would lose digits; subtract an offset",
                recording=recording,
                row=int(row) + 1,
                column=channels[channel],
            )
        return array.astype(np.float32 if largest <= _WHOLE else np.float64)
    if kind != "f" or array.dtype.itemsize > 8:
        raise DataError(f"values have the type {array.dtype}; expected float32 or float64", recording=recording)
    wanted = np.dtype(np.float32 if array.dtype.itemsize <= 4 else np.float64)
    array = array if array.dtype == wanted else array.astype(wanted)
    limit = np.finfo(np.float32).max if wanted == np.float32 else LARGEST
    if (large := np.abs(array) > limit).any():
        row, channel = np.argwhere(large)[0]
        value = array[row, channel]
        problem = "is no finite number; write NaN where a value is missing" if np.isinf(value) else "is above 1e300"
        raise DataError(f"{value} {problem}", recording=recording, row=int(row) + 1, column=channels[channel])
    return array


def checked_labels(recording: str, labels: Any, points: int) -> NDArray[np.bool_]:
    """Return labels as booleans, shape (T,). Numbers are accepted where each is 0 or 1.

    Raises
    ------
    DataError
        Where a label is anything else (−1, a class, a text, NaN); it names the first one.
    """
    array = _column(recording, labels, "labels", points)
    if array.dtype.kind == "b":
        return array
    if array.dtype.kind not in "iuf":
        raise DataError(
            f"labels have the type {array.dtype}; expected bool, True where a point is anomalous", recording=recording
        )
    if (other := (array != 0) & (array != 1)).any():
        row = int(np.argmax(other))
        raise DataError(
            f"label {array[row]} is neither 0 nor 1; expected bool, True where a point is anomalous",
            recording=recording,
            row=row + 1,
            column="labels",
        )
    return array.astype(np.bool_)


def checked_groups(recording: str, groups: Any, points: int) -> NDArray[np.int64]:
    """Return group numbers as int64, shape (T,); `DataError` where they are no whole numbers."""
    hint = "number them: numpy.unique(groups, return_inverse=True)[1]"
    return _whole(recording, _column(recording, groups, "groups", points), "groups", hint)


def checked_time(recording: str, time: Any, points: int, sequential: bool) -> NDArray[np.int64]:
    """Return times as int64, shape (T,).

    Raises
    ------
    DataError
        Where they are no whole numbers, or where row order is time and a time is not after the one before.
    """
    hint = "expected microseconds, such as times.astype('datetime64[us]').astype(numpy.int64)"
    array = _whole(recording, _column(recording, time, "time", points), "time", hint)
    if sequential and points > 1 and (wrong := array[1:] <= array[:-1]).any():
        row = int(np.argmax(wrong)) + 1
        raise DataError(
            f"time {array[row]} is not after {array[row - 1]} in the row before; sort the rows by time and leave one "
            "for each time, or say sequential=False",
            recording=recording,
            row=row + 1,
            column="time",
        )
    return array


def checked_covariate(recording: str, covariate: Any, name: str, points: int) -> NDArray[Any]:
    """Return a covariate of shape (T,); `DataError` where it is no array of that shape."""
    return _column(recording, covariate, name, points)


def check_part(recording: str, part: str | None) -> None:
    """Check the side of the publisher's split; `DataError` where it is neither ``train`` nor ``test`` nor None."""
    if part not in PARTS:
        raise DataError(f"part is {part!r}; expected 'train', 'test' or None", recording=recording)


def _plain(recording: str, column: Any, name: str, expected: str) -> NDArray[Any]:
    """Return an array; `DataError` where the object is none, or hides entries behind a mask."""
    if isinstance(column, np.ma.MaskedArray):
        raise DataError(f"{name} is a masked array, whose mask would be lost; fill it first", recording=recording)
    if not isinstance(column, np.ndarray):
        raise DataError(f"{name} is a {type(column).__name__}; expected an array of {expected}", recording=recording)
    return column


def _column(recording: str, column: Any, name: str, points: int) -> NDArray[Any]:
    array = _plain(recording, column, name, "shape (points,)")
    if array.shape != (points,):
        raise DataError(f"{name} {array.shape} do not fit {points} points", recording=recording)
    return array


def _whole(recording: str, array: NDArray[Any], name: str, hint: str) -> NDArray[np.int64]:
    if array.dtype.kind not in "iu":
        raise DataError(f"{name} has the type {array.dtype}; {hint}", recording=recording)
    if array.dtype.kind == "u" and array.max(initial=0) > np.iinfo(np.int64).max:
        row = int(np.argmax(array > np.iinfo(np.int64).max))
        raise DataError(f"{array[row]} does not fit int64", recording=recording, row=row + 1, column=name)
    return array.astype(np.int64, copy=False)

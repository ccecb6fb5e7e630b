"""Windows over points in time order, and evenly spaced indices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import FloatArray, Recording


def require_time_order(recording: Recording, setting: str, advice: str = "") -> None:
    """Refuse a setting that needs rows in time order where the rows have none.

    Parameters
    ----------
    recording : Recording
        The rows.
    setting : str
        The setting as the user writes it, e.g. ``window=3``.
    advice : str
        What to do instead, for the message.

    Raises
    ------
    ParameterError
        If the recording is not sequential.
    """
    if not recording.sequential:
        problem = f"{recording.name}: {setting} needs rows in time order; these have none"
        raise ParameterError(f"{problem}, {advice}" if advice else problem)


def evenly_spaced(count: int, wanted: int) -> NDArray[np.int64]:
    """Choose indices evenly spaced over ``range(count)``, in integer arithmetic.

    Parameters
    ----------
    count : int
        Number of items to choose from.
    wanted : int
        Number of indices; every index where there are no more items.

    Returns
    -------
    ndarray of int64, shape (min(count, wanted),)
        Ascending, without repetition. The first index is 0; the last is ``count`` − 1 unless only one is wanted.
    """
    size = max(min(count, wanted), 0)
    if size < 2:
        return np.zeros(size, dtype=np.int64)
    steps = size - 1
    return (2 * np.arange(size, dtype=np.int64) * (count - 1) + steps) // (2 * steps)


def causal_windows(recording: Recording, length: int) -> FloatArray:
    """Return, for each point, the window of ``length`` points that ends with it, flattened.

    Parameters
    ----------
    recording : Recording
        T points of C channels.
    length : int
        Window length L ≥ 1 in points. The first L − 1 windows repeat the first point on their left, so no point
        is dropped and no point sees the future.

    Returns
    -------
    ndarray of float32, shape (T, L·C)
        A view of ``values`` for L = 1, a copy otherwise.

    Raises
    ------
    ParameterError
        If L > 1 and the rows of the recording have no time order.
    """
    if length == 1:
        return recording.values
    require_time_order(recording, f"window={length}", "use window=1")
    padded = np.concatenate([np.repeat(recording.values[:1], length - 1, axis=0), recording.values])
    stacked = np.lib.stride_tricks.sliding_window_view(padded, length, axis=0)
    return np.ascontiguousarray(stacked.transpose(0, 2, 1)).reshape(len(recording), -1)

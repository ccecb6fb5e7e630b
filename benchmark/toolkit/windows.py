"""Sliding windows in which every point is scored, the first ones too."""

from __future__ import annotations

import numpy as np

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import FloatArray, Recording


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
        If L > 1 and the rows of the recording have no order in time.
    """
    if length == 1:
        return recording.values
    if not recording.sequential:
        raise ParameterError(
            f"{recording.name}: window={length} needs rows in time order; these have none, use window=1"
        )
    padded = np.concatenate([np.repeat(recording.values[:1], length - 1, axis=0), recording.values])
    stacked = np.lib.stride_tricks.sliding_window_view(padded, length, axis=0)
    return np.ascontiguousarray(stacked.transpose(0, 2, 1)).reshape(len(recording), -1)

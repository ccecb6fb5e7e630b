"""Matrix profile: distance of the shape of a window from the nearest shape in training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.neighbours import NearestRows
from benchmark.toolkit.scaling import Scaler
from benchmark.toolkit.windows import causal_windows, require_time_order

FLAT = 1e-5
"""Spread of a window, in units of its channel's range in training, below which its shape is flat."""


@dataclass(kw_only=True)
class MatrixProfile(Detector):
    r"""Score a point by the distance of the shape of its window from the nearest shape in training, for each channel.

    .. math:: s_t = \frac1C \sum_c \min_j \left\lVert
              \frac{w_{t,c} - m_{t,c}}{\sigma_{t,c}} - \frac{v_{j,c} - m_{j,c}}{\sigma_{j,c}} \right\rVert_2

    with the window w of L points that ends with t, the training windows v, and mean m and spread σ of each window. It
    is the join of two series of [1]_. Shapes alone count. A level that shifts and stays there is seen only while the
    shift is inside the window, and in pure noise, where no shape is usual, nothing is found. A flat window has the
    shape zero, so that it is at distance 0 from another flat one and at :math:`\sqrt L` from any other, as in the
    library stumpy.

    [1]_ joins a series with itself. So does the wrapper of a public benchmark, with the test series: an anomaly that
    comes twice has no distance, the score of a point looks at later ones, and the first rows get the least score of the
    whole test. Here test windows are compared with training windows alone.

    The distances are those of ``stumpy.stump(test, L, train, ignore_trivial=False)``, up to rounding; a test compares
    them. Its code is compiled for the processor at hand, so that its last digits differ between processors, and takes
    half a minute to compile in each process. An exhaustive search by matrix products
    (`benchmark.toolkit.neighbours.NearestRows`) has the same bytes on every processor and starts at once.

    The cost grows with channels × rows × training windows: it is for few channels, or for many with ``train_rows``.

    Parameters
    ----------
    window : int
        Points L of a window, at least 2. The first L − 1 points have no whole window, and the score 0.
    train_rows : int
        Largest number of training windows of a channel. Where there are more, so many are drawn without replacement.

    References
    ----------
    .. [1] C.-C. M. Yeh, Y. Zhu, L. Ulanova et al. Matrix profile I: all pairs similarity joins for time series. ICDM
       2016.
    """

    supervision: ClassVar[Supervision] = "unsupervised"

    window: Annotated[int, Field(ge=2)] = 32
    train_rows: Annotated[int, Field(ge=1)] = 4_000

    def fit(self, train: Recording, validation: Recording) -> None:
        """Store the shapes of training windows.

        Raises
        ------
        ParameterError
            If the rows have no time order.
        """
        require_time_order(train, f"window={self.window}", "and a window has no shape")
        self._scaler = Scaler.fit(train, "minmax")
        first = min(self.window, len(train)) - 1
        self._nearest = [NearestRows(rows[first:], 1, self.train_rows, self.seed) for rows in self._shapes(train)]

    def score(self, recording: Recording) -> FloatArray:
        """Return the mean distance over channels, shape (T,), in [0, 2√L]."""
        require_time_order(recording, f"window={self.window}", "and a window has no shape")
        total = np.zeros(len(recording))
        for nearest, rows in zip(self._nearest, self._shapes(recording), strict=True):
            total += nearest.distances(rows)
        total[: self.window - 1] = 0
        return (total / len(recording.channels)).astype(np.float32)

    def _shapes(self, recording: Recording) -> list[FloatArray]:
        """Return the standardised windows of each channel, (T, L)."""
        values = self._scaler.apply(recording).values
        columns = [Recording(name, values[:, [place]], (name,)) for place, name in enumerate(recording.channels)]
        return [shapes(causal_windows(column, self.window)) for column in columns]


def shapes(windows: FloatArray) -> FloatArray:
    """Standardise each row of windows (T, L) by its mean and spread; a flat one becomes zero."""
    rows = windows.astype(np.float64)
    rows -= rows.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.einsum("tl,tl->t", rows, rows) / rows.shape[1])
    rows *= np.where(spread > FLAT, 1 / np.maximum(spread, FLAT), 0)[:, None]
    return rows.astype(np.float32)

r"""From errors of forecasts to scores, the same rule for every forecaster of this package.

The error of channel c in row t is divided by the usual error of its channel,

.. math:: s_t = \sqrt{\frac1C \sum_c \left( \frac{x_{t,c} - \hat x_{t,c}}{\sigma_c} \right)^2}, \qquad
          \sigma_c = \max(r_c, v_c, 0.01),

with the root mean square of the errors of training rows r and of validation rows v, in scaled units. The larger of the
two counts, so that a channel that rests in validation is no alarm when it moves as it did in training. The least value
.01 keeps a channel that was forecast without error finite.

A history is clipped to ±5 scaled units: a forecaster has learnt nothing beyond, and one odd row would spoil the
forecasts of all rows that have it in their history. The scored row itself is never clipped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.recording import FloatArray

CLIP = 5.0
"""Largest absolute value in a history, in scaled units."""

LEAST_ERROR = 0.01
"""Least usual error of a channel, in scaled units."""

Errors = NDArray[np.float64]


def clipped(values: FloatArray) -> FloatArray:
    """Clip scaled values, any shape, to ±`CLIP`."""
    return np.clip(values, -CLIP, CLIP)


@dataclass(frozen=True)
class Usual:
    """Usual error of each channel.

    Parameters
    ----------
    spread : ndarray of float64, shape (C,)
        At least `LEAST_ERROR`.
    """

    spread: Errors

    @classmethod
    def fit(cls, *parts: Errors) -> Usual:
        """Take the largest root mean square over parts, each of errors (T, C)."""
        return cls(np.maximum(np.max([np.sqrt(np.square(part).mean(axis=0)) for part in parts], axis=0), LEAST_ERROR))

    def scores(self, errors: Errors) -> FloatArray:
        """Score errors (T, C), shape (T,), in [0, ∞)."""
        return np.sqrt(self.blame(errors).mean(axis=1)).astype(np.float32)

    def blame(self, errors: Errors) -> Errors:
        """Squared errors in units of the usual error, (T, C)."""
        squares: Errors = np.square(errors / self.spread)
        return squares

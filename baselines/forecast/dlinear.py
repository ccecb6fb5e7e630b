"""DLinear: a one-layer linear forecast of each channel from its own past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from baselines.forecast.errors import Errors, Usual, clipped
from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.attribution import Shares, shares
from benchmark.toolkit.scaling import Scaler, Scaling
from benchmark.toolkit.windows import require_time_order


@dataclass(kw_only=True)
class DLinear(Detector):
    r"""Forecast each channel by a linear map of its own last values; score a point by the error of its forecast.

    .. math:: \hat x_{t,c} = b_c + \sum_{l=1}^{L} w_{c,l}\, x_{t-l,c}

    with the score of `baselines.forecast.errors`. The honest rival of every deep forecaster: [1]_ shows that such a map
    forecasts better than Transformers.

    The public code of [1]_ splits a history into a moving average and its rest, has a linear layer for each, and adds
    the two forecasts. Average and rest are linear in the history, and so is the sum: the split changes the path of the
    training and adds no function that one layer lacks. Here there is one layer, and it has no training to be
    changed: its weights are the solution of the ridge regression

    .. math:: \min_{w} \frac1n \sum_t (x_t - b - w^\top h_t)^2 + \lambda \lVert w \rVert_2^2 ,

    in float64, for each channel by itself (``individual`` in [1]_, where all channels share a layer by default).
    [1]_ forecasts up to 720 rows ahead; here it is the next row. [1]_ has no anomaly score.

    Parameters
    ----------
    window : int
        Rows L of a history, without the scored row. Before the start the first row is repeated.
    scaling : {"standard", "minmax", "robust", "none"}
        Scaling of channels, fitted on training rows.
    ridge : float
        Penalty λ, in units of the variance of a scaled channel.

    References
    ----------
    .. [1] A. Zeng, M. Chen, L. Zhang, Q. Xu. Are Transformers effective for time series forecasting? AAAI 2023.
    """

    supervision: ClassVar[Supervision] = "unsupervised"

    window: Annotated[int, Field(ge=1)] = 32
    scaling: Scaling = "standard"
    ridge: Annotated[float, Field(gt=0)] = 0.01

    def fit(self, train: Recording, validation: Recording) -> None:
        """Solve the regression of each channel.

        Raises
        ------
        ParameterError
            If the rows have no time order.
        """
        require_time_order(train, f"window={self.window}", "and a forecast has no past")
        self._scaler = Scaler.fit(train, self.scaling)
        values = clipped(self._scaler.apply(train).values).astype(np.float64)
        histories = _histories(values, self.window)
        self._centre = values.mean(axis=0)
        targets, weights = values - self._centre, np.empty((values.shape[1], self.window))
        for channel in range(values.shape[1]):
            rows = histories[:, channel] - self._centre[channel]
            gram = rows.T @ rows / len(rows) + self.ridge * np.eye(self.window)
            weights[channel] = np.linalg.solve(gram, rows.T @ targets[:, channel] / len(rows))
        self._weights = weights
        self._usual = Usual.fit(self._errors(train), self._errors(validation))

    def score(self, recording: Recording) -> FloatArray:
        """Return the errors over channels in units of the usual ones, shape (T,), in [0, ∞)."""
        require_time_order(recording, f"window={self.window}", "and a forecast has no past")
        return self._usual.scores(self._errors(recording))

    def attribution(self, recording: Recording) -> Shares:
        """Return the share of each channel in the squared score, shape (T, C)."""
        return shares(self._usual.blame(self._errors(recording)))

    def _errors(self, recording: Recording) -> Errors:
        values = self._scaler.apply(recording).values
        past = clipped(values).astype(np.float64) - self._centre
        padded = np.concatenate([np.repeat(past[:1], self.window, axis=0), past])
        forecasts = np.tile(self._centre, (len(values), 1))
        for lag in range(self.window):
            forecasts += padded[lag : lag + len(values)] * self._weights[:, lag]
        return values - forecasts


def _histories(values: Errors, length: int) -> Errors:
    """Values (T, C) to the ``length`` rows before each row, oldest first, as a view (T, C, length)."""
    padded = np.concatenate([np.repeat(values[:1], length, axis=0), values[:-1]])
    windows: Errors = np.lib.stride_tricks.sliding_window_view(padded, length, axis=0)
    return windows

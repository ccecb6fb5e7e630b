"""LSTM: forecasts by a recurrent network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from baselines.forecast.settings import Learned

if TYPE_CHECKING:
    from baselines.forecast.model import Model


@dataclass(kw_only=True)
class LSTM(Learned):
    """Forecast the next row by a recurrent network; score a point by the error of its forecast.

    One layer of long short-term memory reads the rows, and a linear layer turns its state into the forecast of the next
    row, as in [1]_. The state starts at zero ``window`` rows before a stretch of 64 scored rows: a point has from
    ``window`` to ``window`` + 63 rows of history. The loss is the squared error of scaled values clipped to ±5, the
    score that of `baselines.forecast.errors`.

    [1]_ forecasts several rows ahead with two layers, and scores by the density of a Gaussian that is fitted to the
    errors, with a threshold chosen on labelled anomalies. With 38 channels the covariance of that Gaussian has 741
    numbers; here channels count by their own usual errors. The code of the benchmark [2]_ under this name reads a
    history by one network and forecasts by another, from a row of zeros, fits mean and variance of the errors and
    then does not use them, and gives the first rows the score of a later one.

    References
    ----------
    .. [1] P. Malhotra, L. Vig, G. Shroff, P. Agarwal. Long short term memory networks for anomaly detection in time
       series. ESANN 2015.
    .. [2] Q. Liu, J. Paparrizos. The elephant in the room: towards a reliable time-series anomaly detection benchmark.
       NeurIPS 2024.
    """

    def _model(self, channels: int) -> Model:
        from baselines.forecast.model import Model
        from baselines.forecast.recurrence import Network

        return Model(Network, channels, hidden=self.hidden, window=self.window, seed=self.seed)

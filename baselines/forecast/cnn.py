"""CNN: forecasts by causal convolutions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from baselines.forecast.settings import Learned

if TYPE_CHECKING:
    from baselines.forecast.model import Model


@dataclass(kw_only=True)
class CNN(Learned):
    """Forecast the next row by causal convolutions; score a point by the error of its forecast.

    Convolutions of two rows, the second 1, 2, 4, … rows later, until they see ``window`` rows [2]_, each followed by a
    rectifier, and one linear layer to all channels. Each row of a stretch is forecast in one pass: neighbouring
    histories share all their convolutions, where [1]_ computes each history anew. The loss is the squared error of
    scaled values clipped to ±5, the score that of `baselines.forecast.errors`.

    [1]_ forecasts with two convolutions, pooling and a dense layer, and leaves the width and the way from several
    channels to a score open. The benchmark [3]_ ranks its code first of 25 methods on recordings of several
    channels. That code

    - reshapes a batch (rows × channels) to (channels × rows) where it should transpose it, so that a convolution along
      time runs over a mixture of rows and channels;
    - concatenates the average pool with itself under the name of the maximum;
    - gives the first rows of a recording, which have no whole history, the score of a later row;
    - adds squared errors of channels as they are, so that the channel that is hardest to forecast decides.

    None of that is here. There is no dropout: early stopping on validation rows is the only restraint.

    References
    ----------
    .. [1] M. Munir, S. A. Siddiqui, A. Dengel, S. Ahmed. DeepAnT: a deep learning approach for unsupervised anomaly
       detection in time series. IEEE Access, 2019.
    .. [2] S. Bai, J. Z. Kolter, V. Koltun. An empirical evaluation of generic convolutional and recurrent networks for
       sequence modeling. arXiv:1803.01271, 2018.
    .. [3] Q. Liu, J. Paparrizos. The elephant in the room: towards a reliable time-series anomaly detection benchmark.
       NeurIPS 2024.
    """

    def _model(self, channels: int) -> Model:
        from baselines.forecast.convolution import Network
        from baselines.forecast.model import Model

        return Model(Network, channels, hidden=self.hidden, window=self.window, seed=self.seed)

"""GDN: forecasts of each sensor from a learned graph, scored by their deviation from usual errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.nn.device import Device
from benchmark.toolkit.scaling import Scaler, Scaling
from benchmark.toolkit.windows import require_time_order

WINDOW = 5
"""Default number of rows in a history, if rows are in time order."""


@dataclass(kw_only=True)
class GDN(Detector):
    r"""Forecast each sensor from the sensors that a learned graph links to it; score by unusual errors.

    .. math:: s_t = \max_i \frac{|x_{t,i} - \hat x_{t,i}| - \mathrm{median}_i}{\mathrm{IQR}_i + 0.01}

    Each channel is a sensor with a learned embedding. It receives the last ``window`` values of itself and of the ``k``
    sensors whose embeddings have the highest cosine with its own, weighted by attention
    (`baselines.gdn.network.Network`). The loss is the squared error of the forecast.

    ``corrected``
        As [1]_ describes it: k other sensors, two dense layers over all sensors together. Median and interquartile
        range are those of validation errors; [1]_ does not say whose errors they are. [1]_ divides by the range alone;
        the 0.01 (of a scaled unit) is that of the public code and keeps a sensor without errors finite.
    ``published``
        The public code of [1]_ where it differs: a sensor counts among its own k; one linear layer that all sensors
        share replaces the layers over all sensors; batch normalisation and dropout are added; median and range are
        those of the *scored* recording, so that the score of a point depends on later points. The harness does not
        use the public code's thresholds (the largest validation score, or the best F1 on the test).

    Both average scores over the point and some points before it ([1]_ leaves the number open, the public code takes 3
    and scores the first three points 0). That is ``smoothing=4`` of any detector here, and off by default.

    On rows without order there is no history. Each channel is then estimated from its neighbours in the same row,
    itself excluded (see `baselines.gdn.network.Network`). This is a reading of this package, because a paper on such
    rows cites [1]_ as its baseline; [1]_ has recordings only.

    Step size 1e-3, window 5, width 64, 15 neighbours and 64 hidden units are those of [1]_ on its smaller data set.
    The budget is smaller, so that a fit takes seconds on one core: at most 4,096 training windows drawn at random and
    15 epochs, or 1,920 steps of 32 windows, where [1]_ has every window and up to 50 epochs. No setting was tuned on
    a test figure.

    Parameters
    ----------
    preset : {"corrected", "published"}
        See above.
    window : int, optional
        Rows of a history, without the scored row. 5 by default; rows without order have none.
    scaling : {"standard", "minmax", "robust", "none"}
        Scaling of channels, fitted on training rows; the public code has min–max scaling.
    embedding : int
        Width d of a sensor's embedding.
    k : int
        Neighbours of a sensor; all others where there are fewer.
    hidden : int
        Width of the dense layer of ``corrected``.
    learning_rate : float
        Adam's step size.
    batch_size : int
        Largest number of windows in a batch.
    epochs, patience : int
        Largest number of epochs, and number of epochs without a lower validation loss after which training stops.
    train_windows : int
        Largest number of training windows. If there are more, some are drawn at random.
    untrained : bool
        Keep the initial weights: a control that measures the effect of training.
    device : str
        ``cpu``, or ``cuda`` for a graphics card (`benchmark.toolkit.nn.device.Device`).

    References
    ----------
    .. [1] A. Deng, B. Hooi. Graph neural network-based anomaly detection in multivariate time series. AAAI 2021.
    """

    supervision: ClassVar[Supervision] = "unsupervised"
    presets: ClassVar[tuple[str, ...]] = ("corrected", "published")

    preset: Literal["corrected", "published"] = "corrected"
    window: Annotated[int, Field(ge=1)] | None = None
    scaling: Scaling = "standard"
    embedding: Annotated[int, Field(ge=1)] = 64
    k: Annotated[int, Field(ge=1)] = 15
    hidden: Annotated[int, Field(ge=1)] = 64
    learning_rate: Annotated[float, Field(gt=0)] = 1e-3
    batch_size: Annotated[int, Field(ge=1)] = 32
    epochs: Annotated[int, Field(ge=1)] = 15
    patience: Annotated[int, Field(ge=1)] = 5
    train_windows: Annotated[int, Field(ge=1)] = 4_096
    untrained: bool = False
    device: Device = "cpu"

    def fit(self, train: Recording, validation: Recording) -> None:
        """Train, and measure the usual errors on validation rows.

        Raises
        ------
        ParameterError
            If ``window`` is given and the rows have no order.
        DivergedError
            If a loss is not finite, or all validation points have one score although they differ.
        """
        from baselines.gdn.model import Model
        from baselines.gdn.settings import settings

        if self.window is not None:
            require_time_order(train, f"window={self.window}", "leave window out")
        self._scaler = Scaler.fit(train, self.scaling)
        history = (self.window or WINDOW) if train.sequential else 0
        self._model = Model(settings(self, history), len(train.channels))
        self._model.fit(self._scaler.apply(train).values, self._scaler.apply(validation).values)

    def score(self, recording: Recording) -> FloatArray:
        """Return the largest deviation of a sensor, shape (T,), in (−∞, ∞); 0 is a median error."""
        return self._model.score(self._scaler.apply(recording).values)

    def adjacency(self, recording: Recording) -> FloatArray:
        """Return the attention, averaged over the rows of a recording.

        Returns
        -------
        ndarray of float32, shape (M, M)
            Row i holds the weights of all sensors in the forecast of sensor i; each row sums to 1.
        """
        return self._model.adjacency(self._scaler.apply(recording).values)

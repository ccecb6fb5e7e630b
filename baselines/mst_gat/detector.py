"""MST-GAT: graph attention between series, within and across modalities, with prediction and reconstruction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.nn.device import Device
from benchmark.toolkit.scaling import Scaler, Scaling

WINDOW = 15
"""Default number of rows in a window, if rows are in time order."""


@dataclass(kw_only=True)
class MSTGAT(Detector):
    r"""Predict and reconstruct each series from the series that a learned graph links to it; score the errors.

    The abstract of [1]_ states: series are the nodes of a graph and each has a modality; a multi-head attention over
    the graph, one within modalities and one across modalities act together (M-GAT); a temporal convolution follows;
    prediction and reconstruction are trained jointly; the scores of single series rank them for interpretation. There
    is no public code. All else is reconstructed here, and the unpublished code may differ:

    * Graph: every series has a learned embedding. It receives from itself and from the ``k`` series whose embeddings
      have the highest cosine with its own. State of series i at time t: :math:`x_i(t)\, r + v_i`, with its embedding
      :math:`v_i`.
    * M-GAT, for each row (`baselines.mst_gat.network.MGAT`): attention as in graph attention networks, where a logit is
      the sum of a term of the receiver and one of the sender. All three relations use only links of the graph.
    * Temporal convolution: causal blocks of three points with dilations 1, 2, 4, residual connection and layer
      normalisation. Three blocks see 15 rows.
    * Prediction: two layers from the state and the embedding of a series to its next value, with squared error.
      Reconstruction: a variational autoencoder over the states of all series in a row, with 8 latent variables, which
      are fewer than the values of a row, so that it cannot copy the row; Gaussian likelihood with a learned variance.
      Both losses are means over series and are added.
    * Score of series i, with the reconstructed density :math:`p_i` limited to 1. The score of a point is the sum over
      series.

    .. math:: s_i(t) = \frac{(\hat x_i(t) - x_i(t))^2 + \gamma (1 - p_i(t))}{1 + \gamma}

    On rows without order there is no next row: the model has no temporal block and no prediction, and the score is the
    second term only. Training stops early by validation rows. No setting was tuned on a test figure.

    Parameters
    ----------
    preset : {"corrected"}
        The only preset, because no setting is published.
    window : int, optional
        Rows that a prediction uses: 1, 3, 7, 15, 31, … (a power of 2, less 1). 15 by default, 1 on rows without order.
    scaling : {"minmax", "standard", "robust", "none"}
        Scaling of channels, fitted on training rows.
    modalities : tuple of int
        Modality of each channel. If empty, those of the recording (`Recording.modalities`). If it has none, they are
        derived from training values by `baselines.mst_gat.modalities.derive`.
    k : int
        Maximum number of other series that a series receives from.
    hidden : int
        Width of the state and the embedding of a series, a multiple of ``heads``.
    heads : int
        Number of heads of the attention over all neighbours.
    gamma : float
        Weight γ of reconstruction in the score.
    learning_rate : float
        Adam's step size.
    batch_size : int
        Number of stretches in a batch. A stretch has 50 windows.
    epochs, patience : int
        Maximum number of epochs, and number of epochs without a lower validation loss after which training stops.
    train_windows : int
        Maximum number of training windows. If there are more, stretches are left out evenly over time.
    untrained : bool
        Keep the initial weights: a control that measures the effect of training.
    device : str
        ``cpu``, or ``cuda`` for a graphics card (`benchmark.toolkit.nn.device.Device`).

    References
    ----------
    .. [1] C. Ding, S. Sun, J. Zhao. MST-GAT: a multimodal spatial–temporal graph attention network for time series
       anomaly detection. Information Fusion 89, 2023.
    """

    supervision: ClassVar[Supervision] = "unsupervised"
    presets: ClassVar[tuple[str, ...]] = ("corrected",)

    preset: Literal["corrected"] = "corrected"
    window: Annotated[int, Field(ge=1)] | None = None
    scaling: Scaling = "minmax"
    modalities: tuple[Annotated[int, Field(ge=0)], ...] = ()
    k: Annotated[int, Field(ge=1)] = 15
    hidden: Annotated[int, Field(ge=1)] = 16
    heads: Annotated[int, Field(ge=1)] = 2
    gamma: Annotated[float, Field(ge=0)] = 0.8
    learning_rate: Annotated[float, Field(gt=0)] = 3e-3
    batch_size: Annotated[int, Field(ge=1)] = 2
    epochs: Annotated[int, Field(ge=1)] = 10
    patience: Annotated[int, Field(ge=1)] = 3
    train_windows: Annotated[int, Field(ge=1)] = 1_000
    untrained: bool = False
    device: Device = "cpu"

    def __post_init__(self) -> None:
        if self.hidden % self.heads:
            raise ParameterError(f"hidden={self.hidden} is no multiple of heads={self.heads}")
        if self.window is not None and (self.window + 1) & self.window:
            raise ParameterError(f"window={self.window} is not a power of 2 less 1 (1, 3, 7, 15, 31, …)")

    def fit(self, train: Recording, validation: Recording) -> None:
        """Determine the modalities and train.

        Raises
        ------
        ParameterError
            If ``modalities`` does not have one entry for each channel, or ``window`` is above 1 on rows without order.
        DivergedError
            If a loss is not finite, or all validation points have one score although they differ.
        """
        from baselines.mst_gat.modalities import derive, numbered
        from baselines.mst_gat.model import Model
        from baselines.mst_gat.settings import settings
        from benchmark.toolkit.nn.threads import one_thread

        if self.window is not None and self.window > 1 and not train.sequential:
            raise ParameterError(
                f"{train.name}: window={self.window} needs rows in time order; these have none, use window=1"
            )
        if self.modalities and len(self.modalities) != len(train.channels):
            raise ParameterError(
                f"{train.name}: modalities has {len(self.modalities)} entries for {len(train.channels)} channels"
            )
        self._scaler = Scaler.fit(train, self.scaling)
        scaled = self._scaler.apply(train).values
        with one_thread():
            self.modality_map = self.modalities or numbered(train.modalities) or derive(scaled)
        window = self.window or (WINDOW if train.sequential else 1)
        self._model = Model(settings(self, self.modality_map, window))
        self._model.fit(scaled, self._scaler.apply(validation).values)

    def score(self, recording: Recording) -> FloatArray:
        """Return the sum of the scores of all series, shape (T,), in [0, ∞)."""
        return self.series_scores(recording).sum(axis=1).astype(np.float32)

    def series_scores(self, recording: Recording) -> NDArray[np.float64]:
        """Score every series at every point, shape (T, M). Their sum is the score of the point."""
        return self._model.score(self._scaler.apply(recording).values)

"""MST-GAT: graph attention between series within and across modalities, with prediction and reconstruction."""

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
"""Rows of a window on rows in time order, unless ``window`` says otherwise."""


@dataclass(kw_only=True)
class MSTGAT(Detector):
    r"""Predict and reconstruct each series from those that a learned graph links to it; score what fails.

    What is certain of [1]_ is in its abstract: series are the nodes of a graph and have a modality each; a multi-head
    attention over the graph, one within modalities and one across them act together (M-GAT); a temporal convolution
    follows; prediction and reconstruction are trained jointly; series are ranked by their own scores for
    interpretation. There is no public code. The rest is reconstructed here, and nothing says that the unpublished code
    does the same:

    * Graph: every series has a learned embedding and receives from the ``k`` series with the most similar ones by
      cosine, and from itself. State of series i at time t: :math:`x_i(t)\, r + v_i`, with its embedding :math:`v_i`.
    * M-GAT, row by row (`baselines.mst_gat.network.MGAT`): attention as in graph attention networks, whose logits add a
      term of the receiver and one of the sender. All three relations stay within the graph.
    * Temporal convolution: causal blocks of three points with dilations 1, 2, 4, residual connection and layer
      normalisation. Three blocks see 15 rows.
    * Prediction: two layers from the state and the embedding of a series to its next value; squared error.
      Reconstruction: a variational autoencoder with 8 latent variables over the states of all series in a row,
      narrower than the row, so that copying is no way out; Gaussian likelihood with a variance of its own. Their losses
      are means over series and are added.
    * Score of series i, with the reconstructed density :math:`p_i` limited to 1, and the sum of it over series:

    .. math:: s_i(t) = \frac{(\hat x_i(t) - x_i(t))^2 + \gamma (1 - p_i(t))}{1 + \gamma}

    On rows without order there is no next row: no temporal block, no prediction, and the score has its second term
    alone. Training stops early on validation rows. No setting was tuned on a test figure.

    Parameters
    ----------
    preset : {"corrected"}
        There is no published setting to follow.
    window : int, optional
        Rows that a prediction sees: 1, 3, 7, 15, 31, … (2 to a power, less 1). 15 by default, 1 on rows without order.
    scaling : {"minmax", "standard", "robust", "none"}
        Scaling of channels, fitted on training rows.
    modalities : tuple of int
        Modality of each channel. Empty: what the recording says of its channels (`Recording.modalities`), else derived
        from training values, `baselines.mst_gat.modalities.derive`.
    k : int
        Series that a series receives from; all where there are no more.
    hidden : int
        Width of a series' state and embedding, a multiple of ``heads``.
    heads : int
        Heads of the attention over all neighbours.
    gamma : float
        Weight γ of reconstruction in the score.
    learning_rate : float
        Adam's step size.
    batch_size : int
        Stretches of 50 windows in a batch.
    epochs, patience : int
        Epochs at most, and epochs without a lower validation loss after which training stops.
    train_windows : int
        Training windows, at most; stretches are left out evenly over time where there are more.
    untrained : bool
        Keep the initial weights and take no step: a control for what training adds.
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
        """Settle the modalities and train.

        Raises
        ------
        ParameterError
            If ``modalities`` does not fit the channels, or a window of several rows is asked for on rows without order.
        DivergedError
            If a loss is not finite, or all validation points have one score although they differ.
        """
        from baselines.mst_gat.modalities import derive, numbered
        from baselines.mst_gat.model import Model
        from baselines.mst_gat.settings import settings

        if self.window is not None and self.window > 1 and not train.sequential:
            raise ParameterError(
                f"{train.name}: window={self.window} needs rows in time order; these have none, use window=1"
            )
        if self.modalities and len(self.modalities) != len(train.channels):
            raise ParameterError(
                f"{train.name}: modalities names {len(self.modalities)} channels and there are {len(train.channels)}"
            )
        self._scaler = Scaler.fit(train, self.scaling)
        scaled = self._scaler.apply(train).values
        self.modality_map = self.modalities or numbered(train.modalities) or derive(scaled)
        window = self.window or (WINDOW if train.sequential else 1)
        self._model = Model(settings(self, self.modality_map, window))
        self._model.fit(scaled, self._scaler.apply(validation).values)

    def score(self, recording: Recording) -> FloatArray:
        """Return the sums over series, shape (T,), in [0, ∞)."""
        return self.series_scores(recording).sum(axis=1).astype(np.float32)

    def series_scores(self, recording: Recording) -> NDArray[np.float64]:
        """Score every series at every point, shape (T, M): which of them a point's score comes from."""
        return self._model.score(self._scaler.apply(recording).values)

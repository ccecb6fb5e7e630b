"""Multi-layer perceptron on labelled rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.labels import require_labelled_parts
from benchmark.toolkit.scaling import Scaler, Scaling
from benchmark.toolkit.windows import causal_windows

_BLOCK = 8_192


@dataclass(kw_only=True)
class MLP(Detector):
    r"""Score a point by the probability of the anomalous class under a network with two hidden layers.

    .. math:: s_t = \sigma(W_3 \, \mathrm{ReLU}(W_2 \, \mathrm{ReLU}(W_1 x_t + b_1) + b_2) + b_3)

    Trained by Adam on binary cross-entropy, in which the anomalous rows together have the same weight as the normal
    rows (each is weighted by the ratio of their numbers in training), with early stopping on the same loss over
    validation rows. The papers name an MLP without layers or settings. Two hidden layers of 64, learning rate 1e-3 and
    batches of 256 are common choices for tables of some ten columns and were not tuned on any dataset here. One thread.

    Parameters
    ----------
    window : int
        Points in the causal window that ends with the scored point; 1 scores the point alone.
    scaling : {"standard", "minmax", "robust", "none"}
        Scaling of channels, fitted on training points.
    hidden : int
        Width of both hidden layers.
    learning_rate : float
        Adam's step size.
    batch_size : int
        Largest number of rows in a batch.
    epochs : int
        Largest number of epochs.
    patience : int
        Epochs without a lower validation loss after which training stops.
    """

    supervision: ClassVar[Supervision] = "supervised"

    window: Annotated[int, Field(ge=1)] = 1
    scaling: Scaling = "standard"
    hidden: Annotated[int, Field(ge=1)] = 64
    learning_rate: Annotated[float, Field(gt=0)] = 1e-3
    batch_size: Annotated[int, Field(ge=1)] = 256
    epochs: Annotated[int, Field(ge=1)] = 100
    patience: Annotated[int, Field(ge=1)] = 10

    def fit(self, train: Recording, validation: Recording) -> None:
        """Train the network.

        Raises
        ------
        DataError
            If the training part lacks labels or one of the classes, or the validation part lacks labels.
        DivergedError
            If a loss is not finite.
        """
        import torch
        from torch import nn

        from benchmark.toolkit.nn.initialise import build
        from benchmark.toolkit.nn.loss import balanced_cross_entropy
        from benchmark.toolkit.nn.products import Linear
        from benchmark.toolkit.nn.train import train as minimise
        from benchmark.toolkit.seeding import torch_generator

        labels, held_out_labels = require_labelled_parts(train, validation)
        self._scaler = Scaler.fit(train, self.scaling)

        def tensors(recording: Recording, targets: NDArray[np.bool_]) -> tuple[torch.Tensor, torch.Tensor]:
            rows = causal_windows(self._scaler.apply(recording), self.window)
            return torch.from_numpy(rows), torch.from_numpy(targets.astype(np.float32))

        width = self.window * len(train.channels)
        self._network = build(
            lambda: nn.Sequential(
                Linear(width, self.hidden),
                nn.ReLU(),
                Linear(self.hidden, self.hidden),
                nn.ReLU(),
                Linear(self.hidden, 1),
                nn.Flatten(0),
            ),
            torch_generator(self.seed, "parameters"),
        )
        cross_entropy = balanced_cross_entropy(labels)
        minimise(
            self._network,
            lambda rows, targets: cross_entropy(self._network(rows), targets),
            tensors(train, labels),
            tensors(validation, held_out_labels),
            optimizer=torch.optim.Adam(self._network.parameters(), lr=self.learning_rate, fused=True),
            generator=torch_generator(self.seed, "batches"),
            epochs=self.epochs,
            batch_size=self.batch_size,
            patience=self.patience,
        )

    def score(self, recording: Recording) -> FloatArray:
        """Return the probabilities, shape (T,), in [0, 1]."""
        import torch

        from benchmark.toolkit.nn.threads import one_thread

        rows = torch.from_numpy(causal_windows(self._scaler.apply(recording), self.window))
        with one_thread(), torch.inference_mode():
            logits = torch.cat([self._network(block) for block in rows.split(_BLOCK)])
            return logits.double().sigmoid().float().numpy()

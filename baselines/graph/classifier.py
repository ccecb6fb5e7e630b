"""Base class of the supervised graph baselines: rows as nodes, nearest neighbours as edges, training and scoring."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.labels import require_labelled_parts
from benchmark.toolkit.nn.device import Device
from benchmark.toolkit.scaling import Scaler, Scaling
from benchmark.toolkit.seeding import generator, torch_generator
from benchmark.toolkit.windows import causal_windows

if TYPE_CHECKING:
    from torch import Tensor

    from baselines.graph.layers import GraphLayer

_BLOCK = 2_048


@dataclass(kw_only=True)
class GraphClassifier(Detector):
    """Score a row by the probability of the anomalous class under a graph network over similar rows.

    The papers name graph networks for tables of unlinked rows and state neither nodes nor edges. Here a node is a row.
    It receives messages from its k nearest rows, by the cosine similarity of scaled features, and from itself. Edges do
    not use labels, collections or times. In training the neighbours are rows of the same shuffled mini-batch. In
    validation and scoring they are rows of the *reference*: fixed training rows, normal and anomalous, whose labels are
    not used. So no scored row affects the score of another.

    Trained by Adam on binary cross-entropy, in which the anomalous rows together have the same weight as the normal
    rows, with early stopping on the same loss over validation rows. Step size and width are those of [1]_ on citation
    graphs. The other settings are common choices. No setting was tuned on the results here. One thread; parameters,
    reference and shuffling depend only on the seed.

    Parameters
    ----------
    window : int
        Points in the causal window that ends with the scored point; with 1 a node is the point alone.
    scaling : {"standard", "minmax", "robust", "none"}
        Scaling of channels, fitted on training points.
    k : int
        Neighbours of a row, besides itself; all other rows where a batch or the reference has fewer.
    layers : int
        Number of graph layers.
    hidden : int
        Width of a row's state.
    reference_rows : int
        Largest number of training rows in the reference. Where there are more, so many are drawn without replacement.
    learning_rate : float
        Adam's step size.
    batch_size : int
        Largest number of rows in a batch.
    epochs : int
        Largest number of epochs.
    patience : int
        Epochs without a lower validation loss after which training stops.
    untrained : bool
        Keep the initial weights: a control for the effect of training.
    device : str
        ``cpu``, or ``cuda`` for a graphics card (`benchmark.toolkit.nn.device.Device`).

    References
    ----------
    .. [1] Veličković, Cucurull, Casanova, Romero, Liò, Bengio. Graph attention networks. ICLR 2018.
    """

    supervision: ClassVar[Supervision] = "supervised"

    window: Annotated[int, Field(ge=1)] = 1
    scaling: Scaling = "standard"
    k: Annotated[int, Field(ge=1)] = 8
    layers: Annotated[int, Field(ge=1)] = 2
    hidden: Annotated[int, Field(ge=1)] = 64
    reference_rows: Annotated[int, Field(ge=1)] = 2_048
    learning_rate: Annotated[float, Field(gt=0)] = 5e-3
    batch_size: Annotated[int, Field(ge=1)] = 512
    epochs: Annotated[int, Field(ge=1)] = 100
    patience: Annotated[int, Field(ge=1)] = 10
    untrained: bool = False
    device: Device = "cpu"

    @abstractmethod
    def layer(self) -> GraphLayer:
        """Make one graph layer, from states of width `hidden` to states of the same width."""

    def fit(self, train: Recording, validation: Recording) -> None:
        """Draw the reference and train the network.

        Raises
        ------
        DataError
            If the training part lacks labels or one of the classes, or the validation part lacks labels.
        DivergedError
            If a loss is not finite.
        """
        import torch

        from baselines.graph.knn_graph import KnnGraphClassifier
        from benchmark.toolkit.nn.device import torch_device
        from benchmark.toolkit.nn.initialise import build
        from benchmark.toolkit.nn.loss import balanced_cross_entropy
        from benchmark.toolkit.nn.threads import one_thread
        from benchmark.toolkit.nn.train import train as minimise

        labels, held_out_labels = require_labelled_parts(train, validation)
        self._scaler = Scaler.fit(train, self.scaling)
        self._device = torch_device(self.device)
        rows, held_out = (self._rows(part) for part in (train, validation))
        size = min(self.reference_rows, len(rows))
        drawn = generator(self.seed, "reference").choice(len(rows), size, replace=False)
        with one_thread():
            self._network = build(
                lambda: KnnGraphClassifier(
                    self.layer,
                    layers=self.layers,
                    width=self.hidden,
                    k=self.k,
                    reference=rows[torch.from_numpy(np.sort(drawn))],
                ),
                torch_generator(self.seed, "parameters"),
            )
            self._network.to(self._device).eval()
        if self.untrained:
            return
        with one_thread():
            neighbours = self._network.neighbours(held_out.to(self._device))  # the same in every epoch
        cross_entropy = balanced_cross_entropy(labels).to(self._device)
        targets, held_out_targets = (
            torch.from_numpy(part.astype(np.float32)).to(self._device) for part in (labels, held_out_labels)
        )
        minimise(
            self._network,
            lambda batch, targets, *neighbours: cross_entropy(self._network(batch, *neighbours), targets),
            (rows.to(self._device), targets),
            (held_out.to(self._device), held_out_targets, neighbours),
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

        with one_thread(), torch.inference_mode():
            blocks = self._rows(recording).to(self._device).split(_BLOCK)
            logits = torch.cat([self._network(block) for block in blocks])
            return logits.double().sigmoid().float().cpu().numpy()

    def _rows(self, recording: Recording) -> Tensor:
        import torch

        return torch.from_numpy(causal_windows(self._scaler.apply(recording), self.window))

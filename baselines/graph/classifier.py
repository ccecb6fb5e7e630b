"""What the supervised graph baselines share: rows as nodes, nearest neighbours as edges, training and scoring."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.labels import both_classes
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

    The papers name graph networks for tables of unlinked rows and state neither nodes nor edges. Here a node is a row
    and receives from its k nearest by the cosine similarity of scaled features, and from itself. Labels, collections
    and times are not looked at for edges. In training the neighbours are those within a shuffled mini-batch. In
    validation and scoring they are looked for among fixed training rows (the reference, with anomalous rows among them,
    labels unused): no scored row sees another one, and a score does not depend on which rows are scored together.

    Trained by Adam on binary cross-entropy, in which anomalous rows weigh as much in all as normal ones, with early
    stopping on the same loss over validation rows. Step size and width are those that [1]_ used on citation graphs; the
    rest are common choices. No setting was tuned for its figures here. One thread; parameters, reference and shuffling
    come from the seed alone.

    Parameters
    ----------
    window : int
        Points in the causal window that ends with the scored point; 1 takes the point alone for a node.
    scaling : {"standard", "minmax", "robust", "none"}
        Scaling of channels, fitted on training points.
    k : int
        Neighbours of a row, besides itself; all others where a batch or the reference holds fewer.
    layers : int
        Graph layers.
    hidden : int
        Width of a row's state.
    reference_rows : int
        Training rows in the reference, drawn without replacement by the seed where there are more.
    learning_rate : float
        Adam's step size.
    batch_size : int
        Rows of a batch, at most.
    epochs : int
        Epochs, at most.
    patience : int
        Epochs without a lower validation loss after which training stops.
    untrained : bool
        Keep the initial weights and take no step: a control for what training adds.
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
        from benchmark.toolkit.nn.threads import one_thread
        from benchmark.toolkit.nn.train import train as minimise

        labels = both_classes(train)
        if validation.labels is None:
            raise DataError(f"{validation.name}: early stopping needs labels and the validation part has none")
        self._scaler = Scaler.fit(train, self.scaling)
        self._device = torch_device(self.device)
        rows, held_out = (self._rows(part) for part in (train, validation))
        size = min(self.reference_rows, len(rows))
        kept = generator(self.seed, "reference").choice(len(rows), size, replace=False)
        with one_thread():
            self._network = build(
                lambda: KnnGraphClassifier(
                    self.layer,
                    layers=self.layers,
                    width=self.hidden,
                    k=self.k,
                    reference=rows[torch.from_numpy(np.sort(kept))],
                ),
                torch_generator(self.seed, "parameters"),
            )
            self._network.to(self._device).eval()
        if self.untrained:
            return
        with one_thread():
            neighbours = self._network.neighbours(held_out.to(self._device))  # once: they stay the same in every epoch
        weight = torch.tensor((len(labels) - labels.sum()) / labels.sum(), dtype=torch.float32)
        cross_entropy = torch.nn.BCEWithLogitsLoss(pos_weight=weight.to(self._device))
        targets, held_out_targets = (
            torch.from_numpy(part.astype(np.float32)).to(self._device) for part in (labels, validation.labels)
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

"""CRL-BSAD: contrastive representation learning for anomaly detection in backend services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.scaling import Scaler, Scaling
from benchmark.toolkit.seeding import generator
from methods.crl_bsad.settings import Distance, Negatives, Nodes, Pairs, settings

if TYPE_CHECKING:
    import torch


@dataclass(kw_only=True)
class CRLBSAD(Detector):
    r"""Embed each row by a contrastive encoder. The score is the distance to the embeddings of normal rows.

    The features of a channel are trailing means over several granularities. Equations (1) to (3) of [1]_ embed the
    channels of a row and let them exchange information over an adaptive graph (`methods.crl_bsad.network`). The loss is
    InfoNCE (4) plus weighted smoothness (5). The paper leaves open what a node is, which pairs are positive and
    negative without labels, and how an embedding becomes a score. Both presets share the encoder and differ in these:

    ``published``
        The usual reading. Positive: the row before. Negatives: K other rows. Score: mean distance to the k nearest
        training embeddings. This pushes normal rows apart although they belong together, and nothing prevents (5) from
        shrinking the embedding.
    ``corrected``
        Positive: the same row in an overlapping crop that begins later. Negatives: corrupted windows
        (`methods.crl_bsad.corruption`). A variance term keeps dimensions from collapsing. The score is one of three
        distances: to the k nearest reference embeddings; the Mahalanobis distance with shrinkage; or the Mahalanobis
        length of the change when the newest row is masked. The one with the highest AUC-ROC for corrupted against
        intact validation windows is used. Equation (5) is divided by the width of an embedding.

    Every distance is calibrated on validation rows, for each number of available rows: median 0, 90 % quantile 1.

    With ``weak_ratio`` r > 0, a share r of the training rows has a pseudo-label, and a share ``label_noise`` ρ of these
    is flipped. The positives of such a row have the same pseudo-label, its negatives the other one. Rows with the
    pseudo-label "anomalous" are not reference rows. The detector then asks for labels (supervision ``weak``) and uses
    no label but these. On rows without order every scale is one row.

    Parameters
    ----------
    preset : {"corrected", "published"}
        Values of the parameters that are not given.
    nodes : {"channels", "scales"}
        Nodes of the graph. ``channels``: a node is a channel and its features are the scales, because (2) relates
        indicators. ``scales``: a node is a scale and its features are the channels.
    pairs : {"neighbours", "crops"}, optional
        Positives.
    negatives : {"rows", "corruptions"}, optional
        Negatives.
    distance : {"auto", "knn", "mahalanobis", "mask", "centre"}, optional
        Distance that is the score. ``auto`` chooses among the first three on corrupted validation windows.
    variance : float, optional
        Weight of the variance term.
    scales : tuple of int
        Rows of each trailing mean. The paper names none. (1,) is the ablation without scales.
    graph : bool
        False leaves out the aggregation over neighbours (an ablation).
    smoothness : float
        Weight of equation (5). The paper states none. 0 is the ablation without it.
    untrained : bool
        Keep the random initial weights (an ablation).
    weak_ratio : float
        Share r of training rows with a pseudo-label, in [0, 1].
    label_noise : float
        Share ρ of pseudo-labels that are flipped, in [0, 1].
    hidden : int
        Width of a node's embedding.
    temperature : float
        τ of equations (2) and (4). The paper uses one symbol for both.
    negative_count : int
        Number of negatives K of an anchor.
    scaling : {"standard", "robust", "minmax", "none"}
        Scaling of channels, fitted on training rows. Corruptions are sized for ``standard``.
    learning_rate : float
        Adam's step size.
    batch_size : int
        Maximum number of rows in a batch.
    epochs, patience : int
        Maximum number of epochs, and number of epochs without a lower validation loss after which training stops.
    train_rows : int
        Maximum number of training rows. If there are more, some are drawn at random.
    reference_rows : int
        Maximum number of embeddings for the nearest-neighbour distance.
    k : int
        Number of neighbours of that distance.

    References
    ----------
    .. [1] B. Barlocker, X. Yan. Contrastive representation learning for anomaly detection in cloud-based backend
       services.
    """

    supervision: ClassVar[Supervision] = "unsupervised"
    presets: ClassVar[tuple[str, ...]] = ("corrected", "published")

    preset: Literal["corrected", "published"] = "corrected"
    nodes: Nodes = "channels"
    pairs: Pairs | None = None
    negatives: Negatives | None = None
    distance: Literal["auto", "knn", "mahalanobis", "mask", "centre"] | None = None
    variance: Annotated[float, Field(ge=0)] | None = None
    scales: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)] = (1, 4, 16)
    graph: bool = True
    smoothness: Annotated[float, Field(ge=0)] = 0.01
    untrained: bool = False
    weak_ratio: Annotated[float, Field(ge=0, le=1)] = 0.0
    label_noise: Annotated[float, Field(ge=0, le=1)] = 0.0
    hidden: Annotated[int, Field(ge=1)] = 8
    temperature: Annotated[float, Field(gt=0)] = 0.2
    negative_count: Annotated[int, Field(ge=1)] = 64
    scaling: Scaling = "standard"
    learning_rate: Annotated[float, Field(gt=0)] = 3e-3
    batch_size: Annotated[int, Field(ge=2)] = 256
    epochs: Annotated[int, Field(ge=1)] = 10
    patience: Annotated[int, Field(ge=1)] = 5
    train_rows: Annotated[int, Field(ge=1)] = 4_096
    reference_rows: Annotated[int, Field(ge=1)] = 1_024
    k: Annotated[int, Field(ge=1)] = 10

    def __post_init__(self) -> None:
        if self.weak_ratio > 0:
            self.supervision = "weak"  # type: ignore[misc]  # the engine asks the instance

    def fit(self, train: Recording, validation: Recording) -> None:
        """Train the encoder, choose the distance and calibrate it.

        Raises
        ------
        DataError
            If ``weak_ratio`` is above 0 and the training part has no labels.
        DivergedError
            If a loss is not finite, or the embedding collapsed in training.
        """
        import torch

        from methods.crl_bsad.model import HELD_OUT, Model, evenly

        self._scaler = Scaler.fit(train, self.scaling)
        scales = self.scales if train.sequential else (1,) * len(self.scales)
        self._rows = max(scales) + 1 if train.sequential else 1
        drawn = np.sort(generator(self.seed, "rows").permutation(len(train))[: self.train_rows])
        pseudo = torch.from_numpy(self.pseudo_labels(train)[drawn]).long()
        self.model = Model(settings(self, scales), len(train.channels))
        held_out = evenly(len(validation), HELD_OUT)
        self.model.fit(self._windows(train, torch.from_numpy(drawn)), pseudo, self._windows(validation, held_out))

    def score(self, recording: Recording) -> FloatArray:
        """Return the calibrated distances, shape (T,), in (−∞, ∞); 0 is the median of validation rows."""
        return self.extra_score(self.chosen, recording)

    def extra_scores(self) -> tuple[str, ...]:
        """Names of the distances that were not chosen; the encoder is the same."""
        return tuple(name for name in self.model.selection if name != self.chosen)

    def extra_score(self, name: str, recording: Recording) -> FloatArray:
        """Score every point by one distance, calibrated."""
        return self.model.score(cast(Distance, name), self._scaler.apply(recording).values)

    @property
    def chosen(self) -> str:
        """Distance that is the score, after `fit`."""
        return self.model.chosen

    @property
    def selection(self) -> dict[str, float]:
        """AUC-ROC of each distance for corrupted against intact validation windows, after `fit`."""
        return {str(name): value for name, value in self.model.selection.items()}

    def adjacency(self, recording: Recording) -> FloatArray:
        """Return the adaptive adjacency, equation (2), averaged over the rows of a recording.

        Returns
        -------
        ndarray of float32, shape (N, N)
            Row i holds the weights of all nodes, i included, in the aggregation of node i. Each row sums to 1.
        """
        return self.model.adjacency(self._scaler.apply(recording).values)

    def diagnostics(self, recording: Recording) -> dict[str, float]:
        """Measure how far the embedding has collapsed; see `methods.crl_bsad.model.Model.diagnostics`."""
        from methods.crl_bsad.model import SAMPLE, evenly

        return self.model.diagnostics(self._windows(recording, evenly(len(recording), SAMPLE)))

    def pseudo_labels(self, train: Recording) -> NDArray[np.int8]:
        """Draw pseudo-labels: a share r of the rows has one, and a share ρ of these is flipped.

        Returns
        -------
        ndarray of int8, shape (T,)
            1 anomalous, 0 normal, −1 without pseudo-label.
        """
        pseudo = np.full(len(train), -1, dtype=np.int8)
        if self.weak_ratio == 0:
            return pseudo
        if train.labels is None:
            raise DataError(f"{train.name}: weak_ratio={self.weak_ratio} needs labels and the training part has none")
        draws = generator(self.seed, "pseudo-labels")
        labelled = draws.permutation(len(train))[: round(self.weak_ratio * len(train))]
        pseudo[labelled] = train.labels[labelled]
        flipped = draws.permutation(labelled)[: round(self.label_noise * len(labelled))]
        pseudo[flipped] = 1 - pseudo[flipped]
        return pseudo

    def _windows(self, recording: Recording, ends: torch.Tensor) -> torch.Tensor:
        """Return scaled windows that end with the rows ``ends``, newest row last, (B, W, C)."""
        from methods.crl_bsad.model import causal

        return causal(self._scaler.apply(recording).values, ends, self._rows)

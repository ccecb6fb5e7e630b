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
    r"""Embed each row by a contrastive encoder; score it by its distance to the embeddings of normal rows.

    Trailing means over several granularities are the features of each channel; equations (1) to (3) of [1]_ embed the
    channels of a row and let them exchange what they hold over an adaptive graph (`methods.crl_bsad.network`); the loss
    is InfoNCE (4) plus weighted smoothness (5). The paper leaves open what a node is, which pairs are positive and
    negative without labels, and how an embedding becomes a score. Both presets share the encoder and differ in these:

    ``published``
        The usual reading. Positive: the row before. Negatives: K other rows. Score: mean distance to the k nearest
        training embeddings. Other normal rows are then pushed apart although they belong together, and nothing keeps
        the embedding from shrinking under (5).
    ``corrected``
        Positive: the same row seen from an overlapping crop that begins later. Negatives: corrupted windows
        (`methods.crl_bsad.corruption`). A variance term keeps dimensions from collapsing. The score is the distance
        to the k nearest reference embeddings, the Mahalanobis distance with shrinkage, or what masking the newest row
        changes: whichever tells corrupted validation windows best from intact ones. Equation (5) is divided by the
        width of an embedding.

    Every distance is calibrated on validation rows: median 0, 90 % quantile 1, for each number of rows in sight.

    With ``weak_ratio`` r > 0, a share r of the training rows carries a pseudo-label, of which a share ``label_noise`` ρ
    is flipped: their positives are rows of the same pseudo-label, their negatives rows of the other, and rows with the
    pseudo-label of an anomaly are no reference. The detector then asks for labels (supervision ``weak``), and looks at
    no other label than those. On rows without order every scale is one row.

    Parameters
    ----------
    preset : {"corrected", "published"}
        What stands behind the parameters that are not given.
    nodes : {"channels", "scales"}
        What a node is: a channel with its scales as features, for (2) is to hold between indicators; or a scale with
        its channels as features.
    pairs : {"neighbours", "crops"}, optional
        Positives.
    negatives : {"rows", "corruptions"}, optional
        Negatives.
    distance : {"auto", "knn", "mahalanobis", "mask", "centre"}, optional
        How embeddings become a score; ``auto`` chooses among the first three on corrupted validation windows.
    variance : float, optional
        Weight of the variance term.
    scales : tuple of int
        Rows of each trailing mean; the paper names none. (1,) is the ablation without scales.
    graph : bool
        False leaves out the aggregation over neighbours (an ablation).
    smoothness : float
        Weight of equation (5); the paper states none. 0 is the ablation without it.
    untrained : bool
        Keep the random initial weights (an ablation).
    weak_ratio : float
        Share r of training rows with a pseudo-label, in [0, 1].
    label_noise : float
        Share ρ of pseudo-labels that are flipped, in [0, 1].
    hidden : int
        Width of a node's embedding.
    temperature : float
        τ of equations (2) and (4), which the paper calls by one name.
    negative_count : int
        Negatives K of an anchor.
    scaling : {"standard", "robust", "minmax", "none"}
        Scaling of channels, fitted on training rows. Corruptions are sized for ``standard``.
    learning_rate : float
        Adam's step size.
    batch_size : int
        Rows of a batch, at most.
    epochs, patience : int
        Epochs at most, and epochs without a lower validation loss after which training stops.
    train_rows : int
        Training rows used, drawn by the seed where there are more.
    reference_rows : int
        Embeddings kept for the nearest-neighbour distance.
    k : int
        Neighbours of that distance.

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
            If pseudo-labels are asked for and the training part has no labels.
        DivergedError
            If a loss is not finite, or most rows are embedded at one point after training.
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
        """Every distance that was not chosen, under the same encoder."""
        return tuple(name for name in self.model.selection if name != self.chosen)

    def extra_score(self, name: str, recording: Recording) -> FloatArray:
        """Score every point by one distance, calibrated."""
        return self.model.score(cast(Distance, name), self._scaler.apply(recording).values)

    @property
    def chosen(self) -> str:
        """The distance behind the score, after `fit`."""
        return self.model.chosen

    @property
    def selection(self) -> dict[str, float]:
        """AUC-ROC of each distance on corrupted against intact validation windows, after `fit`."""
        return {str(name): value for name, value in self.model.selection.items()}

    def adjacency(self, recording: Recording) -> FloatArray:
        """Return the adaptive adjacency, equation (2), as mean over the rows of a recording.

        Returns
        -------
        ndarray of float32, shape (N, N)
            Row i holds the weights with which node i looks at the others and itself; each row sums to 1.
        """
        return self.model.adjacency(self._scaler.apply(recording).values)

    def diagnostics(self, recording: Recording) -> dict[str, float]:
        """Tell whether the embedding has collapsed; see `methods.crl_bsad.model.Model.diagnostics`."""
        from methods.crl_bsad.model import SAMPLE, evenly

        return self.model.diagnostics(self._windows(recording, evenly(len(recording), SAMPLE)))

    def pseudo_labels(self, train: Recording) -> NDArray[np.int8]:
        """Draw pseudo-labels: a share r of the rows is looked at, a share ρ of those is flipped.

        Returns
        -------
        ndarray of int8, shape (T,)
            1 anomalous, 0 normal, −1 not looked at.
        """
        pseudo = np.full(len(train), -1, dtype=np.int8)
        if self.weak_ratio == 0:
            return pseudo
        if train.labels is None:
            raise DataError(f"{train.name}: weak_ratio={self.weak_ratio} needs labels and the training part has none")
        draws = generator(self.seed, "pseudo-labels")
        looked_at = draws.permutation(len(train))[: round(self.weak_ratio * len(train))]
        pseudo[looked_at] = train.labels[looked_at]
        flipped = draws.permutation(looked_at)[: round(self.label_noise * len(looked_at))]
        pseudo[flipped] = 1 - pseudo[flipped]
        return pseudo

    def _windows(self, recording: Recording, ends: torch.Tensor) -> torch.Tensor:
        """Scaled windows that end with the given rows, newest row last, (B, W, C)."""
        from methods.crl_bsad.model import causal

        return causal(self._scaler.apply(recording).values, ends, self._rows)

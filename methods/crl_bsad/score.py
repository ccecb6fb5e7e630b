"""From embeddings to scores: distances to the embeddings of reference rows, calibrated on held-out rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmark.toolkit.nn.products import linear, product
from benchmark.toolkit.nn.unit import unit
from methods.crl_bsad.settings import Distance

DISTANCES: tuple[Distance, ...] = ("knn", "mahalanobis", "mask", "centre")

LIMIT = 1e15
"""Embeddings are limited to ±LIMIT, so that sums of their squares stay finite in float32."""

_BLOCK = 512  # a tile of products stays in the processor's cache


@dataclass(frozen=True)
class Reference:
    """Embeddings of the rows that count as normal, and what distances to them need.

    Parameters
    ----------
    points : Tensor, shape (R, E)
        Embeddings, centred on their mean.
    mean : Tensor, shape (E,)
        Their mean.
    whitening : Tensor, shape (E, E)
        Maps a centred embedding to one whose length is the Mahalanobis distance.
    neighbours : int
        Neighbours k of the nearest-neighbour distance.
    """

    points: Tensor
    mean: Tensor
    whitening: Tensor
    neighbours: int

    @classmethod
    def fit(cls, embeddings: Tensor, rows: Tensor, neighbours: int) -> Reference:
        """Learn mean and covariance (Ledoit–Wolf shrinkage) from embeddings, and keep ``rows`` of them.

        Parameters
        ----------
        embeddings : Tensor, shape (T, E)
            Of training rows.
        rows : Tensor
            Which of them are neighbours to be.
        neighbours : int
            k, at most the number of kept rows.
        """
        from sklearn.covariance import ledoit_wolf

        embeddings = embeddings.clamp(-LIMIT, LIMIT)
        mean = embeddings.mean(dim=0)
        centred = (embeddings - mean).double().numpy()
        covariance, _ = ledoit_wolf(centred, assume_centered=True)
        values, vectors = np.linalg.eigh(covariance)
        # Shrinkage keeps eigenvalues above 0 unless embeddings do not vary at all.
        floor = max(float(values[-1]) * 1e-10, 1e-12)
        whitening = vectors / np.sqrt(np.maximum(values, floor))
        return cls(embeddings[rows] - mean, mean, torch.from_numpy(whitening).float(), min(neighbours, len(rows)))

    def distances(self, kind: Distance, embeddings: Tensor, masked: Tensor | None) -> NDArray[np.float64]:
        """Score embeddings (T, E) by one distance, shape (T,), at least 0.

        ``knn``: mean Euclidean distance to the k nearest points. ``mahalanobis``: with the shrunk covariance.
        ``mask``: Mahalanobis length of what masking the newest row changes. ``centre``: 1 − cosine with the mean.
        """
        embeddings = embeddings.clamp(-LIMIT, LIMIT)
        if kind == "centre":
            return (1 - unit(embeddings.double()) @ unit(self.mean.double())).clamp(min=0).numpy()
        if kind == "mahalanobis":
            return self._length(embeddings - self.mean)
        if kind == "mask":
            assert masked is not None
            return self._length(embeddings - masked.clamp(-LIMIT, LIMIT))
        return self._nearest(embeddings - self.mean)

    def _length(self, difference: Tensor) -> NDArray[np.float64]:
        return np.sqrt(product(difference, self.whitening).double().square().sum(dim=1).numpy())

    def _nearest(self, centred: Tensor) -> NDArray[np.float64]:
        own = 0.5 * self.points.square().sum(dim=1)
        found = []
        for block in centred.split(_BLOCK):
            # x·y − ‖y‖²/2 orders neighbours as the distance does; distances then come from differences.
            nearness = linear(block, self.points, -own)
            picked = nearness.topk(self.neighbours, dim=1, sorted=False).indices
            gap = block[:, None, :] - self.points[picked]
            found.append(np.sqrt(gap.square().sum(dim=2).numpy()).mean(axis=1))
        return np.concatenate(found).astype(np.float64)


@dataclass(frozen=True)
class Calibration:
    """Median and spread of a distance on held-out rows, for each number of rows that could be seen.

    The first rows of a recording have a shorter past than the longest scale: their trailing means vary more, and
    without this they would count as anomalous.

    Parameters
    ----------
    median, spread : ndarray, shape (H,)
        Median, and distance from it to the 90 % quantile, where 1 … H rows are seen.
    """

    median: NDArray[np.float64]
    spread: NDArray[np.float64]

    @classmethod
    def fit(cls, by_context: list[NDArray[np.float64]]) -> Calibration:
        """Learn from the distances of held-out rows, one array for each context from 1 row on."""
        quantiles = np.array([np.quantile(distances, (0.5, 0.9)) for distances in by_context])
        spread = quantiles[:, 1] - quantiles[:, 0]
        return cls(quantiles[:, 0], np.where(spread > 0, spread, 1.0))

    def apply(self, distances: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrate the distances of a recording from its first row on, shape (T,)."""
        context = np.minimum(np.arange(len(distances)), len(self.median) - 1)
        return (distances - self.median[context]) / self.spread[context]


def effective_rank(embeddings: Tensor) -> float:
    """Exponential of the entropy of the normalised singular values of centred embeddings, in [1, E]; 0 where all agree.

    References
    ----------
    O. Roy, M. Vetterli, The effective rank, EUSIPCO 2007.
    """
    values = torch.linalg.svdvals((embeddings - embeddings.mean(dim=0)).double())
    if values.sum() == 0:
        return 0.0
    shares = values / values.sum()
    return float(torch.exp(-(shares * torch.log(shares.clamp(min=1e-300))).sum()))


def alignment(one: Tensor, other: Tensor) -> float:
    """Mean squared distance of positives on the unit sphere, in [0, 4].

    References
    ----------
    T. Wang, P. Isola, Understanding contrastive representation learning through alignment and uniformity on the
    hypersphere, ICML 2020.
    """
    gap = unit(one) - unit(other)
    return float(gap.square().sum(dim=1).mean())


def uniformity(embeddings: Tensor) -> float:
    """Log mean of exp(−2·d²) over pairs on the unit sphere, in [−8, 0]; 0 where all agree. Source as `alignment`."""
    return float(torch.pdist(unit(embeddings)).square().mul(-2).exp().mean().log())

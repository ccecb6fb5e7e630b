"""Scores from embeddings: distances to the embeddings of reference rows, calibrated on held-out rows."""

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
"""Embeddings are clipped to ±LIMIT, so that sums of their squares stay finite in float32."""

_BLOCK = 512  # rows whose products fit the processor's cache


@dataclass(frozen=True)
class Reference:
    """Embeddings of reference rows, which count as normal, with their mean and covariance.

    Parameters
    ----------
    points : Tensor, shape (R, E)
        Embeddings of reference rows, less the mean.
    mean : Tensor, shape (E,)
        Mean of the training embeddings.
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
        """Estimate mean and covariance (Ledoit–Wolf shrinkage) from embeddings, and keep some of them as neighbours.

        Parameters
        ----------
        embeddings : Tensor, shape (T, E)
            Embeddings of training rows.
        rows : Tensor
            Indices of those to keep.
        neighbours : int
            k, limited to the number of ``rows``.
        """
        from sklearn.covariance import ledoit_wolf

        embeddings = embeddings.clamp(-LIMIT, LIMIT)
        mean = embeddings.mean(dim=0)
        centred = (embeddings - mean).double().numpy()
        covariance, _ = ledoit_wolf(centred, assume_centered=True)
        values, vectors = np.linalg.eigh(covariance)
        # Shrinkage makes eigenvalues positive, unless all embeddings are equal.
        floor = max(float(values[-1]) * 1e-10, 1e-12)
        whitening = vectors / np.sqrt(np.maximum(values, floor))
        return cls(embeddings[rows] - mean, mean, torch.from_numpy(whitening).float(), min(neighbours, len(rows)))

    def distances(self, kind: Distance, embeddings: Tensor, masked: Tensor | None) -> NDArray[np.float64]:
        """Score embeddings (T, E) by one distance, shape (T,), at least 0.

        ``knn``: mean Euclidean distance to the k nearest reference embeddings. ``mahalanobis``: Mahalanobis distance
        to the mean, with the shrunk covariance. ``mask``: Mahalanobis length of the difference between the embedding
        and ``masked``, the embedding after the newest row was masked. ``centre``: 1 − cosine with the mean.
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
        means = []
        for block in centred.split(_BLOCK):
            # x·y − ‖y‖²/2 has the order of the distances. The distances are then computed from differences.
            nearness = linear(block, self.points, -own)
            picked = nearness.topk(self.neighbours, dim=1, sorted=False).indices
            gap = block[:, None, :] - self.points[picked]
            means.append(np.sqrt(gap.square().sum(dim=2).numpy()).mean(axis=1))
        return np.concatenate(means).astype(np.float64)


@dataclass(frozen=True)
class Calibration:
    """Median and spread of a distance on held-out rows, for each number of available rows.

    The first rows of a recording have fewer rows before them than the longest scale needs. Their trailing means vary
    more, so that they would appear anomalous with one calibration for all rows.

    Parameters
    ----------
    median, spread : ndarray, shape (H,)
        Median, and the 90 % quantile less the median, with 1 … H rows available.
    """

    median: NDArray[np.float64]
    spread: NDArray[np.float64]

    @classmethod
    def fit(cls, by_context: list[NDArray[np.float64]]) -> Calibration:
        """Estimate both from distances of held-out rows: one array for each number of available rows, from 1 on."""
        quantiles = np.array([np.quantile(distances, (0.5, 0.9)) for distances in by_context])
        spread = quantiles[:, 1] - quantiles[:, 0]
        return cls(quantiles[:, 0], np.where(spread > 0, spread, 1.0))

    def apply(self, distances: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrate the distances of all rows of a recording, shape (T,)."""
        context = np.minimum(np.arange(len(distances)), len(self.median) - 1)
        return (distances - self.median[context]) / self.spread[context]


def effective_rank(embeddings: Tensor) -> float:
    """Return the exponential of the entropy of the normalised singular values of centred embeddings, in [1, E].

    It is 0 if all embeddings are equal.

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
    """Return the mean squared distance of positive pairs on the unit sphere, in [0, 4].

    References
    ----------
    T. Wang, P. Isola, Understanding contrastive representation learning through alignment and uniformity on the
    hypersphere, ICML 2020.
    """
    gap = unit(one) - unit(other)
    return float(gap.square().sum(dim=1).mean())


def uniformity(embeddings: Tensor) -> float:
    """Return the log of the mean of exp(−2·d²) over pairs on the unit sphere, in [−8, 0].

    It is 0 if all embeddings are equal. The source is that of `alignment`.
    """
    return float(torch.pdist(unit(embeddings)).square().mul(-2).exp().mean().log())

"""Distance to the nearest centroid of the training windows."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.attribution import Shares, over_window, shares
from benchmark.toolkit.scaling import Scaler, Scaling
from benchmark.toolkit.seeding import sklearn_seed
from benchmark.toolkit.windows import causal_windows

_BLOCK = 8_192


@dataclass(kw_only=True)
class KMeansAD(Detector):
    r"""Cluster training windows by k-means; score a point by the distance of its window to the nearest centroid.

    .. math:: s_t = \min_j \lVert w_t - m_j \rVert_2

    A control. [1]_ clusters sliding windows of a series and averages the distances of all windows that contain a point.
    Here a point has the distance of the window that ends with it, so that no score uses later points. scikit-learn's
    k-means, Lloyd's algorithm, best of ``starts`` k-means++ starts, one thread.

    Parameters
    ----------
    window : int
        Points in the causal window that ends with the scored point. 1 by default, so that it runs on rows without
        time order. On time series [2]_ uses 40 with 10 clusters.
    scaling : {"standard", "minmax", "robust", "none"}
        Scaling of channels, fitted on training points.
    clusters : int
        Number of clusters; the number of distinct training windows where that is smaller.
    starts : int
        Random starts. The one with the least within-cluster sum of squares is used.

    References
    ----------
    .. [1] Yairi, Kato, Hori. Fault detection by mining association rules from house-keeping data. i-SAIRAS 2001.
    .. [2] Liu, Paparrizos. The elephant in the room: towards a reliable time-series anomaly detection benchmark.
       NeurIPS 2024.
    """

    supervision: ClassVar[Supervision] = "unsupervised"
    control: ClassVar[bool] = True

    window: Annotated[int, Field(ge=1)] = 1
    scaling: Scaling = "standard"
    clusters: Annotated[int, Field(ge=1)] = 10
    starts: Annotated[int, Field(ge=1)] = 3

    def fit(self, train: Recording, validation: Recording) -> None:
        """Find the centroids."""
        from sklearn.cluster import KMeans
        from sklearn.exceptions import ConvergenceWarning
        from threadpoolctl import threadpool_limits

        self._scaler = Scaler.fit(train, self.scaling)
        rows = causal_windows(self._scaler.apply(train), self.window)
        clusters = min(self.clusters, _distinct(rows, self.clusters))
        model = KMeans(
            clusters,
            init="k-means++",
            n_init=self.starts,
            algorithm="lloyd",
            random_state=sklearn_seed(self.seed, "starts"),
        )
        # With several threads the order of partial sums varies. scikit-learn warns about coinciding centroids, which
        # change no distance.
        with threadpool_limits(1), warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(rows)
        self._centroids = model.cluster_centers_.astype(np.float64)

    def score(self, recording: Recording) -> FloatArray:
        """Return the distances, shape (T,), in [0, ∞)."""
        rows = causal_windows(self._scaler.apply(recording), self.window)
        nearest = np.full(len(rows), np.inf)
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            best = nearest[start : start + _BLOCK]
            for centroid in self._centroids:
                difference = block - centroid
                np.minimum(best, np.einsum("td,td->t", difference, difference), out=best)
        return np.sqrt(nearest).astype(np.float32)

    def attribution(self, recording: Recording) -> Shares:
        """Return the share of each channel in the squared distance to the nearest centroid, shape (T, C)."""
        rows = causal_windows(self._scaler.apply(recording), self.window)
        squares = np.empty(rows.shape)
        nearest = np.full(len(rows), np.inf)
        for centroid in self._centroids:
            difference = rows - centroid
            total = np.einsum("td,td->t", difference, difference)
            nearer = total < nearest
            nearest[nearer], squares[nearer] = total[nearer], np.square(difference[nearer])
        return shares(over_window(squares, self.window))


def _distinct(rows: FloatArray, enough: int) -> int:
    """Count distinct rows; stop at ``enough``."""
    seen: set[bytes] = set()
    for row in rows:
        seen.add(row.tobytes())
        if len(seen) >= enough:
            break
    return len(seen)

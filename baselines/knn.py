"""Distance to the nearest training points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.scaling import Scaler, Scaling
from benchmark.toolkit.seeding import generator
from benchmark.toolkit.windows import causal_windows

_QUERIES, _NEIGHBOURS = 512, 2_048  # a tile of products stays in the processor's cache


@dataclass(kw_only=True)
class KNN(Detector):
    r"""Score a point by its mean Euclidean distance to the k nearest training rows.

    .. math:: s_t = \frac{1}{k} \sum_{j \in N_k(x_t)} \lVert x_t - y_j \rVert_2

    A control. [1]_ uses k = 1 on min–max scaled values; here values are standardised. [2]_ tuned k = 50 with the mean
    distance.

    The search goes through all training rows: candidates come from a matrix product of centred rows, tile by tile, and
    the distance of each candidate is then computed from its differences, so that no digits cancel. The candidates are
    the nearest rows up to a float32 rounding error of the squared norm in the squared distance.

    Parameters
    ----------
    window : int
        Points in the causal window that ends with the scored point; 1 scores the point alone.
    scaling : {"standard", "minmax", "robust", "none"}
        Scaling of channels, fitted on training points.
    k : int
        Number of neighbours.
    train_rows : int
        Largest number of training rows to search. Where there are more, so many are drawn without replacement.

    References
    ----------
    .. [1] Sarfraz, Chen, Layer, Peng, Koulakis. Position: Quo vadis, unsupervised time series anomaly
       detection? ICML 2024.
    .. [2] Liu, Paparrizos. The elephant in the room: towards a reliable time-series anomaly detection benchmark.
       NeurIPS 2024.
    """

    supervision: ClassVar[Supervision] = "unsupervised"
    control: ClassVar[bool] = True

    window: Annotated[int, Field(ge=1)] = 1
    scaling: Scaling = "standard"
    k: Annotated[int, Field(ge=1)] = 1
    train_rows: Annotated[int, Field(ge=1)] = 20_000

    def fit(self, train: Recording, validation: Recording) -> None:
        """Store training rows.

        Raises
        ------
        ParameterError
            If there are fewer than k training rows.
        """
        self._scaler = Scaler.fit(train, self.scaling)
        rows = causal_windows(self._scaler.apply(train), self.window)
        if len(rows) > self.train_rows:
            drawn = generator(self.seed, "training rows").choice(len(rows), self.train_rows, replace=False)
            rows = rows[np.sort(drawn)]
        if self.k > len(rows):
            raise ParameterError(f"k={self.k} is larger than the number of training rows, {len(rows)}")
        self._centre = rows.mean(axis=0, dtype=np.float64).astype(np.float32)
        rows = rows - self._centre
        self._tiles = [rows[start : start + _NEIGHBOURS] for start in range(0, len(rows), _NEIGHBOURS)]
        # x·y − ‖y‖²/2 orders neighbours as the distance does. Its second term is one more column of the product.
        self._products = [
            np.ascontiguousarray(np.column_stack([tile, -0.5 * np.einsum("nd,nd->n", tile, tile)]).T)
            for tile in self._tiles
        ]

    def score(self, recording: Recording) -> FloatArray:
        """Return the mean distances, shape (T,), in [0, ∞)."""
        rows = causal_windows(self._scaler.apply(recording), self.window)
        scores = np.empty(len(rows), dtype=np.float32)
        for start in range(0, len(rows), _QUERIES):
            queries = rows[start : start + _QUERIES] - self._centre
            squares = self._nearest_squares(queries)
            scores[start : start + _QUERIES] = np.sqrt(squares).mean(axis=1)
        return scores

    def _nearest_squares(self, queries: FloatArray) -> FloatArray:
        """Squared distances to the k nearest training rows, shape (n, k), in no order."""
        extended = np.column_stack([queries, np.ones(len(queries), dtype=np.float32)])
        squares_by_tile: list[FloatArray] = []
        for tile, product in zip(self._tiles, self._products, strict=True):
            nearness = extended @ product
            if self.k == 1:
                candidates = nearness.argmax(axis=1)[:, None]
            elif self.k < len(tile):
                candidates = np.argpartition(nearness, -self.k, axis=1)[:, -self.k :]
            else:
                candidates = np.broadcast_to(np.arange(len(tile)), nearness.shape)
            difference = queries[:, None, :] - tile[candidates]
            squares_by_tile.append(np.einsum("nkd,nkd->nk", difference, difference))
        squares = np.concatenate(squares_by_tile, axis=1)
        return np.partition(squares, self.k - 1, axis=1)[:, : self.k]

"""Exhaustive search for the nearest of many rows."""

from __future__ import annotations

import numpy as np

from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.recording import FloatArray
from benchmark.toolkit.seeding import generator

TRAIN_ROWS = 20_000
"""Default largest number of rows to search."""

_QUERIES, _NEIGHBOURS = 512, 2_048  # a tile of products stays in the processor's cache


class NearestRows:
    """Mean Euclidean distance to the k nearest of some rows.

    The search goes through all rows: candidates come from a matrix product of centred rows, tile by tile, and the
    distance of each candidate is then computed from its differences, so that no digits cancel. The candidates are the
    nearest rows up to a float32 rounding error of the squared norm in the squared distance.

    Parameters
    ----------
    rows : ndarray of float32, shape (N, D)
        Rows to search.
    k : int
        Number of neighbours.
    most : int
        Largest number of rows to search. Where there are more, so many are drawn without replacement.
    seed : int
        Seed of that draw.

    Raises
    ------
    ParameterError
        If there are fewer than k rows.
    """

    def __init__(self, rows: FloatArray, k: int, most: int, seed: int) -> None:
        if len(rows) > most:
            drawn = generator(seed, "training rows").choice(len(rows), most, replace=False)
            rows = rows[np.sort(drawn)]
        if k > len(rows):
            raise ParameterError(f"k={k} is larger than the number of training rows, {len(rows)}")
        self._k = k
        self._centre = rows.mean(axis=0, dtype=np.float64).astype(np.float32)
        rows = rows - self._centre
        self._tiles = [rows[start : start + _NEIGHBOURS] for start in range(0, len(rows), _NEIGHBOURS)]
        # x·y − ‖y‖²/2 orders neighbours as the distance does. Its second term is one more column of the product.
        self._products = [
            np.ascontiguousarray(np.column_stack([tile, -0.5 * np.einsum("nd,nd->n", tile, tile)]).T)
            for tile in self._tiles
        ]

    def distances(self, rows: FloatArray) -> FloatArray:
        """Return the mean distance of each row, (T, D) to (T,), in [0, ∞)."""
        means = np.empty(len(rows), dtype=np.float32)
        for start in range(0, len(rows), _QUERIES):
            queries = rows[start : start + _QUERIES] - self._centre
            squares = self._nearest_squares(queries)
            means[start : start + _QUERIES] = np.sqrt(squares).mean(axis=1)
        return means

    def _nearest_squares(self, queries: FloatArray) -> FloatArray:
        """Squared distances to the k nearest rows, shape (n, k), in no order."""
        extended = np.column_stack([queries, np.ones(len(queries), dtype=np.float32)])
        squares_by_tile: list[FloatArray] = []
        for tile, product in zip(self._tiles, self._products, strict=True):
            nearness = extended @ product
            if self._k == 1:
                candidates = nearness.argmax(axis=1)[:, None]
            elif self._k < len(tile):
                candidates = np.argpartition(nearness, -self._k, axis=1)[:, -self._k :]
            else:
                candidates = np.broadcast_to(np.arange(len(tile)), nearness.shape)
            difference = queries[:, None, :] - tile[candidates]
            squares_by_tile.append(np.einsum("nkd,nkd->nk", difference, difference))
        squares = np.concatenate(squares_by_tile, axis=1)
        return np.partition(squares, self._k - 1, axis=1)[:, : self._k]

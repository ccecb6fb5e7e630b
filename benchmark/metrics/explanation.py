r"""How well an order of columns by blame agrees with the columns that are truly at fault.

With the columns in the order of falling blame, :math:`y_i = 1` where the i-th one is a culprit, and n culprits among
the C columns:

=============  ===================================================================================================
HitRate@100%   :math:`\frac1n \sum_{i \le n} y_i`: share of the culprits among the first n columns [1]_
HitRate@150%   :math:`\frac1n \sum_{i \le \lfloor 1.5 n \rfloor} y_i` [1]_
NDCG           :math:`\sum_{i=1}^{C} \frac{y_i}{\log_2(i + 1)} \big/ \sum_{i=1}^{n} \frac{1}{\log_2(i + 1)}` [2]_
Precision@1    :math:`y_1`: whether the first column is a culprit
=============  ===================================================================================================

Columns of equal blame have no order. Each measure is then its exact expectation over all orders of these: in a group of
m columns with k culprits, each place has :math:`y = k/m`. So a row without blame has the expectation of a random order,
and no detector gains by the order of the columns in the file.

.. [1] Y. Su et al. Robust anomaly detection for multivariate time series through stochastic recurrent neural network.
   KDD 2019. It has no rule for ties.
.. [2] K. Järvelin, J. Kekäläinen. Cumulated gain-based evaluation of IR techniques. ACM TOIS 20, 2002. Without a cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.errors import DataError

MEASURES: tuple[str, ...] = ("HitRate@100%", "HitRate@150%", "NDCG", "Precision@1")
"""Names of the measures, each in [0, 1]; higher is better."""

BLAMED = "Blamed-Share"

WIDER: Mapping[str, tuple[int, int]] = MappingProxyType({"HitRate@100%": (1, 1), "HitRate@150%": (3, 2)})
"""Columns that count beside the number of culprits, as a fraction of that number."""


def explanation_quality(blame: NDArray[Any], culprits: NDArray[np.bool_]) -> dict[str, NDArray[np.float64]]:
    """Measure the blame of each point.

    Parameters
    ----------
    blame : ndarray, shape (T, C)
        Blame of each column, finite. Only its order within a row counts.
    culprits : ndarray of bool, shape (T, C)
        Columns that are at fault; at least one in each row.

    Returns
    -------
    dict of str to ndarray of float64, shape (T,)
        `MEASURES`.

    Raises
    ------
    DataError
        If shapes differ, a blame is not finite, or a row has no culprit.
    """
    if blame.shape != culprits.shape or blame.ndim != 2:
        raise DataError(f"blame {blame.shape} does not fit culprits {culprits.shape}; both must be (T, C)")
    blame = blame.astype(np.float64)
    if not np.isfinite(blame).all():
        row, column = (int(place) for place in np.argwhere(~np.isfinite(blame))[0])
        raise DataError(f"the blame of column {column + 1} is {blame[row, column]}; it must be finite", row=row + 1)
    count = culprits.sum(axis=1)
    if (count == 0).any():
        raise DataError("the row has no culprit, so that no order of its columns is right", row=int(count.argmin()) + 1)
    expected = np.stack([_expected(*pair) for pair in zip(blame, culprits, strict=True)]) if len(blame) else blame
    reached = np.cumsum(expected, axis=1, dtype=np.float64)
    rows, columns = np.arange(len(blame)), blame.shape[1]
    found = {
        name: reached[rows, np.minimum(count * above // below, columns) - 1] / count
        for name, (above, below) in WIDER.items()
    }
    gains = (1 / np.log2(np.arange(2, columns + 2))).round(12)  # logarithms differ between processors in the last bits
    found["NDCG"] = (expected * gains).sum(axis=1) / np.cumsum(gains)[count - 1]
    found["Precision@1"] = expected[:, 0].astype(np.float64)
    return found


def explanation_means(
    blame: NDArray[Any], culprits: NDArray[np.bool_], orders: Mapping[str, NDArray[Any]]
) -> dict[str, float | None]:
    """Mean of each measure over points, beside those of orders without a model.

    Parameters
    ----------
    blame, culprits : ndarray, shape (T, C)
        As in `explanation_quality`.
    orders : mapping of str to ndarray, shape (T, C)
        Blame of other orders of the columns by name; the last one is the one to beat.

    Returns
    -------
    dict of str to float or None
        `MEASURES`, alone and followed by a comma and the name of an order; ``NDCG above <last order>``, the mean
        difference of the same points; `BLAMED`, the share of points of which any column is blamed. None without points.
    """
    found = {"": explanation_quality(blame, culprits)}
    found |= {f", {name}": explanation_quality(one, culprits) for name, one in orders.items()}
    columns = {f"{name}{suffix}": quality[name] for suffix, quality in found.items() for name in MEASURES}
    last = list(found)[-1]
    columns[f"NDCG above {last.removeprefix(', ')}"] = columns["NDCG"] - columns[f"NDCG{last}"]
    columns[BLAMED] = np.asarray((blame > 0).any(axis=1), np.float64)
    return {name: float(values.mean()) if len(blame) else None for name, values in columns.items()}


def _expected(blame: NDArray[Any], culprits: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Expected y of each place of the order by falling blame, shape (C,)."""
    order = np.argsort(-blame, kind="stable")
    _, group, size = np.unique(-blame[order], return_inverse=True, return_counts=True)
    share: NDArray[np.float64] = (np.bincount(group, weights=culprits[order]) / size)[group]
    return share

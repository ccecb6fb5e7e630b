"""Modalities of series: those that a dataset names, or else switches and groups of correlated measurements."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.recording import FloatArray

FEWEST, MOST = 2, 4
"""Least and largest number of groups, if there are at least `_ENOUGH` measurements."""

_ENOUGH = 4
_CORRELATED = 0.5  # least mean absolute correlation within a group, if the number of groups permits


def derive(values: FloatArray) -> tuple[int, ...]:
    """Assign a modality to each channel by its training values.

    Channels with at most two different values are switches (commands, flags, constants) and have one modality. The
    others are measurements. They have one modality if there are fewer than four, else two to four modalities: clusters
    by average linkage, where the distance is 1 less the absolute Pearson correlation. Nothing is random.

    Parameters
    ----------
    values : ndarray of float32, shape (T, M)
        Training values.

    Returns
    -------
    tuple of int, length M
        Modalities, numbered from 0 in the order of their first channel.
    """
    switches = np.array([_at_most_two(column) for column in values.T])
    modalities = np.zeros(values.shape[1], dtype=np.intp)
    measured = np.flatnonzero(~switches)
    modalities[measured] = 1 + _groups(values[:, measured].astype(np.float64))
    _, first, member = np.unique(modalities, return_index=True, return_inverse=True)
    return tuple(int(number) for number in np.argsort(np.argsort(first))[member])


def numbered(names: tuple[str, ...]) -> tuple[int, ...]:
    """Number the names of modalities from 0 in the order of their first channel; empty if there are no names."""
    order = list(dict.fromkeys(names))
    return tuple(order.index(name) for name in names)


def _at_most_two(column: FloatArray) -> bool:
    other = column[column != column[0]]
    return len(other) == 0 or bool((other == other[0]).all())


def _groups(values: NDArray[np.float64]) -> NDArray[np.intp]:
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if values.shape[1] < _ENOUGH:
        return np.zeros(values.shape[1], dtype=np.intp)
    distance = 1 - np.abs(np.corrcoef(values, rowvar=False))
    tree = linkage(squareform(distance, checks=False), method="average")
    wanted = fcluster(tree, 1 - _CORRELATED, criterion="distance").max()
    return fcluster(tree, int(np.clip(wanted, FEWEST, MOST)), criterion="maxclust").astype(np.intp)

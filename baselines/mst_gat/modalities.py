"""Modalities of series: as a dataset names them, or found as switches and as measurements that move together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.recording import FloatArray

FEWEST, MOST = 2, 4
"""Groups of measurements, where there are at least as many of them as `_ENOUGH`."""

_ENOUGH = 4
_ALIKE = 0.5  # least mean absolute correlation within a group, as far as the number of groups permits


def derive(values: FloatArray) -> tuple[int, ...]:
    """Assign a modality to each channel by its training values.

    Channels with no more than two different values are switches (commands, flags, what never changes): one modality.
    The others are measurements: one modality where they are fewer than four, else two to four groups by average
    linkage on one less the absolute Pearson correlation. Nothing in it is random.

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
    """Number the kinds of channels from 0 in the order in which they first appear; empty for no names."""
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
    wanted = fcluster(tree, 1 - _ALIKE, criterion="distance").max()
    return fcluster(tree, int(np.clip(wanted, FEWEST, MOST)), criterion="maxclust").astype(np.intp)

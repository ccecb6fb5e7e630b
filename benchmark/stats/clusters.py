"""Recordings that resemble each other: those of one machine, spacecraft or other source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Clusters = Mapping[str, str | None]
"""Cluster of each recording by name. A recording with None, or without an entry, is a cluster of its own."""


def cluster_positions(names: Sequence[str], clusters: Clusters | None) -> list[NDArray[np.intp]]:
    """Positions of the recordings of each cluster.

    Parameters
    ----------
    names : sequence of str
        Recordings.
    clusters : mapping of str to str or None, optional
        Cluster of each; without it every recording is a cluster of its own.

    Returns
    -------
    list of ndarray of int
        One array for each cluster, in the order of its first recording.
    """
    members: dict[tuple[bool, str], list[int]] = {}
    for index, name in enumerate(names):
        cluster = (clusters or {}).get(name)
        members.setdefault((cluster is None, name if cluster is None else cluster), []).append(index)
    return [np.array(group, dtype=np.intp) for group in members.values()]


def resample(
    groups: Sequence[NDArray[np.intp]], generator: np.random.Generator, count: int
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Draw as many clusters as there are, and as many recordings of each drawn cluster as it has, with replacement.

    Parameters
    ----------
    groups : sequence of ndarray of int
        Positions of the recordings of each cluster.
    generator : numpy Generator
        Source of the draws.
    count : int
        Number of resamples.

    Returns
    -------
    ndarray of int, shape (count, clusters, size of the largest cluster)
        Positions of the drawn recordings.
    ndarray of bool, of the same shape
        Which of them count: a smaller cluster gives fewer recordings.
    """
    sizes = np.array([len(group) for group in groups])
    positions = np.zeros((len(groups), int(sizes.max())), dtype=np.intp)
    for row, group in enumerate(groups):
        positions[row, : len(group)] = group
    drawn = generator.integers(len(groups), size=(count, len(groups)))
    chosen = generator.integers(sizes[drawn][..., None], size=(count, *positions.shape))
    return positions[drawn[..., None], chosen], np.arange(positions.shape[1]) < sizes[drawn][..., None]

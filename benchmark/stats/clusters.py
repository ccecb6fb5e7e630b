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

"""Splits of rows into train, validation and test: at random, by group, in time order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.intp]

SHARES = (0.6, 0.2, 0.2)
"""Train, validation and test share of every row protocol."""


def random_rows(
    labels: NDArray[np.bool_], shares: Sequence[float], generator: np.random.Generator
) -> tuple[Indices, ...]:
    """Split rows at random, stratified by label. Rows of one group fall into several parts, so this split leaks.

    Parameters
    ----------
    labels : ndarray of bool, shape (T,)
        Strata.
    shares : sequence of float
        Share of each part; they sum to 1.
    generator : numpy Generator

    Returns
    -------
    tuple of ndarray
        Sorted row indices of each part: disjoint, together all rows.
    """
    parts: list[list[Indices]] = [[] for _ in shares]
    for stratum in (True, False):
        rows = generator.permutation(np.flatnonzero(labels == stratum))
        cuts = np.rint(np.cumsum(shares)[:-1] * len(rows)).astype(int)
        for part, piece in zip(parts, np.split(rows, cuts), strict=True):
            part.append(piece)
    return tuple(np.sort(np.concatenate(part)) for part in parts)


def by_group(
    groups: NDArray[Any], labels: NDArray[np.bool_], shares: Sequence[float], generator: np.random.Generator
) -> tuple[Indices, ...]:
    """Split whole groups: no group is in two parts.

    Groups with and without an anomalous row are assigned separately, in random order, each to the part that lacks most
    rows of its share. Shares are then only as close to the wanted ones as large groups allow. A part without a group
    of a kind gets the smallest such group from the part that has most of them, if there are enough.

    Parameters
    ----------
    groups : ndarray, shape (T,)
        Group of each row.
    labels : ndarray of bool, shape (T,)
        Used only to spread groups with an anomaly evenly.
    shares : sequence of float
        Share of rows of each part; they sum to 1.
    generator : numpy Generator

    Returns
    -------
    tuple of ndarray
        Sorted row indices of each part.
    """
    names, member, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    anomalous = np.zeros(len(names), dtype=bool)
    np.logical_or.at(anomalous, member, labels)
    side = np.empty(len(names), dtype=np.intp)
    for stratum in (True, False):
        order = generator.permutation(np.flatnonzero(anomalous == stratum))
        lacking = np.asarray(shares) * sizes[order].sum()
        for group in order:
            part = int(np.argmax(lacking))
            side[group] = part
            lacking[part] -= sizes[group]
        _fill_empty_parts(side, order, sizes, len(shares))
    return tuple(np.flatnonzero(side[member] == part) for part in range(len(shares)))


def _fill_empty_parts(side: Indices, groups: Indices, sizes: Indices, count: int) -> None:
    """Give a part without a group of this stratum the smallest group of the part that has most of them."""
    if len(groups) < count:
        return
    for part in range(count):
        if not (side[groups] == part).any():
            largest = int(np.argmax(np.bincount(side[groups], minlength=count)))
            candidates = groups[side[groups] == largest]
            side[candidates[np.argmin(sizes[candidates])]] = part


def in_time(length: int, shares: Sequence[float]) -> tuple[slice, ...]:
    """Split rows in their order: the first share, then the next, and so on."""
    cuts = [0, *np.rint(np.cumsum(shares) * length).astype(int)]
    return tuple(slice(start, stop) for start, stop in pairwise(cuts))


def thinned(labels: NDArray[np.bool_], share: float, generator: np.random.Generator) -> Indices:
    """Drop random rows of one label until a share of the rows is anomalous; return the other rows, sorted.

    Parameters
    ----------
    labels : ndarray of bool, shape (T,)
        With at least one anomalous row unless ``share`` is 0.
    share : float
        Wanted share of anomalous rows in [0, 1).
    generator : numpy Generator
    """
    anomalous = generator.permutation(np.flatnonzero(labels))
    normal = generator.permutation(np.flatnonzero(~labels))
    keep_anomalous = min(len(anomalous), round(share / (1 - share) * len(normal)))
    keep_normal = min(len(normal), round((1 - share) / share * len(anomalous))) if share > 0 else len(normal)
    return np.sort(np.concatenate([anomalous[:keep_anomalous], normal[:keep_normal]]))


def whole_groups(groups: NDArray[Any], labels: NDArray[np.bool_], rows: int, generator: np.random.Generator) -> Indices:
    """Sample whole groups in random order up to a number of rows.

    Groups with and without an anomalous row are sampled separately, each kind up to its share of all rows. A group
    that exceeds the remaining room is skipped, so that one very large group cannot fill the sample.

    Returns
    -------
    ndarray
        Sorted indices of at most ``rows`` rows; all rows if there are no more than that.
    """
    if rows >= len(groups):
        return np.arange(len(groups))
    names, member, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    anomalous = np.zeros(len(names), dtype=bool)
    np.logical_or.at(anomalous, member, labels)
    taken = np.zeros(len(names), dtype=bool)
    for stratum in (True, False):
        order = generator.permutation(np.flatnonzero(anomalous == stratum))
        room = int(rows * sizes[order].sum() / len(groups))
        for group in order:
            if sizes[group] <= room:
                taken[group] = True
                room -= sizes[group]
    return np.flatnonzero(taken[member])

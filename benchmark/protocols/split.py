"""Splits of rows into train, validation and test: at random, by group, in time order. Samples of rows.

Group splits compare counts of rows, which are whole numbers, so every processor gives the same split.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.intp]

PARTS = ("training", "validation", "test")
"""Names of the parts of a split, in order."""

SHARES = (0.6, 0.2, 0.2)
"""Share of each part in every row protocol."""

CANDIDATES = 1_000
"""Largest number of group splits that `guarded_groups` tries."""

_BATCH = 200


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


@dataclass(frozen=True)
class Guards:
    """What a split by group must keep to.

    Parameters
    ----------
    rows : float
        Largest relative difference between the rows of a part and its share of all rows.
    anomalies : float
        Largest relative difference between the share of anomalous rows in a part and in all rows.
    groups : float
        Smallest effective number of anomalous groups of a part: the inverse Simpson index 1/Σ p², where p is a group's
        part of the anomalous rows. It is n if n groups have equally many, and near 1 if one group has nearly all.

    Without an anomalous row, only ``rows`` counts.
    """

    rows: float = 0.20
    anomalies: float = 0.25
    groups: float = 3.0


@dataclass(frozen=True)
class GroupSplit:
    """A split by group and how it keeps to its guards.

    Parameters
    ----------
    parts : tuple of ndarray
        Sorted row indices of each part.
    candidates : int
        Number of splits that were tried.
    violations : tuple of str
        Each guard that the split does not meet; empty if it meets all.
    """

    parts: tuple[Indices, ...]
    candidates: int
    violations: tuple[str, ...]


def guarded_groups(
    groups: NDArray[Any],
    labels: NDArray[np.bool_],
    shares: Sequence[float],
    generator: np.random.Generator,
    guards: Guards,
) -> GroupSplit:
    """Split whole groups so that every part is near its share of the rows and of the anomalies.

    Splits are drawn as in `by_group` until one meets all guards, `CANDIDATES` at most. If none does, the one that
    misses them by least is taken: by the smallest sum of excesses over all parts and guards, the first of equals.

    Parameters
    ----------
    groups : ndarray, shape (T,)
        Group of each row.
    labels : ndarray of bool, shape (T,)
        Anomalous rows.
    shares : sequence of float
        Share of rows of each of the three `PARTS`, in whole thousandths; they sum to 1.
    generator : numpy Generator
    guards : Guards
    """
    _, member, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    anomalies = np.bincount(member[labels], minlength=len(sizes))
    best: tuple[float, Indices] | None = None
    count = 0
    for sides in _candidates(sizes, anomalies > 0, shares, generator):
        for side in sides:
            count += 1
            excess = sum(amount for amount, _ in _excesses(side, sizes, anomalies, shares, guards))
            if best is None or excess < best[0]:
                best = excess, side
            if excess == 0:
                break
        if best is not None and best[0] == 0:
            break
    assert best is not None
    side = best[1]
    parts = tuple(np.flatnonzero(side[member] == part) for part in range(len(shares)))
    missed = tuple(text for _, text in _excesses(side, sizes, anomalies, shares, guards))
    return GroupSplit(parts, count, missed)


def _candidates(
    sizes: Indices, anomalous: NDArray[np.bool_], shares: Sequence[float], generator: np.random.Generator
) -> Iterator[Indices]:
    """Draw batches of splits: the part of each group, shape (batch, groups)."""
    weights = np.array([round(1_000 * share) for share in shares])
    batch = np.arange(_BATCH)
    for _ in range(CANDIDATES // _BATCH):
        sides = np.zeros((_BATCH, len(sizes)), dtype=np.intp)
        for stratum in (True, False):
            members = np.flatnonzero(anomalous == stratum)
            orders = generator.permuted(np.tile(members, (_BATCH, 1)), axis=1)
            lacking = np.tile(weights * sizes[members].sum(), (_BATCH, 1))
            for place in range(len(members)):
                group = orders[:, place]
                part = lacking.argmax(axis=1)
                sides[batch, group] = part
                lacking[batch, part] -= weights.sum() * sizes[group]
        yield sides


def _excesses(
    side: Indices, sizes: Indices, anomalies: Indices, shares: Sequence[float], guards: Guards
) -> Iterator[tuple[float, str]]:
    """Excess over each guard that a split misses, with a sentence. Differences are relative, so excesses compare."""
    total, marked = int(sizes.sum()), int(anomalies.sum())
    for part, (name, share) in enumerate(zip(PARTS, shares, strict=True)):
        inside = side == part
        rows, found = int(sizes[inside].sum()), anomalies[inside]
        if (off := abs(rows / (share * total) - 1)) > guards.rows:
            yield off - guards.rows, f"{name} has {rows:,} of {total:,} rows, its share is {share:.0%}"
        if not marked:
            continue
        own = int(found.sum())
        if (off := abs(own * total / (max(rows, 1) * marked) - 1)) > guards.anomalies:
            yield (
                off - guards.anomalies,
                f"{own:,} of {rows:,} rows of {name} are anomalous, {marked:,} of all {total:,}",
            )
        if (effective := effective_groups(found)) < guards.groups:
            text = f"{name} has {effective:.1f} effective anomalous groups, fewer than {guards.groups:g}"
            yield 1 - effective / guards.groups, text


def effective_groups(counts: NDArray[np.integer[Any]]) -> float:
    """Inverse Simpson index of counts: the number of equal groups that are as concentrated; 0 without any count."""
    total = int(counts.sum())
    return total**2 / int((counts.astype(np.int64) ** 2).sum()) if total else 0.0


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


def sampled(labels: NDArray[np.bool_], rows: int, generator: np.random.Generator) -> Indices:
    """Draw random rows, stratified by label; return them sorted.

    Parameters
    ----------
    labels : ndarray of bool, shape (T,)
        Strata.
    rows : int
        Number of rows to draw; 0 takes all, and so does a number above T.
    generator : numpy Generator
    """
    if not 0 < rows < len(labels):
        return np.arange(len(labels))
    anomalous = generator.permutation(np.flatnonzero(labels))
    normal = generator.permutation(np.flatnonzero(~labels))
    wanted = (2 * rows * len(anomalous) + len(labels)) // (2 * len(labels))  # rounded half up, in whole numbers
    return np.sort(np.concatenate([anomalous[:wanted], normal[: rows - wanted]]))

"""Hierarchical bootstrap of weighted means: groups, then units within each drawn group.

A resample is a row of counts, how often each unit is drawn, so every mean of it is a product of matrices, and ten
thousand resamples of a table take seconds. `benchmark.stats.intervals.hierarchical_interval` draws in the same way, for
one method and with seeds below the units.

Where every group has one unit, units are drawn within groups of one: the plain bootstrap over units. Where there are
more, the spread within groups enters twice, in the drawn group and in its drawn units, so intervals are a little wide.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

AT_ONCE = 4_000_000
"""Draws in one block: bounds its memory (about 150 MB)."""


def group_resamples(
    groups: NDArray[np.intp], generator: np.random.Generator, resamples: int
) -> Iterator[NDArray[np.float64]]:
    """Yield blocks of counts of units.

    Parameters
    ----------
    groups : ndarray of int, shape (units,)
        Group of each unit, numbered from 0 without a gap.
    generator : numpy Generator
        Source of the draws.
    resamples : int
        Number of resamples.

    Yields
    ------
    ndarray of float64, shape (block, units)
        How often each unit is drawn: as many groups as there are, with replacement, and of each drawn group as many
        units as it has, with replacement.
    """
    sizes = np.bincount(groups)
    count, units = len(sizes), len(groups)
    order = np.argsort(groups, kind="stable")
    starts = np.cumsum(sizes) - sizes
    block = max(1, AT_ONCE // max(units, count))
    for done in range(0, resamples, block):
        rows = min(block, resamples - done)
        drawn = generator.integers(count, size=(rows, count))
        taken = sizes[drawn]
        of_group = np.repeat(drawn.ravel(), taken.ravel())
        row = np.repeat(np.arange(rows), taken.sum(axis=1))
        within = (generator.random(len(of_group)) * sizes[of_group]).astype(np.intp)
        unit = order[starts[of_group] + within]
        yield np.bincount(row * units + unit, minlength=rows * units).reshape(rows, units).astype(np.float64)


def bootstrap_means(
    values: NDArray[np.float64],
    groups: NDArray[np.intp],
    weights: NDArray[np.float64],
    generator: np.random.Generator,
    resamples: int,
) -> NDArray[np.float64]:
    """Weighted means of resamples.

    Parameters
    ----------
    values : ndarray, shape (units, columns)
        Finite.
    groups : ndarray of int, shape (units,)
        As in `group_resamples`.
    weights : ndarray, shape (kinds, units)
        Weights of the units above 0, one row for each kind of mean. Equal weights give the mean over units; 1/size of
        its group gives the mean over groups.
    generator : numpy Generator
        Source of the draws.
    resamples : int
        Number of resamples, at least 1.

    Returns
    -------
    ndarray, shape (kinds, resamples, columns)
        Σ count·weight·value / Σ count·weight, of the same resamples for each kind.
    """
    weighted = [np.column_stack([values * row[:, None], row]) for row in weights]
    sums: list[list[NDArray[np.float64]]] = [[] for _ in weighted]
    for counts in group_resamples(groups, generator, resamples):
        for kind, columns in enumerate(weighted):
            sums[kind].append(counts @ columns)
    whole = np.stack([np.concatenate(blocks) for blocks in sums])
    means: NDArray[np.float64] = whole[..., :-1] / whole[..., -1:]
    return means

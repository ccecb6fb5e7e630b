"""Runs of marked points: the events of labels, the alarms of flags."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.metrics.checks import Marks

Positions = NDArray[np.int64]


def segments(marked: Marks) -> tuple[Positions, Positions]:
    """Find the maximal runs of marked points.

    Parameters
    ----------
    marked : ndarray of bool, shape (T,)
        True where a point belongs to a run.

    Returns
    -------
    starts, stops : ndarray of int64, shape (K,)
        First point of each run, and the one after its last, in order.
    """
    borders = np.flatnonzero(marked[1:] != marked[:-1]) + 1
    first = [0] if marked[0] else []
    last = [len(marked)] if marked[-1] else []
    edges = np.concatenate([np.array(first, np.int64), borders, np.array(last, np.int64)])
    return edges[::2], edges[1::2]


def event_offsets(starts: Positions, stops: Positions) -> Positions:
    """Place of each event's first point among all points of events laid end to end; shape (K,)."""
    lengths = stops - starts
    return np.asarray(np.cumsum(lengths) - lengths)


def nearest_smaller(values: NDArray[Any]) -> tuple[Positions, Positions]:
    """Find, for every element, the nearest smaller one on its left and on its right.

    One pass with a stack: linear whatever the order. Jumping pointers or a tree of block minima can be written without
    a loop and were slower here on smooth scores, whose long monotone stretches are what scores are made of.

    Parameters
    ----------
    values : ndarray of int, shape (M,)
        Distinct values.

    Returns
    -------
    left, right : ndarray of int64, shape (M,)
        Indices; −1 and M where there is none.
    """
    sequence = values.tolist()
    left, right = [0] * len(sequence), [len(sequence)] * len(sequence)
    open_ = [-1]  # indices whose right neighbour is still to come, values ascending
    for index, value in enumerate(sequence):
        while (top := open_[-1]) >= 0 and sequence[top] > value:
            right[top] = index
            open_.pop()
        left[index] = top
        open_.append(index)
    return np.array(left, np.int64), np.array(right, np.int64)


def outward_minima(values: NDArray[np.int64], labels: Marks) -> Marks:
    """Mark the points of events, and outside them the running minima on the way from each event to its neighbours.

    What happens to an event when points are added in the order of ``values`` depends on these points alone: any other
    is hidden behind an earlier one that is nearer to the event.

    Parameters
    ----------
    values : ndarray of int64, shape (T,)
        Distinct, each between −T and T.
    labels : ndarray of bool, shape (T,)
        True within events.
    """
    count, kept = len(values), labels.copy()
    starts, stops = segments(labels)
    # Each stretch lies a full span of values below the one before it, so that one running minimum starts anew in each.
    for stretch, direction in ((stops, slice(None)), (count - starts[::-1], slice(None, None, -1))):
        number = np.zeros(count + 1, dtype=np.int64)
        number[stretch] = 2 * count + 1
        lowered = values[direction] - np.cumsum(number[:count])
        kept[direction] |= lowered == np.minimum.accumulate(lowered)
    return kept

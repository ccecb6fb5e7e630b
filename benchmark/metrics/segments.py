"""Runs of marked points: the events of labels, the alarms of flags."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.metrics.checks import Marks

Positions = NDArray[np.int64]


class Segments(NamedTuple):
    """Ranges of points, in order, none of which overlap.

    Parameters
    ----------
    starts, stops : ndarray of int64, shape (K,)
        First point of each range, and the one after its last.
    """

    starts: Positions
    stops: Positions

    @property
    def lengths(self) -> Positions:
        """Number of points of each range; shape (K,)."""
        return self.stops - self.starts

    @property
    def offsets(self) -> Positions:
        """Index of the first point of each range among the points of all ranges laid end to end; shape (K,)."""
        lengths = self.lengths
        return np.asarray(np.cumsum(lengths) - lengths)

    @property
    def numbers(self) -> Positions:
        """Number of the range that each point is from, for the points of all ranges laid end to end; shape (N,)."""
        return np.repeat(np.arange(len(self.starts)), self.lengths)

    @property
    def points(self) -> Positions:
        """Points of all ranges laid end to end; shape (N,)."""
        numbers = self.numbers
        return np.arange(len(numbers)) + (self.starts - self.offsets)[numbers]


def segments(marked: Marks) -> Segments:
    """Find the maximal runs of marked points.

    Parameters
    ----------
    marked : ndarray of bool, shape (T,)
        True where a point belongs to a run.
    """
    borders = np.flatnonzero(marked[1:] != marked[:-1]) + 1
    first = [0] if marked[0] else []
    last = [len(marked)] if marked[-1] else []
    edges = np.concatenate([np.array(first, np.int64), borders, np.array(last, np.int64)])
    return Segments(edges[::2], edges[1::2])


def nearest_smaller(values: NDArray[Any]) -> tuple[Positions, Positions]:
    """Find, for every element, the nearest smaller one on its left and on its right.

    One pass with a stack: linear for any order of values. Pointer jumping and a tree of block minima need no loop, and
    both were slower here on smooth scores, which have long monotone stretches.

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


def outward_minima(values: NDArray[np.int64], labels: Marks, events: Segments) -> Marks:
    """Mark the points of events, and outside them the running minima on the way from each event to its neighbours.

    When points are added in the order of ``values``, these points alone decide what happens to an event: every other
    point lies behind one that was added earlier and is nearer to the event.

    Parameters
    ----------
    values : ndarray of int64, shape (T,)
        Distinct, each between −T and T.
    labels : ndarray of bool, shape (T,)
        True within events.
    events : Segments
        The runs of ``labels``.
    """
    count, marked = len(values), labels.copy()
    # Each stretch lies a full span of values below the one before it, so that one running minimum starts anew in each.
    for stretch, direction in ((events.stops, slice(None)), (count - events.starts[::-1], slice(None, None, -1))):
        number = np.zeros(count + 1, dtype=np.int64)
        number[stretch] = 2 * count + 1
        lowered = values[direction] - np.cumsum(number[:count])
        marked[direction] |= lowered == np.minimum.accumulate(lowered)
    return marked

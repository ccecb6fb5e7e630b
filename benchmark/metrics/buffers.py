"""Buffers around events: distances of points to events, zones, and the threshold at which a zone is first flagged.

A zone is an event widened by half a buffer length on both sides. Zones that overlap are one zone.
"""

from __future__ import annotations

import numpy as np

from benchmark.metrics.segments import Positions, Segments
from benchmark.metrics.sweep import Numbers

_FAR = np.iinfo(np.int64).max // 4
_BLOCK = 16_000
"""Entries of an array of halves × events: small enough for the cache, and few calls."""


def zones(events: Segments, points: int, half: int) -> Segments:
    """Zones of events in a series of ``points`` points, for half a buffer length."""
    starts, stops = _joined(events, half)
    return Segments(np.maximum(starts - half, 0), np.minimum(stops + half, points))


def distances(positions: Positions, events: Segments, reach: int) -> tuple[Positions, Positions]:
    """Measure how far normal points lie from the nearest and the second-nearest event.

    Parameters
    ----------
    positions : ndarray of int64, shape (J,)
        Normal points.
    events : Segments
        Events.
    reach : int
        Largest distance of interest.

    Returns
    -------
    nearest, second : ndarray of int64, shape (J,)
        Distances of 1 or more; a second one above ``reach`` is ``reach`` + 1.
    """
    ends = np.concatenate([[-_FAR, -_FAR], events.stops - 1])
    begins = np.concatenate([events.starts, [_FAR, _FAR]])
    begun = np.searchsorted(events.starts, positions, side="right")
    left, left2 = positions - ends[begun + 1], positions - ends[begun]
    right, right2 = begins[begun] - positions, begins[begun + 1] - positions
    second = np.minimum(np.minimum(np.maximum(left, right), left2), np.minimum(right2, reach + 1))
    return np.minimum(left, right), second


class FlaggedZones:
    """The share of zones with a flag at each threshold of a curve, for several halves of a buffer length.

    Parameters
    ----------
    ranked : ndarray of int64, shape (M,)
        All points of the largest zones, in the order in which they are flagged.
    last : ndarray of int64, shape (K,)
        For each threshold, from the highest down, the index in ``ranked`` of the last point that it flags.
    events : Segments
        Events.
    points : int
        Length of the series.
    halves : ndarray of int64, shape (L,)
        Half of each buffer length, ascending in steps of 0 or 1.
    """

    def __init__(self, ranked: Positions, last: Positions, events: Segments, points: int, halves: Positions) -> None:
        low, reach = int(halves[0]), int(halves[-1])
        # Positions are counted from ``reach`` points before the series, so that no zone crosses its ends.
        rank = np.full(points + 2 * reach + 1, len(ranked))
        rank[ranked + reach] = np.arange(len(ranked))
        starts, stops = _joined(Segments(events.starts + reach, events.stops + reach), low)
        first = np.minimum.reduceat(rank, np.stack([starts - low, stops + low], axis=1).ravel())[::2]
        ranks, which, count = [], [], []
        while low <= reach:
            half = np.arange(low, min(reach + 1, low + max(1, _BLOCK // len(starts))))[:, None]
            # Lowest rank within ``half`` points of each event, one row after the other.
            lowest = np.minimum(rank[starts - half], rank[stops - 1 + half])
            lowest[0] = np.minimum(lowest[0], first)
            np.minimum.accumulate(lowest, axis=0, out=lowest)
            apart = np.ones(lowest.shape, dtype=np.bool_)
            apart[:, 1:] = starts[1:] - stops[:-1] >= 2 * half
            zone = np.flatnonzero(apart)
            ranks.append(np.minimum.reduceat(lowest.ravel(), zone))
            which.append(zone // len(starts) + (low - halves[0]))
            count.append(apart.sum(axis=1))
            low += len(half)
            if low <= reach:  # Zones that overlap at one half overlap at every larger one.
                first = np.minimum.reduceat(lowest[-1], np.flatnonzero(apart[-1]))
                starts, stops = starts[apart[-1]], stops[np.append(apart[-1, 1:], True)]
        self._count = np.concatenate(count)
        threshold = np.searchsorted(last, np.concatenate(ranks))
        ordered = np.sort(threshold * len(self._count) + np.concatenate(which))
        self._threshold, self._which = np.divmod(ordered, len(self._count))
        self._column = halves - halves[0]
        self._flagged = np.zeros(len(self._count))
        self._read = self._next = 0

    def shares(self, until: int) -> Numbers:
        """Shares in [0, 1] at the thresholds from the end of the last call to the one before ``until``; shape (N, L).

        Thresholds at the end where all zones have a flag are left out.
        """
        since, read, width = self._next, self._read, len(self._count)
        if read == len(self._threshold):
            return np.empty((0, len(self._column)))
        self._next, self._read = until, int(np.searchsorted(self._threshold, until))
        first, which = self._threshold[read : self._read] - since, self._which[read : self._read]
        new = np.append(True, first[1:] != first[:-1])[: len(first)]
        row = np.cumsum(new)
        flagged = np.bincount(row * width + which, minlength=(np.count_nonzero(new) + 1) * width)
        flagged = flagged.reshape(-1, width).astype(np.float64)
        flagged[0] = self._flagged
        np.cumsum(flagged, axis=0, out=flagged)
        self._flagged = flagged[-1].copy()
        length = int(first[-1]) if self._read == len(self._threshold) else until - since
        at = np.searchsorted(first[new], np.arange(length), side="right")
        return np.asarray((flagged / self._count)[:, self._column][at])


def _joined(events: Segments, half: int) -> Segments:
    """Events whose zones overlap as one: from the start of the first to the stop of the last."""
    apart = np.ones(len(events.starts) + 1, dtype=np.bool_)
    apart[1:-1] = events.starts[1:] - events.stops[:-1] >= 2 * half
    return Segments(events.starts[apart[:-1]], events.stops[apart[1:]])

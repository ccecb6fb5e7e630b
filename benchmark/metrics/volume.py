"""Areas and volumes under range-aware ROC and precision–recall curves (VUS), for all thresholds exactly.

Paparrizos et al. 2022, "Volume under the surface", PVLDB 15(11), as the authors compute it today: in their package
``vus`` (``RangeAUC_volume_opt``) and in TSB-AD. Around each event labels fall off softly: a normal point at distance d
from an event counts √(1 − d/w) for d ≤ ⌊w/2⌋, and 1 where it is within reach of two events (the sum, at most 1).
Overlapping zones of events are one zone. At a threshold that flags N points, with H of the P anomalous points among
them and soft labels that sum to S over flagged normal points,

    TP = H + S,    P' = P + S/2,    recall = min(TP/P', 1) · (share of zones with a flag),
    precision = TP/N,    false-positive rate = (N − TP)/(T − P').

The area under ROC is trapezoidal and ends at (1, 1); the one under precision–recall is step-wise. A volume is the mean
of the areas for w = 0, 1, …, window.

How it is computed: recall changes only at thresholds that flag a point within reach of an event. Between two of them
the false-positive rate grows in a straight line, so that whole stretches of the curve are one trapezoid. Because
TP = 2P' + H − 2P,

    TP/P' = 2 + (H − 2P)/P',    false-positive rate = 2 + (N − H − 2(T − P))/(T − P'),

where each second term is a number of the threshold times a reciprocal that depends on S alone. S changes only at
thresholds that flag a normal point.
"""

from __future__ import annotations

from functools import lru_cache
from math import nan
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from benchmark.metrics.buffers import FlaggedZones, distances, zones
from benchmark.metrics.checks import Marks
from benchmark.metrics.evaluated import Evaluated, require_both_classes
from benchmark.metrics.segments import Positions
from benchmark.metrics.sweep import Numbers

_LENGTHS = 256
"""Buffer lengths computed together: bounds the memory of the table of soft labels."""

_BLOCK = 32_000
"""Entries of an array of thresholds × buffer lengths (256 kB): small enough for the cache, and few calls."""


class Areas(NamedTuple):
    """Area, or volume, under ROC and under precision–recall: each in [0, 1], NaN where labels hold one class only."""

    roc: float
    pr: float


def range_auc(labels: ArrayLike, scores: ArrayLike, window: int) -> Areas:
    """Range-AUC-ROC and Range-AUC-PR for one buffer length.

    Parameters
    ----------
    labels : array_like of bool, shape (T,)
        True where a point is anomalous.
    scores : array_like, shape (T,)
        Higher is more anomalous.
    window : int
        Buffer length w in points: half of it lies before an event, half after. Without a buffer (0) the areas differ
        from AUC-ROC and AUC-PR only by the share of zones with a flag.

    Returns
    -------
    Areas
        1 for a score that ranks every anomalous point first.

    Notes
    -----
    Known flaws: flags near an event count although none lies in it. A flagged soft label raises the wanted number of
    positives P', so that the area is no probability. For a random score the area under ROC is not 0.5.
    """
    return range_auc_of(Evaluated(labels, scores, window=window))


@require_both_classes(Areas(nan, nan))
def range_auc_of(case: Evaluated) -> Areas:
    """`range_auc` of a case with scores and a window."""
    return _mean_areas(case, range(case.window, case.window + 1))


def vus(labels: ArrayLike, scores: ArrayLike, window: int) -> Areas:
    """VUS-ROC and VUS-PR: the mean of Range-AUC over all buffer lengths from 0 to ``window``.

    Time is O(T log T + M·window) for the M points within reach of an event. Memory is O(T), whatever the window.

    Parameters
    ----------
    labels, scores : array_like, shape (T,)
        As for `range_auc`.
    window : int
        Largest buffer length in points. The value depends on it, so it is fixed per dataset (``Metadata.vus_window``).

    Notes
    -----
    Known flaws: those of `range_auc`. Because of the window, two papers' values can be compared only where their
    windows are equal.
    """
    return vus_of(Evaluated(labels, scores, window=window))


@require_both_classes(Areas(nan, nan))
def vus_of(case: Evaluated) -> Areas:
    """`vus` of a case with scores and a window."""
    return _mean_areas(case, range(case.window + 1))


def _mean_areas(case: Evaluated, lengths: range) -> Areas:
    parts = [lengths[first : first + _LENGTHS] for first in range(0, len(lengths), _LENGTHS)]
    roc, pr = np.sum([_Curves(case, np.array(part)).sums() for part in parts], axis=0) / len(lengths)
    return Areas(*np.clip((roc, pr), 0, 1).tolist())


class _Curves:
    """The curves of some consecutive buffer lengths.

    Parameters
    ----------
    case : Evaluated
        With scores, and labels of both classes.
    lengths : ndarray of int64, shape (L,)
        Buffer lengths, ascending.
    """

    def __init__(self, case: Evaluated, lengths: Positions) -> None:
        reach = int(lengths[-1]) // 2
        near = zones(case.events, len(case.labels), reach).points
        ranked = near[np.argsort(case.scores[near])[::-1]]
        scores, anomalous = case.scores[ranked], case.labels[ranked]
        # Several points with one score have one threshold.
        last = np.flatnonzero(np.concatenate([scores[1:] != scores[:-1], [True]]))
        self.case, self.lengths, self.scores, self.hits = case, len(lengths), scores[last], np.cumsum(anomalous)[last]
        self.normal = last + 1 - self.hits
        apart = distances(ranked[~anomalous], case.events, reach)
        self.wanted = _Wanted(len(case.labels), case.anomalies, len(last), *apart, lengths)
        self.zones = FlaggedZones(ranked, last, case.events, len(case.labels), lengths // 2)

    def sums(self) -> tuple[float, float]:
        """Range-AUC-ROC and Range-AUC-PR, each summed over the buffer lengths."""
        points, positives, count = len(self.case.labels), self.case.anomalies, len(self.scores)
        surplus = self.hits - 2.0 * positives
        # At each threshold, summed over buffer lengths: the step in recall, and its product with P', with 1/(T − P'),
        # and with 1/(T − P') at the threshold before.
        one, by_wanted, by_rate, by_rate_before = np.empty((4, count))
        recalls = np.empty_like(self.wanted.rows)
        recalls[0, : self.lengths], recalls[0, self.lengths :] = 0, 1  # the added column stays at 1: no step
        for start in range(0, count, self.wanted.size):
            at = slice(start, min(start + self.wanted.size, count))
            wanted = self.wanted.at(self.normal[at])
            recall, step = recalls[: len(wanted)], self.wanted.spare[1 : len(wanted)]
            np.divide(surplus[at, None], wanted[1:], out=recall[1:])
            recall[1:] += 2
            np.minimum(recall[1:], 1, out=recall[1:])
            share = self.zones.shares(at.stop)
            recall[1 : len(share) + 1, : self.lengths] *= share
            np.subtract(recall[1:], recall[:-1], out=step)
            np.add.reduce(step, axis=1, out=one[at])
            np.einsum("kl,kl->k", step, wanted[1:], out=by_wanted[at])
            rate = np.divide(1, np.subtract(points, wanted, out=wanted), out=wanted)
            np.einsum("kl,kl->k", step, rate[1:], out=by_rate[at])
            np.einsum("kl,kl->k", step, rate[:-1], out=by_rate_before[at])
            recalls[0] = recall[-1]
        flagged = points - np.searchsorted(self.case.ascending, self.scores, side="left")
        before = points - np.searchsorted(self.case.ascending, self.scores, side="right")
        before[1:] -= self.hits[:-1]
        negatives = 2 * (points - positives)
        above = np.sum(by_rate * (flagged - self.hits - negatives) + by_rate_before * (before - negatives))
        roc = self.lengths - 2 * recalls[0, : self.lengths].sum() - above / 2
        return float(roc), float(np.sum((one * surplus + 2 * by_wanted) / flagged))


class _Wanted:
    """The wanted number of positives P' at each threshold, block after block. ``spare`` is free between two calls.

    Parameters
    ----------
    points, positives : int
        T and P.
    thresholds : int
        Number of thresholds.
    nearest, second : ndarray of int64, shape (J,)
        Distances of the normal points to events, in the order in which they are flagged.
    lengths : ndarray of int64, shape (L,)
        Buffer lengths, ascending.
    """

    def __init__(
        self, points: int, positives: int, thresholds: int, nearest: Positions, second: Positions, lengths: Positions
    ) -> None:
        self._nearest, self._read = nearest, 0
        farthest = min(points, int(lengths[-1]) // 2)
        self._halves, self._reached = _soft_labels(int(lengths[0]), int(lengths[-1]), farthest)
        self._second = np.minimum(second, farthest + 1)
        width = self._halves.shape[1]
        self._near_two = bool((self._second < len(self._halves) - 1).any())
        self._sums = np.full(width, float(positives))
        self._sums[len(lengths) :] = 2 * positives + 0.5  # the added column: its recall is 1
        self._last = self._sums
        block = max(1, _BLOCK // width)
        self.size, self._taken = min(block, thresholds), min(block, max(thresholds, len(nearest)))
        self.rows, self.spare = np.empty((self.size + 1, width)), np.empty((self._taken + 1, width))

    def at(self, normal: Positions) -> Numbers:
        """P' at the threshold before, then at the next K; shape (K + 1, width). The next call overwrites the array.

        Parameters
        ----------
        normal : ndarray of int64, shape (K,)
            Number of normal points that are flagged at each threshold, ascending over all calls.
        """
        rows, filled = self.rows[: len(normal) + 1], 0
        rows[0] = self._last
        while filled < len(normal):
            start, stop = self._read, min(self._read + self._taken, int(normal[-1]))
            sums = self.spare[: stop - start + 1]
            sums[0] = self._sums
            np.take(self._halves, self._nearest[start:stop], axis=0, out=sums[1:], mode="clip")
            if self._near_two:
                np.copyto(sums[1:], 0.5, where=self._reached[self._second[start:stop]])
            _add_up(sums)
            self._sums, self._read = sums[-1].copy(), stop
            until = int(np.searchsorted(normal, stop, side="right"))
            np.take(sums, normal[filled:until] - start, axis=0, out=rows[filled + 1 : until + 1], mode="clip")
            filled = until
        self._last = rows[-1].copy()
        return rows


def _add_up(rows: Numbers) -> None:
    """Replace rows by their running sums."""
    # numpy adds one number after the other: as complex numbers, two columns take the time of one.
    pairs = rows.view(np.complex128) if rows.shape[1] % 2 == 0 else rows
    np.cumsum(pairs, axis=0, out=pairs)


@lru_cache(maxsize=2)
def _soft_labels(first: int, last: int, farthest: int) -> tuple[Numbers, Marks]:
    """Halved soft labels, and True within reach of an event, by distance (rows) and buffer length (columns).

    Distances run from 0 to ``farthest``, the largest one that is within reach and in the series; one more row says out
    of reach. A column is added where the number of lengths is odd, for `_add_up`.
    """
    lengths = np.arange(first, last + 1)
    distance = np.append(np.arange(farthest + 1), last + 1)[:, None]
    shape = len(distance), len(lengths) + (len(lengths) % 2 if first < last else 0)
    halves, reached = np.zeros(shape), np.zeros(shape, dtype=np.bool_)
    reached[:, : len(lengths)] = distance <= lengths // 2
    slope = np.maximum(1 - distance / np.maximum(lengths, 1), 0)
    halves[:, : len(lengths)] = np.where(reached[:, : len(lengths)], np.sqrt(slope) / 2, 0)
    return halves, reached

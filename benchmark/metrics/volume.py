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
"""

from __future__ import annotations

from math import nan
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.interfaces.errors import ParameterError
from benchmark.metrics.checks import Marks, Scores, scored
from benchmark.metrics.segments import Positions, segments
from benchmark.metrics.sweep import Numbers, Sweep

_FAR = np.iinfo(np.int64).max // 4
_BLOCK = 1 << 16


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
        Buffer length w in points: half of it lies before an event, half after. 0 is no buffer; the areas then differ
        from AUC-ROC and AUC-PR only by the share of zones with a flag.

    Returns
    -------
    Areas
        1 for a score that ranks every anomalous point first.

    Notes
    -----
    Known flaws: flags near an event count although none lies in it; a soft label outside raises the wanted number of
    positives as it is found, so that the area is no probability; for a random score the area under ROC is not 0.5.
    """
    return _mean_areas(labels, scores, _lengths(window)[-1:])


def vus(labels: ArrayLike, scores: ArrayLike, window: int) -> Areas:
    """VUS-ROC and VUS-PR: the mean of Range-AUC over all buffer lengths from 0 to ``window``.

    Time is O(T log T + M·window) for the M points within reach of an event, memory O(T): thresholds between two such
    points change neither recall nor its existence factor, so that whole stretches of the curve are one rectangle.

    Parameters
    ----------
    labels, scores : array_like, shape (T,)
        As for `range_auc`.
    window : int
        Largest buffer length in points, fixed per dataset (``Metadata.vus_window``), for it changes the value.

    Notes
    -----
    Known flaws: those of `range_auc`; and the value depends on the window, so that two papers' VUS are comparable only
    where their windows are.
    """
    return _mean_areas(labels, scores, _lengths(window))


def _lengths(window: int) -> range:
    if window < 0:
        raise ParameterError(f"a window of {window} points: it has to be 0 or more")
    return range(window + 1)


def _mean_areas(labels: ArrayLike, scores: ArrayLike, lengths: range) -> Areas:
    anomalous, values = scored(labels, scores)
    if not anomalous.any() or anomalous.all():
        return Areas(nan, nan)
    areas = _Surface(anomalous, values, lengths[-1] // 2).areas(np.array(lengths))
    roc, pr = np.mean(areas, axis=0).tolist()
    return Areas(roc, pr)


class _Surface:
    """What the curves of all buffer lengths share: when each point within reach of an event is taken.

    Parameters
    ----------
    labels, scores : ndarray, shape (T,)
        With both classes.
    reach : int
        Half of the largest buffer length.
    """

    def __init__(self, labels: Marks, scores: Scores, reach: int) -> None:
        self.points, self.positives = len(labels), int(np.count_nonzero(labels))
        self.starts, self.stops = segments(labels)
        sweep = Sweep.of_scores(scores)
        inside = _within(self.points, *_zones(self.starts, self.stops, self.points, reach))
        self.near = np.flatnonzero(inside)
        places = np.flatnonzero(inside[sweep.order])
        ranked = sweep.order[places]
        threshold = np.searchsorted(sweep.ends, places)
        # Of several such points with one score only the last is a place on the curve.
        self.last = np.append(np.flatnonzero(threshold[1:] != threshold[:-1]), len(places) - 1)
        on_curve = threshold[self.last]
        self.after = sweep.taken[on_curve].astype(np.float64)
        self.before = np.append(0, sweep.taken)[on_curve].astype(np.float64)
        self.hits = np.cumsum(labels[ranked])[self.last].astype(np.float64)
        when = np.empty(self.points, dtype=np.int64)
        when[ranked] = np.arange(len(ranked))
        self.when = np.append(when[self.near], len(ranked))
        self.nearest, self.second, self.kind = _distances(ranked, labels, self.starts, self.stops, reach)

    def areas(self, lengths: Positions) -> Numbers:
        """Range-AUC-ROC and Range-AUC-PR for each buffer length; shape (L, 2)."""
        # Blocks of many curves where they are short, for the speed of large arrays; of two where they are long, for
        # memory. An even number, because lengths 2h and 2h + 1 share their zones.
        block = max(2, _BLOCK // len(self.near) & ~1)
        return np.concatenate([self._block(lengths[at : at + block]) for at in range(0, len(lengths), block)])

    def _block(self, lengths: Positions) -> Numbers:
        soft = np.cumsum(np.take(self._weights(lengths), self.kind, axis=1), axis=1)
        if len(self.last) < len(self.near):
            soft = soft[:, self.last]
        tp = soft + self.hits
        soft *= 0.5
        recall = tp / (soft + self.positives)
        np.minimum(recall, 1.0, out=recall)
        recall *= self._existence(lengths // 2)
        step = recall.copy()
        step[:, 1:] -= recall[:, :-1]
        negatives = np.subtract(self.points - self.positives, soft, out=soft)
        # Recall changes only where a point within reach is taken. Before it the false-positive rate may have grown by
        # points out of reach, so that the area above the curve is a trapezoid between these two rates.
        rate = np.subtract(self.after, tp, out=recall)
        rate /= negatives
        above = _dot(step, rate) + step[:, 0] * self.before[0] / (self.points - self.positives)
        rate = np.subtract(self.before[1:], tp[:, :-1], out=rate[:, 1:])
        rate /= negatives[:, :-1]
        above += _dot(step[:, 1:], rate)
        tp /= self.after
        return np.stack([1 - above / 2, _dot(step, tp)], axis=1)

    def _weights(self, lengths: Positions) -> Numbers:
        """Soft label of each kind of point, for each buffer length."""
        length, half = lengths[:, None], lengths[:, None] // 2
        slope = np.sqrt(np.maximum(1 - self.nearest / np.maximum(length, 1), 0))
        weight = np.where(self.nearest <= half, np.where(self.second <= half, 1.0, slope), 0.0)
        weight[:, 0] = 0.0  # the kind of anomalous points
        return weight

    def _existence(self, halves: Positions) -> Numbers:
        """Share of zones with a flag, at each place on the curve, for each half of a buffer length."""
        distinct, which = np.unique(halves, return_inverse=True)
        shares = []
        for half in distinct.tolist():
            starts, stops = _zones(self.starts, self.stops, self.points, half)
            borders = np.searchsorted(self.near, np.stack([starts, stops], axis=1).ravel())
            found = np.minimum.reduceat(self.when, borders)[::2]
            shares.append(np.cumsum(np.bincount(found, minlength=len(self.near)))[self.last] / len(starts))
        return np.array(shares)[which]


def _dot(one: Numbers, other: Numbers) -> Numbers:
    """Row-wise products summed."""
    return np.asarray(np.einsum("ij,ij->i", one, other))


def _zones(starts: Positions, stops: Positions, points: int, half: int) -> tuple[Positions, Positions]:
    """Events widened by ``half`` points on both sides, those that overlap as one."""
    wide, end = starts - half, stops + half
    apart = wide[1:] >= end[:-1]
    return np.maximum(wide[np.append(True, apart)], 0), np.minimum(end[np.append(apart, True)], points)


def _within(points: int, starts: Positions, stops: Positions) -> Marks:
    border = np.zeros(points + 1, dtype=np.int8)
    border[starts] += 1
    border[stops] -= 1
    return np.cumsum(border[:-1], dtype=np.int8).astype(np.bool_)


def _distances(
    ranked: Positions, labels: Marks, starts: Positions, stops: Positions, reach: int
) -> tuple[NDArray[Any], NDArray[Any], Positions]:
    """Distances of points to the nearest and the second-nearest event, as few kinds and the kind of each point."""
    pad = [_FAR, _FAR]
    ends = np.concatenate([[-_FAR, -_FAR], stops - 1])
    begins = np.concatenate([starts, pad])
    before = np.searchsorted(starts, ranked, side="right")  # number of events that start by then
    left, left2 = ranked - ends[before + 1], ranked - ends[before]
    right, right2 = begins[before] - ranked, begins[before + 1] - ranked
    nearest = np.minimum(left, right)
    second = np.minimum(np.minimum(np.maximum(left, right), left2), np.minimum(right2, reach + 1))
    code = np.where(labels[ranked], 0, nearest * (reach + 2) + second)
    present = np.zeros((reach + 1) * (reach + 2), dtype=np.bool_)
    present[code] = True
    number = np.cumsum(present) - 1
    nearest, second = np.divmod(np.flatnonzero(present), reach + 2)
    return nearest, second, number[code]

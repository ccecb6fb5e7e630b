"""Metrics that adjust flags by the labels before counting. Never a bare F1: the adjustment is in every name.

They are here because papers print them. Under point adjustment a random score reaches F1 > 0.9 where events are long
(Kim et al. 2022; `benchmark.drawing.point_adjustment` draws it), so each is to be read beside `random_control`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import nan

import numpy as np
from numpy.typing import ArrayLike

from benchmark.interfaces.errors import ParameterError
from benchmark.metrics.checks import Marks, Scores, flagged, marks, scored
from benchmark.metrics.segments import Positions, event_offsets, segments
from benchmark.metrics.sweep import Numbers, harmonic

SHARES = np.arange(101) / 100
"""K of F1-PA%K from 0 to 100 %, over which its area is taken."""


def f1_pa(labels: ArrayLike, flags: ArrayLike) -> float:
    """F1 after point adjustment: an event with one flag counts as found in full (Xu et al. 2018, WWW).

    F1-PA = 2TP/(2TP + FP + FN) with TP the points of all events that are hit. In [0, 1]; NaN without an event.

    Known flaws: see the module; the longer the events, the closer a random score comes to 1.
    """
    return f1_pa_k(labels, flags, 0.0)


def f1_pa_k(labels: ArrayLike, flags: ArrayLike, share: float) -> float:
    """F1 after adjusting only events of which more than a share K is flagged (PA%K; Kim et al. 2022, AAAI).

    Parameters
    ----------
    labels, flags : array_like of bool, shape (T,)
        True where a point is anomalous, and where it is flagged.
    share : float
        K in [0, 1]; 0 is F1-PA, 1 is plain F1.

    Returns
    -------
    float
        In [0, 1]; NaN without an event.

    Notes
    -----
    Known flaw: in a long event a share that chance reaches at a low threshold is adjusted in full.
    """
    return float(_at_cut(labels, flags, np.array([_share(share)]))[0])


def f1_pa_k_area(labels: ArrayLike, flags: ArrayLike) -> float:
    """Area under F1-PA%K for K from 0 to 100 %, in [0, 1] (Kim et al. 2022); trapezoidal, in steps of one percent.

    Known flaw: it still credits what adjustment adds at small K.
    """
    return float(np.trapezoid(_at_cut(labels, flags, SHARES), SHARES))


def f1_composite(labels: ArrayLike, flags: ArrayLike) -> float:
    """Harmonic mean of point-wise precision and event-wise recall (Garg et al. 2021, TNNLS).

    In [0, 1]; NaN without an event. TSB-AD calls it event-based F1.

    Known flaw: one flagged point an event is all that recall asks for.
    """
    anomalous, alarms = flagged(labels, flags)
    if not anomalous.any():
        return nan
    tp, flags_given = int(np.count_nonzero(anomalous & alarms)), int(np.count_nonzero(alarms))
    hit = np.logical_or.reduceat(alarms[anomalous], event_offsets(*segments(anomalous)))
    return float(harmonic(tp / max(flags_given, 1), np.mean(hit)))


def f1_pa_oracle(labels: ArrayLike, scores: ArrayLike) -> float:
    """Best F1-PA over all thresholds, in [0, 1]; NaN without an event. Flaws as for `f1_pa`.

    Each event counts from its highest score on, so that only those scores can be the best threshold.
    """
    anomalous, values = scored(labels, scores)
    if not anomalous.any():
        return nan
    starts, stops = segments(anomalous)
    tops = np.maximum.reduceat(values[anomalous], event_offsets(starts, stops))
    order = np.argsort(tops)[::-1]
    return _best(np.cumsum((stops - starts)[order]), tops[order], anomalous, values)


def f1_pa_k_oracle(labels: ArrayLike, scores: ArrayLike, share: float) -> float:
    """Best F1-PA%K over all thresholds, in [0, 1]; NaN without an event. Parameters as for `f1_pa_k`."""
    return float(_over_thresholds(labels, scores, np.array([_share(share)]))[0])


def f1_pa_k_area_oracle(labels: ArrayLike, scores: ArrayLike) -> float:
    """Area under the best F1-PA%K for K from 0 to 100 %, each K at its own best threshold (Kim et al. 2022)."""
    return float(np.trapezoid(_over_thresholds(labels, scores, SHARES), SHARES))


def f1_composite_oracle(labels: ArrayLike, scores: ArrayLike) -> float:
    """Best F1-composite over all thresholds, in [0, 1]; NaN without an event. Flaws as for `f1_composite`."""
    anomalous, values = scored(labels, scores)
    if not anomalous.any():
        return nan
    inside = values[anomalous]
    tops = np.sort(np.maximum.reduceat(inside, event_offsets(*segments(anomalous))))
    found = np.sort(inside)
    precision = np.arange(len(found), 0, -1) / (len(values) - np.searchsorted(np.sort(values), found))
    return float(np.max(harmonic(precision, 1 - np.searchsorted(tops, found) / len(tops))))


def random_control(
    metric: Callable[[Marks, Numbers], float], labels: ArrayLike, draws: int = 5, seed: int = 0
) -> float:
    """Mean of a metric for scores drawn uniformly, whatever the labels: what the metric gives to no skill at all.

    Parameters
    ----------
    metric : callable
        Takes labels and scores.
    labels : array_like of bool, shape (T,)
        True where a point is anomalous.
    draws : int
        Number of random scores.
    seed : int
        Seed of the generator.
    """
    anomalous, generator = marks(labels), np.random.default_rng(seed)
    return float(np.mean([metric(anomalous, generator.random(len(anomalous))) for _ in range(draws)]))


def _share(share: float) -> float:
    if not 0 <= share <= 1:
        raise ParameterError(f"a share of {share:g}: K has to lie in [0, 1]")
    return share


def _needed(lengths: Positions, share: float) -> Positions:
    """Largest number of flags in an event that is no more than a share of it."""
    # 0.07 · 100 is a little more than 7 in binary: a share that is a whole number of points has to stay one.
    return np.floor(np.round(lengths * share, 9)).astype(np.int64)


def _at_cut(labels: ArrayLike, flags: ArrayLike, shares: Numbers) -> Numbers:
    """F1-PA%K of flags for each K."""
    anomalous, alarms = flagged(labels, flags)
    if not anomalous.any():
        return np.full(len(shares), nan)
    starts, stops = segments(anomalous)
    lengths = stops - starts
    hits = np.add.reduceat(alarms[anomalous], event_offsets(starts, stops), dtype=np.int64)
    fp = np.count_nonzero(alarms & ~anomalous)
    tp = np.array([np.sum(np.where(hits > _needed(lengths, share), lengths, hits)) for share in shares])
    return np.asarray(2 * tp / (tp + fp + lengths.sum()), dtype=np.float64)


def _over_thresholds(labels: ArrayLike, scores: ArrayLike, shares: Numbers) -> Numbers:
    """Best F1-PA%K over all thresholds for each K.

    An event counts in full once more than the share is flagged, that is from one of its own scores on. So the scores
    of its points, highest first, count one each up to there, then all that is left at once, then nothing.
    """
    anomalous, values = scored(labels, scores)
    if not anomalous.any():
        return np.full(len(shares), nan)
    starts, stops = segments(anomalous)
    lengths = stops - starts
    inside = values[anomalous]
    event = np.repeat(np.arange(len(starts)), lengths)
    order = np.argsort(inside)[::-1]
    ranked = inside[order]
    place = np.empty(len(inside), dtype=np.int64)
    by_event = np.argsort(event[order], kind="stable")
    place[by_event] = np.arange(len(inside)) - event_offsets(starts, stops)[event]
    length = lengths[event[order]]
    fp = np.count_nonzero(~anomalous) - np.searchsorted(np.sort(values[~anomalous]), ranked)
    best = []
    for share in shares:
        needed = _needed(lengths, share)[event[order]]
        tp = np.cumsum(np.where(place < needed, 1, np.where(place == needed, length - needed, 0)))
        best.append(np.max(2 * tp / (tp + fp + len(inside))))
    return np.array(best)


def _best(tp: Positions, thresholds: Scores, labels: Marks, scores: Scores) -> float:
    """Best F1 given the adjusted true positives at each of some thresholds."""
    normal = np.sort(scores[~labels & (scores >= thresholds.min())])
    fp = len(normal) - np.searchsorted(normal, thresholds)
    return float(np.max(2 * tp / (tp + fp + np.count_nonzero(labels))))

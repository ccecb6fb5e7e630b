"""Metrics that adjust flags by the labels before counting. Never a bare F1: the adjustment is in every name.

They are here because papers print them. Under point adjustment a random score reaches F1 > 0.9 where events are long
(Kim et al. 2022; `benchmark.drawing.point_adjustment` draws it), so compare each with `random_control`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import nan

import numpy as np
from numpy.typing import ArrayLike

from benchmark.interfaces.errors import ParameterError
from benchmark.metrics.checks import Marks, marks
from benchmark.metrics.evaluated import Evaluated, require_event
from benchmark.metrics.segments import Positions
from benchmark.metrics.sweep import UNDEFINED, Numbers, PrecisionRecall, harmonic

SHARES = np.arange(101) / 100
"""K of F1-PA%K from 0 to 100 %, over which its area is taken."""


def f1_pa(labels: ArrayLike, flags: ArrayLike) -> float:
    """F1 after point adjustment: an event with one flag counts as found in full (Xu et al. 2018, WWW).

    F1-PA = 2TP/(2TP + FP + FN) with TP the points of all events that are hit. In [0, 1]; NaN without an event.

    Known flaws: see the module; the longer the events, the closer a random score comes to 1.
    """
    return f1_pa_of(Evaluated(labels, flags=flags))


def f1_pa_of(case: Evaluated) -> float:
    """`f1_pa` of a case with flags."""
    return f1_pa_k_of(case, 0.0)


def pa(labels: ArrayLike, flags: ArrayLike) -> PrecisionRecall:
    """Precision and recall after point adjustment: an event with one flag counts as found in full (Xu et al. 2018).

    With TP the points of all events that are hit: precision-PA = TP/(TP + FP), recall-PA = TP/(TP + FN). In [0, 1];
    both are 0 without a flag, and NaN without an event.

    Known flaws: see the module.
    """
    return pa_of(Evaluated(labels, flags=flags))


@require_event(UNDEFINED)
def pa_of(case: Evaluated) -> PrecisionRecall:
    """`pa` of a case with flags."""
    hit = np.logical_or.reduceat(case.flags[case.labels], case.events.offsets)
    tp = int(case.events.lengths[hit].sum())
    fp = int(np.count_nonzero(case.flags & ~case.labels))
    return PrecisionRecall(tp / max(tp + fp, 1), tp / case.anomalies)


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
    return f1_pa_k_of(Evaluated(labels, flags=flags), share)


def f1_pa_k_of(case: Evaluated, share: float) -> float:
    """`f1_pa_k` of a case with flags."""
    return float(_at_cut(case, np.array([_share(share)]))[0])


def f1_pa_k_area(labels: ArrayLike, flags: ArrayLike) -> float:
    """Area under F1-PA%K for K from 0 to 100 %, in [0, 1] (Kim et al. 2022); trapezoidal, in steps of one percent.

    Known flaw: it still credits what adjustment adds at small K.
    """
    return f1_pa_k_area_of(Evaluated(labels, flags=flags))


def f1_pa_k_area_of(case: Evaluated) -> float:
    """`f1_pa_k_area` of a case with flags."""
    return float(np.trapezoid(_at_cut(case, SHARES), SHARES))


def f1_composite(labels: ArrayLike, flags: ArrayLike) -> float:
    """Harmonic mean of point-wise precision and event-wise recall (Garg et al. 2021, TNNLS).

    In [0, 1]; NaN without an event. TSB-AD calls it event-based F1.

    Known flaw: one flagged point in an event is enough for full recall.
    """
    return f1_composite_of(Evaluated(labels, flags=flags))


@require_event(nan)
def f1_composite_of(case: Evaluated) -> float:
    """`f1_composite` of a case with flags."""
    tp, flagged = int(np.count_nonzero(case.labels & case.flags)), int(np.count_nonzero(case.flags))
    hit = np.logical_or.reduceat(case.flags[case.labels], case.events.offsets)
    return float(harmonic(tp / max(flagged, 1), np.mean(hit)))


def f1_pa_oracle(labels: ArrayLike, scores: ArrayLike) -> float:
    """Best F1-PA over all thresholds, in [0, 1]; NaN without an event. Flaws as for `f1_pa`.

    Each event counts from its highest score on, so that only those scores can be the best threshold.
    """
    return f1_pa_oracle_of(Evaluated(labels, scores))


@require_event(nan)
def f1_pa_oracle_of(case: Evaluated) -> float:
    """`f1_pa_oracle` of a case with scores."""
    tops = np.maximum.reduceat(case.scores[case.labels], case.events.offsets)
    order = np.argsort(tops)[::-1]
    thresholds, tp = tops[order], np.cumsum(case.events.lengths[order])
    normal = np.sort(case.scores[~case.labels & (case.scores >= thresholds[-1])])
    fp = len(normal) - np.searchsorted(normal, thresholds)
    return float(np.max(2 * tp / (tp + fp + case.anomalies)))


def f1_pa_k_oracle(labels: ArrayLike, scores: ArrayLike, share: float) -> float:
    """Best F1-PA%K over all thresholds, in [0, 1]; NaN without an event. Parameters as for `f1_pa_k`."""
    return f1_pa_k_oracle_of(Evaluated(labels, scores), share)


def f1_pa_k_oracle_of(case: Evaluated, share: float) -> float:
    """`f1_pa_k_oracle` of a case with scores."""
    return float(_over_thresholds(case, np.array([_share(share)]))[0])


def f1_pa_k_area_oracle(labels: ArrayLike, scores: ArrayLike) -> float:
    """Area under the best F1-PA%K for K from 0 to 100 %, each K at its own best threshold (Kim et al. 2022)."""
    return f1_pa_k_area_oracle_of(Evaluated(labels, scores))


def f1_pa_k_area_oracle_of(case: Evaluated) -> float:
    """`f1_pa_k_area_oracle` of a case with scores."""
    return float(np.trapezoid(_over_thresholds(case, SHARES), SHARES))


def f1_composite_oracle(labels: ArrayLike, scores: ArrayLike) -> float:
    """Best F1-composite over all thresholds, in [0, 1]; NaN without an event. Flaws as for `f1_composite`."""
    return f1_composite_oracle_of(Evaluated(labels, scores))


@require_event(nan)
def f1_composite_oracle_of(case: Evaluated) -> float:
    """`f1_composite_oracle` of a case with scores."""
    inside = case.scores[case.labels]
    tops = np.sort(np.maximum.reduceat(inside, case.events.offsets))
    thresholds = np.sort(inside)
    flagged = len(case.scores) - np.searchsorted(case.ascending, thresholds)
    precision = np.arange(len(thresholds), 0, -1) / flagged
    return float(np.max(harmonic(precision, 1 - np.searchsorted(tops, thresholds) / len(tops))))


def random_control(
    metric: Callable[[Marks, Numbers], float], labels: ArrayLike, draws: int = 5, seed: int = 0
) -> float:
    """Mean of a metric for uniformly random scores, independent of the labels: its value at chance.

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


def _at_cut(case: Evaluated, shares: Numbers) -> Numbers:
    """F1-PA%K of flags for each K."""
    if case.anomalies == 0:
        return np.full(len(shares), nan)
    lengths = case.events.lengths
    hits = np.add.reduceat(case.flags[case.labels], case.events.offsets, dtype=np.int64)
    fp = np.count_nonzero(case.flags & ~case.labels)
    tp = np.array([np.sum(np.where(hits > _needed(lengths, share), lengths, hits)) for share in shares])
    return np.asarray(2 * tp / (tp + fp + case.anomalies), dtype=np.float64)


def _over_thresholds(case: Evaluated, shares: Numbers) -> Numbers:
    """Best F1-PA%K over all thresholds for each K.

    An event counts in full as soon as more than the share is flagged. So of the points of an event, highest score
    first, each adds one true positive up to there, the next one adds all that are left, and the others add none.
    """
    if case.anomalies == 0:
        return np.full(len(shares), nan)
    inside, event = case.scores[case.labels], case.events.numbers
    order = np.argsort(inside)[::-1]
    ranked = inside[order]
    rank_in_event = np.empty(len(inside), dtype=np.int64)
    by_event = np.argsort(event[order], kind="stable")
    rank_in_event[by_event] = np.arange(len(inside)) - case.events.offsets[event]
    length = case.events.lengths[event[order]]
    normal = np.sort(case.scores[~case.labels])
    fp = len(normal) - np.searchsorted(normal, ranked)
    best = []
    for share in shares:
        needed = _needed(case.events.lengths, share)[event[order]]
        gain = np.where(rank_in_event < needed, 1, np.where(rank_in_event == needed, length - needed, 0))
        tp = np.cumsum(gain)
        best.append(np.max(2 * tp / (tp + fp + len(inside))))
    return np.array(best)

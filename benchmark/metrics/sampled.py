"""Areas and volumes under range-aware curves (VUS) at sampled thresholds, as TSB-AD computes them.

`benchmark.metrics.volume` says what is measured; it takes every threshold. TSB-AD (Liu and Paparrizos, NeurIPS 2024,
``RangeAUC_volume_opt``) takes the scores of K points, evenly spaced in rank: with scores s₁ ≥ s₂ ≥ … ≥ s_T, the
thresholds are the scores at the ranks ⌊k·(T − 1)/(K − 1)⌋ + 1 for k = 0, …, K − 1, and a threshold flags every point
with at least its score. Several ranks of one score are one threshold. The area under precision–recall is

    Σ_k (recall_k − recall_{k−1}) · precision_k,    recall before the first threshold 0,

the one under ROC is trapezoidal and ends at (1, 1). Between two thresholds the whole step of recall counts at the
precision of the lower one. Where many points share few scores, the steps are the same as with every threshold, or some
are skipped: a threshold that flags less than T/(K − 1) points is taken only if a rank falls on it. So the sampled area
can be far below the exact one for a method that ranks few points high and right.
"""

from __future__ import annotations

from math import nan

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.interfaces.errors import ParameterError
from benchmark.metrics.buffers import distances, zones
from benchmark.metrics.evaluated import Evaluated, require_both_classes
from benchmark.metrics.segments import Positions
from benchmark.metrics.volume import Areas

THRESHOLDS = 250
"""Thresholds of TSB-AD."""


def sampled_vus(labels: ArrayLike, scores: ArrayLike, window: int, thresholds: int = THRESHOLDS) -> Areas:
    """VUS-ROC and VUS-PR at thresholds that are evenly spaced in rank.

    Parameters
    ----------
    labels : array_like of bool, shape (T,)
        True where a point is anomalous.
    scores : array_like, shape (T,)
        Higher is more anomalous.
    window : int
        Largest buffer length in points; the volume is the mean over 0, 1, …, window.
    thresholds : int
        Number of ranks K, 2 or more.

    Returns
    -------
    Areas
        Each in [0, 1]; NaN where labels hold one class only.

    Raises
    ------
    ParameterError
        For fewer than two thresholds.
    DataError
        As `benchmark.metrics.evaluated.Evaluated`.
    """
    if thresholds < 2:
        raise ParameterError(f"{thresholds} thresholds: a curve needs 2 or more, evenly spaced in rank")
    return _sampled(Evaluated(labels, scores, window=window), thresholds)


@require_both_classes(Areas(nan, nan))
def _sampled(case: Evaluated, thresholds: int) -> Areas:
    points, positives = len(case.labels), case.anomalies
    ranks = np.arange(thresholds, dtype=np.int64) * (points - 1) // (thresholds - 1)
    cuts = np.unique(case.ascending[points - 1 - ranks])[::-1]
    flagged = points - np.searchsorted(case.ascending, cuts, side="left")
    # For each point, the first threshold that flags it; the last one flags all.
    first = np.searchsorted(-cuts, -case.scores, side="left")
    hits = np.cumsum(np.bincount(first[case.labels], minlength=len(cuts)))
    reach = case.window // 2
    whole = zones(case.events, points, reach)
    near = whole.points
    near = near[~case.labels[near]]
    nearest, second = distances(near, case.events, reach)
    areas = np.empty((case.window + 1, 2))
    for length in range(case.window + 1):
        soft = _soft(nearest, second, length)
        total = np.cumsum(np.bincount(first[near], weights=soft, minlength=len(cuts)))
        wanted = positives + total / 2
        found = hits + total
        recall = np.minimum(found / wanted, 1) * _share(case, first, length // 2, len(cuts))
        rate = (flagged - found) / (points - wanted)
        steps = np.diff(recall, prepend=0.0)
        widths = np.diff(rate, prepend=0.0, append=1.0)
        heights = np.concatenate([[recall[0]], recall[1:] + recall[:-1], [recall[-1] + 1]]) / 2
        areas[length] = (widths * heights).sum(), (steps * found / flagged).sum()
    return Areas(*np.clip(areas.mean(axis=0), 0, 1).tolist())


def _soft(nearest: Positions, second: Positions, length: int) -> NDArray[np.float64]:
    """Soft labels of normal points for one buffer length; 1 within reach of two events."""
    half = length // 2
    soft = np.sqrt(np.maximum(1 - nearest / max(length, 1), 0))
    soft[nearest > half] = 0
    soft[second <= half] = 1
    return soft


def _share(case: Evaluated, first: Positions, half: int, cuts: int) -> NDArray[np.float64]:
    """Share of the zones with a flag at each threshold."""
    around = zones(case.events, len(case.labels), half)
    bounds = np.stack([around.starts, around.stops], axis=1).ravel()
    padded = np.append(first, cuts)  # a stop may be the end of the series
    earliest = np.minimum.reduceat(padded, bounds)[::2]
    share: NDArray[np.float64] = np.cumsum(np.bincount(earliest, minlength=cuts)[:cuts]) / len(around.starts)
    return share

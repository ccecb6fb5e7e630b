"""Metrics of a ranking: how well scores order anomalous points before normal ones, and the best F1 of any threshold."""

from __future__ import annotations

from math import nan
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from benchmark.metrics.evaluated import Evaluated, require_both_classes


def auc_roc(labels: ArrayLike, scores: ArrayLike) -> float:
    """Area under the ROC curve: the chance that an anomalous point outranks a normal one, ties counting half.

    In [0, 1], 0.5 for a random score; NaN where the labels hold one class only. By scikit-learn.

    Known flaw: with few anomalies it is high for a detector that is useless at every practical threshold.
    """
    return auc_roc_of(Evaluated(labels, scores))


@require_both_classes(nan)
def auc_roc_of(case: Evaluated) -> float:
    """`auc_roc` of a case with scores."""
    from sklearn.metrics import roc_auc_score

    return min(float(roc_auc_score(case.labels, case.scores)), 1.0)


def auc_pr(labels: ArrayLike, scores: ArrayLike) -> float:
    """Average precision, the step-wise area under the precision–recall curve.

    In [0, 1], the share of anomalies for a random score; NaN where the labels hold one class only. By scikit-learn.

    Known flaw: it depends on the share of anomalies, so that it cannot be compared between datasets.
    """
    return auc_pr_of(Evaluated(labels, scores))


@require_both_classes(nan)
def auc_pr_of(case: Evaluated) -> float:
    """`auc_pr` of a case with scores."""
    from sklearn.metrics import average_precision_score

    # A sum of rounded steps may end a last bit above 1.
    return min(float(average_precision_score(case.labels, case.scores)), 1.0)


class BestF1(NamedTuple):
    """The best point-wise F1 over all thresholds.

    Parameters
    ----------
    f1 : float
        In [0, 1]; 0 without an anomaly.
    cut : float
        Scores above it are flagged. It lies halfway between the lowest flagged score and the next lower one. Of several
        cuts with the same F1 the highest. Without an anomaly the largest score, which flags nothing.
    """

    f1: float
    cut: float


def best_f1(labels: ArrayLike, scores: ArrayLike) -> BestF1:
    """Find the best point-wise F1 over all thresholds, and the cut that gives it. Ties of score are never separated.

    Only the scores of anomalous points can be the best threshold: between two of them, a lower threshold adds only
    false alarms. So it takes two sorts of values, and none of indices.

    Known flaw: the threshold is chosen on the labels that it is evaluated on.
    """
    return best_f1_of(Evaluated(labels, scores))


def best_f1_of(case: Evaluated) -> BestF1:
    """`best_f1` of a case with scores."""
    ascending = case.ascending
    if case.anomalies == 0:
        return BestF1(0.0, float(ascending[-1]))
    anomalous = np.sort(case.scores[case.labels])
    lower = np.searchsorted(ascending, anomalous)
    f1 = 2 * np.arange(len(anomalous), 0, -1) / (len(ascending) - lower + len(anomalous))
    best = len(f1) - 1 - int(np.argmax(f1[::-1]))
    lowest = float(anomalous[best])
    if lower[best] == 0:
        return BestF1(float(f1[best]), float(np.nextafter(lowest, -np.inf)))
    below = float(ascending[lower[best] - 1])
    middle = below + (lowest - below) / 2
    # Of two neighbouring numbers the mean may round up, and the difference of two very large ones is infinite.
    return BestF1(float(f1[best]), middle if below <= middle < lowest else below)


def f1_oracle(labels: ArrayLike, scores: ArrayLike) -> float:
    """Best point-wise F1 over all thresholds, in [0, 1]; 0 without an anomaly. Flaw as for `best_f1`."""
    return best_f1(labels, scores).f1


PRIOR = 0.001
"""Share of attacks among all points that ``AUC-PR@prior`` assumes."""


def auc_pr_at_prior(labels: ArrayLike, scores: ArrayLike, prior: float = PRIOR) -> float:
    """Average precision as it would be if a share ``prior`` of all points were anomalous.

    Every anomalous point has the weight prior/(number of anomalous points), every normal one (1 − prior)/(number of
    normal points). So datasets with other shares can be compared, and the share may be that of use.

    Parameters
    ----------
    labels, scores
        As for `auc_pr`.
    prior : float
        In (0, 1).

    Returns
    -------
    float
        In [0, 1], about ``prior`` for a random score; NaN where the labels hold one class only.

    Notes
    -----
    Known flaw: at a small prior it is decided by few normal points, the highest of all; with n of them it cannot see
    false-alarm rates below 1/n.
    """
    return _auc_pr_at(Evaluated(labels, scores), prior)


def auc_pr_at_prior_of(case: Evaluated) -> float:
    """`auc_pr_at_prior` of a case with scores, at `PRIOR`."""
    return _auc_pr_at(case, PRIOR)


def _auc_pr_at(case: Evaluated, prior: float) -> float:
    from sklearn.metrics import average_precision_score

    points = len(case.labels)
    if case.anomalies in (0, points):
        return nan
    weights = np.where(case.labels, prior / case.anomalies, (1 - prior) / (points - case.anomalies))
    return min(float(average_precision_score(case.labels, case.scores, sample_weight=weights)), 1.0)

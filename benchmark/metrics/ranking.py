"""Metrics of a ranking: how well scores order anomalous points before normal ones. No threshold."""

from __future__ import annotations

from math import nan

import numpy as np
from numpy.typing import ArrayLike

from benchmark.metrics.checks import scored


def auc_roc(labels: ArrayLike, scores: ArrayLike) -> float:
    """Area under the ROC curve: the chance that an anomalous point outranks a normal one, ties counting half.

    In [0, 1], 0.5 for a random score; NaN where the labels hold one class only. By scikit-learn.

    Known flaw: with few anomalies it is high for a detector that is useless at every threshold anyone would set.
    """
    from sklearn.metrics import roc_auc_score

    anomalous, values = scored(labels, scores)
    return float(roc_auc_score(anomalous, values)) if anomalous.any() and not anomalous.all() else nan


def auc_pr(labels: ArrayLike, scores: ArrayLike) -> float:
    """Average precision, the step-wise area under the precision–recall curve.

    In [0, 1], the share of anomalies for a random score; NaN where the labels hold one class only. By scikit-learn.

    Known flaw: it depends on the share of anomalies, so that it cannot be compared between datasets.
    """
    from sklearn.metrics import average_precision_score

    anomalous, values = scored(labels, scores)
    return float(average_precision_score(anomalous, values)) if anomalous.any() and not anomalous.all() else nan


def f1_oracle(labels: ArrayLike, scores: ArrayLike) -> float:
    """Best point-wise F1 over all thresholds, in [0, 1]; 0 without an anomaly.

    Only the scores of anomalous points can be the best threshold: between two of them a lower one adds false alarms
    alone. So two sorts of values do, and none of indices.

    Known flaw: the threshold is chosen on the labels it is judged by.
    """
    anomalous, values = scored(labels, scores)
    if not anomalous.any():
        return 0.0
    found = np.sort(values[anomalous])
    taken = len(values) - np.searchsorted(np.sort(values), found)
    return float(np.max(2 * np.arange(len(found), 0, -1) / (taken + len(found))))

"""Metrics of a ranking: how well scores order anomalous points before normal ones. No threshold."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def auc_roc(labels: NDArray[np.bool_], scores: NDArray[Any]) -> float:
    """Area under the ROC curve: the chance that an anomalous point outranks a normal one, ties counting half.

    In [0, 1], 0.5 for a random score; NaN where the labels hold one class only. By scikit-learn.
    """
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(labels, scores)) if labels.any() and not labels.all() else float("nan")


def auc_pr(labels: NDArray[np.bool_], scores: NDArray[Any]) -> float:
    """Average precision, the step-wise area under the precision–recall curve.

    In [0, 1], the share of anomalies for a random score; NaN where the labels hold one class only. By scikit-learn.
    """
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(labels, scores)) if labels.any() and not labels.all() else float("nan")

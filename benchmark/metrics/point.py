"""Point-wise metrics of flags against labels. No point adjustment anywhere."""

from __future__ import annotations

from math import nan, sqrt

from numpy import count_nonzero
from numpy.typing import ArrayLike

from benchmark.metrics.evaluated import Evaluated


def confusion(labels: ArrayLike, flags: ArrayLike) -> tuple[int, int, int, int]:
    """Count true positives, false positives, false negatives and true negatives.

    Parameters
    ----------
    labels, flags : array_like of bool, shape (T,)
        True where a point is anomalous, and where it is flagged.

    Raises
    ------
    DataError
        If they differ in length or hold another value than 0 and 1.
    """
    return _confusion(Evaluated(labels, flags=flags))


def _confusion(case: Evaluated) -> tuple[int, int, int, int]:
    tp = int(count_nonzero(case.labels & case.flags))
    fp, fn = int(count_nonzero(case.flags)) - tp, case.anomalies - tp
    return tp, fp, fn, len(case.labels) - tp - fp - fn


def point_metrics(labels: ArrayLike, flags: ArrayLike) -> dict[str, float]:
    """Accuracy, precision, recall, F1, MCC and balanced accuracy of flags.

    Accuracy = (TP + TN)/T, precision = TP/(TP + FP), recall = TP/(TP + FN), F1 = 2TP/(2TP + FP + FN) and balanced
    accuracy = (TP/(TP + FN) + TN/(TN + FP))/2 are in [0, 1]; Matthews' correlation coefficient
    MCC = (TP·TN − FP·FN)/√((TP + FP)(TP + FN)(TN + FP)(TN + FN)) in [−1, 1].

    Precision without a flag, recall without an anomaly and F1 without either are 0. MCC is 0 where the root is 0, as it
    is for constant flags. Balanced accuracy is NaN where labels hold one class only.

    Known flaws: a long event weighs more than a short one; an alarm one point early counts as both a false alarm and a
    miss; accuracy is the share of normal points for a detector that never alarms.
    """
    return point_metrics_of(Evaluated(labels, flags=flags))


def point_metrics_of(case: Evaluated) -> dict[str, float]:
    """`point_metrics` of a case with flags."""
    tp, fp, fn, tn = _confusion(case)
    margins = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    both_classes = tp + fn > 0 and tn + fp > 0
    return {
        "accuracy": (tp + tn) / (tp + fp + fn + tn),
        "precision": tp / max(tp + fp, 1),
        "recall": tp / max(tp + fn, 1),
        "f1": 2 * tp / max(2 * tp + fp + fn, 1),
        "mcc": (tp * tn - fp * fn) / sqrt(margins) if margins else 0.0,
        "balanced_accuracy": (tp / (tp + fn) + tn / (tn + fp)) / 2 if both_classes else nan,
    }

"""Point-wise metrics of flags against labels. No point adjustment anywhere."""

from __future__ import annotations

from math import nan, sqrt

from numpy import count_nonzero
from numpy.typing import ArrayLike

from benchmark.metrics.checks import flagged


def confusion(labels: ArrayLike, flags: ArrayLike) -> tuple[int, int, int, int]:
    """Count true positives, false positives, false negatives and true negatives.

    Parameters
    ----------
    labels, flags : array_like of bool, shape (T,)
        True where a point is anomalous, and where it is flagged.

    Raises
    ------
    DataError
        If they do not match or are not 0 and 1.
    """
    anomalous, alarms = flagged(labels, flags)
    tp = int(count_nonzero(anomalous & alarms))
    fp, fn = int(count_nonzero(alarms)) - tp, int(count_nonzero(anomalous)) - tp
    return tp, fp, fn, len(anomalous) - tp - fp - fn


def point_metrics(labels: ArrayLike, flags: ArrayLike) -> dict[str, float]:
    """Accuracy, precision, recall, F1, MCC and balanced accuracy of flags.

    Accuracy = (TP + TN)/T, precision = TP/(TP + FP), recall = TP/(TP + FN), F1 = 2TP/(2TP + FP + FN) and balanced
    accuracy = (TP/(TP + FN) + TN/(TN + FP))/2 are in [0, 1]; Matthews' correlation coefficient
    MCC = (TP·TN − FP·FN)/√((TP + FP)(TP + FN)(TN + FP)(TN + FN)) in [−1, 1].

    A precision without a flag, a recall without an anomaly and an F1 without either are 0: nothing was found. MCC is 0
    where its root is, for constant flags tell nothing. Balanced accuracy is NaN where labels hold one class only.

    Known flaws: a long event weighs more than a short one; an alarm one point early counts as both a false alarm and a
    miss; accuracy is the share of normal points for a detector that never alarms.
    """
    tp, fp, fn, tn = confusion(labels, flags)
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

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
    """Metrics of flags that the four counts of `confusion` determine.

    Of the anomalous class: precision = TP/(TP + FP), recall = TP/(TP + FN), F1 = 2TP/(2TP + FP + FN). Of both classes:
    accuracy = (TP + TN)/T and balanced accuracy = (TP/(TP + FN) + TN/(TN + FP))/2. Of normal points alone: the false
    alarm rate FP/(FP + TN). All of these are in [0, 1]; Matthews' correlation coefficient
    MCC = (TP·TN − FP·FN)/√((TP + FP)(TP + FN)(TN + FP)(TN + FN)) is in [−1, 1].

    ``macro_precision``, ``macro_recall`` and ``macro_f1`` are unweighted means over both classes, ``weighted_…`` means
    weighted by the number of points of each class. As in scikit-learn, a class that is neither among the labels nor
    among the flags does not enter the unweighted mean.

    Precision without a flag, recall without an anomaly and F1 without either are 0, for the normal class alike
    (scikit-learn's ``zero_division=0``). MCC is 0 where the root is 0, as it is for constant flags. Balanced accuracy
    is NaN where labels hold one class only, the false alarm rate where no point is normal.

    Known flaws: a long event weighs more than a short one; an alarm one point early counts as both a false alarm and a
    miss; accuracy and the weighted means are near the share of normal points for a detector that never alarms.
    """
    return point_metrics_of(Evaluated(labels, flags=flags))


def point_metrics_of(case: Evaluated) -> dict[str, float]:
    """`point_metrics` of a case with flags."""
    tp, fp, fn, tn = _confusion(case)
    margins = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    both_classes = tp + fn > 0 and tn + fp > 0
    anomalous, normal = _of_class(tp, fp, fn), _of_class(tn, fn, fp)
    return {
        "accuracy": (tp + tn) / (tp + fp + fn + tn),
        "precision": anomalous["precision"],
        "recall": anomalous["recall"],
        "f1": anomalous["f1"],
        "mcc": (tp * tn - fp * fn) / sqrt(margins) if margins else 0.0,
        "balanced_accuracy": (tp / (tp + fn) + tn / (tn + fp)) / 2 if both_classes else nan,
        "false_alarm_rate": fp / (fp + tn) if fp + tn else nan,
        **_mean("macro", anomalous, normal, float(tp + fp + fn > 0), float(tn + fn + fp > 0)),
        **_mean("weighted", anomalous, normal, tp + fn, tn + fp),
    }


def _of_class(hits: int, wrong: int, missed: int) -> dict[str, float]:
    """Precision, recall and F1 of one class; 0 where undefined."""
    return {
        "precision": hits / max(hits + wrong, 1),
        "recall": hits / max(hits + missed, 1),
        "f1": 2 * hits / max(2 * hits + wrong + missed, 1),
    }


def _mean(
    kind: str, anomalous: dict[str, float], normal: dict[str, float], weight: float, normal_weight: float
) -> dict[str, float]:
    """Weighted mean of both classes; at least one weight is above 0."""
    total = weight + normal_weight
    return {f"{kind}_{name}": (weight * anomalous[name] + normal_weight * normal[name]) / total for name in anomalous}

"""Point-wise metrics of flags against labels. No point adjustment anywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def confusion(labels: NDArray[np.bool_], flags: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Count true positives, false positives, false negatives and true negatives.

    Parameters
    ----------
    labels, flags : ndarray of bool, shape (T,)
        True where a point is anomalous, and where it is flagged.
    """
    if labels.shape != flags.shape:
        raise ValueError(f"{labels.shape} labels and {flags.shape} flags")
    hits = int(np.count_nonzero(labels & flags))
    flagged, anomalous = int(np.count_nonzero(flags)), int(np.count_nonzero(labels))
    return hits, flagged - hits, anomalous - hits, len(labels) - flagged - anomalous + hits


def point_metrics(labels: NDArray[np.bool_], flags: NDArray[np.bool_]) -> dict[str, float]:
    """Accuracy, precision, recall and F1 of flags.

    Accuracy = (TP + TN)/T, precision = TP/(TP + FP), recall = TP/(TP + FN), F1 = 2TP/(2TP + FP + FN), each in [0, 1].
    A precision without a flag, a recall without an anomaly and an F1 without either are 0: nothing was found.
    """
    tp, fp, fn, tn = confusion(labels, flags)
    return {
        "accuracy": (tp + tn) / max(len(labels), 1),
        "precision": tp / max(tp + fp, 1),
        "recall": tp / max(tp + fn, 1),
        "f1": 2 * tp / max(2 * tp + fp + fn, 1),
    }

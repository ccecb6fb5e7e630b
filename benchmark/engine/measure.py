"""From scores and labels to a row of metrics: cut by every policy that applies, measure on test."""

from __future__ import annotations

from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.detector import Supervision
from benchmark.engine.cell import Row
from benchmark.metrics.point import point_metrics
from benchmark.metrics.ranking import auc_pr, auc_roc
from benchmark.protocols import thresholds

Scores = NDArray[np.float32]
Labels = NDArray[np.bool_]

COLUMNS: dict[str, str] = {"accuracy": "Accuracy", "precision": "Precision", "recall": "Recall", "f1": "F1"}


def measure(
    supervision: Supervision,
    validation_scores: Scores,
    validation_labels: Labels | None,
    test_scores: Scores,
    test_labels: Labels,
) -> Row:
    """Measure one task. Column names carry the policy of the cut (``F1@val``).

    Parameters
    ----------
    supervision : str
        Of the detector: it settles which policy stands behind ``@val``.
    validation_scores, validation_labels : ndarray, shape (V,)
        Scores of the validation points and, for supervised detectors, their labels.
    test_scores, test_labels : ndarray, shape (T,)
        Scores and labels of the test points.
    """
    policy = thresholds.validation_policy(supervision)
    if policy == "val-f1" and validation_labels is not None:
        cut = thresholds.best_f1(validation_scores, validation_labels)
    else:
        policy, cut = "val-q99", thresholds.quantile(validation_scores)
    cuts = {
        "val": cut,
        "pot": thresholds.pot(validation_scores),
        "oracle": thresholds.best_f1(test_scores, test_labels),
    }
    row: Row = {"policy": policy, "points": len(test_labels), "anomalous": int(test_labels.sum())}
    for place, value in cuts.items():
        row[f"cut@{place}"] = value
        row |= _at_cut(test_labels, test_scores, value, place)
    row["AUC-ROC"] = _number(auc_roc(test_labels, test_scores))
    row["AUC-PR"] = _number(auc_pr(test_labels, test_scores))
    return row


def measure_strata(
    row: Row, strata: NDArray[Any], names: tuple[str, ...], scores: Scores, labels: Labels
) -> dict[str, Row]:
    """Measure each stratum of the test points at the cut that the whole has: no stratum gets a threshold of its own.

    Parameters
    ----------
    row : dict
        What `measure` gave for the whole.
    strata : ndarray of int, shape (T,)
        Index into ``names`` for each test point; −1 for a point in none.
    names : tuple of str
        Names of the strata.
    scores, labels : ndarray, shape (T,)
        As for `measure`.
    """
    found = {}
    for index, name in enumerate(names):
        inside = strata == index
        counts: Row = {"points": int(inside.sum()), "anomalous": int(labels[inside].sum())}
        found[name] = counts | _at_cut(labels[inside], scores[inside], row["cut@val"], "val")
    return found


def _at_cut(labels: Labels, scores: Scores, cut: float, place: str) -> Row:
    metrics = point_metrics(labels, thresholds.flag(scores, cut))
    return {f"{COLUMNS[name]}@{place}": number for name, number in metrics.items()}


def _number(value: float) -> Any:
    """Keep an undefined value as null, which JSON can hold."""
    return None if isnan(value) else value

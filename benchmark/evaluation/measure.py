"""From scores and labels to a row of metrics: cut by every policy that applies, measure on test."""

from __future__ import annotations

from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.evaluation import thresholds
from benchmark.interfaces.cell import Row
from benchmark.interfaces.detector import Supervision
from benchmark.metrics.adjusted import f1_pa, f1_pa_oracle, random_control
from benchmark.metrics.affiliation import affiliation
from benchmark.metrics.events import event_wise
from benchmark.metrics.point import point_metrics
from benchmark.metrics.ranking import auc_pr, auc_roc
from benchmark.metrics.volume import vus

Scores = NDArray[np.float32]
Labels = NDArray[np.bool_]

COLUMNS: dict[str, str] = {
    "accuracy": "Accuracy",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
    "mcc": "MCC",
    "balanced_accuracy": "Balanced-Accuracy",
}


def measure(
    supervision: Supervision,
    validation_scores: Scores,
    validation_labels: Labels | None,
    test_scores: Scores,
    test_labels: Labels,
    window: int | None = None,
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
    window : int, optional
        The dataset's VUS window, where test points are in order of time; without it nothing is measured that needs one.
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
    if window is not None:
        row |= _in_order(test_labels, test_scores, cut, window)
    return row


def measure_strata(
    row: Row, strata: NDArray[Any], names: tuple[str, ...], scores: Scores, labels: Labels
) -> dict[str, Row]:
    """Measure each stratum of the test points at the cut that the whole has: no stratum gets a threshold of its own.

    A stratum without a point has counts alone.

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
        found[name] = counts
        if counts["points"]:
            found[name] |= _at_cut(labels[inside], scores[inside], row["cut@val"], "val")
    return found


def measure_dependencies(adjacency: NDArray[Any], dependencies: NDArray[np.bool_]) -> Row:
    """Measure how a learned graph ranks true edges above absent ones; no node is asked about itself.

    Parameters
    ----------
    adjacency : ndarray, shape (C, C)
        Row i holds how much channel i looks at the others.
    dependencies : ndarray of bool, shape (C, C)
        True where channel i depends on channel j.

    Returns
    -------
    dict
        ``AUC-ROC`` and ``AUC-PR`` over ordered pairs; both again ``either way``, where a pair counts if one of the two
        depends on the other, and its weight is the mean of both directions; numbers of pairs and edges.
    """
    pairs = ~np.eye(len(dependencies), dtype=np.bool_)
    upper = np.triu(pairs)
    either = (adjacency + adjacency.T) / 2
    directed, undirected = dependencies[pairs], (dependencies | dependencies.T)[upper]
    return {
        "pairs": int(pairs.sum()),
        "edges": int(directed.sum()),
        "AUC-ROC": _number(auc_roc(directed, adjacency[pairs])),
        "AUC-PR": _number(auc_pr(directed, adjacency[pairs])),
        "AUC-ROC either way": _number(auc_roc(undirected, either[upper])),
        "AUC-PR either way": _number(auc_pr(undirected, either[upper])),
    }


def _at_cut(labels: Labels, scores: Scores, cut: float, place: str) -> Row:
    metrics = point_metrics(labels, thresholds.flag(scores, cut))
    return {f"{COLUMNS[name]}@{place}": _number(number) for name, number in metrics.items()}


def _in_order(labels: Labels, scores: Scores, cut: float, window: int) -> Row:
    """What takes events and nearness in time into account; point-adjusted F1 stands beside that of a random score."""
    flags = thresholds.flag(scores, cut)
    volume, events = vus(labels, scores, window), event_wise(labels, flags)
    row = {
        "VUS-ROC": volume.roc,
        "VUS-PR": volume.pr,
        "Affiliation-F1@val": affiliation(labels, flags).f1,
        "Event-F1@val": events.f1,
        "ADR@val": events.recall,
        "F1-PA@val": f1_pa(labels, flags),
        "F1-PA@oracle": f1_pa_oracle(labels, scores),
        "F1-PA-random@oracle": random_control(f1_pa_oracle, labels),
    }
    return {name: _number(value) for name, value in row.items()}


def _number(value: float) -> Any:
    """Keep an undefined value as null, which JSON can hold."""
    return None if isnan(value) else value

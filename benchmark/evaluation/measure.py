"""From scores and labels to a row of metrics: cut the test scores by every policy, then measure."""

from __future__ import annotations

from collections.abc import Iterable
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.evaluation import thresholds
from benchmark.interfaces.cell import Row
from benchmark.interfaces.detector import Supervision
from benchmark.metrics.catalogue import DEFAULT, Column, columns_named
from benchmark.metrics.evaluated import Evaluated
from benchmark.metrics.ranking import auc_pr, auc_roc, best_f1_of

Scores = NDArray[np.float32]
Labels = NDArray[np.bool_]


def measure(
    supervision: Supervision,
    validation_scores: Scores,
    validation_labels: Labels | None,
    test_scores: Scores,
    test_labels: Labels,
    window: int | None = None,
    metrics: tuple[str, ...] = DEFAULT,
) -> Row:
    """Measure one task. Column names carry the policy of the cut (``F1@val``).

    Parameters
    ----------
    supervision : str
        Supervision of the detector; it decides which policy ``@val`` is.
    validation_scores, validation_labels : ndarray, shape (V,)
        Scores of the validation points and, for supervised detectors, their labels.
    test_scores, test_labels : ndarray, shape (T,)
        Scores and labels of the test points.
    window : int, optional
        The dataset's VUS window, where test points are in time order. Without it, metrics that need that order are left
        out.
    metrics : tuple of str
        Names of columns (`benchmark.metrics.catalogue.COLUMNS`).

    Returns
    -------
    dict
        The columns, with None where a metric is undefined; ``policy``, the one of ``@val``; ``cut@val``, ``cut@pot``
        and ``cut@oracle``; numbers of ``points`` and of ``anomalous`` ones.

    Raises
    ------
    UnknownNameError
        For a metric that is not in the catalogue.
    """
    policy = thresholds.validation_policy(supervision)
    if policy == "val-f1" and validation_labels is not None:
        cut = thresholds.best_f1(validation_scores, validation_labels)
    else:
        policy, cut = "val-q99", thresholds.quantile(validation_scores)
    case = Evaluated(test_labels, test_scores, window=window)
    cuts = {"val": cut, "pot": thresholds.pot(validation_scores), "oracle": case.once(best_f1_of).cut}
    row: Row = {"policy": policy, "points": len(case.labels), "anomalous": case.anomalies}
    row |= {f"cut@{name}": value for name, value in cuts.items()}
    at = {name: case.at(thresholds.flag(test_scores, value)) for name, value in cuts.items()}
    for column in columns_named(metrics):
        if window is not None or not column.metric.sequential:
            row[column.name] = _number(column.metric.compute(at.get(column.cut, case)))
    return row


def measure_subgroups(
    row: Row, subgroups: NDArray[Any], names: tuple[str, ...], scores: Scores, labels: Labels
) -> dict[str, Row]:
    """Measure the point-wise metrics of each subgroup of the test points, at the cut ``@val`` of all test points.

    A subgroup without a point has counts alone.

    Parameters
    ----------
    row : dict
        Row of all test points, from `measure`.
    subgroups : ndarray of int, shape (T,)
        Index into ``names`` for each test point; −1 for a point in none.
    names : tuple of str
        Names of the subgroups.
    scores, labels : ndarray, shape (T,)
        As for `measure`.
    """
    rows = {}
    for index, name in enumerate(names):
        inside = subgroups == index
        counts: Row = {"points": int(inside.sum()), "anomalous": int(labels[inside].sum())}
        rows[name] = counts
        if counts["points"]:
            case = Evaluated(labels[inside], flags=thresholds.flag(scores[inside], row["cut@val"]))
            rows[name] |= {column.name: _number(column.metric.compute(case)) for column in _point_wise("val")}
    return rows


def measure_dependencies(adjacency: NDArray[Any], dependencies: NDArray[np.bool_]) -> Row:
    """Measure how well a learned graph ranks true edges above absent ones. The diagonal is left out.

    Parameters
    ----------
    adjacency : ndarray, shape (C, C)
        Entry (i, j) is the weight with which channel i uses channel j.
    dependencies : ndarray of bool, shape (C, C)
        True where channel i depends on channel j.

    Returns
    -------
    dict
        ``AUC-ROC`` and ``AUC-PR`` over ordered pairs. Both again ``either way``, where a pair is an edge if one channel
        depends on the other, and its weight is the mean of both directions. Numbers of pairs and edges.
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


def _point_wise(cut: str) -> Iterable[Column]:
    return (column for column in columns_named(DEFAULT) if column.cut == cut and not column.metric.sequential)


def _number(value: float) -> Any:
    """Replace an undefined value by None, which JSON can hold."""
    return None if isnan(value) else value

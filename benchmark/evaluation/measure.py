"""From scores and labels to a row of metrics: cut the test scores by every policy, then measure."""

from __future__ import annotations

from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.evaluation import thresholds
from benchmark.evaluation.thresholds import Labelled
from benchmark.interfaces.cell import Row
from benchmark.interfaces.protocol import Grouping
from benchmark.metrics.catalogue import CATALOGUE, CUTS, DEFAULT, Metric, columns_named
from benchmark.metrics.evaluated import Evaluated
from benchmark.metrics.ranking import auc_pr, auc_roc, best_f1_of

Scores = NDArray[np.floating[Any]]
Labels = NDArray[np.bool_]

RANKED = ("AUC-ROC", "AUC-PR")
"""Metrics of a subgroup that need no cut."""

FALSE_ALARMS = "false alarms"
"""Key of the list of a subgroup whose points are listed (`Grouping.listed`)."""


def measure(
    validation: Scores,
    scores: Scores,
    labels: Labels,
    labelled: Labelled | None = None,
    window: int | None = None,
    metrics: tuple[str, ...] = DEFAULT,
) -> Row:
    """Measure one task. Column names carry the policy of the cut (``F1@val``).

    Parameters
    ----------
    validation : ndarray, shape (V,)
        Scores of the unlabelled validation points.
    scores, labels : ndarray, shape (T,)
        Scores and labels of the test points.
    labelled : Labelled, optional
        Scores and labels of the labelled validation points. Without them, the columns of the policies ``labelled`` and
        ``share`` are left out.
    window : int, optional
        The dataset's VUS window, where test points are in time order. Without it, metrics that need that order are left
        out.
    metrics : tuple of str
        Names of columns (`benchmark.metrics.catalogue.COLUMNS`).

    Returns
    -------
    dict
        Numbers of ``points`` and of ``anomalous`` ones; ``cut@<policy>`` for each policy; the columns, with None where
        a metric is undefined.

    Raises
    ------
    UnknownNameError
        For a metric that is not in the catalogue.
    """
    case = Evaluated(labels, scores, window=window)
    cuts = thresholds.cuts(validation, labelled) | {"oracle": case.once(best_f1_of).cut}
    row: Row = {"points": len(case.labels), "anomalous": case.anomalies}
    row |= {f"cut@{name}": cuts[name] for name in CUTS if name in cuts}
    at = {name: case.at(thresholds.flag(scores, cut)) for name, cut in cuts.items()} | {"": case}
    for column in columns_named(metrics):
        if column.cut in at and (window is not None or not column.metric.sequential):
            row[column.name] = _number(column.metric.compute(at[column.cut]))
    return row


def measure_subgroups(row: Row, grouping: Grouping, scores: Scores, labels: Labels) -> dict[str, Row]:
    """Measure each subgroup of the test points, at the cuts of all test points.

    A subgroup with normal and anomalous points of its own (``with_normal`` False) is measured by `RANKED` and by every
    default point-wise metric at every cut. A subgroup of anomalous points (``with_normal`` True) is measured against
    all normal test points, by `RANKED` and by the recall at every cut. ``@oracle`` is the cut of the best F1 over all
    test points here, too.

    Parameters
    ----------
    row : dict
        Row of all test points, from `measure`.
    grouping : Grouping
        Subgroup of each test point.
    scores, labels : ndarray, shape (T,)
        As for `measure`.

    Returns
    -------
    dict of dict
        By name of the subgroup: numbers of ``points`` and of ``anomalous`` ones, normal points that it is measured
        against included, and the columns. A subgroup without a point has ``points`` and ``anomalous`` 0 and no column.
        Where the grouping lists points, `FALSE_ALARMS` is `false_alarms` of the points of the subgroup, in their order.
    """
    cuts = {name: row[f"cut@{name}"] for name in CUTS if f"cut@{name}" in row}
    recall = [metric for metric in CATALOGUE if metric.name == "Recall@<cut>"]
    metrics = recall if grouping.with_normal else _point_wise()
    found: dict[str, Row] = {}
    for index, name in enumerate(grouping.names):
        inside = grouping.index == index
        if not inside.any():
            found[name] = {"points": 0, "anomalous": 0}
            continue
        chosen = inside | ~labels if grouping.with_normal else inside
        case = Evaluated(labels[chosen], scores[chosen])
        found[name] = {"points": len(case.labels), "anomalous": case.anomalies}
        found[name] |= {column.name: _number(column.metric.compute(case)) for column in columns_named(RANKED)}
        for cut, value in cuts.items():
            at = case.at(thresholds.flag(scores[chosen], value))
            found[name] |= {metric.name.replace("<cut>", cut): _number(metric.compute(at)) for metric in metrics}
        if grouping.listed:
            found[name][FALSE_ALARMS] = false_alarms(scores[~labels], scores[inside])
    return found


def false_alarms(normal: Scores, anomalous: Scores) -> list[int]:
    """Number of normal points that score at least as high as each anomalous point: what it costs to find the point.

    Parameters
    ----------
    normal, anomalous : ndarray, shapes (N,), (A,)
        Scores.

    Returns
    -------
    list of int, length A
        0 to N. A cut that flags the point flags so many normal points; equal scores are flagged together.
    """
    ascending = np.sort(normal)
    return [int(count) for count in len(ascending) - np.searchsorted(ascending, anomalous, side="left")]


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


def _point_wise() -> list[Metric]:
    return [one for one in CATALOGUE if one.threshold == "cut" and one.default and not one.sequential]


def _number(value: float) -> Any:
    """Replace an undefined value by None, which JSON can hold."""
    return None if isnan(value) else value

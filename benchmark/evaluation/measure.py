"""From scores and labels to a row of metrics: cut the test scores by every policy, then measure."""

from __future__ import annotations

from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.evaluation import operating, thresholds
from benchmark.evaluation.thresholds import Labelled
from benchmark.interfaces.cell import Row
from benchmark.interfaces.protocol import Grouping
from benchmark.metrics.catalogue import (
    BUDGETED,
    CATALOGUE,
    CUTS,
    DEFAULT,
    Column,
    Metric,
    budget_columns,
    columns_named,
)
from benchmark.metrics.evaluated import Evaluated
from benchmark.metrics.ranking import auc_pr, auc_roc, best_f1_of

Scores = NDArray[np.floating[Any]]
Labels = NDArray[np.bool_]

RANKED = ("AUC-ROC", "AUC-PR")
"""Metrics of a subgroup that need no cut."""

FALSE_ALARMS = "false alarms"
"""Key of the list of a subgroup whose points are listed (`Grouping.listed`)."""

AT_PRIOR = "AUC-PR@prior"
"""Metric of a subgroup of a task with budgets."""


def measure(
    validation: Scores,
    scores: Scores,
    labels: Labels,
    labelled: Labelled | None = None,
    window: int | None = None,
    metrics: tuple[str, ...] = DEFAULT,
    budgets: tuple[float, ...] = (),
    incidents: NDArray[np.integer[Any]] | None = None,
    time: NDArray[np.integer[Any]] | None = None,
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
    budgets : tuple of float
        Budgets of false alarms: their columns (`benchmark.metrics.catalogue.budget_columns`) are measured too.
    incidents : ndarray of int, shape (T,), optional
        Incident of each test point, −1 for none. Without it, metrics of incidents are left out.
    time : ndarray of int, shape (T,), optional
        Time of each test point in microseconds. Without it, metrics that need it are left out.

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
    case = Evaluated(labels, scores, window=window, incidents=incidents, time=time)
    of_budgets = thresholds.budget_cuts(validation, scores[~labels], budgets)
    cuts = thresholds.cuts(validation, labelled) | {"oracle": case.once(best_f1_of).cut} | of_budgets
    row: Row = {"points": len(case.labels), "anomalous": case.anomalies}
    row |= {f"cut@{name}": cut for name, cut in cuts.items()}
    at = {name: case.at(thresholds.flag(scores, cut)) for name, cut in cuts.items()} | {"": case}
    for column in columns_named((*metrics, *(budget_columns(of_budgets) if budgets else ()))):
        if column.cut in at and _measurable(column, case, window):
            row[column.name] = _number(column.metric.compute(at[column.cut]))
    return row


def measure_subgroups(
    row: Row,
    grouping: Grouping,
    scores: Scores,
    labels: Labels,
    budgets: tuple[float, ...] = (),
    time: NDArray[np.integer[Any]] | None = None,
) -> dict[str, Row]:
    """Measure each subgroup of the test points, at the cuts of all test points.

    A subgroup with normal and anomalous points of its own (``with_normal`` False) is measured by `RANKED` and by every
    default point-wise metric at every cut. A subgroup of anomalous points (``with_normal`` True) is measured against
    all normal test points, by `RANKED` and by the recall at every cut. ``@oracle`` is the cut of the best F1 over all
    test points here, too. Where a task has budgets, such a subgroup also has the column ``AUC-PR@prior``, and under
    ``curve`` its recall at each rate of `benchmark.evaluation.operating.RATES`.

    Parameters
    ----------
    row : dict
        Row of all test points, from `measure`.
    grouping : Grouping
        Subgroup of each test point.
    scores, labels, budgets
        As for `measure`.
    time : ndarray of int, shape (T,), optional
        Time of each test point in microseconds, where each subgroup is one incident: it then has its own
        ``Time-To-Alert`` at every budget.

    Returns
    -------
    dict of dict
        By name of the subgroup: numbers of ``points`` and of ``anomalous`` ones, normal points that it is measured
        against included, and the columns. A subgroup without a point has ``points`` and ``anomalous`` 0 and no column.
        Where the grouping lists points, `FALSE_ALARMS` is `false_alarms` of the points of the subgroup, in their order.
    """
    cuts = {name.removeprefix("cut@"): cut for name, cut in row.items() if name.startswith("cut@")}
    at_rates = operating.cuts(scores[~labels]) if budgets and grouping.with_normal else None
    found: dict[str, Row] = {}
    for index, name in enumerate(grouping.names):
        inside = grouping.index == index
        if not inside.any():
            found[name] = {"points": 0, "anomalous": 0}
            continue
        chosen = inside | ~labels if grouping.with_normal else inside
        times = None if time is None else time[chosen]
        case = Evaluated(labels[chosen], scores[chosen], incidents=np.where(inside[chosen], 0, -1), time=times)
        found[name] = {"points": len(case.labels), "anomalous": case.anomalies}
        ranked = (*RANKED, AT_PRIOR) if at_rates is not None else RANKED
        found[name] |= {column.name: _number(column.metric.compute(case)) for column in columns_named(ranked)}
        for cut, value in cuts.items():
            at = case.at(thresholds.flag(scores[chosen], value))
            metrics = _of_subgroup(grouping.with_normal, cut, time is not None)
            found[name] |= {metric.name.replace("<cut>", cut): _number(metric.compute(at)) for metric in metrics}
        if grouping.listed:
            found[name][FALSE_ALARMS] = false_alarms(scores[~labels], scores[inside])
        if at_rates is not None:
            found[name]["curve"] = operating.recalls(scores[inside], at_rates)
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


def _measurable(column: Column, case: Evaluated, window: int | None) -> bool:
    return (window is not None or not column.metric.sequential) and case.known.issuperset(column.metric.needs)


def _of_subgroup(with_normal: bool, cut: str, timed: bool) -> list[Metric]:
    """Metrics of a subgroup at a cut."""
    if cut in CUTS and not with_normal:
        return [one for one in CATALOGUE if one.threshold == "cut" and one.default and not one.sequential]
    names = {"Recall@<cut>"} if with_normal else {"Recall@<cut>", "False-Alarm-Rate@<cut>"}
    names |= {"Time-To-Alert@<cut>"} if timed and cut not in CUTS else set()
    return [one for one in (*CATALOGUE, *BUDGETED) if one.name in names]


def _number(value: float) -> Any:
    """Replace an undefined value by None, which JSON can hold."""
    return None if isnan(value) else value

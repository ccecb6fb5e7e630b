"""Ceilings and floors: the metrics that can judge a detector at all under a protocol and a threshold policy.

Two controls bound every metric. ``perfect`` scores by the label itself. Where it does not reach the best value, the
split and the policy set the value before any detector runs. ``random`` scores by chance. Where it lies above the floor
that the catalogue of metrics states for chance, a high value shows nothing. In both cases the column judges no
detector. Rules:

- ``perfect`` reaches the best value where it is at most 0.01 away from it: 99 % of the best value 1, or 0.01 where
  lower is better.
- ``random`` is at its floor where it is at most four standard errors above it. The standard error is taken at its
  largest, 0.5/√n, for n points of the rarer class. For a precision, n is the number of flagged points if that is less;
  for a mean precision over both classes, the number of points that are not flagged if that is less still.
- Floors follow from the share a of anomalies and, at a cut, the share q of points that the score flags; the labels are
  independent of a random score. For areas with buffers the floor is the upper end of the stated range.

What follows for the policies: ``perfect`` has two scores. So ``val`` judges nothing where more than 1 % of the
unlabelled validation points are anomalies, since the 99 % quantile then is the score of an anomaly. Likewise the budget
``1%``, with a cut at a score of validation too; ``1%-test`` judges always. ``pot`` judges
nothing where any of them is: no tail can be fitted to one distinct excess, and the cut is the largest score. The false
alarm rate of ``perfect`` is 0 under every policy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import sqrt
from typing import Any

from benchmark.metrics.catalogue import CUTS, Column, columns_named, is_policy
from benchmark.metrics.ranking import PRIOR

Values = Mapping[str, Any]
"""Columns of a row: a number, or None where a metric is undefined."""

MARGIN = 0.01
"""Largest distance of ``perfect`` from the best value of a metric."""

ERRORS = 4.0
"""Standard errors that ``random`` may lie above its floor."""


def testable(perfect: Values, column: str, chance: Values | None = None) -> str | None:  # noqa: PT028 - no test
    """Say why a column judges no detector; None where it judges.

    Parameters
    ----------
    perfect : mapping of str to number or None
        Row of the method ``perfect`` under the same protocol, from `benchmark.evaluation.measure.measure`. For several
        seeds or recordings: the means over them.
    column : str
        Name of a column (`benchmark.metrics.catalogue.COLUMNS`).
    chance : mapping, optional
        Row of the method ``random``. Without it only the ceiling is checked.

    Returns
    -------
    str or None
        The reason, in one sentence without a full stop.

    Raises
    ------
    UnknownNameError
        For a name that is no column.
    """
    (found,) = columns_named([column])
    if column not in perfect:
        return f"there is no {column}: {_reason_of_absence(found)}"
    value = perfect[column]
    if value is None:
        return f"{column} is undefined here, for a perfect detector too"
    best = found.metric.best
    if round(abs(value - best), 9) > MARGIN:
        return f"a perfect detector gets {value:.3f} in {column}, and {best:g} is the best value"
    if chance is not None and (excess := above_floor(chance, column)) is not None:
        return excess
    return None


def above_floor(chance: Values, column: str) -> str | None:
    """Say by how much a random score lies above the stated floor of a column; None where it is at its floor.

    Parameters
    ----------
    chance : mapping of str to number or None
        Row of the method ``random``, with its ``points`` and ``anomalous``.
    column : str
        Name of a column.
    """
    expected, value = floor(chance, column), chance.get(column)
    if expected is None or value is None:
        return None
    points, anomalous = chance["points"], chance["anomalous"]
    fewest = min(anomalous, points - anomalous)
    if "Precision" in column:
        flagged = round(_flagged(chance, column) * points)
        of_both_classes = not column.startswith("Precision")
        fewest = max(1, min(fewest, flagged, points - flagged if of_both_classes else flagged))
    if value <= expected + ERRORS * 0.5 / sqrt(fewest):
        return None
    return f"a random score gets {value:.3f} in {column}, and its stated floor is {expected:.3f}"


def floor(row: Values, column: str) -> float | None:
    """Highest expected value of a random score in a column; None where the catalogue states no number.

    Parameters
    ----------
    row : mapping of str to number or None
        A row with ``points`` and ``anomalous``; at a cut also the recall and the false alarm rate, which say how many
        points are flagged.
    column : str
        Name of a column.
    """
    (found,) = columns_named([column])
    if not 0 < row["anomalous"] < row["points"]:
        return None
    share = row["anomalous"] / row["points"]
    if found.metric.name in _AREAS:
        return _AREAS[found.metric.name](share)
    if found.metric.name in _AT_CUT and f"Recall@{found.cut}" in row:
        return _AT_CUT[found.metric.name](share, _flagged(row, column))
    return None


def _flagged(row: Values, column: str) -> float:
    """Share of all points that are flagged at the cut of a column, from 0 to 1."""
    cut, share = column.partition("@")[2], row["anomalous"] / row["points"]
    return float(row[f"Recall@{cut}"] * share + row[f"False-Alarm-Rate@{cut}"] * (1 - share))


def _reason_of_absence(column: Column) -> str:
    if column.cut in ("labelled", "share"):
        return "the protocol has no labelled validation points of both classes"
    if (column.cut not in CUTS and is_policy(column.cut)) or column.metric.name == "AUC-PR@prior":
        return "the protocol has no budgets of false alarms, or its points have no incidents or times"
    if column.metric.sequential:
        return "the points are not in time order"
    return "the row does not hold it"


def _accuracy(a: float, q: float) -> float:
    return a * q + (1 - a) * (1 - q)


def _f1(a: float, q: float) -> float:
    """F1 of a class of share a of which q is found: its precision is a, its recall q."""
    return 2 * a * q / (a + q)


def _weighted_f1(a: float, q: float) -> float:
    return a * _f1(a, q) + (1 - a) * _f1(1 - a, 1 - q)


_AREAS: dict[str, Callable[[float], float]] = {
    "AUC-ROC": lambda a: 0.5,
    "AUC-PR": lambda a: a,
    "AUC-PR@prior": lambda a: PRIOR,
    "F1@oracle": lambda a: 2 * a / (1 + a),
    "R-AUC-ROC": lambda a: 0.8,
    "VUS-ROC": lambda a: 0.8,
    "R-AUC-PR": lambda a: 2.5 * a,
    "VUS-PR": lambda a: 2.5 * a,
}
"""Floors from the share a of anomalies."""

_AT_CUT: dict[str, Callable[[float, float], float]] = {
    "Accuracy@<cut>": _accuracy,
    "Precision@<cut>": lambda a, q: a,
    "Recall@<cut>": lambda a, q: q,
    "F1@<cut>": _f1,
    "MCC@<cut>": lambda a, q: 0.0,
    "Balanced-Accuracy@<cut>": lambda a, q: 0.5,
    "Macro-Precision@<cut>": lambda a, q: 0.5,
    "Macro-Recall@<cut>": lambda a, q: 0.5,
    "Macro-F1@<cut>": lambda a, q: (_f1(a, q) + _f1(1 - a, 1 - q)) / 2,
    "Weighted-Precision@<cut>": lambda a, q: a * a + (1 - a) * (1 - a),
    "Weighted-Recall@<cut>": _accuracy,
    "Weighted-F1@<cut>": _weighted_f1,
}
"""Floors from the share a of anomalies and the share q of points flagged."""

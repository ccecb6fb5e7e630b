"""Recall against the realised false-alarm rate: the part of the ROC curve that a user of alarms looks at.

The cuts are those of budgets on the normal points of the test (policy ``-test``, `benchmark.evaluation.thresholds`), at
the rates `RATES`. So the curve says how a score ranks, and says nothing of how well a cut can be set beforehand; the
policies ``0.1%``, ``1%``, ``5%`` do.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.evaluation import thresholds

RATES = (0.001, 0.0015, 0.002, 0.003, 0.005, 0.007, 0.01, 0.015, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3)
"""False-alarm rates, about even on a logarithmic axis."""


def cuts(normal: NDArray[Any]) -> list[float]:
    """Cut for each of the `RATES`; empty without a normal point.

    Parameters
    ----------
    normal : ndarray, shape (N,)
        Scores of the normal test points.
    """
    return [thresholds.budget_cut(normal, rate) for rate in RATES] if len(normal) else []


def recalls(anomalous: NDArray[Any], at: list[float]) -> list[float]:
    """Share of scores above each of some cuts, in [0, 1].

    Parameters
    ----------
    anomalous : ndarray, shape (A,)
        Scores of anomalous points, A ≥ 1.
    at : list of float
        Cuts.
    """
    return [float(thresholds.flag(anomalous, cut).mean()) for cut in at]


def operating_points(scores: NDArray[Any], labels: NDArray[np.bool_]) -> dict[str, list[float]]:
    """Realised false-alarm rate and recall at each of the `RATES`; empty lists where a class is absent.

    Parameters
    ----------
    scores, labels : ndarray, shape (T,)
        Scores and labels of the test points.

    Returns
    -------
    dict of list
        ``false_alarm_rate``, at most the rate that was asked for: less where scores are tied; ``recall``.
    """
    normal, anomalous = scores[~labels], scores[labels]
    at = cuts(normal) if len(anomalous) else []
    return {"false_alarm_rate": recalls(normal, at), "recall": recalls(anomalous, at)}

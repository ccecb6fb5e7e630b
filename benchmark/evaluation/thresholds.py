"""Threshold policies: rules that choose the cut of a score. Each is the same rule for every detector.

A point is flagged if its score is *greater* than the cut.

``val``
    The 99 % quantile of the scores of the unlabelled validation points. Needs no label. It flags one point in a hundred
    of such points, so it can find no more than that where validation holds as many anomalies as the test.
``pot``
    Peaks over threshold on the same scores: an extreme-value tail, cut at a small probability. Needs no label. It is
    our reading of a "dynamic threshold".
``labelled``
    The cut with the best F1 on the scores of labelled validation points.
``share``
    The share of anomalies among the labelled validation points is known, not which points they are: the cut flags that
    share of them.
``oracle``
    The cut with the best F1 on the *test* scores. Not attainable in use: a bound, always labelled ``@oracle``.
``1%``
    A budget of false alarms, where a task has budgets (`benchmark.interfaces.protocol.Task`): the smallest cut such
    that at most this share of the unlabelled validation points is above it. Equal scores are never separated, so that
    a score with few values may use less of its budget: rules that match more than 1 % flag nothing at ``1%`` if all
    matches have one score.
``1%-test``
    The same on the normal points of the *test*: detectors are compared at one realised rate. Like ``oracle`` it uses
    test labels, so it is no threshold that a user could set.

``labelled`` and ``share`` exist only where a protocol has labelled validation points of both classes. No policy depends
on what a detector was fitted on: supervised and unsupervised ones are cut alike.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.metrics import ranking
from benchmark.metrics.catalogue import OF_TEST
from benchmark.stats.tails import peaks_over_threshold

QUANTILE = 0.99


class Labelled(NamedTuple):
    """Labelled validation points of both classes.

    Parameters
    ----------
    scores : ndarray, shape (L,)
        Their scores.
    labels : ndarray of bool, shape (L,)
        True where a point is anomalous.
    """

    scores: NDArray[Any]
    labels: NDArray[np.bool_]


pot = peaks_over_threshold


def flag(scores: NDArray[Any], cut: float) -> NDArray[np.bool_]:
    """Flag every score above the cut. The comparison is in double precision: single precision would round the cut."""
    return scores.astype(np.float64) > cut


def quantile(scores: NDArray[Any], level: float = QUANTILE) -> float:
    """Return the quantile of scores at ``level`` in [0, 1]; between two scores it is interpolated."""
    return float(np.quantile(scores.astype(np.float64), level))


def best_f1(scores: NDArray[Any], labels: NDArray[np.bool_]) -> float:
    """Return the cut with the best F1 on labelled scores (`benchmark.metrics.ranking.best_f1`).

    Without an anomalous point no cut is best: the largest score is returned, which flags nothing.
    """
    return ranking.best_f1(labels, scores).cut


def known_share(scores: NDArray[Any], labels: NDArray[np.bool_]) -> float:
    """Return the cut that flags as many of the scores as there are anomalous points.

    It is the quantile at 1 − π for the share π of anomalies: only their number enters, not their places. With k of them
    it lies between the k-th highest score and the next lower one, so it flags k points unless these two are equal.
    """
    return quantile(scores, 1 - np.count_nonzero(labels) / len(labels))


def budget_name(budget: float) -> str:
    """Name of the policy of a budget: ``1%`` for 0.01."""
    return f"{100 * budget:g}%"


def budget_cut(normal: NDArray[Any], budget: float) -> float:
    """Return the smallest cut such that at most a share ``budget`` of the scores is above it.

    With k = ⌊budget · n⌋ it is the (k + 1)-th highest score: a smaller cut would flag at least k + 1.

    Parameters
    ----------
    normal : ndarray, shape (n,)
        Scores of normal points, n ≥ 1.
    budget : float
        In (0, 1).
    """
    allowed = int(budget * len(normal) + 1e-9)  # 0.01 · 2,900 is below 29
    place = len(normal) - 1 - allowed
    return float(np.partition(normal.astype(np.float64), place)[place])


def budget_cuts(validation: NDArray[Any], test_normal: NDArray[Any], budgets: tuple[float, ...]) -> dict[str, float]:
    """Cuts of budgets of false alarms, by policy; without a normal test point those of validation only.

    Parameters
    ----------
    validation : ndarray, shape (V,)
        Scores of the unlabelled validation points.
    test_normal : ndarray, shape (N,)
        Scores of the normal test points.
    budgets : tuple of float
        Shares in (0, 1).
    """
    found = {budget_name(budget): budget_cut(validation, budget) for budget in budgets}
    if len(test_normal):
        found |= {f"{budget_name(budget)}{OF_TEST}": budget_cut(test_normal, budget) for budget in budgets}
    return found


def cuts(validation: NDArray[Any], labelled: Labelled | None = None) -> dict[str, float]:
    """Cuts that are set on validation points, by policy.

    Parameters
    ----------
    validation : ndarray, shape (V,)
        Scores of the unlabelled validation points.
    labelled : Labelled, optional
        Labelled ones. Without them there is no ``labelled`` and no ``share``.
    """
    found = {"val": quantile(validation), "pot": pot(validation)}
    if labelled is not None:
        found |= {"labelled": best_f1(*labelled), "share": known_share(*labelled)}
    return found

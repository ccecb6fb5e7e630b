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

``labelled`` and ``share`` exist only where a protocol has labelled validation points of both classes. No policy depends
on what a detector was fitted on: supervised and unsupervised ones are cut alike.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.metrics import ranking
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

"""Metrics of a confidence: whether abstaining pays, and whether a stated probability is met. Numpy in, numpy out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def risk_coverage(
    labels: NDArray[np.bool_], flags: NDArray[np.bool_], confidence: NDArray[Any]
) -> tuple[Numbers, Numbers]:
    """Error among the most confident decisions, for every share of decisions kept.

    Decisions are dropped from the least confident on; decisions of equal confidence stay or go together, so that no
    order among ties can flatter the curve.

    Parameters
    ----------
    labels, flags : ndarray of bool, shape (T,)
        True where a point is anomalous, and where it is flagged.
    confidence : ndarray, shape (T,)
        Any finite number per decision; higher is more confident.

    Returns
    -------
    coverage : ndarray of float64, shape (K,)
        Shares kept in (0, 1], ascending, one for each distinct confidence; the last is 1.
    risk : ndarray of float64, shape (K,)
        Share of wrong decisions among those kept, in [0, 1].

    Raises
    ------
    ValueError
        If the three differ in length, are empty, or a confidence is not finite.
    """
    _require_matching(labels, flags, confidence)
    order = np.argsort(-confidence.astype(np.float64), kind="stable")
    ranked = confidence.astype(np.float64)[order]
    wrong = np.cumsum((labels != flags)[order])
    last = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    kept = last + 1
    return kept / len(ranked), wrong[last] / kept


def area_under_risk_coverage(labels: NDArray[np.bool_], flags: NDArray[np.bool_], confidence: NDArray[Any]) -> float:
    """Mean risk over all coverages (AURC), in [0, 1], lower is better.

    The step function of `risk_coverage` integrated over coverage: constant confidence gives the plain error.
    """
    coverage, risk = risk_coverage(labels, flags, confidence)
    return float(np.sum(risk * np.diff(coverage, prepend=0.0)))


COVERAGES = tuple(round(0.05 * step, 2) for step in range(1, 21))


def confidence_summary(
    labels: NDArray[np.bool_], flags: NDArray[np.bool_], confidence: NDArray[Any], abstained: NDArray[np.bool_]
) -> dict[str, Any]:
    """Everything that is asked of a stated confidence, as numbers and lists that JSON can hold.

    Parameters
    ----------
    labels, flags, confidence : ndarray, shape (T,)
        As for `risk_coverage`; confidence is a probability.
    abstained : ndarray of bool, shape (T,)
        True where no decision was taken.

    Returns
    -------
    dict
        ``coverage`` and ``risk``: the curve at twenty steps (the risk at the least coverage that reaches the step);
        ``aurc``; ``bins``: count, confidence and accuracy of ten bins of stated confidence, null where empty;
        ``ece``; ``abstained``: share; ``error kept`` and ``error all``: share of wrong decisions where one was
        taken, and with all of them.
    """
    coverage, risk = risk_coverage(labels, flags, confidence)
    place = np.minimum(np.searchsorted(coverage, COVERAGES), len(coverage) - 1)
    found = reliability(labels == flags, confidence)
    wrong = labels != flags

    def listed(values: NDArray[Any]) -> list[Any]:
        return [None if np.isnan(value) else float(value) for value in values]

    return {
        "coverage": list(COVERAGES),
        "risk": listed(risk[place]),
        "aurc": area_under_risk_coverage(labels, flags, confidence),
        "bins": {
            "count": found.count.tolist(),
            "confidence": listed(found.confidence),
            "accuracy": listed(found.accuracy),
        },
        "ece": found.expected_error,
        "abstained": float(abstained.mean()),
        "error kept": float(wrong[~abstained].mean()) if not abstained.all() else None,
        "error all": float(wrong.mean()),
    }


@dataclass(frozen=True)
class Reliability:
    """A reliability diagram: decisions in bins of stated confidence.

    Parameters
    ----------
    count : ndarray of int64, shape (B,)
        Decisions in each bin.
    confidence, accuracy : ndarray of float64, shape (B,)
        Mean stated confidence and share of right decisions of each bin; NaN in an empty bin.
    expected_error : float
        Expected calibration error in [0, 1]: mean distance of accuracy and confidence over bins, weighted by counts.
    """

    count: NDArray[np.int64]
    confidence: Numbers
    accuracy: Numbers
    expected_error: float


def reliability(correct: NDArray[np.bool_], confidence: NDArray[Any], bins: int = 10) -> Reliability:
    """Compare stated confidence with how often decisions were right, in bins of equal width over [0, 1].

    Bin b of B holds confidences in [b/B, (b+1)/B), the last one 1 too (Guo et al. 2017, eq. 3 for the expected
    calibration error). A decision between two classes that are both possible states at least 0.5, so the lower half
    of the bins is usually empty.

    Parameters
    ----------
    correct : ndarray of bool, shape (T,)
        True where the decision agreed with the label.
    confidence : ndarray, shape (T,)
        Stated probability that it does, in [0, 1].
    bins : int
        Number of bins, at least 1.

    Raises
    ------
    ValueError
        If the lengths differ, there is no decision, or a confidence lies outside [0, 1].
    """
    _require_matching(correct, correct, confidence)
    stated = confidence.astype(np.float64)
    if stated.min() < 0 or stated.max() > 1:
        raise ValueError(f"confidence must lie in [0, 1]; it spans {stated.min():g} to {stated.max():g}")
    place = np.minimum((stated * bins).astype(np.int64), bins - 1)
    count = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(place, weights=stated, minlength=bins) / count
        share = np.bincount(place, weights=correct.astype(np.float64), minlength=bins) / count
    filled = count > 0
    error = np.sum(count[filled] * np.abs(share[filled] - mean[filled])) / len(stated)
    return Reliability(count, mean, share, float(error))


def _require_matching(first: NDArray[np.bool_], second: NDArray[np.bool_], confidence: NDArray[Any]) -> None:
    if not first.shape == second.shape == confidence.shape:
        raise ValueError(f"{first.shape} labels, {second.shape} flags and {confidence.shape} confidences")
    if not len(confidence):
        raise ValueError("there is no decision")
    if not np.isfinite(confidence).all():
        raise ValueError("a confidence is not finite")

"""Metrics of a confidence: the benefit of abstaining and the calibration of a stated probability."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def risk_coverage(
    labels: NDArray[np.bool_], flags: NDArray[np.bool_], confidence: NDArray[Any]
) -> tuple[Numbers, Numbers]:
    """Error among the most confident decisions, for every share of decisions that are not dropped.

    The least confident decisions are dropped first. Decisions of equal confidence are dropped together, so the curve
    does not depend on the order among ties.

    Parameters
    ----------
    labels, flags : ndarray of bool, shape (T,)
        True where a point is anomalous, and where it is flagged.
    confidence : ndarray, shape (T,)
        One finite number for each decision; higher is more confident.

    Returns
    -------
    coverage : ndarray of float64, shape (K,)
        Shares of decisions not dropped, in (0, 1], ascending, one for each distinct confidence; the last is 1.
    risk : ndarray of float64, shape (K,)
        Share of wrong decisions among them, in [0, 1].

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
    count = last + 1
    return count / len(ranked), wrong[last] / count


def area_under_risk_coverage(labels: NDArray[np.bool_], flags: NDArray[np.bool_], confidence: NDArray[Any]) -> float:
    """Mean risk over all coverages (AURC), in [0, 1], lower is better.

    The step function of `risk_coverage`, integrated over coverage. Constant confidence gives the plain error.
    """
    coverage, risk = risk_coverage(labels, flags, confidence)
    return float(np.sum(risk * np.diff(coverage, prepend=0.0)))


COVERAGES = tuple(round(0.05 * step, 2) for step in range(1, 21))


def confidence_summary(
    labels: NDArray[np.bool_], flags: NDArray[np.bool_], confidence: NDArray[Any], abstained: NDArray[np.bool_]
) -> dict[str, Any]:
    """All measurements of a stated confidence, as numbers and lists that JSON can hold.

    Parameters
    ----------
    labels, flags, confidence : ndarray, shape (T,)
        As for `risk_coverage`; confidence is a probability.
    abstained : ndarray of bool, shape (T,)
        True where the detector took no decision.

    Returns
    -------
    dict
        ``coverage`` and ``risk``: the curve at twenty steps (the risk at the lowest coverage that reaches the step);
        ``aurc``; ``bins``: count, confidence and accuracy of ten bins of stated confidence, null where empty;
        ``ece``; ``abstained``: share of the points; ``error kept`` and ``error all``: share of wrong decisions where
        the detector took one, and of all decisions.
    """
    coverage, risk = risk_coverage(labels, flags, confidence)
    steps = np.minimum(np.searchsorted(coverage, COVERAGES), len(coverage) - 1)
    diagram = reliability(labels == flags, confidence)
    wrong = labels != flags

    def json_list(values: NDArray[Any]) -> list[Any]:
        return [None if np.isnan(value) else float(value) for value in values]

    return {
        "coverage": list(COVERAGES),
        "risk": json_list(risk[steps]),
        "aurc": area_under_risk_coverage(labels, flags, confidence),
        "bins": {
            "count": diagram.count.tolist(),
            "confidence": json_list(diagram.confidence),
            "accuracy": json_list(diagram.accuracy),
        },
        "ece": diagram.expected_error,
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
        Number of decisions in each bin.
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
    """Compare stated confidence with the share of right decisions, in bins of equal width over [0, 1].

    Bin b of B holds confidences in [b/B, (b+1)/B), and the last bin also 1 (Guo et al. 2017, eq. 3 for the expected
    calibration error). The confidence of a decision between two classes is usually at least 0.5, which leaves the lower
    half of the bins empty.

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
    bin_of = np.minimum((stated * bins).astype(np.int64), bins - 1)
    count = np.bincount(bin_of, minlength=bins)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(bin_of, weights=stated, minlength=bins) / count
        share = np.bincount(bin_of, weights=correct.astype(np.float64), minlength=bins) / count
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

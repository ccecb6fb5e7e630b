"""Confidence regulation at work: a score, its spread, a moving threshold, and a decision that may be to abstain."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.recording import FloatArray
from benchmark.stats.tails import peaks_over_threshold

DECISIONS = ("normal", "anomalous", "abstain")
NORMAL, ANOMALOUS, ABSTAIN = range(3)

REACH = 2.0

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Decisions:
    """What the detector decides on each point, and how sure it is.

    Parameters
    ----------
    score : ndarray of float32, shape (T,)
        As `GanUQ.score` returns it.
    std : ndarray of float32, shape (T,)
        Predictive standard deviation: of the score over the dropout samples.
    threshold : ndarray of float64, shape (T,)
        Threshold in force at each point.
    decision : ndarray of int8, shape (T,)
        0 normal, 1 anomalous, 2 abstain: places in `DECISIONS`.
    """

    score: FloatArray
    std: FloatArray
    threshold: Numbers
    decision: NDArray[np.int8]

    @property
    def flags(self) -> NDArray[np.bool_]:
        """What would be decided if abstaining were not allowed: True where the score exceeds the threshold."""
        return self.score.astype(np.float64) > self.threshold

    @property
    def confidence(self) -> Numbers:
        """Chance in [0.5, 1] that the score of another dropout sample falls on the same side: Φ(|score − cut|/std)."""
        distance = np.abs(self.score.astype(np.float64) - self.threshold)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(distance == 0, 0.0, distance / self.std)
        return _normal_cdf(ratio)

    @property
    def names(self) -> list[str]:
        """The decisions in words."""
        return [DECISIONS[code] for code in self.decision]


def decide(score: FloatArray, std: FloatArray, threshold: Numbers, band: float) -> Decisions:
    """Abstain where the threshold lies within ``band`` standard deviations of the score, else compare with it."""
    above = score.astype(np.float64) > threshold
    unsure = np.abs(score.astype(np.float64) - threshold) < band * std
    decision = np.where(unsure, ABSTAIN, np.where(above, ANOMALOUS, NORMAL)).astype(np.int8)
    return Decisions(score, std, threshold, decision)


def sliding_threshold(calibration: FloatArray, scores: FloatArray, *, buffer: int, every: int) -> Numbers:
    """Threshold in force at each point: peaks over threshold on a buffer of recent scores.

    The buffer begins with the last calibration scores. After each ``every`` points the new scores enter, the oldest
    leave, and the tail is fitted again. Scores further above the buffer's median than `REACH` times the threshold is
    stay out, so that an outstanding anomaly does not raise the threshold that is to find it. Leaving out every score
    above the threshold, as SPOT does (Siffert et al. 2017), would cut the tail off where it is to be estimated: the
    threshold then sinks with every fit and cannot follow a drift upwards. The threshold at a point depends on earlier
    points alone.

    Parameters
    ----------
    calibration : ndarray, shape (V,)
        Scores of validation points, in time order.
    scores : ndarray, shape (T,)
        Scores in time order.
    buffer : int
        Scores kept.
    every : int
        Points between two fits.

    Returns
    -------
    ndarray of float64, shape (T,)
    """
    # A ring: entering scores overwrite the oldest, and the fit, which knows no order, reads it as it lies.
    ring = calibration[-buffer:].copy()
    place = 0
    threshold = np.empty(len(scores))
    for start in range(0, len(scores), every):
        block = scores[start : start + every]
        cut = peaks_over_threshold(ring)
        threshold[start : start + every] = cut
        middle = float(np.median(ring))
        entering = block[block.astype(np.float64) <= middle + REACH * (cut - middle)][-len(ring) :]
        ring[(place + np.arange(len(entering))) % len(ring)] = entering
        place = (place + len(entering)) % len(ring)
    return threshold


def _normal_cdf(values: Numbers) -> Numbers:
    from scipy.special import erf

    return np.asarray(0.5 * (1 + erf(values / sqrt(2))), dtype=np.float64)

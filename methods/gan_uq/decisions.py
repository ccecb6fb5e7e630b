"""Decisions from scores: a sliding threshold, a confidence, and abstention where the score is uncertain."""

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
"""Scores up to this multiple of the threshold's height above the median enter the buffer of `sliding_threshold`."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Decisions:
    """A decision on each point, with its score, uncertainty and threshold.

    Parameters
    ----------
    score : ndarray of float32, shape (T,)
        What `GanUQ.score` returns.
    std : ndarray of float32, shape (T,)
        Predictive standard deviation: that of the score over the dropout samples.
    threshold : ndarray of float64, shape (T,)
        Threshold that applies to each point.
    decision : ndarray of int8, shape (T,)
        0 normal, 1 anomalous, 2 abstain: indices into `DECISIONS`.
    """

    score: FloatArray
    std: FloatArray
    threshold: Numbers
    decision: NDArray[np.int8]

    @property
    def flags(self) -> NDArray[np.bool_]:
        """Decisions without abstention, shape (T,): True where the score exceeds the threshold."""
        return self.score.astype(np.float64) > self.threshold

    @property
    def confidence(self) -> Numbers:
        """Probability in [0.5, 1] that the score of another dropout sample is on the same side of the threshold.

        It is Φ(|score − threshold|/std), shape (T,).
        """
        distance = np.abs(self.score.astype(np.float64) - self.threshold)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(distance == 0, 0.0, distance / self.std)
        return _normal_cdf(ratio)

    @property
    def names(self) -> list[str]:
        """Name of each decision, a list of T strings."""
        return [DECISIONS[code] for code in self.decision]


def decide(score: FloatArray, std: FloatArray, threshold: Numbers, band: float) -> Decisions:
    """Abstain where the threshold is within ``band`` standard deviations of the score; elsewhere compare the two."""
    above = score.astype(np.float64) > threshold
    uncertain = np.abs(score.astype(np.float64) - threshold) < band * std
    decision = np.where(uncertain, ABSTAIN, np.where(above, ANOMALOUS, NORMAL)).astype(np.int8)
    return Decisions(score, std, threshold, decision)


def sliding_threshold(calibration: FloatArray, scores: FloatArray, *, buffer: int, every: int) -> Numbers:
    """Return the threshold at each point: peaks over threshold on a buffer of recent scores.

    The buffer begins with the last calibration scores. After every ``every`` points, the new scores replace the oldest
    ones and the tail is fitted again. Let h be the height of the threshold above the buffer's median. Scores higher
    than `REACH` · h above the median do not enter, so that a large anomaly does not raise the threshold that should
    detect it. SPOT (Siffert et al. 2017) leaves out every score above the threshold. That would remove the very tail
    that is estimated: the threshold would sink with every fit and could not follow an upward drift. The threshold at a
    point depends on earlier points only.

    Parameters
    ----------
    calibration : ndarray, shape (V,)
        Scores of validation points, in time order.
    scores : ndarray, shape (T,)
        Scores in time order.
    buffer : int
        Size of the buffer.
    every : int
        Points between two fits of the tail.

    Returns
    -------
    ndarray of float64, shape (T,)
    """
    # A ring buffer: new scores overwrite the oldest. The fit does not depend on the order of scores.
    ring = calibration[-buffer:].copy()
    oldest = 0
    threshold = np.empty(len(scores))
    for start in range(0, len(scores), every):
        block = scores[start : start + every]
        cut = peaks_over_threshold(ring)
        threshold[start : start + every] = cut
        median = float(np.median(ring))
        entering = block[block.astype(np.float64) <= median + REACH * (cut - median)][-len(ring) :]
        ring[(oldest + np.arange(len(entering))) % len(ring)] = entering
        oldest = (oldest + len(entering)) % len(ring)
    return threshold


def _normal_cdf(values: Numbers) -> Numbers:
    from scipy.special import erf

    return np.asarray(0.5 * (1 + erf(values / sqrt(2))), dtype=np.float64)

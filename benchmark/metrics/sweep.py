"""Every threshold of a score, from one sort; precision, recall and F1."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.metrics.checks import Marks, Scores

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class ThresholdSweep:
    """Points in the order in which a falling threshold flags them.

    Parameters
    ----------
    order : ndarray of int64, shape (T,)
        Points from the highest score to the lowest.
    ends : ndarray of int64, shape (K,)
        Index in ``order`` of the last point of each distinct score: the places where a threshold can lie.
    """

    order: NDArray[np.int64]
    ends: NDArray[np.int64]

    @classmethod
    def of_scores(cls, scores: Scores) -> ThresholdSweep:
        """Sort scores. Points of equal score are flagged together, at one threshold."""
        order = np.argsort(scores)[::-1].copy()
        ranked = scores[order]
        return cls(order, np.append(np.flatnonzero(ranked[1:] != ranked[:-1]), len(scores) - 1))

    @classmethod
    def of_flags(cls, flags: Marks) -> ThresholdSweep:
        """Put the flagged points, at least one, before the rest. The only threshold lies between the two."""
        flagged = np.flatnonzero(flags)
        order = np.concatenate([flagged, np.flatnonzero(~flags)])
        return cls(order, np.array([len(flagged) - 1]))

    @property
    def rank(self) -> NDArray[np.int64]:
        """Index of every point in ``order``; shape (T,)."""
        rank = np.empty(len(self.order), dtype=np.int64)
        rank[self.order] = np.arange(len(self.order))
        return rank

    @property
    def taken(self) -> NDArray[np.int64]:
        """Number of points flagged at each threshold; shape (K,)."""
        return self.ends + 1

    def total(self, rank: NDArray[np.int64], change: NDArray[Any] | None = None) -> Numbers:
        """Sum the changes that the points flagged at each threshold make.

        Parameters
        ----------
        rank : ndarray of int64, shape (M,)
            Rank of the point that makes each change.
        change : ndarray, shape (M,), optional
            The changes; by default each is 1.

        Returns
        -------
        ndarray of float64, shape (K,)
            One sum for each threshold, from the highest down.
        """
        changes = np.bincount(rank, change, minlength=len(self.order))
        sums: Numbers = np.cumsum(changes, dtype=np.float64)[self.ends]
        return sums


@dataclass(frozen=True)
class PrecisionRecall:
    """Precision and recall of one kind at one threshold.

    Parameters
    ----------
    precision, recall : float
        In [0, 1].
    """

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 where both are 0."""
        return float(harmonic(np.float64(self.precision), np.float64(self.recall)))


@dataclass(frozen=True)
class Curve:
    """Precision and recall of one kind at every threshold, from the highest down.

    Parameters
    ----------
    precision, recall : ndarray of float64, shape (K,)
        In [0, 1].
    """

    precision: Numbers
    recall: Numbers

    @property
    def f1(self) -> Numbers:
        """Harmonic mean at each threshold; shape (K,)."""
        return np.asarray(harmonic(self.precision, self.recall))

    @property
    def first(self) -> PrecisionRecall:
        """The values at the highest threshold."""
        return PrecisionRecall(float(self.precision[0]), float(self.recall[0]))


UNDEFINED = PrecisionRecall(nan, nan)
"""Without an event."""

NOTHING_FLAGGED = PrecisionRecall(0.0, 0.0)


def harmonic(precision: Any, recall: Any) -> Any:
    """Harmonic mean of precision and recall, 0 where both are 0, NaN where one is undefined."""
    total = precision + recall
    return 2 * precision * recall / np.where(total == 0, 1.0, total)

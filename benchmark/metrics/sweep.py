"""Every threshold of a score in one sort."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.metrics.checks import Marks, Scores

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Sweep:
    """The points in the order in which a falling threshold takes them.

    Parameters
    ----------
    order : ndarray of int64, shape (T,)
        Points from the highest score to the lowest.
    ends : ndarray of int64, shape (K,)
        For each distinct score, the place in ``order`` of the last point that has it: where a threshold can lie.
    """

    order: NDArray[np.int64]
    ends: NDArray[np.int64]

    @classmethod
    def of_scores(cls, scores: Scores) -> Sweep:
        """Sort scores. Points of equal score are taken together, at one threshold."""
        order = np.argsort(scores)[::-1].copy()
        ranked = scores[order]
        return cls(order, np.append(np.flatnonzero(ranked[1:] != ranked[:-1]), len(scores) - 1))

    @classmethod
    def of_flags(cls, flags: Marks) -> Sweep:
        """Take what is flagged, one point at least, before the rest; the only threshold is the cut between them."""
        flagged = np.flatnonzero(flags)
        order = np.concatenate([flagged, np.flatnonzero(~flags)])
        return cls(order, np.array([len(flagged) - 1]))

    @property
    def rank(self) -> NDArray[np.int64]:
        """Place of every point in ``order``."""
        rank = np.empty(len(self.order), dtype=np.int64)
        rank[self.order] = np.arange(len(self.order))
        return rank

    @property
    def taken(self) -> NDArray[np.int64]:
        """Number of points flagged at each threshold; shape (K,)."""
        return self.ends + 1

    def total(self, rank: NDArray[np.int64], change: NDArray[Any] | None = None) -> Numbers:
        """Sum, at each threshold, the changes that points have brought by then.

        Parameters
        ----------
        rank : ndarray of int64, shape (M,)
            When each change happens.
        change : ndarray, shape (M,), optional
            What is added; 1 where it is left out.

        Returns
        -------
        ndarray of float64, shape (K,)
        """
        changes = np.bincount(rank, change, minlength=len(self.order))
        sums: Numbers = np.cumsum(changes, dtype=np.float64)[self.ends]
        return sums


@dataclass(frozen=True)
class PrecisionRecall:
    """Precision and recall of one kind, at one cut.

    Parameters
    ----------
    precision, recall : float
        In [0, 1].
    """

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of the two; 0 where both are."""
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


def harmonic(precision: Any, recall: Any) -> Any:
    """Harmonic mean of precision and recall, 0 where both are 0, NaN where one is undefined."""
    total = precision + recall
    return 2 * precision * recall / np.where(total == 0, 1.0, total)

"""A combination of fast detectors by the ranks of their scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from baselines.iforest import IForest
from baselines.kmeans_ad import KMeansAD
from baselines.knn import KNN
from baselines.norm import Norm
from baselines.pca import PCA
from baselines.trailing_knn import TrailingKNN
from baselines.trailing_norm import TrailingNorm
from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording

ORDERED: tuple[type[Detector], ...] = (KNN, PCA, KMeansAD, TrailingNorm, TrailingKNN)
"""Members on rows in time order."""

UNORDERED: tuple[type[Detector], ...] = (KNN, PCA, Norm, IForest)
"""Members on rows without an order."""


@dataclass(kw_only=True)
class Panel(Detector):
    r"""Score a point by the mean rank of several fast detectors.

    Each member m is fitted by itself. Its score s becomes a rank among its scores :math:`v_1 \le \dots \le v_n` of the
    held-out validation points:

    .. math:: r_m(s) = \begin{cases} \#\{j : v_j \le s\} / n & s \le v_n \\
              1 + \log_2\!\left(1 + \frac{s - v_n}{v_n - \tilde v}\right) & s > v_n \end{cases}

    with the median :math:`\tilde v`. Below the largest validation score it is the share of validation points that
    score no more. Above it ranks would be equal, so that the excess counts, in units of the distance from the median to
    the largest score, on a logarithmic scale: no member outvotes the others by its unit. The score is the mean of the
    :math:`r_m`. A member whose largest validation score is its median, as on a flat end of a recording, has no unit
    there and ranks among its scores of the training points. If it has none there either, the excess counts as it is.

    Nothing is tuned and no label is used. The members are those of this package that fit in seconds.
    """

    supervision: ClassVar[Supervision] = "unsupervised"

    def fit(self, train: Recording, validation: Recording) -> None:
        """Fit every member, and keep its sorted scores of the validation points, or of the training points."""
        self._members: list[tuple[Detector, NDArray[np.float64]]] = []
        for kind in ORDERED if train.sequential else UNORDERED:
            member = kind(seed=self.seed)
            member.fit(train, validation)
            for part in (validation, train):
                reference = np.sort(member.score(part).astype(np.float64))
                if reference[-1] > np.median(reference):
                    break
            self._members.append((member, reference))

    def score(self, recording: Recording) -> FloatArray:
        """Return the mean ranks, shape (T,), in [0, ∞): above 1 where scores exceed all of validation."""
        ranks = [relative_rank(member.score(recording), held_out) for member, held_out in self._members]
        return np.mean(ranks, axis=0).astype(np.float32)


def relative_rank(scores: FloatArray, held_out: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rank scores among sorted held-out scores; see `Panel`.

    Parameters
    ----------
    scores : ndarray, shape (T,)
        Scores to rank.
    held_out : ndarray of float64, shape (n,)
        Sorted.
    """
    values = scores.astype(np.float64)
    largest = held_out[-1]
    unit = (largest - np.median(held_out)) or 1.0
    ranks = np.searchsorted(held_out, values, side="right") / len(held_out)
    beyond = np.maximum(values - largest, 0) / unit
    return np.where(values > largest, 1 + np.log2(1 + beyond), ranks)

"""Distance to the nearest training rows in the space of standardised trailing means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.neighbours import TRAIN_ROWS, NearestRows
from benchmark.toolkit.trailing import TrailingFeatures


@dataclass(kw_only=True)
class TrailingKNN(Detector):
    r"""Score a point by its mean distance to the k nearest training rows, with trailing means at several scales.

    .. math:: s_t = \frac{1}{k} \sum_{j \in N_k(f_t)} \lVert f_t - f_j \rVert_2

    with f the features of `benchmark.toolkit.trailing.TrailingFeatures` (each channel is standardised on training rows,
    averaged over the newest s rows, and each average is standardised by its training mean and spread) and j the
    training rows. Any change of a channel that is constant in training outweighs all other channels
    (`benchmark.toolkit.trailing.UNSEEN`). A control: `knn` that sees several rows. The search is exhaustive
    (`benchmark.toolkit.neighbours.NearestRows`).

    Parameters
    ----------
    scales : tuple of int, optional
        Rows of each trailing mean. By default (1, 4, 16). On rows without time order only the scale 1 is possible, so
        there the default is (1,) and a longer scale is a `ParameterError`.
    k : int
        Number of neighbours.
    train_rows : int
        Largest number of training rows to search. Where there are more, so many are drawn without replacement.
    """

    supervision: ClassVar[Supervision] = "unsupervised"
    control: ClassVar[bool] = True

    scales: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)] | None = None
    k: Annotated[int, Field(ge=1)] = 1
    train_rows: Annotated[int, Field(ge=1)] = TRAIN_ROWS

    def fit(self, train: Recording, validation: Recording) -> None:
        """Learn means and spreads, and store training rows.

        Raises
        ------
        ParameterError
            If there are fewer than k training rows.
        """
        self._features = TrailingFeatures.fit(train, self.scales)
        self._nearest = NearestRows(self._features.apply(train), self.k, self.train_rows, self.seed)

    def score(self, recording: Recording) -> FloatArray:
        """Return the mean distances, shape (T,), in [0, ∞)."""
        return self._nearest.distances(self._features.apply(recording))

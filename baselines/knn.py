"""Distance to the nearest training points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.neighbours import TRAIN_ROWS, NearestRows
from benchmark.toolkit.scaling import Scaler, Scaling
from benchmark.toolkit.windows import causal_windows


@dataclass(kw_only=True)
class KNN(Detector):
    r"""Score a point by its mean Euclidean distance to the k nearest training rows.

    .. math:: s_t = \frac{1}{k} \sum_{j \in N_k(x_t)} \lVert x_t - y_j \rVert_2

    A control. [1]_ uses k = 1 on min–max scaled values; here values are standardised. [2]_ tuned k = 50 with the mean
    distance.

    The search is exhaustive (`benchmark.toolkit.neighbours.NearestRows`).

    Parameters
    ----------
    window : int
        Points in the causal window that ends with the scored point; 1 scores the point alone.
    scaling : {"standard", "minmax", "robust", "none"}
        Scaling of channels, fitted on training points.
    k : int
        Number of neighbours.
    train_rows : int
        Largest number of training rows to search. Where there are more, so many are drawn without replacement.

    References
    ----------
    .. [1] Sarfraz, Chen, Layer, Peng, Koulakis. Position: Quo vadis, unsupervised time series anomaly
       detection? ICML 2024.
    .. [2] Liu, Paparrizos. The elephant in the room: towards a reliable time-series anomaly detection benchmark.
       NeurIPS 2024.
    """

    supervision: ClassVar[Supervision] = "unsupervised"
    control: ClassVar[bool] = True

    window: Annotated[int, Field(ge=1)] = 1
    scaling: Scaling = "standard"
    k: Annotated[int, Field(ge=1)] = 1
    train_rows: Annotated[int, Field(ge=1)] = TRAIN_ROWS

    def fit(self, train: Recording, validation: Recording) -> None:
        """Store training rows.

        Raises
        ------
        ParameterError
            If there are fewer than k training rows.
        """
        self._scaler = Scaler.fit(train, self.scaling)
        rows = causal_windows(self._scaler.apply(train), self.window)
        self._nearest = NearestRows(rows, self.k, self.train_rows, self.seed)

    def score(self, recording: Recording) -> FloatArray:
        """Return the mean distances, shape (T,), in [0, ∞)."""
        return self._nearest.distances(causal_windows(self._scaler.apply(recording), self.window))

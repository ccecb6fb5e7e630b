"""Euclidean norm of the scaled observation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.attribution import Shares, over_window, shares
from benchmark.toolkit.scaling import Scaler, Scaling
from benchmark.toolkit.windows import causal_windows


@dataclass(kw_only=True)
class Norm(Detector):
    """Score a point by the Euclidean norm of its scaled values: ``s_t = ‖x_t‖₂``.

    A control: many untrained networks score like this, so a detector that does no better has learned nothing [2]_. The
    default is the distance from the training mean in standard deviations of the channels. [1]_ uses min–max scaling on
    training points without clipping (``scaling=minmax``).

    Parameters
    ----------
    window : int
        Points in the causal window that ends with the scored point; 1 scores the point alone.
    scaling : {"standard", "minmax", "robust", "none"}
        Scaling of channels, fitted on training points.

    References
    ----------
    .. [1] Sarfraz, Chen, Layer, Peng, Koulakis. Position: Quo vadis, unsupervised time series anomaly
       detection? ICML 2024.
    .. [2] Kim, Choi, Choi, Lee, Yoon. Towards a rigorous evaluation of time-series anomaly detection. AAAI 2022.
    """

    supervision: ClassVar[Supervision] = "unsupervised"
    control: ClassVar[bool] = True

    window: Annotated[int, Field(ge=1)] = 1
    scaling: Scaling = "standard"

    def fit(self, train: Recording, validation: Recording) -> None:
        """Fit the scaling."""
        self._scaler = Scaler.fit(train, self.scaling)

    def score(self, recording: Recording) -> FloatArray:
        """Return the norms, shape (T,), in [0, ∞)."""
        rows = causal_windows(self._scaler.apply(recording), self.window)
        return np.sqrt(np.einsum("td,td->t", rows, rows))

    def attribution(self, recording: Recording) -> Shares:
        """Return the share of each channel in the squared norm, shape (T, C)."""
        rows = causal_windows(self._scaler.apply(recording), self.window).astype(np.float64)
        return shares(over_window(rows * rows, self.window))

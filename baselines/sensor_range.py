"""Distance of values from the range seen in training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.attribution import Shares, over_window, shares
from benchmark.toolkit.scaling import Scaler, Scaling
from benchmark.toolkit.windows import causal_windows


@dataclass(kw_only=True)
class SensorRange(Detector):
    r"""Score a point by how far its channels leave their training range.

    With :math:`a_c` and :math:`b_c` the least and largest scaled value of channel c in training,

    .. math:: e_{tc} = \max(a_c - x_{tc},\; x_{tc} - b_c,\; 0), \qquad s_t = \sum_c e_{tc}.

    A control: an anomaly that it detects needs no model. [1]_ scores 1 as soon as one channel leaves its range and 0
    otherwise. That is ``aggregation=any``, which reaches the F1 of [1]_ on MSL and SMAP within 0.03 (the rest is
    rounding: there, values equal to a training extreme may count as outside). The default measures the distance, so
    that there is more than one threshold. Its unit is the standard deviation of the channel in training, or the
    channel's own unit where it was constant. With ``aggregation=any`` the unit does not matter.

    Parameters
    ----------
    window : int
        Points in the causal window that ends with the scored point; 1 scores the point alone.
    scaling : {"standard", "minmax", "robust", "none"}
        Unit of the exceedance, fitted on training points.
    aggregation : {"sum", "max", "any"}
        Sum of the channels' exceedances, the largest of them, or 1 if any channel exceeds its range and 0 otherwise.

    References
    ----------
    .. [1] Sarfraz, Chen, Layer, Peng, Koulakis. Position: Quo vadis, unsupervised time series anomaly
       detection? ICML 2024.
    """

    supervision: ClassVar[Supervision] = "unsupervised"
    control: ClassVar[bool] = True

    window: Annotated[int, Field(ge=1)] = 1
    scaling: Scaling = "standard"
    aggregation: Literal["sum", "max", "any"] = "sum"

    def fit(self, train: Recording, validation: Recording) -> None:
        """Find the range of each channel."""
        self._scaler = Scaler.fit(train, self.scaling)
        rows = causal_windows(self._scaler.apply(train), self.window)
        self._low, self._high = rows.min(axis=0), rows.max(axis=0)

    def score(self, recording: Recording) -> FloatArray:
        """Return the exceedance, shape (T,), in [0, ∞); 0 inside the range."""
        excess = self._excess(recording)
        if self.aggregation == "sum":
            return excess.sum(axis=1)
        largest = excess.max(axis=1)
        return largest if self.aggregation == "max" else (largest > 0).astype(np.float32)

    def attribution(self, recording: Recording) -> Shares:
        """Return the share of each channel in the sum of the exceedances, shape (T, C); 0 inside the range."""
        return shares(over_window(self._excess(recording), self.window))

    def _excess(self, recording: Recording) -> FloatArray:
        rows = causal_windows(self._scaler.apply(recording), self.window)
        excess: FloatArray = np.maximum(np.maximum(self._low - rows, rows - self._high), np.float32(0))
        return excess

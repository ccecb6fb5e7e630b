"""The label itself as the score: the control that no detector can beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import FloatArray, Recording


@dataclass(kw_only=True)
class Perfect(Detector):
    """Score a point 1 if it is anomalous and 0 if it is normal.

    A control: where it does not reach the best value of a metric, the split and the threshold policy decide that metric
    before any detector runs, and the metric judges none (`benchmark.evaluation.ceilings`). It is not fitted. It alone
    is told the labels of the points that it scores, so it has no rank among detectors.
    """

    supervision: ClassVar[Supervision] = "oracle"
    control: ClassVar[bool] = True

    def fit(self, train: Recording, validation: Recording) -> None:
        """Learn nothing."""

    def score(self, recording: Recording) -> FloatArray:
        """Return the labels as numbers, shape (T,), 0 or 1.

        Raises
        ------
        DataError
            If the recording has no labels.
        """
        if recording.labels is None:
            raise DataError(f"{recording.name}: the method perfect scores by labels, and this recording has none")
        return recording.labels.astype(np.float32)

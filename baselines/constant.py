"""The same score for every point: a control without information."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording


@dataclass(kw_only=True)
class Constant(Detector):
    """Score every point 0.

    A control. Every threshold flags all points or none, so its F1 is that of flagging everything, its average precision
    the share of anomalies and its ROC area one half. A metric that reports more treats ties wrongly.
    """

    supervision: ClassVar[Supervision] = "none"
    control: ClassVar[bool] = True

    def fit(self, train: Recording, validation: Recording) -> None:
        """Learn nothing."""

    def score(self, recording: Recording) -> FloatArray:
        """Return zeros, shape (T,)."""
        return np.zeros(len(recording), dtype=np.float32)

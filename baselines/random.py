"""Uniform random scores: a control without information."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from benchmark.interfaces.detector import Detector, Supervision
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.seeding import generator


@dataclass(kw_only=True)
class Random(Detector):
    """Score every point with an independent uniform number from [0, 1).

    A control: compare the F1 of a detector with the F1 of these scores, not with 0. Under point adjustment random
    scores beat most published detectors [1]_. Scores are continuous, not 0 or 1 as in [2]_, so that there are no ties.
    The draw depends only on the seed and the position.

    References
    ----------
    .. [1] Kim, Choi, Choi, Lee, Yoon. Towards a rigorous evaluation of time-series anomaly detection. AAAI 2022.
    .. [2] Sarfraz, Chen, Layer, Peng, Koulakis. Position: Quo vadis, unsupervised time series anomaly
       detection? ICML 2024.
    """

    supervision: ClassVar[Supervision] = "none"
    control: ClassVar[bool] = True

    def fit(self, train: Recording, validation: Recording) -> None:
        """Learn nothing."""

    def score(self, recording: Recording) -> FloatArray:
        """Return uniform numbers, shape (T,); the same ones each time for one seed."""
        return generator(self.seed, "scores").random(len(recording), dtype=np.float32)

"""The probe of the protocol ``tsb-ad``: the volume of a series with its own window, at sampled thresholds and exact.

The harness measures every result with one window for a dataset, at every threshold. TSB-AD takes a window for each
series and 250 thresholds. So this probe measures the scores of the test part again. It asks the detector nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.probe import Answer, Fitted
from benchmark.metrics.sampled import sampled_vus
from benchmark.metrics.volume import vus

NAME = "tsb-ad"
"""Name of the probe in a result: ``tsb-ad: VUS-PR``."""

SAMPLED, EXACT, WINDOW = "VUS-PR", "VUS-PR exact", "window"


@dataclass(frozen=True)
class Volume:
    """Measure the scores of a series.

    Parameters
    ----------
    labels : ndarray of bool, shape (T,)
        Labels of the test points.
    window : int
        Largest buffer length in points.
    thresholds : int
        Number of thresholds, evenly spaced in rank; 0 for the exact volume in both columns.
    """

    labels: NDArray[np.bool_]
    window: int
    thresholds: int

    def ask(self, fitted: Fitted, generator: np.random.Generator) -> Answer:
        """Measure; None where the labels hold one class only."""
        return Answer(numbers=volumes(self.labels, fitted.scores["test"], self.window, self.thresholds))


def volumes(labels: NDArray[np.bool_], scores: NDArray[Any], window: int, thresholds: int) -> dict[str, float | None]:
    """``VUS-PR`` at sampled thresholds, ``VUS-PR exact``, and the window."""
    exact = vus(labels, scores, window).pr
    sampled = sampled_vus(labels, scores, window, thresholds).pr if thresholds else exact
    numbers = {SAMPLED: sampled, EXACT: exact, WINDOW: float(window)}
    return {name: None if isnan(value) else value for name, value in numbers.items()}

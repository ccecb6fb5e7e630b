"""``aeon:KMeansAD[window_size=20]``: detectors of series of aeon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from baselines.adapters.libraries import library
from baselines.adapters.plain import Adapted, adapted
from benchmark.interfaces.detector import Detector
from benchmark.interfaces.errors import PluginError, UnknownNameError
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.scaling import Scaler

INSTALL = (
    "it needs NumPy below 2.4 and scikit-learn below 1.8, which the pinned versions of this package are not: install "
    "'aeon>=1.6' with this package, without the pins, in an environment of its own"
)

PARTS = ("distance_based", "distribution_based", "outlier_detection")
"""Modules of aeon that hold detectors without labels."""


@dataclass(kw_only=True)
class OfSeries(Adapted):
    """A detector of aeon: it scores a whole series at once, whose first axis is time."""

    def fit(self, train: Recording, validation: Recording) -> None:
        """Build the detector and fit it on the training series."""
        parameters = {name: getattr(self, name) for name in self.own}
        self._scaler = Scaler.fit(train, self.scaling)
        self._object = self.wrapped(**parameters)
        self._object.fit(self._rows(train), axis=0)

    def score(self, recording: Recording) -> FloatArray:
        """Return the scores of the detector for each point, shape (T,)."""
        scores: Any = np.asarray(self._object.predict(self._rows(recording), axis=0), np.float64).reshape(-1)
        return -scores if self.inverted else scores


def load(name: str) -> type[Detector]:
    """Return the detector class of ``aeon.anomaly_detection``, by the name of the class.

    Raises
    ------
    PluginError
        If aeon is missing, or is the empty placeholder 0.0.0, which the pinned versions of this package allow alone.
    """
    package: Any = library("aeon", INSTALL)
    if not hasattr(package, "__version__"):
        raise PluginError(f"the installed aeon is an empty placeholder: {INSTALL}")
    parts = (library(f"aeon.anomaly_detection.series.{part}", INSTALL) for part in PARTS)
    found = {one: getattr(part, one) for part in parts for one in part.__all__}
    if name not in found:
        raise UnknownNameError("detector of aeon", name, found)
    return adapted(found[name], OfSeries)

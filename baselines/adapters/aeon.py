"""``aeon:KMeansAD[window_size=20]``: detectors of series of aeon."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from importlib import metadata
from types import ModuleType
from typing import Any

import numpy as np

from baselines.adapters.plain import Adapted, adapted
from benchmark.interfaces.detector import Detector
from benchmark.interfaces.errors import PluginError, UnknownNameError
from benchmark.interfaces.recording import FloatArray, Recording
from benchmark.toolkit.scaling import Scaler
from benchmark.toolkit.seeding import sklearn_seed

NEEDED = "1.6"
"""First version that has the modules of `PARTS`."""

INSTALL = (
    "run \"pip install 'cloudad-bench[aeon]'\" in an environment of its own, without constraints.txt: aeon needs NumPy "
    "below 2.4 and scikit-learn below 1.8"
)

PARTS = ("distance_based", "distribution_based", "outlier_detection")
"""Modules of ``aeon.anomaly_detection.series`` that hold detectors without labels."""


LOW_IS_ANOMALOUS = ("OneClassSVM",)
"""Detectors that return scikit-learn's ``score_samples`` as it is (aeon 1.6); the others follow aeon's convention."""


@dataclass(kw_only=True)
class OfSeries(Adapted):
    """A detector of aeon: it scores a whole series at once, whose first axis is time."""

    def fit(self, train: Recording, validation: Recording) -> None:
        """Build the detector and fit it on the training series."""
        parameters = {name: getattr(self, name) for name in self.own}
        if self.seeded and parameters.get(self.seeded) is None:
            parameters[self.seeded] = sklearn_seed(self.seed, "object")
        self._scaler = Scaler.fit(train, self.scaling)
        self._object = self.wrapped(**parameters)
        self._object.fit(self._rows(train), axis=0)

    def score(self, recording: Recording) -> FloatArray:
        """Return the scores of the detector for each point, shape (T,)."""
        scores: Any = np.asarray(self._object.predict(self._rows(recording), axis=0), np.float64).reshape(-1)
        return -scores if self.inverted != (self.wrapped.__name__ in LOW_IS_ANOMALOUS) else scores


def load(name: str) -> type[Detector]:
    """Return the detector class of ``aeon.anomaly_detection``, by the name of the class.

    Raises
    ------
    PluginError
        If aeon is missing, or another version than is needed: beside the pins of this package, pip takes the empty
        placeholder 0.0.0.
    """
    found: dict[str, type[Any]] = {}
    for part in _parts():
        found |= {one: getattr(part, one) for one in part.__all__}
    if name not in found:
        raise UnknownNameError("detector of aeon", name, found)
    return adapted(found[name], OfSeries)


def _parts() -> list[ModuleType]:
    try:
        return [importlib.import_module(f"aeon.anomaly_detection.series.{part}") for part in PARTS]
    except ImportError as error:
        try:
            version = metadata.version("aeon")
        except metadata.PackageNotFoundError:
            raise PluginError(f"aeon is not installed: {INSTALL}") from None
        empty = " is an empty placeholder" if version == "0.0.0" else f" is not usable here ({error})"
        raise PluginError(f"aeon {version}{empty}; {NEEDED} or later is needed: {INSTALL}") from None

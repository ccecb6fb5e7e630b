"""``pyod:ECOD[contamination=0.05]``: detectors of PyOD."""

from __future__ import annotations

from typing import Any

from baselines.adapters.libraries import class_of, library
from baselines.adapters.plain import adapted
from benchmark.interfaces.detector import Detector


def load(name: str) -> type[Detector]:
    """Return the detector class of ``pyod.models``, by the name of the class."""
    library("pyod", "pip install 'cloudad-bench[pyod]'")
    models: Any = library("pyod.models", "pip install 'cloudad-bench[pyod]'")
    return adapted(class_of(models, name, "detector of PyOD"))

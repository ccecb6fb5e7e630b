"""``sklearn:OneClassSVM[nu=0.1]``: outlier detectors of scikit-learn."""

from __future__ import annotations

from baselines.adapters.plain import adapted
from benchmark.interfaces.detector import Detector
from benchmark.interfaces.errors import UnknownNameError

ALWAYS = {"LocalOutlierFactor": {"novelty": True}}
"""Parameters without which a class cannot score rows that it was not fitted on."""


def load(name: str) -> type[Detector]:
    """Return the detector class around an outlier detector of scikit-learn, by the name of the class.

    Raises
    ------
    UnknownNameError
        If scikit-learn has no outlier detector of this name.
    """
    from sklearn.base import OutlierMixin
    from sklearn.utils import all_estimators

    found = {one: kind for one, kind in all_estimators() if issubclass(kind, OutlierMixin)}
    found |= {one: kind for one, kind in all_estimators() if one in ("KernelDensity", "GaussianMixture")}
    if name not in found:
        raise UnknownNameError("outlier detector of scikit-learn", name, found)
    made = adapted(found[name])
    for parameter, value in ALWAYS.get(name, {}).items():
        setattr(made, parameter, value)
        made.__dataclass_fields__[parameter].default = value
    return made

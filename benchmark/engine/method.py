"""The two halves of a method's parameters: those of its fit, and those that only the evaluation of its scores uses."""

from __future__ import annotations

from typing import Any

from benchmark.interfaces.detector import post_processing
from benchmark.interfaces.registry import METHODS
from benchmark.interfaces.spec import Spec


def fitted_spec(method: str) -> Spec:
    """The method as it is fitted: ``name[…]`` without the parameters that the harness applies to its scores."""
    spec = Spec.parse(method)
    hidden = post_processing(METHODS.load(spec.name))
    return Spec(spec.name, {name: value for name, value in spec.params.items() if name not in hidden})


def fitted_parameters(method: dict[str, Any]) -> dict[str, Any]:
    """The same of a method as an identity holds it: its ``name``, and its ``params`` without those."""
    hidden = post_processing(METHODS.load(method["name"]))
    return method | {"params": {name: value for name, value in method["params"].items() if name not in hidden}}


def smoothing_of(method: str) -> int:
    """Points of the trailing mean that the harness takes of the scores of ``name[…]``."""
    spec = Spec.parse(method)
    if "smoothing" not in post_processing(METHODS.load(spec.name)):
        return 1
    return int(METHODS.parameters(spec, frozenset({"seed"}))["smoothing"])

"""What the text ``name[…]`` of a method says: parameters of its fit, parameters of the evaluation, and its bounds."""

from __future__ import annotations

from typing import Any

from benchmark.interfaces.bounds import bound_of
from benchmark.interfaces.detector import post_processing
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.protocol import Task
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


def require_bounds(method: str, task: Task, timeout: float) -> None:
    """Refuse data on which a method costs out of proportion (`benchmark.interfaces.bounds`) without a limit of time.

    Raises
    ------
    ParameterError
        It names the method, the bound and the number of channels.
    """
    spec = Spec.parse(method)
    bound = None if timeout > 0 else bound_of(METHODS.entry(spec.name).target)
    channels = len(task.test.channels)
    if bound is None or channels <= bound.most or not bound.holds(METHODS.parameters(spec, frozenset({"seed"}))):
        return
    raise ParameterError(
        f"{method} takes {bound}. {task.name!r} has {channels}: choose channels, or run it with --timeout SECONDS"
    )

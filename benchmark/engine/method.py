"""A method by its name: whose code it is, its bounds, and the two halves of its parameters.

Some parameters belong to its fit, others to the evaluation of its scores alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmark.interfaces.bounds import bound_of
from benchmark.interfaces.detector import Supervision, post_processing
from benchmark.interfaces.errors import BenchmarkError, ParameterError, PluginError
from benchmark.interfaces.imports import OWN_PACKAGES
from benchmark.interfaces.protocol import Task
from benchmark.interfaces.registry import METHODS
from benchmark.interfaces.spec import Spec, split_target
from benchmark.process.failure import reason_of
from benchmark.process.state import kept_state


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


def supervision_of(method: str, seed: int) -> Supervision:
    """Supervision of ``name[…]``, which its parameters may decide.

    Raises
    ------
    PluginError
        If a detector of others cannot be made with these parameters.
    """
    if not is_foreign(method):
        return METHODS.build(method, seed=seed).supervision
    try:
        with kept_state():
            return METHODS.build(method, seed=seed).supervision
    except (BenchmarkError, MemoryError):
        raise
    except (Exception, SystemExit) as error:
        raise PluginError(f"method {method!r} cannot be made: {reason_of(error)}") from error


def target_of(method: str) -> str:
    """Return the class of ``name[…]`` as ``module:Class``, or ``file.py:Class`` with the whole path of the file."""
    target = METHODS.entry(Spec.parse(method).name).target
    module, name = split_target(target)
    return f"{Path(module).resolve()}:{name}" if module.endswith(".py") else target


def is_foreign(method: str) -> bool:
    """Whether the class of ``name[…]`` is not of this distribution: it is given by its file, or in another package."""
    module, _ = split_target(METHODS.entry(Spec.parse(method).name).target)
    return module.endswith(".py") or module.partition(".")[0] not in OWN_PACKAGES

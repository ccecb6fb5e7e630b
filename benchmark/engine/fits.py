"""Fit a detector once for each key of a fit, and collect its output: in the process of whoever calls."""

from __future__ import annotations

from dataclasses import dataclass

from benchmark.engine.answers import guarded
from benchmark.engine.ask import Asking, ask
from benchmark.engine.detect import Inputs, Output, run_detector
from benchmark.engine.evaluate import oracle_output
from benchmark.engine.method import fitted_spec, supervision_of
from benchmark.interfaces.detector import Detector
from benchmark.interfaces.protocol import Task
from benchmark.interfaces.registry import METHODS
from benchmark.interfaces.spec import Spec
from benchmark.toolkit.meter import SECONDS, metered


@dataclass(frozen=True)
class Request:
    """One output that is wanted.

    Parameters
    ----------
    method : str
        ``name[…]``, for error messages.
    spec : Spec
        The detector with the parameters of its fit.
    seed : int
        Its seed.
    fit : str
        Key of the fit.
    work : Inputs or Task
        What the detector may see; the whole task, with labels, for one of supervision ``oracle``.
    asking : Asking, optional
        Probes to ask, where the task has any.
    """

    method: str
    spec: Spec
    seed: int
    fit: str
    work: Inputs | Task
    asking: Asking | None = None

    @classmethod
    def of(cls, method: str, seed: int, fit: str, task: Task) -> Request:
        """The output of a method on a task, with no more of the task than its supervision allows."""
        supervision = supervision_of(method, seed)
        if supervision == "oracle":
            return cls(method, fitted_spec(method), seed, fit, task)
        return cls(method, fitted_spec(method), seed, fit, Inputs.of(task, supervision), Asking.of(task))


class Fits:
    """Fitted detectors by the key of the fit."""

    def __init__(self) -> None:
        self.fitted: dict[str, tuple[Detector, dict[str, float]]] = {}

    def output(self, request: Request) -> Output:
        """Fit the detector, unless a request of the same fit has done so, and score every part.

        Raises
        ------
        Exception
            Whatever the detector raises, and what `benchmark.engine.detect.run_detector` says of its scores.
        """
        if isinstance(request.work, Task):
            told = guarded(METHODS.build(request.spec, seed=request.seed), request.method)
            return oracle_output(told, request.work, request.method)
        if request.fit not in self.fitted:
            detector = METHODS.build(request.spec, seed=request.seed)
            train, validation = detector.view(request.work.train), detector.view(request.work.validation)
            with metered() as spent:
                detector.fit(train, validation)
            self.fitted[request.fit] = detector, spent
        detector, cost = self.fitted[request.fit]
        output = run_detector(guarded(detector, request.method), request.work, request.method, cost[SECONDS])
        if request.asking is None:
            return output
        return ask(request.asking, detector, output, request.method, request.seed, cost)

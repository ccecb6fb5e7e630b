"""Run a detector on one task: fit it and collect its output. No test label is in reach."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.detector import Decides, Detector, Diagnoses, HasExtraScores, LearnsGraph
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording


@dataclass(frozen=True)
class Inputs:
    """The parts of a task that a detector may see.

    Parameters
    ----------
    train, validation : Recording
        As `Detector.fit` sees them: with labels for a supervised detector only.
    test : Recording
        Without labels.
    score_training : bool
        Whether training points are scored too.
    graph : bool
        Whether the true dependencies of the channels are known, so that a learned graph is of use.
    """

    train: Recording
    validation: Recording
    test: Recording
    score_training: bool = False
    graph: bool = False


@dataclass(frozen=True)
class Output:
    """Everything that a fitted detector gives for one task.

    Parameters
    ----------
    arrays : dict of ndarray
        ``validation`` and ``test``: scores of each point. ``train`` where asked for. ``validation/<name>`` and
        ``test/<name>``: extra scores. ``flags``, ``confidence``, ``abstained``: its own decisions on the test points.
        ``adjacency``: the learned graph, shape (C, C).
    diagnostics : dict of str to float
        Numbers that describe the fitted model.
    seconds : dict of str to float
        Wall time of ``fit``, ``score`` and ``score <name>``.
    """

    arrays: dict[str, NDArray[Any]]
    diagnostics: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def extra_scores(self) -> tuple[str, ...]:
        """Names of the extra scores, in their order."""
        return tuple(name.removeprefix("test/") for name in self.arrays if name.startswith("test/"))


def run_detector(detector: Detector, inputs: Inputs, method: str, fit_seconds: float) -> Output:
    """Score the parts of a task with a fitted detector.

    Parameters
    ----------
    detector : Detector
        Fitted.
    inputs : Inputs
        The task.
    method : str
        Its name, for error messages.
    fit_seconds : float
        Wall time of the fit.

    Raises
    ------
    DataError
        Where a score is missing or not finite.
    """
    validation, test = inputs.validation.unlabelled(), inputs.test
    seconds = {"fit": fit_seconds}
    arrays: dict[str, NDArray[Any]] = {}
    with timed(seconds, "score"):
        arrays["validation"] = checked(detector.score(validation), len(validation), method)
        arrays["test"] = checked(detector.score(test), len(test), method)
    if inputs.score_training:
        arrays["train"] = checked(detector.score(inputs.train.unlabelled()), len(inputs.train), method)
    if isinstance(detector, Decides):
        decision = detector.decide(test)
        arrays |= {"flags": decision.flags, "confidence": decision.confidence, "abstained": decision.abstained}
    diagnostics = detector.diagnostics(test) if isinstance(detector, Diagnoses) else {}
    if inputs.graph and isinstance(detector, LearnsGraph):
        arrays["adjacency"] = np.asarray(detector.adjacency(test))
    if isinstance(detector, HasExtraScores):
        for name in detector.extra_scores():
            # Validation first: a fit that an extra score needs is then not counted in its scoring time.
            arrays[f"validation/{name}"] = checked(detector.extra_score(name, validation), len(validation), method)
            with timed(seconds, f"score {name}"):
                arrays[f"test/{name}"] = checked(detector.extra_score(name, test), len(test), method)
    return Output(arrays, diagnostics, seconds)


@contextmanager
def timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    """Add the wall time of the block to ``seconds[name]``."""
    started = perf_counter()
    yield
    seconds[name] = seconds.get(name, 0.0) + perf_counter() - started


def checked(scores: NDArray[Any], points: int, method: str) -> NDArray[Any]:
    """Return scores as floating-point numbers, in their own precision.

    Raises
    ------
    DataError
        Where a score is missing or not finite; it names the method and the first such point.
    """
    array = np.asarray(scores)
    if array.dtype not in (np.float32, np.float64):
        array = array.astype(np.float64)
    if array.shape != (points,):
        raise DataError(f"{method}: score returned shape {array.shape} for {points} points")
    if not (finite := np.isfinite(array)).all():
        place = int(np.argmin(finite))
        raise DataError(f"{method}: score of point {place} is {array[place]}; scores must be finite")
    return array

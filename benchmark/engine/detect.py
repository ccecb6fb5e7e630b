"""Run a detector on one task: fit it and collect its output. No test label is in reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.detector import Decides, Detector, Diagnoses, HasExtraScores, LearnsGraph, Supervision
from benchmark.interfaces.errors import DataError, DivergedError
from benchmark.interfaces.recording import Recording

if TYPE_CHECKING:
    from benchmark.interfaces.protocol import Task


VALIDATION, LABELLED, TEST, TRAIN = "validation", "labelled validation", "test", "train"
"""Names of the parts that are scored: unlabelled validation, the validation part with labels, test, and training."""


@dataclass(frozen=True)
class Inputs:
    """The parts of a task that a detector may see.

    Parameters
    ----------
    train, validation : Recording
        As `Detector.fit` sees them: with labels for a supervised detector only.
    scored : mapping of str to Recording
        Parts to score by name, none with labels: `VALIDATION` and `TEST`, and where needed `LABELLED` and `TRAIN`.
    graph : bool
        Whether the true dependencies of the channels are known, so that a learned graph is of use.
    """

    train: Recording
    validation: Recording
    scored: Mapping[str, Recording]
    graph: bool = False

    def __post_init__(self) -> None:
        if any(part.labels is not None for part in self.scored.values()):
            raise ValueError("a part to score carries labels")

    @classmethod
    def of(cls, task: Task, supervision: Supervision) -> Inputs:
        """The parts of a task for a detector of this supervision. What both validation parts share is scored once."""
        scored = {VALIDATION: task.validation_unlabelled.unlabelled(), TEST: task.test_inputs}
        labelled = task.labelled_validation
        if labelled is not None and not np.array_equal(labelled.values, task.validation_unlabelled.values):
            scored[LABELLED] = labelled.unlabelled()
        train, validation = task.for_fit(supervision)
        if task.published_rules is not None:
            scored[TRAIN] = train.unlabelled()
        return cls(train, validation, scored, graph=task.test.dependencies is not None)


@dataclass(frozen=True)
class Output:
    """Everything that a fitted detector gives for one task.

    Parameters
    ----------
    arrays : dict of ndarray
        ``validation`` and ``test``: scores of each point. ``labelled validation`` where a protocol has labelled
        validation points whose values are not those of ``validation``. ``train`` where asked for. ``<part>/<name>``:
        extra scores of these parts but ``train``. ``flags``, ``confidence``, ``abstained``: its own decisions on the
        test points. ``adjacency``: the learned graph, shape (C, C).
    diagnostics : dict of str to float
        Numbers that describe the fitted model.
    seconds : dict of str to float
        Wall time of ``fit``, ``score`` and ``score <name>``.
    """

    arrays: dict[str, NDArray[Any]]
    diagnostics: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def labelled(self, extra: str = "") -> NDArray[Any]:
        """Scores of the labelled validation points: those of ``validation`` where both parts hold the same values."""
        suffix = f"/{extra}" if extra else ""
        return self.arrays.get(LABELLED + suffix, self.arrays[VALIDATION + suffix])

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
    DivergedError
        Where all test points have one score although their values differ. A control that uses no data may do so. So may
        rules of which none matches (`Detector.silent`), with the score 0.
    """
    seconds = {"fit": fit_seconds}
    arrays: dict[str, NDArray[Any]] = {}
    scored = {part: detector.view(recording) for part, recording in inputs.scored.items()}
    test = scored[TEST]
    for part, recording in scored.items():
        with timed({} if part == TRAIN else seconds, "score"):
            arrays[part] = checked(detector.score(recording), len(recording), method)
    nothing_matched = detector.silent and not arrays[TEST].any()
    if not nothing_matched and not (detector.control and detector.supervision == "none"):
        refuse_constant(arrays[TEST], test, method)
    if isinstance(detector, Decides):
        decision = detector.decide(test)
        arrays |= {"flags": decision.flags, "confidence": decision.confidence, "abstained": decision.abstained}
    diagnostics = detector.diagnostics(test) if isinstance(detector, Diagnoses) else {}
    if inputs.graph and isinstance(detector, LearnsGraph):
        arrays["adjacency"] = np.asarray(detector.adjacency(test))
    if isinstance(detector, HasExtraScores):
        for name in detector.extra_scores():
            # Validation first: a fit that an extra score needs is then not counted in its scoring time.
            for part in (part for part in (VALIDATION, LABELLED, TEST) if part in scored):
                recording = scored[part]
                with timed(seconds if part == TEST else {}, f"score {name}"):
                    arrays[f"{part}/{name}"] = checked(detector.extra_score(name, recording), len(recording), method)
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


def refuse_constant(scores: NDArray[Any], recording: Recording, method: str) -> None:
    """Refuse scores that rank nothing.

    Raises
    ------
    DivergedError
        If all scores are equal and the values of the points are not.
    """
    if (scores == scores[0]).all() and not (recording.values == recording.values[0]).all():
        raise DivergedError(
            f"{method}: all {len(scores)} points of the test part have the same score, {scores[0]:g}, although their "
            "values differ"
        )

"""Check what a detector answers before the engine takes it for numbers.

NumPy makes a number of many things: of a date, of the real part of a complex number, of an entry behind a mask. A
detector that returns one of these by mistake would get a result. This module is no part of the source that keys cover:
it refuses answers and changes none.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.detector import Decides, Decision, Detector, Diagnoses, HasExtraScores, LearnsGraph
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording


def guarded(detector: Detector, method: str) -> Detector:
    """Return the same fitted detector with checks of its answers.

    Parameters
    ----------
    detector : Detector
        Fitted.
    method : str
        Its name, for error messages.

    Returns
    -------
    Detector
        It scores, and has the optional abilities of the detector and no others. Each answer that is not what
        `benchmark.interfaces.detector` says raises a `DataError` that names the method, the function and what it
        returned.
    """
    return cast(Detector, _Guarded(detector, method))


class _Guarded:
    def __init__(self, detector: Detector, method: str) -> None:
        self._detector: Any = detector
        self._method = method
        self.supervision, self.control, self.silent = detector.supervision, detector.control, detector.silent
        self.view = detector.view
        # An ability is there if the attribute is.
        if isinstance(detector, Decides):
            self.decide = self._decide
        if isinstance(detector, Diagnoses):
            self.diagnostics = self._diagnostics
        if isinstance(detector, LearnsGraph):
            self.adjacency = self._adjacency
        if isinstance(detector, HasExtraScores):
            self.extra_scores = self._extra_scores
            self.extra_score = self._extra_score

    def score(self, recording: Recording) -> NDArray[Any]:
        return self._numbers("score", self._detector.score(recording))

    def _extra_score(self, name: str, recording: Recording) -> NDArray[Any]:
        return self._numbers("extra_score", self._detector.extra_score(name, recording))

    def _extra_scores(self) -> tuple[str, ...]:
        names = self._detector.extra_scores()
        if not isinstance(names, tuple | list) or not all(isinstance(name, str) and name for name in names):
            raise self._fault("extra_scores", names, "a tuple of names")
        if len(set(names)) < len(names):
            raise self._fault("extra_scores", names, "names, each once")
        return tuple(names)

    def _decide(self, recording: Recording) -> Decision:
        decision = self._detector.decide(recording)
        if not isinstance(decision, Decision):
            raise self._fault("decide", decision, "a Decision")
        flags, abstained = (self._marks(decision, name, len(recording)) for name in ("flags", "abstained"))
        confidence = self._column(decision, "confidence", len(recording))
        outside = ~((confidence >= 0.5) & (confidence <= 1))  # NaN, too
        if outside.any():
            point = int(np.argmax(outside))
            raise DataError(
                f"{self._method}: decide: confidence of point {point} is {confidence[point]}; expected a probability "
                "in [0.5, 1]"
            )
        return Decision(flags, confidence, abstained)

    def _diagnostics(self, recording: Recording) -> dict[str, float | None]:
        found = self._detector.diagnostics(recording)
        if not isinstance(found, Mapping) or not all(isinstance(name, str) for name in found):
            raise self._fault("diagnostics", found, "a dict of numbers by name")
        return {name: self._diagnostic(name, value) for name, value in found.items()}

    def _diagnostic(self, name: str, value: Any) -> float | None:
        """A number as JSON can hold it; None where it is undefined."""
        if not isinstance(value, int | float | np.number | np.bool_) or isinstance(value, np.complexfloating):
            raise self._fault(f"diagnostics: {name}", value, "a number")
        plain = value.item() if isinstance(value, np.generic) else value
        return plain if isfinite(plain) else None

    def _adjacency(self, recording: Recording) -> NDArray[Any]:
        weights = self._numbers("adjacency", self._detector.adjacency(recording))
        if weights.shape != (len(recording.channels),) * 2 or not np.isfinite(weights).all():
            raise DataError(
                f"{self._method}: adjacency returned shape {weights.shape}; expected a finite weight for each pair of "
                f"{len(recording.channels)} channels"
            )
        return weights

    def _marks(self, decision: Decision, name: str, points: int) -> NDArray[np.bool_]:
        marks = self._column(decision, name, points)
        if not np.isin(marks, (0, 1)).all():
            raise self._fault(f"decide: {name}", marks, "booleans")
        return marks.astype(np.bool_, copy=False)

    def _column(self, decision: Decision, name: str, points: int) -> NDArray[Any]:
        column = self._numbers(f"decide: {name}", getattr(decision, name))
        if column.shape != (points,):
            raise DataError(f"{self._method}: decide: {name} has shape {column.shape} for {points} points")
        return column

    def _numbers(self, function: str, answer: Any) -> NDArray[Any]:
        """Return an answer as an array; `DataError` where it holds no plain numbers."""
        if np.ma.is_masked(answer):
            raise DataError(f"{self._method}: {function} returned a masked array, whose mask would be lost")
        try:
            array = np.asarray(answer)
            objects = array.dtype.kind == "O" and all(hasattr(one, "__float__") for one in array.flat)
            plain = array.astype(np.float64) if objects else array
        except Exception:  # of whatever type the answer is
            raise self._fault(function, answer, "numbers") from None
        if plain.dtype.kind not in "biuf":
            raise self._fault(function, answer, "numbers")
        return plain

    def _fault(self, function: str, answer: Any, expected: str) -> DataError:
        kind = f"an array of {answer.dtype}" if isinstance(answer, np.ndarray) else f"a {type(answer).__name__}"
        return DataError(f"{self._method}: {function} returned {kind}; expected {expected}")

"""A dataset of a numbered state, and a detector that misbehaves in chosen ways. The engine builds both by their names.

The choices of the detector are its parameters, so that they are part of a cell's key as those of any method.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.detector import Decision, Detector
from benchmark.interfaces.errors import DivergedError
from benchmark.interfaces.metadata import Metadata
from benchmark.interfaces.recording import Recording
from tests.fuzz.recordings import EDGE, RIGHT, WRONG, State

STATES: list[State] = []
"""States by their number."""

TARGET = "tests.fuzz.detectors:"


@dataclass(kw_only=True)
class Fuzzed(Dataset):
    """The recordings of a state."""

    metadata: ClassVar[Metadata] = Metadata(
        name="fuzzed", title="Fuzzed", source="made up", licence="MIT", folder="fuzzed", channels=3,
        label="made up", vus_window=5, period="1 s", twin=True,
    )  # fmt: skip

    number: int

    def files(self, root: Path) -> list[Path]:
        return []

    def read(self, root: Path) -> list[Recording]:
        return self.read_twin()

    def read_twin(self) -> list[Recording]:
        return STATES[self.number].recordings()


class UnreadableError(Exception):
    """An exception whose text cannot be made."""

    def __str__(self) -> str:
        raise ValueError("no text")


def _raise(error: BaseException) -> None:
    raise error


FITS: dict[str, tuple[str, Callable[[Recording, Recording], Any]]] = {
    "nothing": (RIGHT, lambda train, validation: None),
    "raises": (WRONG, lambda train, validation: _raise(ValueError("no\nfit"))),
    "raises without text": (WRONG, lambda train, validation: _raise(KeyError())),
    "raises without any text": (WRONG, lambda train, validation: _raise(UnreadableError())),
    "diverges": (WRONG, lambda train, validation: _raise(DivergedError("loss is NaN"))),
    "no memory": (WRONG, lambda train, validation: _raise(MemoryError())),
    "recursion": (WRONG, lambda train, validation: FITS["recursion"][1](train, validation)),
    "division": (WRONG, lambda train, validation: 1 / 0),
    "changes training": (WRONG, lambda train, validation: train.values.fill(0)),
    "changes validation": (WRONG, lambda train, validation: validation.values.fill(0)),
    "replaces a field": (WRONG, lambda train, validation: setattr(train, "values", None)),
    "prints": (RIGHT, lambda train, validation: print("epoch 1")),
    "returns": (RIGHT, lambda train, validation: "a model"),
    "draws": (RIGHT, lambda train, validation: np.random.rand(3)),  # noqa: NPY002
}
"""What `fit` does, and how the package has to take it."""


def _set(values: np.ndarray, point: int, value: float) -> np.ndarray:
    values[min(point, len(values) - 1)] = value
    return values


def _changed(recording: Recording, scores: np.ndarray) -> np.ndarray:
    recording.values[:] = 0
    return scores


SCORES: dict[str, tuple[str, Callable[[Recording, np.ndarray], Any]]] = {
    "as they are": (RIGHT, lambda recording, scores: scores),
    "float32": (EDGE, lambda recording, scores: scores.astype(np.float32)),
    "float16": (EDGE, lambda recording, scores: scores.astype(np.float16)),
    "big-endian": (RIGHT, lambda recording, scores: scores.astype(">f8")),
    "longdouble": (RIGHT, lambda recording, scores: scores.astype(np.longdouble)),
    "negative": (RIGHT, lambda recording, scores: -scores),
    "a list": (RIGHT, lambda recording, scores: scores.tolist()),
    "every other one": (RIGHT, lambda recording, scores: np.repeat(scores, 2)[::2]),
    "read-only": (RIGHT, lambda recording, scores: np.broadcast_to(scores, scores.shape)),
    "objects": (EDGE, lambda recording, scores: scores.astype(object)),
    "whole numbers": (EDGE, lambda recording, scores: np.rint(np.clip(scores, 0, 1e6)).astype(np.int64)),
    "flags": (EDGE, lambda recording, scores: scores > 3),
    "ties": (EDGE, lambda recording, scores: np.round(scores / 5)),
    "close": (EDGE, lambda recording, scores: 1e9 + scores / 100),
    "subnormal": (EDGE, lambda recording, scores: scores * 1e-320),
    "huge": (EDGE, lambda recording, scores: scores / max(scores.max(), 1e-300) * 1.7e308),
    "a column of the values": (EDGE, lambda recording, scores: recording.values[:, 0]),
    "constant": (EDGE, lambda recording, scores: np.full(len(scores), 0.5)),
    "zero": (EDGE, lambda recording, scores: np.zeros(len(scores))),
    "texts of numbers": (EDGE, lambda recording, scores: scores.astype(str)),
    "texts": (WRONG, lambda recording, scores: np.array(["high"] * len(scores))),
    "complex": (WRONG, lambda recording, scores: scores + 1j),
    "times": (WRONG, lambda recording, scores: np.arange(len(scores)).astype("datetime64[s]")),
    "durations": (WRONG, lambda recording, scores: np.arange(len(scores)).astype("timedelta64[s]")),
    "masked": (WRONG, lambda recording, scores: np.ma.masked_array(scores, mask=np.arange(len(scores)) == 0)),
    "NaN": (WRONG, lambda recording, scores: _set(scores, 3, np.nan)),
    "infinite": (WRONG, lambda recording, scores: _set(scores, 0, np.inf)),
    "minus infinite": (WRONG, lambda recording, scores: _set(scores, 9, -np.inf)),
    "no answer": (WRONG, lambda recording, scores: None),
    "one none": (WRONG, lambda recording, scores: [None, *scores[1:]]),
    "one number": (WRONG, lambda recording, scores: 1.0),
    "empty": (WRONG, lambda recording, scores: scores[:0]),
    "short": (WRONG, lambda recording, scores: scores[:-1]),
    "long": (WRONG, lambda recording, scores: np.append(scores, 0)),
    "a column": (WRONG, lambda recording, scores: scores[:, None]),
    "ragged": (WRONG, lambda recording, scores: [[1.0], [1.0, 2.0]]),
    "a dictionary": (WRONG, lambda recording, scores: dict(enumerate(scores))),
    "a generator": (WRONG, lambda recording, scores: (one for one in scores)),
    "raises": (WRONG, lambda recording, scores: _raise(RuntimeError("no score"))),
    "changes test": (WRONG, _changed),
}
"""What `score` makes of its scores, and how the package has to take it."""


def _decision(flags: Any, confidence: Any, abstained: Any) -> Callable[[np.ndarray], Any]:
    return lambda scores: Decision(flags(scores), confidence(scores), abstained(scores))


def _flags(scores: np.ndarray) -> np.ndarray:
    return scores > np.median(scores)


def _sure(scores: np.ndarray) -> np.ndarray:
    return np.full(len(scores), 0.9)


def _none(scores: np.ndarray) -> np.ndarray:
    return np.zeros(len(scores), dtype=bool)


DECISIONS: dict[str, tuple[str, Callable[[np.ndarray], Any]]] = {
    "right": (RIGHT, _decision(_flags, _sure, _none)),
    "0 and 1": (RIGHT, _decision(lambda scores: _flags(scores).astype(int), _sure, _none)),
    "all abstained": (RIGHT, _decision(_flags, _sure, lambda scores: ~_none(scores))),
    "no answer": (WRONG, lambda scores: None),
    "a tuple": (WRONG, lambda scores: (_flags(scores), _sure(scores), _none(scores))),
    "short flags": (WRONG, _decision(lambda scores: _flags(scores)[:-1], _sure, _none)),
    "short confidence": (WRONG, _decision(_flags, lambda scores: _sure(scores)[:-1], _none)),
    "one abstention": (WRONG, _decision(_flags, _sure, lambda scores: False)),
    "no array": (WRONG, _decision(_flags, lambda scores: None, _none)),
    "classes": (WRONG, _decision(lambda scores: np.where(_flags(scores), 3, 0), _sure, _none)),
    "texts": (WRONG, _decision(lambda scores: np.array(["high"] * len(scores)), _sure, _none)),
    "percentages": (WRONG, _decision(_flags, lambda scores: 90 * _sure(scores), _none)),
    "NaN": (WRONG, _decision(_flags, lambda scores: np.nan * _sure(scores), _none)),
    "raises": (WRONG, lambda scores: _raise(ValueError("undecided"))),
}

DIAGNOSTICS: dict[str, tuple[str, Callable[[], Any]]] = {
    "right": (RIGHT, lambda: {"rank": 2.0}),
    "numpy": (RIGHT, lambda: {"rank": np.float32(2), "count": np.int64(3)}),
    "NaN": (EDGE, lambda: {"rank": float("nan")}),
    "infinite": (EDGE, lambda: {"rank": float("inf")}),
    "no answer": (WRONG, lambda: None),
    "an array": (WRONG, lambda: {"rank": np.arange(3)}),
    "a text": (WRONG, lambda: {"rank": "two"}),
    "numbered": (WRONG, lambda: {1: 2.0}),
    "raises": (WRONG, lambda: _raise(ValueError("unknown"))),
}

GRAPHS: dict[str, tuple[str, Callable[[Recording], Any]]] = {
    "right": (RIGHT, lambda recording: np.ones((len(recording.channels),) * 2)),
    "a list": (RIGHT, lambda recording: np.ones((len(recording.channels),) * 2).tolist()),
    "too small": (EDGE, lambda recording: np.ones((1, 1))),
    "a vector": (EDGE, lambda recording: np.ones(len(recording.channels))),
    "NaN": (EDGE, lambda recording: np.full((len(recording.channels),) * 2, np.nan)),
    "no answer": (EDGE, lambda recording: None),
}
"""Graphs count only where a dataset knows the true one, so that faults are found there alone."""

EXTRAS: dict[str, tuple[str, Any]] = {
    "right": (RIGHT, ("again",)),
    "two": (RIGHT, ("again", "more/of it")),
    "repeated": (WRONG, ("again", "again")),
    "unnamed": (WRONG, ("",)),
    "numbered": (WRONG, (1,)),
    "no answer": (WRONG, None),
}


@dataclass(kw_only=True)
class Odd(Detector):
    """Distance from the training mean, unless a choice says otherwise."""

    learns: str = "unsupervised"
    fitting: str = "nothing"
    scoring: str = "as they are"

    def __post_init__(self) -> None:
        self.mean: Any = 0.0

    @property
    def supervision(self) -> Any:
        return self.learns

    def fit(self, train: Recording, validation: Recording) -> Any:
        assert (train.labels is not None) <= (self.learns in ("supervised", "weak"))
        self.mean = train.values[0].astype(np.float64)
        return FITS[self.fitting][1](train, validation)

    def raw_scores(self, recording: Recording) -> np.ndarray:
        assert not recording.covariates
        far = np.abs(recording.values.astype(np.float64) / 4 - self.mean / 4)
        return far.max(axis=1) if far.shape[1] else np.arange(float(len(far)))

    def score(self, recording: Recording) -> Any:
        assert (recording.labels is not None) == (self.learns == "oracle")
        return SCORES[self.scoring][1](recording, self.raw_scores(recording))


@dataclass(kw_only=True)
class Able(Odd):
    """Has every optional ability."""

    deciding: str = "right"
    diagnosing: str = "right"
    graph: str = "right"
    extra: str = "right"
    extra_scoring: str = "as they are"

    def decide(self, recording: Recording) -> Any:
        return DECISIONS[self.deciding][1](self.raw_scores(recording))

    def diagnostics(self, recording: Recording) -> Any:
        return DIAGNOSTICS[self.diagnosing][1]()

    def adjacency(self, recording: Recording) -> Any:
        return GRAPHS[self.graph][1](recording)

    def extra_scores(self) -> Any:
        return EXTRAS[self.extra][1]

    def extra_score(self, name: str, recording: Recording) -> Any:
        return SCORES[self.extra_scoring][1](recording, self.raw_scores(recording))

"""The interface of a detector: fit on the past, score every point. A higher score is more anomalous."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from benchmark.interfaces.recording import FloatArray, Recording

Supervision = Literal["none", "unsupervised", "weak", "supervised", "oracle"]


@dataclass(kw_only=True)
class Detector(ABC):
    """A detector. Subclasses are keyword-only dataclasses; their fields are the parameters of ``name[…]``.

    The harness guarantees that recordings hold finite values only (missing ones are imputed from training
    rows, the same for every method) and that `labels` is set only for ``supervision = "supervised"`` or
    ``"weak"``. A detector fits its own scaling, on ``train`` alone. `score` must not depend on earlier calls:
    one fitted detector may score several test sets.

    The module of a detector imports heavy libraries (torch, xgboost, scikit-learn) inside its functions or in a
    module of its own, so that describing it stays cheap.

    A detector may also fulfil the protocols of this module: `Decides`, `Diagnoses`, `LearnsGraph`, `HasExtraScores`.

    Parameters
    ----------
    smoothing : int
        Points of a trailing mean that the harness takes of the scores of every part: a point and the points before it,
        fewer at the start; 1 leaves scores as they are. Above 1 it needs rows in time order. `fit` and `score` never
        see it.
    seed : int
        Seed of every random choice of the detector; the harness sets it.

    Attributes
    ----------
    supervision : {"none", "unsupervised", "weak", "supervised", "oracle"}
        ``none`` uses no data at all (a control), ``unsupervised`` no labels, ``weak`` some, ``supervised`` all.
        ``oracle`` is not fitted, and `score` gets the labels of the very points that it scores: a bound on what the
        evaluation can show, never a competitor.
    presets : tuple of str
        Values of the parameter ``preset``, where it has one.
    control : bool
        Whether it is a control: a simple rule that every table shows for comparison.
    reads_raw : bool
        Whether it reads the raw form of the points (`Recording.raw`). The harness takes it from every other detector.
        One that learns must leave `Raw.documents` alone.
    silent : bool
        Whether a score of 0 says that nothing matched (rules, signatures). Only such a detector may score a whole test
        part 0.
    """

    supervision: ClassVar[Supervision]
    presets: ClassVar[tuple[str, ...]] = ()
    control: ClassVar[bool] = False
    reads_raw: ClassVar[bool] = False
    silent: ClassVar[bool] = False

    smoothing: Annotated[int, Field(ge=1)] = 1
    seed: int = 0

    @abstractmethod
    def fit(self, train: Recording, validation: Recording) -> None:
        """Learn from training points; ``validation`` is for early stopping and calibration only.

        Raises
        ------
        DivergedError
            If training ends without a usable model.
        """

    @abstractmethod
    def score(self, recording: Recording) -> FloatArray:
        """Score every point: shape (T,), finite, higher is more anomalous."""

    def view(self, recording: Recording) -> Recording:
        """Return what this detector may see of a recording: the raw form only where it declares that it reads it."""
        return recording if self.reads_raw else recording.encoded()


def post_processing(detector: type[Detector]) -> frozenset[str]:
    """Names of the parameters of a detector that the harness applies to its scores, hidden from `fit` and `score`.

    A class that declares ``smoothing`` anew has a parameter of its own, which it applies itself.
    """
    own = {name for base in detector.__mro__ if base is not Detector for name in inspect.get_annotations(base)}
    return frozenset({"smoothing"}) - own


@dataclass(frozen=True)
class Decision:
    """Decisions of a detector that sets its own threshold, with their confidence.

    Parameters
    ----------
    flags : ndarray of bool, shape (T,)
        True for an anomalous point. Set for points without a decision, too.
    confidence : ndarray of float64, shape (T,)
        Stated probability in [0.5, 1] that the flag is right.
    abstained : ndarray of bool, shape (T,)
        True where the detector abstains from a decision.
    """

    flags: NDArray[np.bool_]
    confidence: NDArray[np.float64]
    abstained: NDArray[np.bool_]


@runtime_checkable
class Decides(Protocol):
    """A detector that decides by itself, with a confidence. Its risk and calibration are measured."""

    def decide(self, recording: Recording) -> Decision:
        """Decide on every point."""


@runtime_checkable
class Diagnoses(Protocol):
    """A detector that reports on its fitted model, for instance on a collapse of its embedding."""

    def diagnostics(self, recording: Recording) -> dict[str, float]:
        """Return named numbers that describe the fitted model."""


@runtime_checkable
class LearnsGraph(Protocol):
    """A detector that learns a graph over the channels. It is measured where a dataset knows the true one."""

    def adjacency(self, recording: Recording) -> FloatArray:
        """Return the weight of channel j in the prediction of channel i, shape (C, C)."""


@runtime_checkable
class HasExtraScores(Protocol):
    """A detector with further scores of the same fitted model, for an ablation or a sweep."""

    def extra_scores(self) -> tuple[str, ...]:
        """Return the names of the further scores; empty where the parameters ask for none."""

    def extra_score(self, name: str, recording: Recording) -> FloatArray:
        """Score every point by one of `extra_scores`, shape (T,)."""

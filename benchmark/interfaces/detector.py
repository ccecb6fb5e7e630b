"""The interface of a detector: fit on the past, score every point, higher is more anomalous."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.recording import FloatArray, Recording

Supervision = Literal["none", "unsupervised", "weak", "supervised"]


@dataclass(frozen=True)
class Judgement:
    """What a detector decides by itself, and how sure it is.

    Parameters
    ----------
    flags : ndarray of bool, shape (T,)
        True where a point is held to be anomalous, were abstaining not allowed.
    confidence : ndarray of float64, shape (T,)
        Stated probability in [0.5, 1] that the decision is right.
    abstained : ndarray of bool, shape (T,)
        True where the detector would rather not decide.
    """

    flags: NDArray[np.bool_]
    confidence: NDArray[np.float64]
    abstained: NDArray[np.bool_]


@dataclass(kw_only=True)
class Detector(ABC):
    """A detector. Subclasses are keyword-only dataclasses; their fields are the parameters of ``name[…]``.

    The harness guarantees that recordings hold finite values only (missing ones are imputed from training
    rows, the same for every method) and that `labels` is set only for ``supervision = "supervised"`` or
    ``"weak"``. A detector fits its own scaling, on ``train`` alone.

    The module of a detector imports heavy libraries (torch, xgboost, scikit-learn) inside its functions or in a
    module of its own, so that describing it costs nothing.

    Parameters
    ----------
    seed : int
        Seed of every random choice of the detector; the harness sets it.

    Attributes
    ----------
    supervision : {"none", "unsupervised", "weak", "supervised"}
        ``none`` uses no data at all (a control), ``unsupervised`` no labels, ``weak`` some, ``supervised`` all.
    presets : tuple of str
        Values of the parameter ``preset``, where it has one.
    """

    supervision: ClassVar[Supervision]
    presets: ClassVar[tuple[str, ...]] = ()
    control: ClassVar[bool] = False

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

    def judge(self, recording: Recording) -> Judgement | None:
        """Decide on every point with a confidence; None for a detector that states none."""
        return None

    def diagnostics(self, recording: Recording) -> dict[str, float]:
        """Tell by named numbers whether the fitted model is sound (collapse, convergence); empty for most."""
        return {}

    def adjacency(self, recording: Recording) -> FloatArray | None:
        """Return how much each channel looks at each other, shape (C, C); None for a detector without a graph.

        Measured against the true dependencies where a dataset knows them.
        """
        return None

    def alternatives(self) -> tuple[str, ...]:
        """Names of further scores of the same fitted model (an ablation, a sweep), measured beside the first."""
        return ()

    def alternative(self, name: str, recording: Recording) -> FloatArray:
        """Score every point by one of the `alternatives`."""
        raise KeyError(name)

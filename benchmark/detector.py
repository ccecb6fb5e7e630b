"""The interface of a detector: fit on the past, score every point, higher is more anomalous."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

from benchmark.data.recording import FloatArray, Recording

Supervision = Literal["none", "unsupervised", "weak", "supervised"]


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

    def alternatives(self) -> tuple[str, ...]:
        """Names of further scores of the same fitted model (an ablation, a sweep), measured beside the first."""
        return ()

    def alternative(self, name: str, recording: Recording) -> FloatArray:
        """Score every point by one of the `alternatives`."""
        raise KeyError(name)

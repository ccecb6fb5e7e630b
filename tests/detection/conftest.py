"""Detectors whose scores are easy to tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from benchmark.interfaces.detector import Decision, Detector
from benchmark.interfaces.errors import DivergedError


@dataclass(kw_only=True)
class Sums(Detector):
    """Sum of absolute values."""

    supervision: ClassVar = "unsupervised"

    def fit(self, train, validation):
        self.parts = (train, validation)

    def score(self, recording):
        return np.abs(recording.values.astype(np.float64)).sum(axis=1)


@dataclass(kw_only=True)
class Sure(Sums):
    """Decides with a confidence of 0.9, or 0.6 above a sum of 10."""

    def decide(self, recording):
        flags = self.score(recording) > 10
        return Decision(flags, np.where(flags, 0.6, 0.9), np.zeros(len(flags), bool))


@dataclass(kw_only=True)
class Diverges(Sums):
    def fit(self, train, validation):
        raise DivergedError("loss is NaN")


@dataclass(kw_only=True)
class Constant(Sums):
    def score(self, recording):
        return np.ones(len(recording))


@dataclass(kw_only=True)
class Looks(Sums):
    """A row's score depends on all other rows."""

    def score(self, recording):
        return super().score(recording) - recording.values.mean()

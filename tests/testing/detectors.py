"""Detectors that keep the promises of the contract, break one each, or do not fall under it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from benchmark.interfaces.detector import Detector
from benchmark.interfaces.errors import DivergedError, ParameterError
from benchmark.testing.checks import CHECKS, run_check
from benchmark.testing.subject import Subject


@dataclass(kw_only=True)
class Plain(Detector):
    """Distance to the mean."""

    supervision: ClassVar = "unsupervised"

    def fit(self, train, validation):
        self.mean = train.values.mean(axis=0)

    def score(self, recording):
        return np.abs(recording.values - self.mean).sum(axis=1)


@dataclass(kw_only=True)
class UsesValidation(Plain):
    """Distance to the mean of both parts."""

    def fit(self, train, validation):
        self.mean = np.concatenate([train.values, validation.values]).mean(axis=0)


@dataclass(kw_only=True)
class KeepsToOneKind(Plain):
    """Scores rows with an order by the row before, too, and takes no other kind than it was fitted on."""

    def fit(self, train, validation):
        super().fit(train, validation)
        self.sequential = train.sequential
        assert validation.sequential == self.sequential

    def score(self, recording):
        assert recording.sequential == self.sequential
        found = super().score(recording)
        return found + np.append(0.0, found[:-1]) if self.sequential else found


@dataclass(kw_only=True)
class Roots(Plain):
    """Takes the root of values that are above −1000 unless they are far beyond training."""

    def score(self, recording):
        with np.errstate(invalid="ignore"):
            return np.sqrt(recording.values + 1000).sum(axis=1)


@dataclass(kw_only=True)
class Ranks(Plain):
    """Scores rows from the start to the end, of which the last scores above all but some; or all rows alike."""

    above_the_last: int = 1
    alike: bool = False

    def score(self, recording):
        places = np.arange(len(recording), dtype=float)
        if len(places):
            places[-1] -= self.above_the_last + 0.5
        return 0 * places if self.alike else places


@dataclass(kw_only=True)
class Supervised(Plain):
    supervision: ClassVar = "supervised"

    def fit(self, train, validation):
        assert train.labels is not None
        super().fit(train.take(~train.labels), validation)


@dataclass(kw_only=True)
class Oracle(Plain):
    supervision: ClassVar = "oracle"


@dataclass(kw_only=True)
class NeverFinite(Plain):
    def score(self, recording):
        found = super().score(recording).astype(np.float64)
        found[-1] = np.nan
        return found


@dataclass(kw_only=True)
class WritesWhenItScores(Plain):
    def score(self, recording):
        recording.values[:] -= 1
        return super().score(recording)


@dataclass(kw_only=True)
class Refuses(Plain):
    """Refuses what ``of`` names."""

    of: str = ""

    def fit(self, train, validation):
        if self.of == "order" and not train.sequential:
            raise ParameterError("only rows in order")
        if self.of == "everything":
            raise DivergedError("loss is NaN")
        if self.of == "labels" and train.labels is not None:
            raise ValueError("labels")
        super().fit(train, validation)

    def score(self, recording):
        if self.of == "empty" and not len(recording):
            raise ValueError("no rows")
        if self.of == "channels" and recording.values.shape[1] in (1, 500):
            return np.full(len(recording), np.nan)
        if self.of == "frozen" and not recording.values.flags.writeable:
            raise ValueError("wants its own copy")
        return super().score(recording)


@dataclass(kw_only=True)
class OneForNone(Plain):
    def score(self, recording):
        return super().score(recording) if len(recording) else np.zeros(1)


@dataclass(kw_only=True)
class CountsCalls(Plain):
    calls: ClassVar = 0

    def score(self, recording):
        self.count = getattr(self, "count", 0) + 1
        return super().score(recording) * self.count


@dataclass(kw_only=True)
class Unseeded(Plain):
    def fit(self, train, validation):
        super().fit(train, validation)
        self.mean = self.mean + np.random.default_rng().standard_normal(len(self.mean))


@dataclass(kw_only=True)
class ReadsGlobalState(Plain):
    def fit(self, train, validation):
        super().fit(train, validation)
        self.offset = random.getstate()[1][0] % 1000 + float(np.random.get_state()[1][0] % 1000)  # noqa: NPY002

    def score(self, recording):
        return super().score(recording) + self.offset


@dataclass(kw_only=True)
class Squares(Plain):
    def score(self, recording):
        with np.errstate(all="ignore"):
            return (recording.values.astype(np.float32) ** 2).sum(axis=1)


@dataclass(kw_only=True)
class UpsideDown(Plain):
    def score(self, recording):
        return -super().score(recording)


@dataclass(kw_only=True)
class Trails(Plain):
    """A row's score depends on the row before it, whatever the order."""

    def score(self, recording):
        found = super().score(recording)
        return found + np.append(0.0, found[:-1])


@dataclass(kw_only=True)
class Smooths(Plain):
    """A row's score depends on the row after it."""

    def score(self, recording):
        found = super().score(recording)
        return found + np.append(found[1:], 0.0)


@dataclass(kw_only=True)
class KeepsTheLastTest(Plain):
    def score(self, recording):
        self.seen = {"last": [recording.values.copy()]}
        return super().score(recording)


EVERY = {check.name: check for check in CHECKS}


def found(kind, name):
    """The finding of a check of one of these detectors, given as its class or as ``Class[parameter=value]``."""
    text = kind if isinstance(kind, str) else kind.__name__
    return run_check(EVERY[name], Subject(f"{__name__}:{text}"))

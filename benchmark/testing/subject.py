"""The detector under test, and the recordings that it is tested on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.engine.limits import one_thread
from benchmark.interfaces.detector import Detector
from benchmark.interfaces.protocol import Task
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS

CHANNELS = 4
TRAIN, VALIDATION, TEST = 300, 100, 120
"""Rows of the parts."""

OUTLIER = 8.0
"""Shift of an outlier, in standard deviations, with alternating signs over channels."""


def recording(points: int, seed: int, *, channels: int = CHANNELS, sequential: bool = True) -> Recording:
    """Standard normal noise, in which every twentieth row from the eleventh on is a labelled outlier."""
    values = np.random.default_rng(seed).standard_normal((points, channels)).astype(np.float32)
    labels = np.arange(points) % 20 == 10
    values[labels] += OUTLIER * (-1.0) ** np.arange(channels)
    names = tuple(f"c{number}" for number in range(channels))
    return Recording(f"noise-{seed}", values, names, labels, sequential=sequential)


SEEDS = {"train": 0, "validation": 1, "test": 2, "other": 9}
"""Seeds of the noise of each part."""


def learning(*, channels: int = CHANNELS, sequential: bool = True) -> tuple[Recording, Recording]:
    """Rows to learn from, and held-out rows."""
    train = recording(TRAIN, SEEDS["train"], channels=channels, sequential=sequential)
    return train, recording(VALIDATION, SEEDS["validation"], channels=channels, sequential=sequential)


def scored(points: int = TEST, *, channels: int = CHANNELS) -> Recording:
    """Rows to score."""
    return recording(points, SEEDS["test"], channels=channels)


def unseen(channels: int = CHANNELS) -> Recording:
    """The test part of a task whose test nobody is given."""
    return recording(TEST, SEEDS["other"], channels=channels)


@dataclass(frozen=True)
class Subject:
    """A detector by its name.

    Parameters
    ----------
    spec : str
        ``name[…]``, ``file.py:Class[…]`` or a class of a library.
    """

    spec: str

    @cached_property
    def fitted(self) -> Detector:
        """Fitted on the default parts with seed 0."""
        return self.fit(*learning())

    @cached_property
    def scores(self) -> NDArray[Any]:
        """Scores of `test` by `fitted`."""
        return self.score(self.fitted, self.test)

    @property
    def test(self) -> Recording:
        """Test rows with labels."""
        return scored()

    def build(self, seed: int = 0) -> Detector:
        """A new detector."""
        return METHODS.build(self.spec, seed=seed)

    def fit(self, train: Recording, validation: Recording, seed: int = 0, *, frozen: bool = False) -> Detector:
        """Fit a new detector as a protocol does: labels for the supervised, normal rows without labels for others.

        With ``frozen``, its inputs cannot be written to.
        """
        detector = self.build(seed)
        normal = [part.take(~part.labels).unlabelled() for part in (train, validation) if part.labels is not None]
        task = Task("check", train, validation, normal[0], normal[1], unseen(train.values.shape[1]))
        parts = task.for_fit(detector.supervision)
        for part in parts:
            part.values.flags.writeable = not frozen
        with one_thread():
            detector.fit(*(detector.view(part) for part in parts))
        return detector

    def score(self, detector: Detector, points: Recording, *, frozen: bool = False) -> NDArray[Any]:
        """Scores of unlabelled points, which cannot be written to with ``frozen``."""
        points.values.flags.writeable = not frozen
        with one_thread():
            return np.asarray(detector.score(detector.view(points.unlabelled())))
